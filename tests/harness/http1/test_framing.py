"""RFC 9112 6.3, step by step, as a table."""

from __future__ import annotations

import pytest

from harness.http1.framing import (
    content_length,
    ends_in_chunked,
    request_framing,
    response_framing,
    transfer_codings,
)
from harness.http1.grammar import UNREACHABLE
from harness.model.message import Framing, FramingKind

CHUNKED = [b"chunked"]
NONE, LENGTH, CHUNKS, CLOSE, TUNNEL, INVALID = (
    FramingKind.NONE,
    FramingKind.LENGTH,
    FramingKind.CHUNKED,
    FramingKind.UNTIL_CLOSE,
    FramingKind.TUNNEL,
    FramingKind.INVALID,
)


@pytest.mark.parametrize(
    ("transfer_encoding", "length", "expected"),
    [
        ([], [], Framing(NONE, step=7)),
        ([], [b"5"], Framing(LENGTH, 5, 6)),
        ([], [b"0"], Framing(LENGTH, 0, 6)),
        ([], [b"5", b"5"], Framing(LENGTH, 5, 6)),
        ([], [b"5, 05,"], Framing(LENGTH, 5, 6)),
        ([], [b"5", b"6"], Framing(INVALID, step=5)),
        ([], [b""], Framing(INVALID, step=5)),
        ([], [b"+5"], Framing(INVALID, step=5)),
        (CHUNKED, [], Framing(CHUNKS, step=4)),
        (CHUNKED, [b"5"], Framing(CHUNKS, step=4)),
        (CHUNKED, [b"x"], Framing(CHUNKS, step=4)),
        ([b"gzip", b"chunked"], [], Framing(CHUNKS, step=4)),
        ([b"chunked, chunked"], [], Framing(CHUNKS, step=4)),
        ([b"chunked;q=1"], [], Framing(CHUNKS, step=4)),
        ([b"gzip"], [b"5"], Framing(INVALID, step=4)),
        ([b"chunked, gzip"], [], Framing(INVALID, step=4)),
        ([b""], [], Framing(INVALID, step=4)),
        ([b"\x0bchunked"], [], Framing(INVALID, step=4)),
    ],
)
def test_requests(transfer_encoding: list[bytes], length: list[bytes], expected: Framing) -> None:
    assert request_framing(transfer_encoding, length) == expected


@pytest.mark.parametrize(
    ("method", "status", "transfer_encoding", "length", "expected"),
    [
        (b"HEAD", 200, CHUNKED, [b"5"], Framing(NONE, step=1)),
        (b"GET", 100, CHUNKED, [], Framing(NONE, step=1)),
        (b"GET", 101, [], [], Framing(NONE, step=1)),
        (b"GET", 199, [], [b"5"], Framing(NONE, step=1)),
        (b"GET", 204, [], [b"x"], Framing(NONE, step=1)),
        (b"GET", 304, CHUNKED, [], Framing(NONE, step=1)),
        (b"CONNECT", 204, [], [], Framing(NONE, step=1)),
        (b"CONNECT", 200, CHUNKED, [b"5"], Framing(TUNNEL, step=2)),
        (b"CONNECT", 299, [], [], Framing(TUNNEL, step=2)),
        (b"CONNECT", 300, [], [b"5"], Framing(LENGTH, 5, 6)),
        (b"CONNECT", 404, [], [], Framing(CLOSE, step=8)),
        (b"connect", 200, [], [b"5"], Framing(LENGTH, 5, 6)),
        (b"head", 200, [], [b"5"], Framing(LENGTH, 5, 6)),
        (b"GET", 200, CHUNKED, [b"5"], Framing(CHUNKS, step=4)),
        (b"GET", 200, [b"gzip"], [b"5"], Framing(CLOSE, step=4)),
        (b"GET", 200, [b"chunked, gzip"], [], Framing(CLOSE, step=4)),
        (b"GET", 205, [], [b"5"], Framing(LENGTH, 5, 6)),
        (b"GET", 200, [], [b"5", b"6"], Framing(INVALID, step=5)),
        (b"", 999, [], [], Framing(CLOSE, step=8)),
        (b"GET", 99, [], [], Framing(CLOSE, step=8)),
        (b"GET", 200, [], [], Framing(CLOSE, step=8)),
    ],
)
def test_responses(
    method: bytes, status: int, transfer_encoding: list[bytes], length: list[bytes], expected: Framing
) -> None:
    assert response_framing(method, status, transfer_encoding, length) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([b"007"], 7),
        ([b"00, 0"], 0),
        ([b" 5 ,\t5"], 5),
        ([b"18446744073709551621"], 2**64 + 5),
        ([b"9" * 5000], UNREACHABLE),
        ([], None),
        ([b","], None),
        ([b"5 5"], None),
        ([b"5, x"], None),
        ([b"5", b"50"], None),
        ([b"0+5"], None),
        ([b"-0"], None),
        ([b"5\n"], None),
        ([b"\xb2"], None),
    ],
)
def test_content_length(values: list[bytes], expected: int | None) -> None:
    assert content_length(values) == expected


@pytest.mark.parametrize(
    "value", [b"chunked", b"CHUNKED", b", chunked", b"chunked ,", b"gzip,chunked", b"chunked ; a=b"]
)
def test_chunked_is_final(value: bytes) -> None:
    assert ends_in_chunked([value])


@pytest.mark.parametrize(
    "value", [b"", b"xchunked", b"chunked, gzip", b'"chunked"', b"chunked x", b'"a, chunked']
)
def test_chunked_is_not_final(value: bytes) -> None:
    assert not ends_in_chunked([value])


def test_codings_of_all_lines_count_in_order() -> None:
    assert transfer_codings([b"a, b;c=d", b"", b"chunked"]) == (b"a", b"b;c=d", b"chunked")
