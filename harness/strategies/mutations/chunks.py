"""Chunks: cut elsewhere, with extensions and trailers, sizes spelt and ended in ways that lenient readers
take, sizes that are wrong, no last chunk (RFC 9112 7.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from harness.http1.build import line as any_line
from harness.http1.edit import with_body
from harness.model.message import Chunk, ChunkedBody, FieldLine, Request
from harness.strategies.bodies import chunked_body, extension
from harness.strategies.draw import Draw
from harness.strategies.editing import chunked
from harness.strategies.mutation import Change, Mutation, on_request

_SIZE: Final = "chunk-size-malformed"
_EXTENSION: Final = "chunk-extension-malformed"
_LF: Final = "chunk-line-bare-lf"
_END: Final = "chunk-data-end"
_CR: Final = "bare-cr-in-chunk-framing"

Spell = Callable[[Chunk], Chunk]


def _one(spell: Spell) -> Callable[[Draw, Request], Change]:
    """One chunk, any of them, replaced by what `spell` makes of it."""

    def apply(draw: Draw, request: Request) -> Change:
        request, _, body = chunked(request)
        place = draw.integer(0, len(body.chunks) - 1)
        changed = spell(body.chunks[place])
        chunks = (*body.chunks[:place], changed, *body.chunks[place + 1 :])
        return Change(with_body(request, replace(body, chunks=chunks)), f"chunk {place + 1}")

    return apply


def _body(where: str, **changes: Any) -> Callable[[Draw, Request], Change]:
    """Parts of the chunked body replaced by these."""

    def apply(draw: Draw, request: Request) -> Change:
        request, _, body = chunked(request)
        return Change(with_body(request, replace(body, **changes)), where)

    return apply


def _size(template: bytes) -> Spell:
    """The size spelt by a template for its number."""
    return lambda one: replace(one, size=template % len(one.data))


def _sized(octets: bytes) -> Spell:
    """Another size altogether."""
    return lambda one: replace(one, size=octets)


def _beyond(template: bytes) -> Spell:
    """The size spelt by a template for its digits."""
    return lambda one: replace(one, size=template % (b"%x" % len(one.data)))


def _off_by(difference: int) -> Spell:
    return lambda one: replace(one, size=b"%x" % (len(one.data) + difference))


def _extended(octets: bytes) -> Spell:
    return lambda one: replace(one, extension=octets)


def _size_ends(octets: bytes) -> Spell:
    return lambda one: replace(one, end_of_size=octets)


def _data_ends(octets: bytes) -> Spell:
    return lambda one: replace(one, end_of_data=octets)


def _recut(draw: Draw, request: Request) -> Change:
    """The same content in up to twelve other chunks."""
    request, _, body = chunked(request)
    content = b"".join(one.data for one in body.chunks)
    cut = chunked_body(draw, content, extensions=False, trailers=False, most=12)
    if [one.data for one in cut.chunks] == [one.data for one in body.chunks]:
        cut = _in_single_octets(content)
    return Change(with_body(request, replace(body, chunks=cut.chunks)), f"{len(cut.chunks)} chunks")


def _in_single_octets(content: bytes) -> ChunkedBody:
    """A chunk for each octet."""
    return ChunkedBody(tuple(Chunk(b"1", content[at : at + 1]) for at in range(len(content))))


def _extension(draw: Draw, request: Request) -> Change:
    """One extension more than there was."""
    octets = extension(draw)
    return _one(lambda one: replace(one, extension=one.extension + octets))(draw, request)


_TRAILERS: Final = tuple(
    FieldLine(name, value)
    for name, value in (
        (b"X-Trailer", b"one"),
        (b"Content-Length", b"1"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Host", b"trailer.invalid"),
        (b"Connection", b"close"),
        (b"Authorization", b"Basic d2lyZTpwcm9vZg=="),
    )
)
_MALFORMED_TRAILERS: Final = tuple(
    map(any_line, (b"no colon", b": no name", b"Bad Name: x", b"X-Trailer : x", b"GET / HTTP/1.1"))
)


def _trailer(lines: tuple[FieldLine, ...]) -> Callable[[Draw, Request], Change]:
    def apply(draw: Draw, request: Request) -> Change:
        request, _, body = chunked(request)
        line = draw.choice(lines)
        trailers = (line, *body.trailer_section)
        told = f"trailer field line {line.name!r}"
        return Change(with_body(request, replace(body, trailer_section=trailers)), told)

    return apply


def _folded_trailer(draw: Draw, request: Request) -> Change:
    request, _, body = chunked(request)
    trailers = (FieldLine(b"X-Trailer", b"one\r\n two"), *body.trailer_section)
    return Change(with_body(request, replace(body, trailer_section=trailers)), "trailer field line")


_ONE_CHUNK: Final[tuple[tuple[str, Spell, tuple[str, ...]], ...]] = (
    ("size-odd-zeros", _size(b"0000000%X"), ()),
    ("size-many-zeros", _size(b"0" * 300 + b"%x"), ()),
    ("size-prefix", _size(b"0x%x"), (_SIZE,)),
    ("size-hash", _size(b"#%x"), (_SIZE,)),
    ("size-letter-h", _size(b"%xh"), (_SIZE,)),
    ("size-plus", _size(b"+%x"), (_SIZE,)),
    ("size-minus", _size(b"-%x"), (_SIZE,)),
    ("size-underscore", _size(b"0_%x"), (_SIZE,)),
    ("size-fraction", _size(b"%x.0"), (_SIZE,)),
    ("size-quoted", _size(b'"%x"'), (_SIZE,)),
    ("size-space-before", _size(b" %x"), (_SIZE,)),
    ("size-tab-before", _size(b"\t%x"), (_SIZE,)),
    ("size-vertical-tab-before", _size(b"\x0b%x"), (_SIZE,)),
    ("size-nul-behind", _size(b"%x\0"), (_SIZE,)),
    ("size-comma-behind", _size(b"%x,"), (_SIZE,)),
    ("size-empty", lambda one: replace(one, size=b"", extension=b""), (_SIZE,)),
    ("size-space-behind", lambda one: replace(_size(b"%x ")(one), extension=b""), (_SIZE,)),
    ("size-two-numerals", lambda one: replace(_size(b"%x 1")(one), extension=b""), (_SIZE,)),
    ("size-wraps-at-32-bits", _beyond(b"100%b"), ("premature-end", _END)),
    ("size-wraps-at-64-bits", _beyond(b"1000000000000000%b"), ("chunk-size-overflow",)),
    ("size-greatest-of-63-bits", _sized(b"7fffffffffffffff"), ("premature-end",)),
    ("size-minus-one-of-64-bits", _sized(b"ffffffffffffffff"), ("chunk-size-overflow",)),
    ("size-hundreds-of-digits", _sized(b"f" * 300), ("chunk-size-overflow",)),
    ("overrun", _off_by(1), (_END, "premature-end")),
    ("overrun-by-two", _off_by(2), (_END, "premature-end")),
    ("underrun", _off_by(-1), (_END, "premature-end")),
    ("extension-name-missing", _extended(b";"), (_EXTENSION,)),
    ("extension-name-empty", _extended(b";=x"), (_EXTENSION,)),
    ("extension-value-missing", _extended(b";a="), (_EXTENSION,)),
    ("extension-without-semicolon", _extended(b" a=b"), (_SIZE,)),
    ("extension-comma", _extended(b";a,b"), (_EXTENSION,)),
    ("extension-quote-open", _extended(b';a="b'), (_EXTENSION,)),
    ("extension-space-in-value", _extended(b";a=b c"), (_EXTENSION,)),
    ("extension-nul", _extended(b";a\0"), (_EXTENSION,)),
    ("extension-control", _extended(b";a=\x07"), (_EXTENSION,)),
    ("extension-cr", _extended(b";a\rb"), (_CR,)),
    ("extension-lf", _extended(b";a\nb"), (_LF,)),
    ("extension-lf-quoted", _extended(b';a="\n"'), (_EXTENSION,)),
    ("extension-crlf-quoted", _extended(b';a="\r\n"'), (_EXTENSION,)),
    ("size-ends-in-lf", _size_ends(b"\n"), (_LF,)),
    ("size-ends-in-cr", _size_ends(b"\r"), (_CR, _SIZE, _EXTENSION, _END)),
    ("size-ends-in-cr-and-octet", _size_ends(b"\rX"), (_CR, _SIZE, _EXTENSION, _END)),
    ("size-ends-in-cr-cr-lf", _size_ends(b"\r\r\n"), (_CR,)),
    ("size-ends-in-crlf-twice", _size_ends(b"\r\n\r\n"), (_END, _SIZE)),
    ("data-ends-in-lf", _data_ends(b"\n"), (_END,)),
    ("data-ends-in-cr", _data_ends(b"\r"), (_END,)),
    ("data-ends-in-lf-cr", _data_ends(b"\n\r"), (_END,)),
    ("data-ends-in-two-octets", _data_ends(b"XX"), (_END,)),
    ("data-ends-in-nothing", _data_ends(b""), (_END,)),
    ("data-ends-in-crlf-twice", _data_ends(b"\r\n\r\n"), (_SIZE,)),
)

FRAMES: Final = True
MUTATIONS: Final[tuple[Mutation, ...]] = (
    on_request("recut", _recut),
    on_request("extension", _extension),
    on_request("trailer", _trailer(_TRAILERS)),
    on_request("trailer-malformed", _trailer(_MALFORMED_TRAILERS), "trailer-malformed"),
    on_request("trailer-folded", _folded_trailer, "obs-fold-in-trailer"),
    *(on_request(name, _one(spell), *breaks) for name, spell, breaks in _ONE_CHUNK),
    on_request("last-chunk-missing", _body("no last chunk", last_chunk=b""), _SIZE, "trailer-malformed"),
    on_request(
        "cut-short", _body("no last chunk", last_chunk=b"", end=b"", trailer_section=()), "premature-end"
    ),
    on_request("last-chunk-prefixed", _body("last chunk", last_chunk=b"0x0\r\n"), _SIZE),
    on_request("last-chunk-negative", _body("last chunk", last_chunk=b"-0\r\n"), _SIZE),
    on_request("last-chunk-zeros", _body("last chunk", last_chunk=b"00000000000000000000\r\n")),
    on_request("last-chunk-in-lf", _body("last chunk", last_chunk=b"0\n"), _LF),
    on_request("last-chunk-in-cr", _body("last chunk", last_chunk=b"0\r"), _CR, _SIZE),
    on_request("last-chunk-extended", _body("last chunk", last_chunk=b"0;a=b\r\n")),
    on_request("last-chunk-twice", _body("last chunk", last_chunk=b"0\r\n0\r\n"), "trailer-malformed"),
    on_request("last-chunk-with-data", _body("last chunk", last_chunk=b"0\r\nX\r\n"), "trailer-malformed"),
    on_request("end-missing", _body("the end", end=b""), "premature-end"),
    on_request("end-in-lf", _body("the end", end=b"\n"), "bare-lf-line-end"),
    on_request("end-in-cr", _body("the end", end=b"\r"), "premature-end"),
)
