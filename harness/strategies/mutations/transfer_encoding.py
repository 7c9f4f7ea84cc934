"""Transfer-Encoding: codings that are not chunked, or hardly; chunked twice, beside Content-Length, under
HTTP/1.0 (RFC 9112 6.1, 6.3 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.http1.edit import with_body, with_line
from harness.model.message import ChunkedBody, FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import CODING, LENGTH, chunked, insert, put
from harness.strategies.mutation import Change, Mutation, on_request

_UNKNOWN: Final = "coding-unknown"
_NOT_LAST: Final = "coding-not-final-chunked"
_MALFORMED: Final = "coding-malformed"
_TWICE: Final = "chunked-twice"
_BOTH: Final = "length-and-coding"


def _values(*values: bytes, name: bytes = CODING) -> Callable[[Draw, Request], Change]:
    """Lines with these values in place of the one that says chunked."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place, _ = chunked(request)
        lines = tuple(FieldLine(name, value) for value in values)
        told = " and ".join(map(ascii, values))
        return Change(put(request, place, *lines), f"field line {place + 1}: {told}")

    return apply


def _with_length(first: bool) -> Callable[[Draw, Request], Change]:
    """Content-Length beside it: right for the octets of the body, for its content, or for nothing."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place, body = chunked(request)
        value = draw.choice((b"0", b"4", b"%d" % sum(len(one.data) for one in body.chunks)))
        length, coding = FieldLine(LENGTH, value), request.field_lines[place]
        lines = (length, coding) if first else (coding, length)
        return Change(put(request, place, *lines), f"field line {place + 1}: Content-Length {value!r}")

    return apply


def _old(draw: Draw, request: Request) -> Change:
    """HTTP/1.0, which asks for the connection to be kept now and then."""
    request, _, _ = chunked(request)
    if draw.boolean():
        request = insert(request, len(request.field_lines), FieldLine(b"Connection", b"keep-alive"))
    return Change(with_line(request, replace(request.line, version=b"HTTP/1.0")), "the version")


def _unchunked(draw: Draw, request: Request) -> Change:
    """It says chunked, and the content is bare."""
    request, _, body = chunked(request)
    assert isinstance(body, ChunkedBody)
    content = b"".join(one.data for one in body.chunks)
    return Change(with_body(request, draw.choice((b"", b"x" + content))), "the content")


_VALUES: Final[tuple[tuple[str, tuple[bytes, ...], tuple[str, ...]], ...]] = (
    ("odd-case", (b"cHuNkEd",), ()),
    ("empty-element-first", (b",chunked",), ()),
    ("empty-element-last", (b"chunked ,",), ()),
    ("empty-line-first", (b"", b"chunked"), ()),
    ("unknown", (b"frobbed",), (_UNKNOWN,)),
    ("unknown-first", (b"frobbed, chunked",), (_UNKNOWN,)),
    ("unknown-last", (b"chunked, frobbed",), (_NOT_LAST,)),
    ("gzip-first", (b"gzip, chunked",), (_UNKNOWN,)),
    ("gzip-last", (b"chunked, gzip",), (_NOT_LAST,)),
    ("identity", (b"identity",), (_NOT_LAST,)),
    ("identity-first", (b"identity, chunked",), (_UNKNOWN,)),
    ("identity-last", (b"chunked, identity",), (_NOT_LAST,)),
    ("prefix", (b"chunk",), (_NOT_LAST,)),
    ("suffix", (b"xchunked",), (_NOT_LAST,)),
    ("letter-behind", (b"chunkedx",), (_NOT_LAST,)),
    ("space-inside", (b"chun ked",), (_MALFORMED,)),
    ("word-behind", (b"chunked x",), (_MALFORMED,)),
    ("no-comma", (b"x chunked",), (_MALFORMED,)),
    ("quoted", (b'"chunked"',), (_MALFORMED,)),
    ("single-quoted", (b"'chunked'",), (_NOT_LAST,)),
    ("quoted-comma", (b'x="y, chunked"',), (_MALFORMED,)),
    ("semicolon-behind", (b"chunked;",), (_MALFORMED,)),
    ("parameter", (b"chunked;q=1",), ("chunked-parameters",)),
    ("parameter-with-space", (b"chunked ; a = b",), ("chunked-parameters",)),
    ("twice", (b"chunked, chunked",), (_TWICE,)),
    ("two-lines", (b"chunked", b"chunked"), (_TWICE,)),
    ("two-lines-unknown-last", (b"chunked", b"frobbed"), (_NOT_LAST,)),
    ("two-lines-identity-first", (b"identity", b"chunked"), (_UNKNOWN,)),
    ("empty", (b"",), ("coding-empty",)),
    ("comma-alone", (b",",), ("coding-empty",)),
    ("vertical-tab", (b"\x0bchunked",), (_MALFORMED,)),
    ("form-feed-behind", (b"chunked\x0c",), (_MALFORMED,)),
    ("no-break-space", (b"\xa0chunked",), (_MALFORMED,)),
    ("obs-text-behind", (b"chunked\xff",), (_MALFORMED,)),
    ("nul-behind", (b"chunked\0",), ("nul-in-field-value",)),
    ("nul-inside", (b"chun\0ked",), ("nul-in-field-value",)),
    ("cr-before", (b"\rchunked",), ("bare-cr",)),
    ("folded", (b"\r\n chunked",), ("obs-fold",)),
    ("folded-list", (b"frobbed,\r\n\tchunked",), ("obs-fold",)),
    ("missing", (), ()),
)

FRAMES: Final = True
MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(on_request(name, _values(*values), *breaks) for name, values, breaks in _VALUES),
    on_request("underscore-in-name", _values(b"chunked", name=b"Transfer_Encoding")),
    on_request("space-in-name", _values(b"chunked", name=b"Transfer Encoding"), "field-name-not-token"),
    on_request("space-before-colon", _values(b"chunked", name=b"Transfer-Encoding "), "space-before-colon"),
    on_request("behind-length", _with_length(first=True), _BOTH),
    on_request("before-length", _with_length(first=False), _BOTH),
    on_request("http-1.0", _old, "transfer-encoding-in-http-1.0"),
    on_request("content-not-chunked", _unchunked, "chunk-size-malformed", "premature-end"),
)
