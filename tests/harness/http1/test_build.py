"""Builders make sound requests by default, and exactly the malformed ones they are told to make."""

from __future__ import annotations

import pytest

from harness.http1 import serialize
from harness.http1.build import HOST, PATH, chunk, chunked, field, fill, get, line, post, request
from harness.model.message import Request


@pytest.mark.parametrize(
    ("built", "octets"),
    [
        (get(), b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        (get(b"/a", host=None, version=b"HTTP/1.0"), b"GET /a HTTP/1.0\r\n\r\n"),
        (get(fields=[field(b"X", b"1", b" ")]), b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX : 1\r\n\r\n"),
        (get(fields=[line(b" junk", b"\n")], host=None), b"GET {path} HTTP/1.1\r\n junk\n\r\n"),
        (request(b"G", b"*", after_method=b"\t", end=b"\n", host=None), b"G\t* HTTP/1.1\n\r\n"),
        (post(), b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"),
        (post(content=b"abc", host=None), b"POST {path} HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
        (
            post(content=b"abc", length=b"+3", host=None),
            b"POST {path} HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc",
        ),
        (
            post(content=b"a", length=9, host=None, method=b"PUT"),
            b"PUT {path} HTTP/1.1\r\nContent-Length: 9\r\n\r\na",
        ),
        (
            post(chunks=[b"a", chunk(b"b", size=b"0x1", extension=b";c")], host=None),
            b"POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0x1;c\r\nb\r\n0\r\n\r\n",
        ),
        (
            post(chunks=[], length=4, host=None),
            b"POST {path} HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            post(chunks=chunked(b"x" * 17, trailers=[field(b"T", b"1")], end=b""), host=None),
            b"POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n"
            + b"x" * 17
            + b"\r\n0\r\nT: 1\r\n",
        ),
    ],
)
def test_builders(built: Request, octets: bytes) -> None:
    assert serialize.request(built) == octets


def test_fill_replaces_exactly_its_tokens() -> None:
    template = HOST + b" " + PATH + b" {Host} {marker} {{host}} {host {}"
    assert fill(template, b"h:1", b"/p") == b"h:1 /p {Host} {marker} {h:1} {host {}"


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill(HOST + PATH, PATH, HOST) == PATH + HOST
