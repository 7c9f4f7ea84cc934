"""Responses to octets (RFC 9112 4 to 7, RFC 9110 6.6.1, 8.6): what goes on the wire is spelt here only.

Line ends are CRLF, each field line has one SP behind its colon, and no octet that could end a line, or hide
one, gets into a field value.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from server.clock import imf_fixdate
from server.request import FieldLine, RequestHead
from server.response import REASONS, Response

SERVER = b"almost-an-nginx"

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""RFC 9110 15.2.1; an interim response needs no field."""

LAST_CHUNK = b"0\r\n\r\n"
"""RFC 9112 7.1: the last chunk, an empty trailer section, and the CRLF that ends the content."""

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


def chunk(octets: bytes) -> bytes:
    """RFC 9112 7.1: one chunk; nothing for no octets, since a chunk of size 0 would be the last."""
    return b"%x\r\n%b\r\n" % (len(octets), octets) if octets else b""


def delimits_itself(response: Response, head: RequestHead | None) -> bool:
    """Whether this response ends by its own framing, not by a close (RFC 9112 6.3 step 8)."""
    framed = response.known_length is not None or _is_chunked(response, head)
    return framed or not _has_content(response, head)


def write_response(response: Response, head: RequestHead | None, persists: bool, now: float) -> bytes:
    """The octets of a response to `head` (None: to a request whose head could not be read), at second `now`.

    `persists` says whether the connection lasts; the writer says so where it must be said (RFC 9112 9.3,
    9.6). For a streamed response these are its head and what is known of its content.
    """
    parts = [
        _opening(response.status, int(now)),
        _field_lines(tuple(response.fields)),
        _framing_field(response, head),
    ]
    if not persists:
        parts.append(b"Connection: close\r\n")
    elif head is not None and head.is_http_1_0:
        parts.append(b"Connection: keep-alive\r\n")
    parts.append(b"\r\n")
    if _has_content(response, head):
        parts.append(_content(response, head))
    return b"".join(parts)


def write_piece(octets: bytes, response: Response, head: RequestHead) -> bytes:
    """A further piece of a streamed response's content."""
    if not _has_content(response, head):
        return b""
    return chunk(octets) if _is_chunked(response, head) else octets


def write_end(response: Response, head: RequestHead) -> bytes:
    """What stands behind the last piece of a streamed response."""
    return LAST_CHUNK if _has_content(response, head) and _is_chunked(response, head) else b""


@lru_cache(maxsize=64)
def _opening(status: int, second: int) -> bytes:
    """RFC 9112 4, RFC 9110 6.6.1, 10.2.4: the status-line, Date and Server, the same for a whole second."""
    opening = b"HTTP/1.1 %d %b\r\nDate: %b\r\nServer: %b\r\n"
    return opening % (status, REASONS.get(status, b""), imf_fixdate(second), SERVER)


@lru_cache(maxsize=64)
def _field_lines(fields: tuple[FieldLine, ...]) -> bytes:
    """RFC 9110 5.5: control octets in a value become SP, and no whitespace stands at either end of it."""
    return b"".join(b"%b: %b\r\n" % (name, _CONTROL.sub(b" ", value).strip(b" ")) for name, value in fields)


def _framing_field(response: Response, head: RequestHead | None) -> bytes:
    """RFC 9112 6.3, RFC 9110 8.6: Content-Length or Transfer-Encoding, or neither where neither may stand.

    A 304 might carry the length of the representation; it carries none.
    """
    if response.status in (204, 304) or response.status < 200:
        return b""
    if (length := response.known_length) is not None:
        return b"Content-Length: %d\r\n" % length
    return b"Transfer-Encoding: chunked\r\n" if _is_chunked(response, head) else b""


def _is_chunked(response: Response, head: RequestHead | None) -> bool:
    """Content of unknown length is chunked, which HTTP/1.0 does not know (RFC 9112 6.1)."""
    return response.known_length is None and head is not None and not head.is_http_1_0


def _has_content(response: Response, head: RequestHead | None) -> bool:
    """RFC 9112 6.3 step 1: HEAD, 204 and 304 end with their header section."""
    return response.status not in (204, 304) and (head is None or head.method != b"HEAD")


def _content(response: Response, head: RequestHead | None) -> bytes:
    if isinstance(response.content, bytes) and not response.streamed:
        return response.content
    pieces: Sequence[bytes] = [response.content] if isinstance(response.content, bytes) else response.content
    if not _is_chunked(response, head):
        return b"".join(pieces)
    return b"".join(map(chunk, pieces)) + (b"" if response.streamed else LAST_CHUNK)
