"""What a response is before it is written: values, and the few that every server needs."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from server.negotiation import prefers_json
from server.request import FieldLine, RequestHead

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
    """One response. Date, Server, framing and Connection are the writer's.

    `content` is all of it; or a sequence of pieces, each to be sent as a chunk. With `streamed` it is only
    the beginning, of `length` octets in all if that is known. What is the same whenever and to whomever a
    response is sent is worked out when it is made, since most are made once and sent many times:
    `known_length`, the octets of content in all or None, and `section`, the field lines as octets.
    """

    status: int
    fields: Sequence[FieldLine] = ()
    content: bytes | Sequence[bytes] = b""
    streamed: bool = False
    length: int | None = None
    closes: bool = False
    known_length: int | None = field(init=False)
    section: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """RFC 9112 6.3, RFC 9110 8.6: Content-Length stands where it is known and may stand.

        A 304 might carry the length of the representation; it carries none.
        """
        whole = not self.streamed and isinstance(self.content, bytes)
        length = len(self.content) if whole else self.length
        fields = list(self.fields)
        if length is not None and self.status >= 200 and self.status not in WITHOUT_CONTENT:
            fields.append((b"Content-Length", b"%d" % length))
        object.__setattr__(self, "known_length", length)
        object.__setattr__(self, "section", b"".join(field_line(*pair) for pair in fields))


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
