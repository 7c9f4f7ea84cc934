"""What may be too large, as data: for each a request that has it in a given size, sound in all else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.engine.plans import Surroundings
from harness.http1 import serialize
from harness.http1.build import chunk, chunked, field, get, post
from harness.model.message import FieldLine, Request

MEBI: Final = 1 << 20

LONGEST_LINE: Final = 4000
"""Octets of a field line where a section of several is wanted: no limit of one line is to be met."""

LONGEST_PATH: Final = 64
"""Of a target's own path; with a longer one the query stands behind `/`, so that 100 octets suffice."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One thing that may be too large; `build` makes the request in which it has that size.

    `sizes` are tried in any case. `first` is small enough to show how the target answers; the search ends
    at `last`. `content` says that the target has to take content for anything to be told.
    """

    name: str
    build: Callable[[Surroundings, int], Request]
    first: int
    sizes: tuple[int, ...] = ()
    last: int = MEBI
    unit: str = "octets"
    content: bool = False


def _in_path(around: Surroundings, size: int) -> Request:
    return get(b"/" + b"a" * (size - 1), host=around.host)


def _in_query(around: Surroundings, size: int) -> Request:
    return get(_padded(_beginning(around), size), host=around.host)


def _absolute(around: Surroundings, size: int) -> Request:
    """RFC 9112 3.2.2."""
    return get(_padded(b"http://" + around.host + _beginning(around), size), host=around.host)


def _request_line(around: Surroundings, size: int) -> Request:
    """RFC 9112 3: method, SP, request-target, SP and version make up the size; the line end does not."""
    return _in_query(around, size - len(b"GET  HTTP/1.1"))


def _beginning(around: Surroundings) -> bytes:
    path = around.path if len(around.path) <= LONGEST_PATH else b"/"
    return path + (b"&a=" if b"?" in path else b"?a=")


def _padded(beginning: bytes, size: int) -> bytes:
    return beginning.ljust(size, b"a")


def _field_value(around: Surroundings, size: int) -> Request:
    return get(around.path, host=around.host, fields=[field(b"X-Wireproof", b"a" * size)])


def _field_name(around: Surroundings, size: int) -> Request:
    return get(around.path, host=around.host, fields=[field(b"a" * size, b"a")])


def _field_lines(around: Surroundings, size: int) -> Request:
    """The line of Host is one of them."""
    return get(around.path, host=around.host, fields=[field(b"X", b"a")] * (size - 1))


def _header_section(around: Surroundings, size: int) -> Request:
    """All field lines with their line ends, that of Host among them."""
    host_line = len(serialize.field_line(field(b"Host", around.host)))
    return get(around.path, host=around.host, fields=_section(size - host_line))


def _chunk_extension(around: Surroundings, size: int) -> Request:
    """RFC 9112 7.1.1: `;` and a name, on the only chunk."""
    only = chunk(b"content", extension=b";" + b"a" * (size - 1))
    return post(around.content_path, host=around.host, chunks=[only])


def _trailer_section(around: Surroundings, size: int) -> Request:
    """RFC 9112 7.1.2: all trailer field lines with their line ends."""
    body = chunked(b"content", trailers=_section(size))
    return post(around.content_path, host=around.host, chunks=body)


def _section(size: int) -> list[FieldLine]:
    """Field lines of that many octets in all, as few and as even as LONGEST_LINE allows."""
    count = -(-size // LONGEST_LINE)
    least = len(serialize.field_line(field(b"X")))
    shares = [size // count + (number < size % count) for number in range(count)]
    return [field(b"X", b"a" * (share - least)) for share in shares]


_TARGETS: Final = (100, 8000, MEBI)

LADDERS: Final = (
    Ladder("request-line", _request_line, 100, sizes=(65_535, 65_536, 65_537)),
    Ladder("request-target in origin-form, its path", _in_path, 100, _TARGETS),
    Ladder("request-target in origin-form, its query", _in_query, 100, _TARGETS),
    Ladder("request-target in absolute-form", _absolute, 100, _TARGETS),
    Ladder("field value", _field_value, 100),
    Ladder("field name", _field_name, 100),
    Ladder("field lines", _field_lines, 4, last=1 << 16, unit="lines"),
    Ladder("header section", _header_section, 400),
    Ladder("chunk extension", _chunk_extension, 10, content=True),
    Ladder("trailer section", _trailer_section, 40, content=True),
)
"""Octets of a request-line are counted without its line end, of sections with all line ends."""
