"""What a response is before it is written: values, and the few that every server needs."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Response:
    """One response. Date, Server, framing and Connection are the writer's.

    `content` is all of it; or a sequence of pieces, each to be sent as a chunk. With `streamed` it is only
    the beginning, of `length` octets in all if that is known.
    """

    status: int
    fields: Sequence[FieldLine] = ()
    content: bytes | Sequence[bytes] = b""
    streamed: bool = False
    length: int | None = None
    closes: bool = False

    @property
    def known_length(self) -> int | None:
        """Octets of content in all, None if that is not known when the response begins."""
        if self.streamed:
            return self.length
        return len(self.content) if isinstance(self.content, bytes) else None


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
        told = document({"status": status, "error": reason, "why": why}, status, fields)
    else:
        told = page(f"<h3>{status} {reason}</h3>\n<p>{html.escape(why)}</p>\n", status, fields)
    return Response(told.status, told.fields, told.content, closes=closes)
