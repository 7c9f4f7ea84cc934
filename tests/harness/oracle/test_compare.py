"""Differences between two readings have a name, and tell whether they matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.http1.request_reader import read_requests
from harness.model.reading import Reading
from harness.oracle.compare import agree, differences

G = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"


def _named(ours: bytes, theirs: bytes) -> list[tuple[str, bool]]:
    return [(one.what, one.benign) for one in differences(read_requests(ours), read_requests(theirs))]


COMPARED = [
    # ours, theirs, the differences: their names, and whether they are benign
    (G + b"\r\n", G + b"\r\n", []),
    (G + b"X: a \t b\r\n\r\n", G + b"x:  a b \r\n\r\n", []),
    (G + b"X: a\r\n b\r\n\r\n", G + b"X: a b\r\n\r\n", []),
    (
        G + b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
        G + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        [],
    ),
    (G + b"\r\n", b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", [("method", False)]),
    (G + b"\r\n", b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", [("target", False)]),
    (G + b"\r\n", G + b"X: y\r\n\r\n", [("fields", False)]),
    (G + b"X: y\r\nZ: y\r\n\r\n", G + b"Z: y\r\nX: y\r\n\r\n", [("fields", True)]),
    (POST + b"hello", POST + b"world", [("content", False)]),
    (G + b"\r\n", (G + b"\r\n") * 2, [("requests", False)]),
    (G + b"\r\n", G, [("requests", False), ("end", False)]),
    (G + b"\r\n", G + b"Connection: close\r\n\r\n", [("fields", False), ("must-close", False)]),
    (b"", b"\r\n", []),
]


@pytest.mark.parametrize(("ours", "theirs", "named"), COMPARED)
def test_differences_are_named(ours: bytes, theirs: bytes, named: list[tuple[str, bool]]) -> None:
    assert _named(ours, theirs) == named
    assert agree(read_requests(ours), read_requests(theirs)) is all(benign for _, benign in named)


def _closing(reading: Reading) -> Reading:
    return replace(reading, must_close=True)


def test_closing_behind_http_1_0_is_a_matter_of_taste() -> None:
    kept = read_requests(b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
    assert agree(kept, _closing(kept))
    assert not agree(_closing(kept), kept)


def test_closing_behind_http_1_1_is_not() -> None:
    kept = read_requests(G + b"\r\n")
    assert not agree(kept, _closing(kept))


def test_behind_a_refusal_everyone_may_close() -> None:
    refused = read_requests(b"GET\r\n\r\n")
    assert agree(refused, _closing(refused))


def test_the_request_that_differs_is_counted_from_zero() -> None:
    (one,) = differences(
        read_requests((G + b"\r\n") * 2), read_requests(G + b"\r\n" + b"PUT / HTTP/1.1\r\nHost: x\r\n\r\n")
    )
    assert (one.index, one.ours, one.theirs) == (1, b"GET", b"PUT")
