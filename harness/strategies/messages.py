"""Requests that the grammar allows, alone and in pipelines (RFC 9112 2 to 9.3).

They leave no doubt either: one Host, one framing, and nothing behind a request that closes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from harness.http1.grammar import HTTP_URI
from harness.model.message import ChunkedBody, FieldLine, Request, RequestLine
from harness.strategies.bodies import chunked_body, content
from harness.strategies.draw import Draw, several
from harness.strategies.field_values import field_line
from harness.strategies.repertoire import DEFAULT, Repertoire
from harness.strategies.targets import request_target

HTTP_1_0: Final = b"HTTP/1.0"
HTTP_1_1: Final = b"HTTP/1.1"

# Values of slotted frozen classes take microseconds to make, and most of these are made again and again.
_field_line: Final = lru_cache(maxsize=1024)(FieldLine)
_request_line: Final = lru_cache(maxsize=1024)(RequestLine)

_HOST_NAMES: Final = (b"Host",) * 5 + (b"host", b"HOST", b"hOsT")
_LENGTH_NAMES: Final = (b"Content-Length",) * 3 + (b"content-length",)
_CODINGS: Final = (FieldLine(b"Transfer-Encoding", b"chunked"),) * 3 + (
    FieldLine(b"transfer-encoding", b"Chunked"),
    FieldLine(b"Transfer-Encoding", b"CHUNKED", after_value=b" "),
)
_EXPECTS: Final = FieldLine(b"Expect", b"100-continue")
_STAYING: Final = tuple(
    FieldLine(b"Connection", value) for value in (b"keep-alive", b"Keep-Alive, X-A", b"x-unknown", b", X-B,")
)
_LEAVING: Final = (
    FieldLine(b"Connection", b"close"),
    FieldLine(b"connection", b"X-A, CLOSE"),
)


def request(draw: Draw, uses: Repertoire = DEFAULT, *, last: bool = True) -> Request:
    """One request. Only one that is `last` may end its connection: by option, version or tunnel."""
    method = draw.choice(uses.methods)
    if method == b"CONNECT" and not last:
        method = next((one for one in uses.methods if one != b"CONNECT"), method)
    old = last and draw.boolean(0.0625)
    body, framing = _body(draw, method, uses, old)
    others = several(draw, uses.max_fields, field_line)
    others += _about_the_connection(draw, last, has_content(body))
    target = request_target(draw, method, uses)
    host = target if method == b"CONNECT" else _host_of(target, uses)
    lines = _ordered(draw, _field_line(draw.choice(_HOST_NAMES), host), framing, others)
    return Request(_request_line(method, target, HTTP_1_0 if old else HTTP_1_1), lines, body)


def pipeline(draw: Draw, uses: Repertoire = DEFAULT, *, least: int = 1) -> tuple[Request, ...]:
    """Requests that follow each other on one connection; at least so many, at most as the repertoire says."""
    requests: list[Request] = []
    last = False
    while not last:
        count = len(requests) + 1
        # Asked in front of each, so that each can shrink away together with its question.
        last = count >= least and not (count < uses.max_requests and draw.boolean(0.25))
        requests.append(request(draw, uses, last=last))
    return tuple(requests)


def _body(
    draw: Draw, method: bytes, uses: Repertoire, old: bool
) -> tuple[bytes | ChunkedBody, tuple[FieldLine, ...]]:
    """Content and the field line that frames it. POST always has one of them; others rarely."""
    wanted = method == b"POST" or draw.boolean(0.125)
    if method == b"CONNECT" or not wanted:
        return b"", ()
    octets = content(draw, uses.max_content)
    if not old and draw.boolean(0.5):
        return chunked_body(draw, octets), (draw.choice(_CODINGS),)
    return octets, (_field_line(draw.choice(_LENGTH_NAMES), b"%d" % len(octets)),)


def has_content(body: bytes | ChunkedBody) -> bool:
    """Whether a body carries any octet of content."""
    return bool(body if isinstance(body, bytes) else body.chunks)


def _about_the_connection(draw: Draw, last: bool, may_expect: bool) -> list[FieldLine]:
    """Connection options (RFC 9112 9) and, with content, Expect (RFC 9110 10.1.1)."""
    lines = []
    if draw.boolean(0.125):
        lines.append(draw.choice(_STAYING + _LEAVING) if last else draw.choice(_STAYING))
    if may_expect and draw.boolean(0.0625):
        lines.append(_EXPECTS)
    return lines


def _host_of(target: bytes, uses: Repertoire) -> bytes:
    """The authority of an http URI in absolute-form, else the target's own (RFC 9112 3.2)."""
    if not uses.targets or target.startswith((b"/", uses.path)):
        return uses.host
    uri = HTTP_URI.fullmatch(target)
    return uri["host"] + (b"" if uri["port"] is None else b":" + uri["port"]) if uri else uses.host


def _ordered(
    draw: Draw, host: FieldLine, framing: tuple[FieldLine, ...], others: list[FieldLine]
) -> tuple[FieldLine, ...]:
    """Host first, framing last; or Host anywhere among the others, framing before them."""
    if not draw.boolean(0.125):
        return (host, *others, *framing)
    place = draw.integer(0, len(others))
    return (*framing, *others[:place], host, *others[place:])
