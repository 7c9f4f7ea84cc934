"""The same request, told the plain way: what a rule says makes no difference, taken out of it.

A rule that compares a sound request with its twin says by one of these what the twin of any request is (its
`plain`), so that a request nobody thought of can be held against its own. Each takes out one thing and leaves
all else as it is: what the two are then answered differently for, is that one thing. A request that has
nothing of the kind comes back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.http1.build import PATH, field
from harness.http1.edit import with_body, with_line, with_lines, without
from harness.http1.framing import transfer_codings
from harness.model.message import ChunkedBody, FieldLine, Request

Plain = Callable[[Request], Request]

_LAST_CHUNK: Final = b"0\r\n"
_LENGTH: Final = b"Content-Length"
_CODING: Final = b"Transfer-Encoding"
_STRUCTURAL: Final = (b"Host", _LENGTH, _CODING)
_NOT_ASCII: Final = bytes(range(0x80, 0x100))
_AS_LETTERS: Final = bytes.maketrans(_NOT_ASCII, b"a" * len(_NOT_ASCII))
_CONDITIONS: Final = (b"If-None-Match", b"If-Modified-Since")
_SHORT: Final = 1024
_MOST_DIGITS: Final = 16
QUOTED: Final = re.compile(rb'("(?:[^"\\]|\\.)*")')
_AROUND: Final = re.compile(rb"[ \t]*([;=])[ \t]*")


def as_it_is(request: Request) -> Request:
    """The request itself: the twin comes in one piece, and with nothing in front of it."""
    return request


# The request-line -------------------------------------------------------------------------------------


def _with_target(request: Request, target: bytes) -> Request:
    return with_line(request, replace(request.line, target=target))


def in_origin_form(request: Request) -> Request:
    """An http URI without its scheme and authority; no path is `/` (RFC 9110 4.2.3)."""
    target = request.line.target
    authority = authority_of(target)
    if not authority:
        return request
    rest = target[len(b"http://") + len(authority) :]
    return _with_target(request, rest if rest.startswith(b"/") else b"/" + rest)


def with_host_of_target(request: Request) -> Request:
    """Host that agrees with a target in absolute-form."""
    authority = authority_of(request.line.target)
    return _each_line(request, lambda one: replace(one, value=authority), b"Host") if authority else request


def authority_of(target: bytes) -> bytes:
    """What stands behind `http://`, up to the path or the query; nothing in other forms."""
    return re.split(rb"[/?]", target[7:], maxsplit=1)[0] if target.lower().startswith(b"http://") else b""


def of_the_resource(request: Request) -> Request:
    """The target's own path in place of `*`."""
    return _with_target(request, PATH) if request.line.target == b"*" else request


def without_query(request: Request) -> Request:
    """No query; one with percent-encoded octets may be refused for what they decode to, and stays."""
    path, _, query = request.line.target.partition(b"?")
    return request if b"%" in query or not path.startswith(b"/") else _with_target(request, path)


def with_short_query(request: Request) -> Request:
    """One octet of a long query."""
    path, mark, query = request.line.target.partition(b"?")
    return _with_target(request, path + mark + query[:1]) if len(query) > _SHORT else request


def in_version_1_1(request: Request) -> Request:
    """The version that is spoken everywhere."""
    return with_line(request, replace(request.line, version=b"HTTP/1.1"))


def as_get(request: Request) -> Request:
    """GET for any other method, of a request without content whose target GET may have."""
    target = request.line.target
    if request.body or not (target.startswith(b"/") or authority_of(target)):
        return request
    return with_line(request, replace(request.line, method=b"GET"))


# Field lines ------------------------------------------------------------------------------------------


def _each_line(request: Request, change: Callable[[FieldLine], FieldLine], *names: bytes) -> Request:
    """The field lines of these names changed; of all names, if there are none."""
    lines = [change(one) if not names or any(map(one.named, names)) else one for one in request.field_lines]
    return with_lines(request, *lines)


def in_ascii(request: Request) -> Request:
    """Letters for all octets of 128 and more in field values."""
    return _each_line(request, lambda one: replace(one, value=one.value.translate(_AS_LETTERS)))


def with_plain_whitespace(request: Request) -> Request:
    """One SP in front of each value, none behind it, and no HTAB within."""
    return _each_line(request, plainly_spaced)


def plainly_spaced(one: FieldLine) -> FieldLine:
    """The same for one field line."""
    return replace(one, before_value=b" ", value=one.value.replace(b"\t", b" "), after_value=b"")


def with_names_in_title_case(request: Request) -> Request:
    """The names that framing and routing depend on in their usual spelling."""
    return _each_line(request, lambda one: replace(one, name=one.name.title()), *_STRUCTURAL)


def unconditional(request: Request) -> Request:
    """No condition that a 304 may be the answer to."""
    return without(request, *_CONDITIONS)


# Framing and content ----------------------------------------------------------------------------------


def without_leading_zeros(request: Request) -> Request:
    """Content-Length without zeros in front of it."""
    return _each_line(request, lambda one: replace(one, value=one.value.lstrip(b"0") or b"0"), _LENGTH)


def with_coding_in_lower_case(request: Request) -> Request:
    """The transfer codings in lower case."""
    return _each_line(request, lambda one: replace(one, value=one.value.lower()), _CODING)


def without_empty_elements(request: Request) -> Request:
    """The transfer codings in one field line without empty elements."""
    values = request.values(_CODING)
    if all(element.strip(b" \t") for value in values for element in value.split(b",")):
        return request
    whole = field(_CODING, b", ".join(transfer_codings(values)))
    return with_lines(request, *without(request, _CODING).field_lines, whole)


def with_plain_sizes(request: Request) -> Request:
    """Chunk sizes in lower case and without zeros in front, a last chunk of one zero.

    Where there are more digits than a number of 64 bits has, a server may have enough of them.
    """
    body = request.body
    if not isinstance(body, ChunkedBody) or b";" in body.last_chunk:
        return request
    sizes = (*(one.size for one in body.chunks), body.last_chunk.rstrip())
    if max(map(len, sizes)) > _MOST_DIGITS:
        return request
    chunks = tuple(replace(one, size=b"%x" % len(one.data)) for one in body.chunks)
    return with_body(request, replace(body, chunks=chunks, last_chunk=_LAST_CHUNK))


def without_extensions(request: Request) -> Request:
    """No chunk has an extension."""
    body = request.body
    if not isinstance(body, ChunkedBody):
        return request
    chunks = tuple(replace(one, extension=b"") for one in body.chunks)
    last_chunk = body.last_chunk if b";" not in body.last_chunk else _LAST_CHUNK
    return with_body(request, replace(body, chunks=chunks, last_chunk=last_chunk))


def without_bad_whitespace(request: Request) -> Request:
    """Chunk extensions without the whitespace around their `;` and `=`, but for that in quotes."""
    body = request.body
    if not isinstance(body, ChunkedBody):
        return request
    chunks = tuple(replace(one, extension=_tight(one.extension)) for one in body.chunks)
    return with_body(request, replace(body, chunks=chunks, last_chunk=_tight(body.last_chunk)))


def _tight(octets: bytes) -> bytes:
    """Every other part of a split at quoted strings is one, and stays as it is."""
    parts = QUOTED.split(octets)
    return b"".join(one if number % 2 else _AROUND.sub(rb"\1", one) for number, one in enumerate(parts))


def without_trailer_section(request: Request) -> Request:
    """No field lines behind the last chunk, where these are told the plain way themselves."""
    body = request.body
    if not isinstance(body, ChunkedBody):
        return request
    as_fields = with_lines(request, *body.trailer_section)
    if as_fields != with_plain_whitespace(in_ascii(as_fields)):
        return request
    return with_body(request, replace(body, trailer_section=()))


def counted(request: Request) -> Request:
    """Content-Length for the chunked coding, of a body that has no more to it than its chunks."""
    body = request.body
    if not isinstance(body, ChunkedBody):
        return request
    bare = with_plain_sizes(without_extensions(without_trailer_section(request)))
    if bare != request or request.values(_CODING) != (b"chunked",):
        return request
    content = b"".join(one.data for one in body.chunks)
    lines = (*without(request, _CODING).field_lines, field(_LENGTH, b"%d" % len(content)))
    return with_body(with_lines(request, *lines), content)


def on_one_line(request: Request) -> Request:
    """Letters for the line feeds in content that is counted."""
    body = request.body
    return with_body(request, body.replace(b"\n", b"a")) if isinstance(body, bytes) else request
