"""Other parsers are asked about octets of ordinary size, whatever the size of the content."""

import pytest

from harness.http1.request_reader import read_requests
from harness.http1.response_reader import read_responses
from harness.oracle.ordinary import LONGEST_LINE, MOST_OCTETS, ordinary

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"
LONG = b"x" * (LONGEST_LINE + 1)


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", True),
        (HEAD + b"\r\n", True),
        (HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000, True),
        (HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 90_000, True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + b"x" * 100_000 + b"\r\n0\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nT: " + LONG + b"\r\n\r\n", False),
        (HEAD + b"X: " + LONG + b"\r\n\r\n", False),
        (HEAD + b"X: y\r\n" * (MOST_OCTETS // 6) + b"\r\n", False),
        (LONG, False),
        (HEAD + b"\r\n" + LONG, False),
    ],
)
def test_requests(octets, expected):
    assert ordinary(octets, read_requests(octets).requests) is expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, True),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, True),
        (b"HTTP/1.1 200 OK\r\nX: " + LONG + b"\r\n\r\n", False),
        (LONG, False),
    ],
)
def test_responses(octets, expected):
    assert ordinary(octets, read_responses(octets, [b"GET"], True).responses) is expected
