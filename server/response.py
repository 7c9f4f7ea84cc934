"""What a response is before it is written: values, and the few that every server needs."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from server.negotiation import prefers_json
from server.request import FieldLine, RequestHead

SERVER = b"almost-an-nginx"

HTML = b"text/html; charset=utf-8"
JSON = b"application/json"

REASONS = {
    100: b"Continue",
    200: b"OK",
    204: b"No Content",
    302: b"Found",
    304: b"Not Modified",
    400: b"Bad Request",
    404: b"Not Found",
    405: b"Method Not Allowed",
    408: b"Request Timeout",
    412: b"Precondition Failed",
    413: b"Content Too Large",
    414: b"URI Too Long",
    415: b"Unsupported Media Type",
    421: b"Misdirected Request",
    431: b"Request Header Fields Too Large",
    500: b"Internal Server Error",
    501: b"Not Implemented",
    503: b"Service Unavailable",
    505: b"HTTP Version Not Supported",
}
"""Reason phrases (RFC 9110 15); a status that is not here has an empty one."""


WITHOUT_CONTENT = (204, 304)
"""Statuses whose responses end with their header section, and carry no framing (RFC 9112 6.3 step 1)."""

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Response:
    """One response. Date, Connection and chunks are the writer's.

    `content` is all of it; or a sequence of pieces, each to be sent as a chunk. With `streamed` it is only
    the beginning, of `length` octets in all if that is known. What is the same whenever and to whomever a
    response is sent is worked out when it is made, since most are made once and sent many times:
    `known_length`, the octets of content in all or None; `before_date` and `behind_date`, the status-line and
    the field lines as octets; `ending`, the latter with the content, if most requests get just that, else
    None.
    """

    status: int
    fields: Sequence[FieldLine] = ()
    content: bytes | Sequence[bytes] = b""
    streamed: bool = False
    length: int | None = None
    closes: bool = False
    known_length: int | None = field(init=False)
    before_date: bytes = field(init=False, repr=False)
    behind_date: bytes = field(init=False, repr=False)
    ending: bytes | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """RFC 9112 4, RFC 9110 6.6.1, 10.2.4: the status-line, Date, Server, and what else it says of itself.

        RFC 9112 6.3, RFC 9110 8.6: Content-Length stands where it is known and may stand. A 304 might carry
        the length of the representation; it carries none.
        """
        content = self.content if isinstance(self.content, bytes) and not self.streamed else None
        length = self.length if content is None else len(content)
        fields = list(self.fields)
        ending = None
        if length is not None and self.status >= 200 and self.status not in WITHOUT_CONTENT:
            fields.append((b"Content-Length", b"%d" % length))
            ending = content
        status_line = b"HTTP/1.1 %d %b\r\n" % (self.status, REASONS.get(self.status, b""))
        behind_date = b"\r\nServer: %b\r\n" % SERVER + b"".join(field_line(*pair) for pair in fields)
        if ending is not None:
            ending = None if self.closes else b"%b\r\n%b" % (behind_date, ending)
        object.__setattr__(self, "known_length", length)
        object.__setattr__(self, "before_date", status_line + b"Date: ")
        object.__setattr__(self, "behind_date", behind_date)
        object.__setattr__(self, "ending", ending)


def field_line(name: bytes, value: bytes) -> bytes:
    """RFC 9112 5, RFC 9110 5.5: a field line with its CRLF, one SP behind the colon.

    Control octets in a value become SP, and no whitespace stands at either end of it, so that no octet that
    could end a line, or hide one, gets into it.
    """
    return b"%b: %b\r\n" % (name, _CONTROL.sub(b" ", value).strip(b" "))


def page(content: str, status: int = 200, fields: Sequence[FieldLine] = ()) -> Response:
    """A page of HTML in UTF-8."""
    return Response(status, ((b"Content-Type", HTML), *fields), content.encode())


def document(value: object, status: int = 200, fields: Sequence[FieldLine] = ()) -> Response:
    """A JSON document; ASCII only, so that no value can make it anything but UTF-8."""
    return Response(status, ((b"Content-Type", JSON), *fields), json.dumps(value).encode("ascii"))


def error(
    status: int, why: str, head: RequestHead | None, fields: Sequence[FieldLine] = (), closes: bool = False
) -> Response:
    """A short error, as HTML, or as JSON if the request prefers it; `why` is ours, never the client's."""
    reason = REASONS[status].decode()
    if head is not None and prefers_json(head):
        media_type, content = JSON, json.dumps({"status": status, "error": reason, "why": why})
    else:
        media_type, content = HTML, f"<h3>{status} {reason}</h3>\n<p>{html.escape(why)}</p>\n"
    return Response(status, ((b"Content-Type", media_type), *fields), content.encode(), closes=closes)
