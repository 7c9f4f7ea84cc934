"""Responses to octets (RFC 9112 4 to 7, RFC 9110 6.6.1, 8.6): the order of its parts.

The parts that do not depend on the request are ready in the `Response`.
"""

from collections.abc import Sequence

from server.clock import imf_fixdate
from server.request import RequestHead
from server.response import WITHOUT_CONTENT, Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""RFC 9110 15.2.1; an interim response needs no field."""

LAST_CHUNK = b"0\r\n\r\n"
"""RFC 9112 7.1: the last chunk, an empty trailer section, and the CRLF that ends the content."""


def chunk(octets: bytes) -> bytes:
    """RFC 9112 7.1: one chunk; nothing for no octets, since a chunk of size 0 would be the last."""
    return b"%x\r\n%b\r\n" % (len(octets), octets) if octets else b""


def delimits_itself(response: Response, head: RequestHead | None) -> bool:
    """Whether this response ends by its own framing, not by a close (RFC 9112 6.3 step 8)."""
    if response.known_length is not None:
        return True
    return _is_chunked(response, head) or not _has_content(response, head)


def write_response(response: Response, head: RequestHead | None, persists: bool, now: float) -> bytes:
    """The octets of a response to `head` (None: to a request whose head could not be read), at second `now`.

    `persists` says whether the connection lasts; the writer says so where it must be said (RFC 9112 9.3,
    9.6). For a streamed response these are its head and what is known of its content.
    """
    content = response.content
    further = b""
    if response.known_length is None and _is_chunked(response, head):
        further, content = b"Transfer-Encoding: chunked\r\n", _chunks(response)
    elif not isinstance(content, bytes):
        content = b"".join(content)
    if not persists:
        further += b"Connection: close\r\n"
    elif head is not None and head.is_http_1_0:
        further += b"Connection: keep-alive\r\n"
    if not _has_content(response, head):
        content = b""
    date = imf_fixdate(int(now))
    return b"".join((response.before_date, date, response.behind_date, further, b"\r\n", content))


def write_piece(octets: bytes, response: Response, head: RequestHead) -> bytes:
    """A further piece of a streamed response's content."""
    if not _has_content(response, head):
        return b""
    return chunk(octets) if _is_chunked(response, head) else octets


def write_end(response: Response, head: RequestHead) -> bytes:
    """What stands behind the last piece of a streamed response."""
    return LAST_CHUNK if _has_content(response, head) and _is_chunked(response, head) else b""


def _is_chunked(response: Response, head: RequestHead | None) -> bool:
    """Content of unknown length is chunked, which HTTP/1.0 does not know (RFC 9112 6.1)."""
    unknown = response.known_length is None and response.status not in WITHOUT_CONTENT
    return unknown and head is not None and not head.is_http_1_0


def _has_content(response: Response, head: RequestHead | None) -> bool:
    """RFC 9112 6.3 step 1: HEAD, 204 and 304 end with their header section."""
    return response.status not in WITHOUT_CONTENT and (head is None or head.line.method != b"HEAD")


def _chunks(response: Response) -> bytes:
    """RFC 9112 7.1: the pieces as chunks, with the last chunk if these are all."""
    pieces: Sequence[bytes] = [response.content] if isinstance(response.content, bytes) else response.content
    return b"".join(map(chunk, pieces)) + (b"" if response.streamed else LAST_CHUNK)
