"""Words for faults of responses: what is changed in the octets that an exemplary server has written.

Where a pattern and a replacement say it, that is all a fault needs; the rest is a function of the content.
The responses rewritten here are our own and sound, so that little has to be parsed.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour, Rewrite
from server.request import RequestHead

_HEAD_END = b"\r\n\r\n"
_FRAMING = re.compile(rb"(?m)^(?:Content-Length|Transfer-Encoding): .*\r\n")
_CHUNK = re.compile(rb"([0-9a-f]+)\r\n")


def rewriting(rewrite: Rewrite) -> Behaviour:
    """Exemplary but for what is sent."""
    return replace(EXEMPLARY, rewrite=rewrite)


def in_head(pattern: bytes, replacement: bytes) -> Rewrite:
    """Substitute in the status-line and the field lines, each with its CRLF; `^` is the start of a line."""
    compiled = re.compile(b"(?m)" + pattern)

    def rewrite(response: bytes, request: RequestHead | None) -> bytes:
        head, _, content = response.partition(_HEAD_END)
        return compiled.sub(replacement, head + b"\r\n") + b"\r\n" + content

    return rewrite


def in_status(status: bytes, pattern: bytes, replacement: bytes) -> Rewrite:
    """The same, in responses with this status only."""
    substitute = in_head(pattern, replacement)
    return when(lambda response, request: response.startswith(b"HTTP/1.1 " + status), substitute)


def when(condition: Callable[[bytes, RequestHead | None], bool], rewrite: Rewrite) -> Rewrite:
    """Rewrite where the condition holds."""
    return lambda response, request: rewrite(response, request) if condition(response, request) else response


def to_head_request(response: bytes, request: RequestHead | None) -> bool:
    """Whether this is a final response to HEAD."""
    return request is not None and request.method == b"HEAD" and is_final(response)


def to_http_1_0(response: bytes, request: RequestHead | None) -> bool:
    """Whether this is a response to an HTTP/1.0 request."""
    return request is not None and request.is_http_1_0


def to_http_1_1(response: bytes, request: RequestHead | None) -> bool:
    """Whether this is a response to a request of a later minor version."""
    return request is not None and not request.is_http_1_0


def is_final(response: bytes) -> bool:
    """Whether the status is not 1xx."""
    return not response.startswith(b"HTTP/1.1 1")


def content_of(response: bytes) -> bytes:
    """The content, chunked coding removed."""
    head, _, body = response.partition(_HEAD_END)
    if b"\r\nTransfer-Encoding: chunked" not in head:
        return body
    content = b""
    while (match := _CHUNK.match(body)) and (size := int(match[1], 16)):
        content += body[match.end() : match.end() + size]
        body = body[match.end() + size + 2 :]
    return content


def with_length(length: Callable[[bytes], int]) -> Rewrite:
    """Let Content-Length, where it stands before content, say something else about it."""
    pattern = re.compile(rb"(?m)^Content-Length: [0-9]+")

    def rewrite(response: bytes, request: RequestHead | None) -> bytes:
        head, end, content = response.partition(_HEAD_END)
        if not content:
            return response
        return pattern.sub(b"Content-Length: %d" % length(content), head) + end + content

    return rewrite


def with_framing(field_lines: bytes, body: Callable[[bytes], bytes]) -> Rewrite:
    """Frame content anew: other field lines for the framing ones (LENGTH is filled in), and a new `body`."""

    def rewrite(response: bytes, request: RequestHead | None) -> bytes:
        content = content_of(response)
        if not content:
            return response
        head = _FRAMING.sub(b"", response.partition(_HEAD_END)[0] + b"\r\n")
        return head + field_lines.replace(b"LENGTH", b"%d" % len(content)) + b"\r\n" + body(content)

    return rewrite


def chunked(content: bytes) -> bytes:
    """Sound chunked coding, in one chunk."""
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
