"""Requests taken apart and put together, for mutations: a new value each time, nothing else changed.

`counted` and `chunked` give a request what a mutation of its framing needs, if it has not got it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harness.http1.build import chunked as chunked_body
from harness.http1.edit import with_line, with_lines
from harness.model.message import ChunkedBody, FieldLine, Request
from harness.strategies.draw import Draw

LENGTH: Final = b"Content-Length"
CODING: Final = b"Transfer-Encoding"
HOST_NAME: Final = b"Host"

_CONTENT: Final = b"hello, world"
_CHUNKS: Final = chunked_body(_CONTENT).chunks
_CHUNKED_LINE: Final = FieldLine(CODING, b"chunked")
_FRAMING: Final = frozenset({LENGTH.lower(), CODING.lower()})
_SPARE: Final = (FieldLine(b"X-Spare", b"one"), FieldLine(b"Accept", b"text/html, */*"))


def put(request: Request, place: int, *lines: FieldLine) -> Request:
    """These lines in place of the one that is there."""
    old = request.field_lines
    return with_lines(request, *old[:place], *lines, *old[place + 1 :])


def insert(request: Request, place: int, *lines: FieldLine) -> Request:
    """These lines before the one that is there, or behind the last."""
    old = request.field_lines
    return with_lines(request, *old[:place], *lines, *old[place:])


def place_of(request: Request, name: bytes) -> int | None:
    """The first line with that name."""
    name = name.lower()
    for place, line in enumerate(request.field_lines):
        if line.name.lower() == name:
            return place
    return None


def some_line(draw: Draw, request: Request, least: int = 1) -> tuple[Request, int]:
    """A request with at least so many (up to two) field lines, and one of them."""
    missing = max(least - len(request.field_lines), 0)
    request = insert(request, len(request.field_lines), *_SPARE[:missing]) if missing else request
    return request, draw.integer(0, len(request.field_lines) - 1)


def plain_line(draw: Draw, request: Request) -> tuple[Request, int]:
    """A request that has a field line with letters in its value, and that one: for what has to stand
    within a value. Framing and Host are as fit as others."""
    lines = enumerate(request.field_lines)
    places = [place for place, line in lines if line.value[1:-1].isalpha() and line.value[:1] != b"{"]
    if not places:
        return insert(request, len(request.field_lines), _SPARE[0]), len(request.field_lines)
    return request, draw.choice(places)


def counted(request: Request) -> tuple[Request, int, bytes]:
    """A request with content and one true Content-Length, the place of that line, and the content."""
    body = request.body if isinstance(request.body, bytes) and request.body else _CONTENT
    made, place = _framed(request, FieldLine(LENGTH, b"%d" % len(body)), body)
    return made, place, body


def chunked(request: Request) -> tuple[Request, int, ChunkedBody]:
    """A request with chunked content and one Transfer-Encoding, the place of that line, and the body.

    There is at least one chunk, and each has at least two octets of data. HTTP/1.0 knows no chunks, so
    its requests become HTTP/1.1.
    """
    body = request.body
    if isinstance(body, bytes):
        body = chunked_body(body)
    if not body.chunks or any(len(chunk.data) < 2 for chunk in body.chunks):
        body = ChunkedBody(_CHUNKS, body.last_chunk, body.trailer_section, body.end)
    if request.line.version != b"HTTP/1.1":
        request = with_line(request, replace(request.line, version=b"HTTP/1.1"))
    made, place = _framed(request, _CHUNKED_LINE, body)
    return made, place, body


def _framed(request: Request, line: FieldLine, body: bytes | ChunkedBody) -> tuple[Request, int]:
    """The request with this one line for its framing, where the first one stood, else behind the others."""
    lines: list[FieldLine] = []
    place: int | None = None
    for one in request.field_lines:
        if one.name.lower() not in _FRAMING:
            lines.append(one)
        elif place is None:
            place = len(lines)
            lines.append(line)
    if place is None:
        place = len(lines)
        lines.append(line)
    return Request(request.line, tuple(lines), body, request.end_of_fields), place
