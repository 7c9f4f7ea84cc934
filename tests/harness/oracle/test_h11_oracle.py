"""h11's opinion: exact boundaries, its own words, and a table of departures that is still true."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.message import FramingKind
from harness.model.reading import End
from harness.oracle.departure import Departure, Direction
from harness.oracle.h11_oracle import DEPARTURES, read_requests, read_responses

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"


@pytest.mark.parametrize("row", DEPARTURES, ids=lambda row: row.name)
def test_the_installed_h11_still_departs(row: Departure) -> None:
    if row.direction is Direction.REQUESTS:
        requests = read_requests(row.octets, row.ended)
        assert (requests.end, requests.must_close) == (row.end, row.must_close)
        assert tuple(one.content for one in requests.requests) == row.contents
    else:
        responses = read_responses(row.octets, [row.method], row.ended)
        assert responses.end == row.end
        assert tuple(one.content for one in responses.responses) == row.contents


def test_names_of_departures_are_unique() -> None:
    names = [row.name for row in DEPARTURES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", id="two Hosts"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", id="space before colon"),
        pytest.param(b"GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n", id="whitespace first"),
        pytest.param(POST.replace(b": 3", b": +3"), id="sign in Content-Length"),
        pytest.param(POST.replace(b": 3", b": 3\r\nContent-Length: 4"), id="differing Content-Length"),
        pytest.param(GET[:-2] + b"Transfer-Encoding: gzip\r\n\r\n", id="chunked not final"),
        pytest.param(
            GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", id="LF behind chunk-size"
        ),
    ],
)
def test_h11_refuses_what_is_to_be_refused(octets: bytes) -> None:
    reading = read_requests(octets, ended=False)
    assert reading.end is End.REJECTED
    assert reading.must_close
    assert reading.complaint
    assert reading.statuses


@pytest.mark.parametrize(
    ("octets", "method"),
    [
        pytest.param(OK, b"GET", id="counted"),
        pytest.param(b"HTTP/1.1 103 x\r\n\r\n" + OK, b"GET", id="interim"),
        pytest.param(OK[:-3], b"HEAD", id="HEAD"),
        pytest.param(b"HTTP/1.1 304 x\r\nContent-Length: 3\r\n\r\n", b"GET", id="304"),
        pytest.param(CHUNKED, b"GET", id="chunked"),
        pytest.param(OK, b"no token", id="method that h11 does not take"),
    ],
)
def test_h11_takes_what_is_to_be_taken(octets: bytes, method: bytes) -> None:
    reading = read_responses(octets, [method], ended=False)
    assert (reading.end, reading.consumed, reading.complaint) == (End.COMPLETE, len(octets), "")


def test_boundaries_are_exact_across_blocks() -> None:
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + b"x" * 10000
    reading = read_responses(large + OK + large, [b"GET"], ended=False)
    edges = [(one.start, one.body_at, one.end) for one in reading.responses]
    a, b = len(large), len(large) + len(OK)
    assert edges == [(0, a - 10000, a), (a, b - 3, b), (b, b + a - 10000, b + a)]


def test_a_request_cut_short_needs_more_in_h11s_words() -> None:
    reading = read_requests(GET + POST[:-1], ended=True)
    assert reading.end is End.NEEDS_MORE
    assert "without sending complete message body" in reading.complaint
    assert [(one.content, one.complete) for one in reading.requests] == [(b"", True), (b"ab", False)]


def test_until_close_is_complete_only_at_the_close() -> None:
    octets = b"HTTP/1.1 200 OK\r\n\r\nabc"
    assert read_responses(octets, [b"GET"], ended=False).end is End.NEEDS_MORE
    closed = read_responses(octets, [b"GET"], ended=True)
    assert closed.end is End.COMPLETE
    assert closed.responses[0].framing.kind is FramingKind.UNTIL_CLOSE


def test_octets_behind_a_close_are_not_read() -> None:
    reading = read_requests(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + GET, ended=False)
    assert reading.must_close
    assert len(reading.requests) == 1


def test_a_tunnel_begins_behind_connect() -> None:
    reading = read_responses(b"HTTP/1.1 200 OK\r\n\r\nanything", [b"CONNECT"], ended=True)
    assert [one.framing.kind for one in reading.responses] == [FramingKind.TUNNEL]
    assert reading.consumed == len(b"HTTP/1.1 200 OK\r\n\r\n")


def test_a_protocol_may_be_switched_only_where_a_request_asked() -> None:
    switched = b"HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nanything"
    asked = read_requests(GET[:-2] + b"Connection: upgrade\r\nUpgrade: x\r\n\r\n", ended=False).requests
    assert read_responses(switched, asked, ended=False).end is End.COMPLETE
    assert read_responses(switched, [b"GET"], ended=False).end is End.REJECTED


PIECES = st.sampled_from(
    [
        GET,
        POST,
        OK,
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b"HTTP/1.1 ",
        b"101 x\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
        b"Host: a\r\n",
        b"0\r\n\r\n",
        b"5\r\n",
        b"Upgrade: x\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n",
        b"Connection: close\r\n",
        b"Expect: 100-continue\r\n",
        b"\xff",
        b"GET / HTTP/1.0\r\n",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=10).map(b"".join), st.booleans())
def test_no_octets_raise(octets: bytes, ended: bool) -> None:
    for method in (b"GET", b"HEAD", b"CONNECT", b"", b"\xff"):
        assert read_responses(octets, [method], ended).consumed <= len(octets)
    reading = read_requests(octets, ended)
    assert reading.consumed <= len(octets)
    assert all(one.start <= one.body_at <= one.end <= len(octets) for one in reading.requests)


@pytest.mark.parametrize("row", DEPARTURES, ids=lambda row: row.name)
def test_departures_cite_rows_of_the_ledger(row: Departure, ledger: frozenset[str]) -> None:
    assert row.ledger in ledger
    assert row.rfc


@pytest.fixture(scope="session")
def ledger() -> frozenset[str]:
    folder = Path(__file__).parents[3] / "harness" / "rules" / "ledger"
    tables = list(folder.glob("*.tsv"))
    if not tables:
        pytest.skip("the ledger is not in the tree")
    with tables[0].open(encoding="utf-8", newline="") as table:
        return frozenset(row["id"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
