"""Much of everything: long words, long lines, many lines, many chunks. All of it is sound; a server may
refuse it (RFC 9110 5.4, RFC 9112 3 and 7.1.1), and has to stay in step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.http1.edit import with_body, with_line
from harness.model.message import Chunk, ChunkedBody, FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import chunked, counted, insert, put
from harness.strategies.mutation import Change, Mutation, on_request

SIZES: Final = (256,) * 4 + (1025,) * 4 + (4097,) * 2 + (8193,) * 4 + (16_385, 32_769, 65_537)
"""Octets: one beyond the limits that servers like best, the greatest the least often."""

COUNTS: Final = (65,) * 4 + (101,) * 4 + (129,) * 4 + (257,) * 2 + (1025,)
"""Lines, chunks, list elements, folds: likewise."""

Enlarge = Callable[[Request, int], Request]


def _of(sizes: tuple[int, ...], unit: str, enlarge: Enlarge) -> Callable[[Draw, Request], Change]:
    def apply(draw: Draw, request: Request) -> Change:
        size = draw.choice(sizes)
        return Change(enlarge(request, size), f"{size} {unit}")

    return apply


def _method(request: Request, size: int) -> Request:
    return with_line(request, replace(request.line, method=b"M" * size))


def _target(request: Request, size: int) -> Request:
    """A path of that length; whatever was asked for is now got."""
    return with_line(request, replace(request.line, method=b"GET", target=b"/" + b"a" * (size - 1)))


def _query(request: Request, size: int) -> Request:
    target = request.line.target if request.line.target.startswith((b"/", b"{path}")) else b"/"
    line = replace(request.line, method=b"GET", target=target + b"?" + b"q" * size)
    return with_line(request, line)


def _last(request: Request, *lines: FieldLine) -> Request:
    return insert(request, len(request.field_lines), *lines)


def _name(request: Request, size: int) -> Request:
    return _last(request, FieldLine(b"N" * size, b"x"))


def _value(request: Request, size: int) -> Request:
    return _last(request, FieldLine(b"X-Long", b"v" * size))


def _cookie(request: Request, size: int) -> Request:
    return _last(request, FieldLine(b"Cookie", b"a=" + b"c" * size))


def _whitespace(request: Request, size: int) -> Request:
    return _last(request, FieldLine(b"X-Padded", b"x", before_value=b" " * size))


def _lines(request: Request, count: int) -> Request:
    return _last(request, *(FieldLine(b"X-Line", b"x"),) * count)


def _different_lines(request: Request, count: int) -> Request:
    return _last(request, *(FieldLine(b"X-Line-%d" % number, b"x") for number in range(count)))


def _elements(request: Request, count: int) -> Request:
    return _last(request, FieldLine(b"Accept-Language", b", ".join((b"en",) * count)))


def _empty_elements(request: Request, count: int) -> Request:
    return _last(request, FieldLine(b"Connection", b"," * count + b"x-unknown"))


def _folds(request: Request, count: int) -> Request:
    return _last(request, FieldLine(b"X-Folded", b"x" + b"\r\n y" * count))


def _content(request: Request, size: int) -> Request:
    request, place, _ = counted(request)
    length = replace(request.field_lines[place], value=b"%d" % size)
    return with_body(put(request, place, length), b"c" * size)


def _leading_lines(request: Request, count: int) -> Request:
    return with_line(request, replace(request.line, method=b"\r\n" * count + request.line.method))


def _with_body(request: Request, change: Callable[[ChunkedBody], ChunkedBody]) -> Request:
    request, _, body = chunked(request)
    return with_body(request, change(body))


def _chunk(request: Request, size: int) -> Request:
    return _with_body(request, lambda body: replace(body, chunks=(Chunk(b"%x" % size, b"c" * size),)))


def _chunks(request: Request, count: int) -> Request:
    return _with_body(request, lambda body: replace(body, chunks=(Chunk(b"1", b"c"),) * count))


def _first_chunk(body: ChunkedBody, chunk: Chunk) -> ChunkedBody:
    return replace(body, chunks=(chunk, *body.chunks))


def _extension(request: Request, size: int) -> Request:
    long = Chunk(b"1", b"c", b";" + b"e" * size)
    return _with_body(request, lambda body: _first_chunk(body, long))


def _extensions(request: Request, count: int) -> Request:
    many = Chunk(b"1", b"c", b";e=f" * count)
    return _with_body(request, lambda body: _first_chunk(body, many))


def _zeros(request: Request, size: int) -> Request:
    long = Chunk(b"0" * size + b"1", b"c")
    return _with_body(request, lambda body: _first_chunk(body, long))


def _trailers(request: Request, count: int) -> Request:
    lines = (FieldLine(b"X-Trailer", b"x"),) * count
    return _with_body(request, lambda body: replace(body, trailer_section=lines))


def _trailer(request: Request, size: int) -> Request:
    lines = (FieldLine(b"X-Trailer", b"t" * size),)
    return _with_body(request, lambda body: replace(body, trailer_section=lines))


_IN_OCTETS: Final[tuple[tuple[str, Enlarge], ...]] = (
    ("method", _method),
    ("target", _target),
    ("query", _query),
    ("field-name", _name),
    ("field-value", _value),
    ("cookie", _cookie),
    ("whitespace", _whitespace),
    ("content", _content),
    ("chunk", _chunk),
    ("chunk-extension", _extension),
    ("chunk-size-zeros", _zeros),
    ("trailer-value", _trailer),
)
_IN_NUMBER: Final[tuple[tuple[str, Enlarge, tuple[str, ...]], ...]] = (
    ("field-lines", _lines, ()),
    ("different-field-lines", _different_lines, ()),
    ("list-elements", _elements, ()),
    ("empty-list-elements", _empty_elements, ()),
    ("folds", _folds, ("obs-fold",)),
    ("chunks", _chunks, ()),
    ("chunk-extensions", _extensions, ()),
    ("trailers", _trailers, ()),
    ("leading-empty-lines", _leading_lines, ("leading-empty-lines",)),
)

FRAMES: Final = True
MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(on_request(name, _of(SIZES, "octets", enlarge)) for name, enlarge in _IN_OCTETS),
    *(on_request(name, _of(COUNTS, "of them", enlarge), *breaks) for name, enlarge, breaks in _IN_NUMBER),
)
