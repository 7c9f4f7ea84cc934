"""llhttp's opinion through httptools: exact boundaries without offsets, and a table that is still true."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import HarnessError
from harness.model.message import FramingKind
from harness.model.reading import End
from harness.oracle.departure import Departure, Direction
from harness.oracle.llhttp_oracle import DEPARTURES, read_requests, read_responses

pytest.importorskip("httptools")

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"


@pytest.mark.parametrize("row", DEPARTURES, ids=lambda row: row.name)
def test_the_installed_llhttp_still_departs(row: Departure) -> None:
    if row.direction is Direction.REQUESTS:
        requests = read_requests(row.octets, row.ended)
        assert (requests.end, requests.must_close) == (row.end, row.must_close)
        assert tuple(one.content for one in requests.requests) == row.contents
    else:
        responses = read_responses(row.octets, [row.method], row.ended)
        assert responses.end == row.end
        assert tuple(one.content for one in responses.responses) == row.contents


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", id="space before colon"),
        pytest.param(POST.replace(b": 3", b": +3"), id="sign in Content-Length"),
        pytest.param(POST.replace(b": 3", b": 3\r\nContent-Length: 4"), id="differing Content-Length"),
        pytest.param(GET[:-2] + b"Transfer-Encoding: xchunked\r\n\r\n", id="chunked not final"),
        pytest.param(
            GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", id="LF behind chunk-size"
        ),
    ],
)
def test_llhttp_refuses_what_is_to_be_refused(octets: bytes) -> None:
    reading = read_requests(octets, ended=False)
    assert reading.end is End.REJECTED
    assert reading.must_close
    assert reading.complaint


def test_boundaries_are_exact() -> None:
    head = OK[:-3]
    reading = read_responses(OK + head + CHUNKED + OK, [b"GET", b"HEAD", b"GET"], ended=False)
    edges = [0]
    for one in (OK, head, CHUNKED, OK):
        edges.append(edges[-1] + len(one))
    assert [one.start for one in reading.responses] == edges[:-1]
    assert [one.end for one in reading.responses] == edges[1:]
    assert [one.content for one in reading.responses] == [b"abc", b"", b"abc", b"abc"]
    assert [one.name for one in reading.responses[2].response.trailer_section] == [b"X"]


def test_a_response_to_head_stops_at_its_empty_line() -> None:
    reading = read_responses(OK, [b"HEAD"], ended=False)
    assert reading.responses[0].end == len(OK) - 3
    assert reading.end is not End.COMPLETE


def test_until_close_is_complete_only_at_the_close() -> None:
    octets = b"HTTP/1.1 200 OK\r\n\r\nabc"
    assert read_responses(octets, [b"GET"], ended=False).end is End.NEEDS_MORE
    closed = read_responses(octets, [b"GET"], ended=True)
    assert (closed.end, closed.consumed) == (End.COMPLETE, len(octets))
    assert closed.responses[0].framing.kind is FramingKind.UNTIL_CLOSE


@pytest.mark.parametrize(
    ("octets", "method"),
    [(b"HTTP/1.1 200 OK\r\n\r\nanything", b"CONNECT"), (b"HTTP/1.1 101 x\r\n\r\nanything", b"GET")],
)
def test_nothing_is_read_behind_a_switch(octets: bytes, method: bytes) -> None:
    reading = read_responses(octets, [method], ended=True)
    assert (reading.end, reading.consumed) == (End.COMPLETE, len(octets) - len(b"anything"))


def test_octets_behind_a_close_are_not_read() -> None:
    reading = read_requests(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + GET, ended=False)
    assert reading.must_close
    assert len(reading.requests) == 1


def test_a_missing_library_is_our_error_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httptools", None)
    with pytest.raises(HarnessError, match=r"pip install 'wireproof\[oracles\]'"):
        read_requests(GET, ended=False)


PIECES = st.sampled_from(
    [
        GET,
        POST,
        OK,
        CHUNKED,
        b"\r\n",
        b"\n",
        b"\0",
        b"HTTP/1.1 101 x\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
        b"0\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"Upgrade: x\r\n",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=8).map(b"".join), st.booleans())
def test_no_octets_raise(octets: bytes, ended: bool) -> None:
    for method in (b"GET", b"HEAD", b"CONNECT", b""):
        assert read_responses(octets, [method], ended).consumed <= len(octets)
    reading = read_requests(octets, ended)
    assert all(one.start <= one.body_at <= one.end <= len(octets) for one in reading.requests)


@pytest.mark.parametrize("row", DEPARTURES, ids=lambda row: row.name)
def test_departures_are_cited(row: Departure) -> None:
    assert row.citation.rfc in {9110, 9112, 3986}
    assert row.ledger.startswith(f"{row.citation.rfc}-{row.citation.section}-") or not row.ledger
