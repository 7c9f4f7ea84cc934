"""Terse builders for requests, sound or malformed on purpose.

A probe is written without knowing its target: HOST and PATH stand where the target's own belong, and
`fill` puts them in. A builder adds what a sound request needs (Host; the length of the content) and
leaves out or replaces whatever it is told to; nothing is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.model.message import CRLF, Chunk, ChunkedBody, FieldLine, Request, RequestLine

HOST: Final = b"{host}"
"""Stands for the target's uri-host [":" port]."""

PATH: Final = b"{path}"
"""Stands for the path, and query if any, of the target's resource."""

_VERSION: Final = b"HTTP/1.1"


def fill(octets: bytes, host: bytes, path: bytes) -> bytes:
    """The octets with the target's own in place of HOST and PATH; every other brace is itself.

    What is put in is not looked at again: a path may contain `{host}`.
    """
    return path.join(part.replace(HOST, host) for part in octets.split(PATH))


def field(
    name: bytes,
    value: bytes = b"",
    before_colon: bytes = b"",
    *,
    colon: bytes = b":",
    before_value: bytes = b" ",
    after_value: bytes = b"",
    end: bytes = CRLF,
) -> FieldLine:
    """A field line (RFC 9112 5)."""
    return FieldLine(name, value, before_colon, colon, before_value, after_value, end)


def line(octets: bytes, end: bytes = CRLF) -> FieldLine:
    """Any octets at all as one line of a field section."""
    return FieldLine(octets, colon=b"", before_value=b"", end=end)


def request(
    method: bytes = b"GET",
    target: bytes = PATH,
    *,
    host: bytes | None = HOST,
    fields: Iterable[FieldLine] = (),
    version: bytes = _VERSION,
    body: bytes | ChunkedBody = b"",
    after_method: bytes = b" ",
    after_target: bytes = b" ",
    end: bytes = CRLF,
    end_of_fields: bytes = CRLF,
) -> Request:
    """A request with a Host line in front of its other fields; `host` None leaves that line out.

    `end` ends the request-line. No field tells of the body: see `post`.
    """
    host_line = () if host is None else (field(b"Host", host),)
    request_line = RequestLine(method, target, version, after_method, after_target, end)
    return Request(request_line, (*host_line, *fields), body, end_of_fields)


def get(
    target: bytes = PATH,
    *,
    host: bytes | None = HOST,
    fields: Iterable[FieldLine] = (),
    version: bytes = _VERSION,
) -> Request:
    """A GET request without content."""
    return request(b"GET", target, host=host, fields=fields, version=version)


def post(
    target: bytes = PATH,
    *,
    content: bytes = b"",
    length: bytes | int | None = None,
    chunks: Sequence[bytes | Chunk] | ChunkedBody | None = None,
    host: bytes | None = HOST,
    fields: Iterable[FieldLine] = (),
    version: bytes = _VERSION,
    method: bytes = b"POST",
) -> Request:
    """A request with content: counted, or chunked where `chunks` are given.

    The framing field stands behind the others: Content-Length with the size of the content, or with
    `length` instead of it; Transfer-Encoding: chunked with chunks, and Content-Length before it only
    where `length` is given too (RFC 9112 6.2 forbids that).
    """
    framing: list[FieldLine] = []
    if chunks is None or length is not None:
        framing.append(field(b"Content-Length", _numeral(len(content) if length is None else length)))
    if chunks is not None:
        framing.append(field(b"Transfer-Encoding", b"chunked"))
    body = content if chunks is None else chunks if isinstance(chunks, ChunkedBody) else chunked(*chunks)
    return request(method, target, host=host, fields=(*fields, *framing), version=version, body=body)


def chunk(
    data: bytes,
    *,
    size: bytes | int | None = None,
    extension: bytes = b"",
    end_of_size: bytes = CRLF,
    end_of_data: bytes = CRLF,
) -> Chunk:
    """A chunk of that data (RFC 9112 7.1), which says its own size or another one."""
    stated = size if isinstance(size, bytes) else b"%x" % (len(data) if size is None else size)
    return Chunk(stated, data, extension, end_of_size, end_of_data)


def chunked(
    *chunks: bytes | Chunk,
    trailers: Iterable[FieldLine] = (),
    last_chunk: bytes = b"0\r\n",
    end: bytes = CRLF,
) -> ChunkedBody:
    """A chunked body of these chunks (RFC 9112 7.1). An empty piece of data would be a last chunk."""
    made = tuple(one if isinstance(one, Chunk) else chunk(one) for one in chunks)
    return ChunkedBody(made, last_chunk, tuple(trailers), end)


def _numeral(length: bytes | int) -> bytes:
    return length if isinstance(length, bytes) else b"%d" % length
