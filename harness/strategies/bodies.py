"""Content, and content in chunks with extensions and trailers (RFC 9112 6 and 7.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from harness.model.message import Chunk, ChunkedBody
from harness.strategies.draw import Draw, several
from harness.strategies.field_values import quoted_string, token, unknown_line

_PREPARED: Final = (
    b"a",
    b"",
    b"hello",
    b"hello, world",
    b"\r\n",
    b"0\r\n\r\n",
    b"\x00\xff\r\r\n\n",
    b"GET / HTTP/1.1\r\nHost: content.invalid\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
)
"""Content that a server which lost step would take for something else, the plainest first."""

MOST_CHUNKS: Final = 4


@lru_cache(maxsize=64)
def _prepared(most: int) -> tuple[bytes, ...]:
    return tuple(one for one in _PREPARED if len(one) <= most)


def content(draw: Draw, most: int = 64) -> bytes:
    """Some content, at most so many octets."""
    return draw.octets(0, most) if draw.boolean(0.25) else draw.choice(_prepared(most))


def chunked_body(
    draw: Draw, octets: bytes, *, extensions: bool = True, trailers: bool = True, most: int = MOST_CHUNKS
) -> ChunkedBody:
    """These octets in at most `most` chunks, cut anywhere."""
    chunks: list[Chunk] = []
    rest = octets
    while rest:
        last = len(chunks) + 1 >= most or not draw.boolean(0.5)
        size = len(rest) if last else draw.integer(1, len(rest))
        chunks.append(_chunk(draw, rest[:size], extensions))
        rest = rest[size:]
    last_chunk = draw.choice((b"0", b"0", b"0", b"000"))
    if extensions and draw.boolean(0.125):
        last_chunk += extension(draw)
    lines = several(draw, 2, unknown_line, chance=0.25) if trailers else ()
    return ChunkedBody(tuple(chunks), last_chunk + b"\r\n", tuple(lines))


def _chunk(draw: Draw, data: bytes, extensions: bool) -> Chunk:
    size = draw.choice((b"%x", b"%x", b"%X", b"00%x")) % len(data)
    return Chunk(size, data, extension(draw) if extensions and draw.boolean(0.25) else b"")


def extension(draw: Draw) -> bytes:
    """One chunk extension (RFC 9112 7.1.1), with the bad whitespace that recipients take now and then."""
    bad = draw.choice((b"", b"", b"", b" ", b"\t"))
    name = bad + b";" + bad + token(draw)
    if draw.boolean(0.5):
        return name
    return name + bad + b"=" + bad + (quoted_string(draw) if draw.boolean(0.5) else token(draw))
