"""The boundaries that a lenient client finds, each departure once and exactly, however octets are cut."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1 import response_anomalies as kinds
from harness.http1.response_anomalies import RESPONSE_ANOMALIES
from harness.http1.response_reader import MOST_ANOMALIES, MOST_UNASKED, ResponseReader, read_responses
from harness.model.message import FramingKind
from harness.model.reading import End, ResponseReading

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
TE = b"Transfer-Encoding: chunked\r\n"


def head(*fields: bytes, line: bytes = b"HTTP/1.1 200 OK", body: bytes = b"") -> bytes:
    return line + b"\r\n" + b"".join(one + b"\r\n" for one in fields) + b"\r\n" + body


def counted(*fields: bytes, line: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return head(*fields, b"Content-Length: 1", line=line, body=b"a")


def read(octets: bytes, method: bytes = b"GET", ended: bool = False) -> ResponseReading:
    return read_responses(octets, [method], ended)


def shown(octets: bytes, reading: ResponseReading) -> list[tuple[str, bytes]]:
    """Each anomaly with the octets of its span."""
    return [(one.kind, octets[slice(*one.span)]) for one in reading.anomalies]


# Octets, the method of the first request, and each anomaly with the octets that show it. In all of them
# the boundaries are found: every response is complete, and nothing is left over.
RECOVERED: list[tuple[bytes, bytes, list[tuple[str, bytes]]]] = [
    (OK, b"GET", []),
    (OK + OK, b"GET", []),
    (b"", b"GET", []),
    (counted(b"X:", b"Y:\t a \t", b"Z: \xff"), b"GET", []),
    (counted(line=b"HTTP/1.1 200 "), b"GET", []),
    (counted(line=b"HTTP/1.0 200  two spaces"), b"GET", []),
    (counted(line=b"HTTP/1.1 200"), b"GET", [(kinds.SPACE_AFTER_STATUS_MISSING, b"")]),
    (counted(line=b"http/1.1 200 OK"), b"GET", [(kinds.VERSION_INVALID, b"http/1.1")]),
    (counted(line=b"HTTP/2 200 OK"), b"GET", [(kinds.VERSION_INVALID, b"HTTP/2")]),
    (counted(line=b"HTTP/2.0 200 OK"), b"GET", [(kinds.VERSION_INVALID, b"HTTP/2.0")]),
    (counted(line=b"HTTP/1.10 200 OK"), b"GET", [(kinds.VERSION_INVALID, b"HTTP/1.10")]),
    (counted(line=b"HTTP/1.1  200 OK"), b"GET", [(kinds.STATUS_LINE_WHITESPACE, b"  ")]),
    (counted(line=b"HTTP/1.1 200\tOK"), b"GET", [(kinds.STATUS_LINE_WHITESPACE, b"\t")]),
    (counted(line=b"HTTP/1.1 200 O\0K\1"), b"GET", [(kinds.REASON_PHRASE_INVALID, b"\0")]),
    (counted(line=b"HTTP/1.1 200 O\rK"), b"GET", [(kinds.BARE_CR, b"\r")]),
    (counted(line=b"HTTP/1.1 099 x"), b"GET", [(kinds.STATUS_CODE_OUT_OF_RANGE, b"099")]),
    (counted(line=b"HTTP/1.1 600 x"), b"GET", [(kinds.STATUS_CODE_OUT_OF_RANGE, b"600")]),
    (OK.replace(b"\r\n", b"\n"), b"GET", [(kinds.LINE_END_LF, b"\n")] * 3),
    (counted(b"X: a\rb"), b"GET", [(kinds.BARE_CR, b"\r")]),
    (counted(b"X: a\r"), b"GET", [(kinds.BARE_CR, b"\r")]),
    (counted(b"X: a\0b\0"), b"GET", [(kinds.FIELD_VALUE_INVALID, b"\0")]),
    (counted(b"X: a\x7f"), b"GET", [(kinds.FIELD_VALUE_INVALID, b"\x7f")]),
    (counted(b" X: a"), b"GET", [(kinds.WHITESPACE_BEFORE_FIRST_FIELD, b" X: a")]),
    (counted(b"X: a", b"\t b"), b"GET", [(kinds.OBS_FOLD, b"\t ")]),
    (counted(b"X: a", b" "), b"GET", [(kinds.OBS_FOLD, b" ")]),
    (counted(b"X : a"), b"GET", [(kinds.SPACE_BEFORE_COLON, b" ")]),
    (head(b"Content-Length : 1", body=b"a"), b"GET", [(kinds.SPACE_BEFORE_COLON, b" ")]),
    (counted(b"no colon"), b"GET", [(kinds.COLON_MISSING, b"no colon")]),
    (counted(b": a"), b"GET", [(kinds.FIELD_NAME_INVALID, b"")]),
    (counted(b"a b: c"), b"GET", [(kinds.FIELD_NAME_INVALID, b"a b")]),
    (counted(b"Connection: a b"), b"GET", [(kinds.CONNECTION_INVALID, b"a b")]),
    (counted(b"Date: Sun, 06 Nov 1994 08:49:37 GMT"), b"GET", []),
    (counted(b"Date: Sat, 31 Dec 2016 23:59:60 GMT"), b"GET", []),
    (counted(b"Retry-After: 120"), b"GET", []),
    (
        counted(b"Date: Mon, 06 Nov 1994 08:49:37 GMT"),
        b"GET",
        [(kinds.DATE_INVALID, b"Mon, 06 Nov 1994 08:49:37 GMT")],
    ),
    (
        counted(b"Date: Sun, 31 Feb 1994 08:49:37 GMT"),
        b"GET",
        [(kinds.DATE_INVALID, b"Sun, 31 Feb 1994 08:49:37 GMT")],
    ),
    (
        counted(b"Date: Sun, 06 Nov 1994 24:49:37 GMT"),
        b"GET",
        [(kinds.DATE_INVALID, b"Sun, 06 Nov 1994 24:49:37 GMT")],
    ),
    (counted(b"Expires: 0"), b"GET", [(kinds.DATE_INVALID, b"0")]),
    (counted(b"Date:"), b"GET", [(kinds.DATE_INVALID, b"Date:")]),
    (
        counted(b"Date: Sun Nov  6 08:49:37 1994"),
        b"GET",
        [(kinds.DATE_OBSOLETE, b"Sun Nov  6 08:49:37 1994")],
    ),
    (
        counted(b"Date: Sun, 06 Nov 1994  08:49:37 GMT"),
        b"GET",
        [(kinds.DATE_WHITESPACE, b"Sun, 06 Nov 1994  08:49:37 GMT")],
    ),
    (head(b"Content-Length: 1, 1", body=b"a"), b"GET", [(kinds.CONTENT_LENGTH_REPEATED, b"1, 1")]),
    (
        counted(b"Content-Length: 01"),
        b"GET",
        [(kinds.CONTENT_LENGTH_REPEATED, b"01"), (kinds.CONTENT_LENGTH_REPEATED, b"1")],
    ),
    (
        counted(b"Transfer-Encoding: chunked")[:-1] + b"0\r\n\r\n",
        b"GET",
        [(kinds.CONTENT_LENGTH_BESIDE_CODING, b"Content-Length: 1")],
    ),
    (
        head(b"Content-Length: 1", line=b"HTTP/1.1 204 x"),
        b"GET",
        [(kinds.CONTENT_LENGTH_FORBIDDEN, b"Content-Length: 1")],
    ),
    (head(TE[:-2], line=b"HTTP/1.1 204 x"), b"GET", [(kinds.TRANSFER_ENCODING_IN_204, TE[:-2])]),
    (
        head(b"Content-Length: 0", line=b"HTTP/1.1 103 x") + OK,
        b"GET",
        [(kinds.CONTENT_LENGTH_FORBIDDEN, b"Content-Length: 0")],
    ),
    (head(TE[:-2], line=b"HTTP/1.1 100 x") + OK, b"GET", [(kinds.TRANSFER_ENCODING_IN_1XX, TE[:-2])]),
    (head(b"Content-Length: 5"), b"CONNECT", [(kinds.CONTENT_LENGTH_IN_CONNECT, b"Content-Length: 5")]),
    (head(TE[:-2]), b"CONNECT", [(kinds.TRANSFER_ENCODING_IN_CONNECT, TE[:-2])]),
    (
        head(TE[:-2], line=b"HTTP/1.0 200 x", body=b"0\r\n\r\n"),
        b"GET",
        [(kinds.TRANSFER_ENCODING_IN_HTTP_1_0, TE[:-2])],
    ),
    (
        head(b"Transfer-Encoding: a b, chunked", body=b"0\r\n\r\n"),
        b"GET",
        [(kinds.TRANSFER_ENCODING_INVALID, b"a b, chunked")],
    ),
    (
        head(b"Transfer-Encoding: , chunked", body=b"0\r\n\r\n"),
        b"GET",
        [(kinds.TRANSFER_ENCODING_EMPTY_ELEMENT, b", chunked")],
    ),
    (head(TE[:-2], TE[:-2], body=b"0\r\n\r\n"), b"GET", [(kinds.CHUNKED_TWICE, b"chunked")]),
    (
        head(b"Transfer-Encoding: chunked;q=1", body=b"0\r\n\r\n"),
        b"GET",
        [(kinds.CHUNKED_PARAMETERS, b"chunked;q=1")],
    ),
    (CHUNKED + b'0001;a="\\";"\r\na\r\n00\r\nX: y\r\n\r\n', b"GET", []),
    (CHUNKED + b"1\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_LINE_END_LF, b"\n")]),
    (CHUNKED + b"1\r\na\n0\r\n\r\n", b"GET", [(kinds.CHUNK_LINE_END_LF, b"\n")]),
    (CHUNKED + b"0\r\n\n", b"GET", [(kinds.LINE_END_LF, b"\n")]),
    (CHUNKED + b"1 \r\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_SIZE_WHITESPACE, b"1 ")]),
    (CHUNKED + b" 1\r\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_SIZE_WHITESPACE, b" 1")]),
    (CHUNKED + b"1;\r\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_EXT_INVALID, b";")]),
    (CHUNKED + b"1;a\0\r\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_EXT_INVALID, b";a\0")]),
    (CHUNKED + b"1 ;a = b\r\na\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_EXT_WHITESPACE, b" ;a = b")]),
    (
        CHUNKED + b"1;a\rb\r\na\r\n0\r\n\r\n",
        b"GET",
        [(kinds.BARE_CR, b"\r"), (kinds.CHUNK_EXT_INVALID, b";a\rb")],
    ),
    (CHUNKED + b"0\r\n" + OK, b"GET", [(kinds.CHUNKED_END_MISSING, b"HTTP/1.1 200 OK\r\n")]),
    (CHUNKED + b"0\r\nX : y\r\n\r\n", b"GET", [(kinds.SPACE_BEFORE_COLON, b" ")]),
    (CHUNKED + b"0\r\nX: y\r\n z\r\n\r\n", b"GET", [(kinds.OBS_FOLD, b" ")]),
    (CHUNKED + b"0\r\n z\r\n\r\n", b"GET", [(kinds.OBS_FOLD, b" z")]),
    (
        CHUNKED + b"0\r\nContent-Length: 1\r\n\r\n",
        b"GET",
        [(kinds.TRAILER_FIELD_FRAMING, b"Content-Length: 1")],
    ),
    (OK + b"\r\n\n" + OK, b"GET", [(kinds.STRAY_OCTETS, b"\r\n\n")]),
    (OK + b"bc" + OK, b"GET", [(kinds.STRAY_OCTETS, b"bc")]),
    (OK + b"\r\nHTTP HTTP/1.1 2 " + OK, b"GET", [(kinds.STRAY_OCTETS, b"\r\nHTTP HTTP/1.1 2 ")]),
    (b"\r\n" + OK, b"GET", [(kinds.STRAY_OCTETS, b"\r\n")]),
    (OK + OK, b"HEAD", [(kinds.STRAY_OCTETS_AFTER_HEAD, b"a")]),
    (head(line=b"HTTP/1.1 204 x", body=b"a") + OK, b"GET", [(kinds.STRAY_OCTETS_AFTER_204, b"a")]),
    (
        head(line=b"HTTP/1.1 304 x", body=b"0\r\n\r\n") + OK,
        b"GET",
        [(kinds.STRAY_OCTETS_AFTER_304, b"0\r\n\r\n")],
    ),
    (head(line=b"HTTP/1.1 100 x", body=b"\r\n") + OK, b"GET", [(kinds.STRAY_OCTETS_AFTER_INTERIM, b"\r\n")]),
]

# Octets, method, the anomalies, and a word of the complaint: only a guess could tell how to go on.
REFUSED: list[tuple[bytes, bytes, list[tuple[str, bytes]], str]] = [
    (b"hello\r\n\r\n", b"GET", [(kinds.STRAY_OCTETS, b"hello\r\n\r\n")], "no status-line"),
    (
        b"ICY 200 OK\r\n\r\n" + OK,
        b"GET",
        [(kinds.STRAY_OCTETS, b"ICY 200 OK\r\n\r\n" + OK)],
        "no status-line",
    ),
    (counted(line=b"HTTP/1.1 20 OK"), b"GET", [(kinds.STATUS_CODE_INVALID, b"20")], "status-code"),
    (
        counted(line=b"HTTP/1.1 2000"),
        b"GET",
        [(kinds.STATUS_CODE_INVALID, b"2000"), (kinds.SPACE_AFTER_STATUS_MISSING, b"")],
        "status-code",
    ),
    (counted(line=b"HTTP/1.1 20O OK"), b"GET", [(kinds.STATUS_CODE_INVALID, b"20O")], "status-code"),
    (
        counted(b"Content-Length: 2"),
        b"GET",
        [(kinds.CONTENT_LENGTH_DIFFERING, b"2"), (kinds.CONTENT_LENGTH_DIFFERING, b"1")],
        "Content-Length",
    ),
    (
        head(b"Content-Length: +1", body=b"a"),
        b"GET",
        [(kinds.CONTENT_LENGTH_INVALID, b"+1")],
        "Content-Length",
    ),
    (
        head(b"Content-Length:", body=b"a"),
        b"GET",
        [(kinds.CONTENT_LENGTH_INVALID, b"Content-Length:")],
        "Content-Length",
    ),
    (
        head(b"Content-Length: 1\r\n 0"),
        b"GET",
        [(kinds.OBS_FOLD, b" "), (kinds.CONTENT_LENGTH_INVALID, b"1\r\n 0")],
        "Content-Length",
    ),
    (CHUNKED + b"0x1\r\na\r\n", b"GET", [(kinds.CHUNK_SIZE_INVALID, b"0x1")], "chunk"),
    (CHUNKED + b"1 1\r\na\r\n", b"GET", [(kinds.CHUNK_SIZE_INVALID, b"1 1")], "chunk"),
    (CHUNKED + b"\r\n", b"GET", [(kinds.CHUNK_SIZE_INVALID, b"")], "chunk"),
    (CHUNKED + b"-1\r\n", b"GET", [(kinds.CHUNK_SIZE_INVALID, b"-1")], "chunk"),
    (CHUNKED + b"1\r\nab\r\n0\r\n\r\n", b"GET", [(kinds.CHUNK_DATA_END_MISSING, b"b")], "CRLF"),
    (CHUNKED + b"1\r\na\rb0\r\n\r\n", b"GET", [(kinds.CHUNK_DATA_END_MISSING, b"\r")], "CRLF"),
    (OK + b"bc", b"GET", [(kinds.STRAY_OCTETS, b"bc")], "no status-line"),
    (OK, b"HEAD", [(kinds.STRAY_OCTETS_AFTER_HEAD, b"a")], "no status-line"),
]


@pytest.mark.parametrize(("octets", "method", "expected"), RECOVERED, ids=range(len(RECOVERED)))
def test_boundaries_are_found(octets: bytes, method: bytes, expected: list[tuple[str, bytes]]) -> None:
    reading = read(octets, method)
    assert shown(octets, reading) == expected
    assert (reading.end, reading.consumed, reading.complaint) == (End.COMPLETE, len(octets), "")
    assert all(one.complete for one in reading.responses)


@pytest.mark.parametrize(("octets", "method", "expected", "word"), REFUSED, ids=range(len(REFUSED)))
def test_guesses_are_not_made(
    octets: bytes, method: bytes, expected: list[tuple[str, bytes]], word: str
) -> None:
    reading = read(octets, method)
    assert shown(octets, reading) == expected
    assert reading.end is End.REJECTED
    assert word in reading.complaint


@pytest.mark.parametrize("cut", range(1, len(OK)))
def test_a_response_cut_short_needs_more(cut: int) -> None:
    reading = read(OK[:cut], ended=True)
    assert (reading.end, reading.consumed, reading.anomalies) == (End.NEEDS_MORE, 0, ())
    assert all(not one.complete for one in reading.responses)
    assert len(reading.responses) == (cut >= OK.index(b"\n") + 1)


def test_the_content_so_far_is_shown() -> None:
    assert read(head(b"Content-Length: 9", body=b"abc")).responses[0].content == b"abc"
    assert read(CHUNKED + b"9\r\nabc").responses[0].content == b"abc"
    assert read(CHUNKED + b"1\r\nab").responses[0].content == b"a"


def test_only_a_close_completes_content_that_ends_with_it() -> None:
    octets = head(body=b"a\r\nHTTP/1.1 200 OK\r\n\r\n")
    still_open, closed = read(octets), read(octets, ended=True)
    assert (still_open.end, still_open.responses[0].complete) == (End.NEEDS_MORE, False)
    assert (closed.end, closed.responses[0].complete, closed.consumed) == (End.COMPLETE, True, len(octets))
    assert closed.responses[0].framing.kind is FramingKind.UNTIL_CLOSE


@pytest.mark.parametrize(("octets", "method"), [(head(), b"CONNECT"), (head(line=b"HTTP/1.1 101 x"), b"GET")])
def test_a_tunnel_is_not_read(octets: bytes, method: bytes) -> None:
    reading = read(octets + b"\0anything" + OK, method)
    assert (reading.end, reading.consumed, len(reading.responses)) == (End.COMPLETE, len(octets), 1)
    assert reading.anomalies == ()


def test_each_final_response_takes_the_next_method() -> None:
    octets = head(line=b"HTTP/1.1 103 x") * 3 + head(b"Content-Length: 9") + OK + OK
    reading = read_responses(octets, [b"HEAD", b"GET"], ended=False)
    assert [one.method for one in reading.responses] == [b"HEAD"] * 4 + [b"GET", b""]
    assert [one.interim for one in reading.responses] == [True] * 3 + [False] * 3
    assert len(reading.finals) == 3


def test_finals_are_counted_as_they_come_in() -> None:
    reader, counts = ResponseReader([b"GET"]), []
    for octets in (head(line=b"HTTP/1.1 100 x"), OK[:-1], OK[-1:], OK):
        reader.feed(octets)
        counts.append(reader.finals)
    assert counts == [0, 0, 1, 2]


def test_a_fold_stays_as_it_is_and_counts_as_a_space() -> None:
    reading = read(head(b"Transfer-Encoding:", b" gzip,", b"\t chunked ", body=b"0\r\n\r\n"))
    (line,) = reading.responses[0].response.field_lines
    assert (line.before_value, line.value, line.after_value) == (b"\r\n ", b"gzip,\r\n\t chunked", b" ")
    assert reading.responses[0].framing.kind is FramingKind.CHUNKED


def test_a_refused_framing_shows_its_response() -> None:
    (response,) = read(head(b"Content-Length: x")).responses
    assert (response.complete, response.framing.kind, response.status) == (False, FramingKind.INVALID, 200)


def test_a_size_beyond_all_counting_waits() -> None:
    for octets in (head(b"Content-Length: " + b"9" * 5000), CHUNKED + b"f" * 5000 + b"\r\n"):
        assert read(octets + b"abc").end is End.NEEDS_MORE


FRAGMENTS = st.sampled_from(
    [one for row in RECOVERED + REFUSED for one in (row[0], row[0][:17], row[0][-7:])]
) | st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/",
        b"http/1.1 204 \r\n\r\n",
        b"0\r\n\r\n",
        b"X: y\r\n",
        TE,
        b":",
        b"\0",
    ]
)
STREAMS = st.lists(FRAGMENTS | st.binary(max_size=6), max_size=6).map(b"".join)
METHODS = st.lists(st.sampled_from([b"GET", b"HEAD", b"CONNECT"]), max_size=3)


def read_in_pieces(octets: bytes, edges: list[int], methods: list[bytes], ended: bool) -> ResponseReading:
    reader = ResponseReader(methods)
    for start, end in zip([0, *edges], [*edges, len(octets)], strict=True):
        reader.feed(octets[start:end])
        reader.reading()  # looking changes nothing
    reader.end(closed=ended)
    return reader.reading()


@settings(deadline=None, max_examples=200)
@given(STREAMS, METHODS, st.booleans(), st.randoms(use_true_random=False))
def test_cuts_change_nothing(octets: bytes, methods: list[bytes], ended: bool, rng: random.Random) -> None:
    whole = read_responses(octets, methods, ended)
    cuts = sorted(rng.randrange(len(octets) + 1) for _ in range(4))
    assert read_in_pieces(octets, list(range(1, len(octets))), methods, ended) == whole
    assert read_in_pieces(octets, cuts, methods, ended) == whole


@settings(deadline=None, max_examples=200)
@given(STREAMS, METHODS, st.booleans())
def test_every_reading_is_in_order(octets: bytes, methods: list[bytes], ended: bool) -> None:
    reading = read_responses(octets, methods, ended)
    at = 0
    for one in reading.responses:
        assert at <= one.start <= one.body_at <= one.end <= len(octets)
        at = one.end
    assert all(0 <= start <= end <= len(octets) for start, end in (one.span for one in reading.anomalies))
    assert all(one.ledger == RESPONSE_ANOMALIES[one.kind].ledger for one in reading.anomalies)
    assert reading.consumed <= len(octets)
    assert (reading.end is End.REJECTED) == bool(reading.complaint)


SIZE = 1 << 14


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(head(b"Content-Length: %d" % (8 * SIZE)) + b"a" * 8 * SIZE, id="content"),
        pytest.param(b"HTTP/1.1 200 " + b"a" * SIZE, id="reason-phrase without end"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a" + b"\r\n a" * (SIZE // 4), id="folds"),
        pytest.param(OK + b"HTTP/" * (SIZE // 5), id="stray octets"),
        pytest.param(CHUNKED + b"1\r\na\r\n" * (SIZE // 6), id="chunks"),
    ],
)
def test_long_streams_octet_by_octet_are_read_as_whole_ones(octets: bytes) -> None:
    """How long that takes is measured by benchmarks/judging.py: linear, or these would not end."""
    reader = ResponseReader([b"GET"])
    for at in range(len(octets)):
        reader.feed(octets[at : at + 1])
    reader.end(closed=True)
    assert reader.reading() == read_responses(octets, [b"GET"], True)


def test_anomalies_are_bounded_and_no_kind_is_lost() -> None:
    octets = b"HTTP/1.1 200 OK\r\n" + b"x\r\n" * (2 * MOST_ANOMALIES) + b"a b: c\r\nContent-Length: 0\r\n\r\n"
    found = read(octets).anomalies
    assert len(found) == MOST_ANOMALIES + 1
    assert found[-1].kind == kinds.FIELD_NAME_INVALID


@pytest.mark.parametrize("unasked", [head(line=b"HTTP/1.1 100 x"), OK])
def test_a_stream_of_responses_that_has_no_end_is_left(unasked: bytes) -> None:
    asked = OK if unasked == OK else b""
    reading = read(asked + unasked * MOST_UNASKED + OK * 2)
    assert len(reading.responses) == MOST_UNASKED + len(asked) // len(OK)
    assert (reading.end, reading.consumed) == (End.REJECTED, len(asked + unasked * MOST_UNASKED))
    assert reading.complaint == "1000 responses on end that are interim or beyond the requests"


def test_any_number_of_requests_may_each_have_some_interim_responses() -> None:
    octets = (head(line=b"HTTP/1.1 100 x") * 3 + OK) * MOST_UNASKED
    reading = read_responses(octets, [b"GET"] * MOST_UNASKED, ended=True)
    assert (reading.end, len(reading.finals)) == (End.COMPLETE, MOST_UNASKED)


def test_every_kind_is_shown_by_a_row_and_stands_in_the_ledger() -> None:
    rows = [row[2] for row in RECOVERED] + [row[2] for row in REFUSED]
    assert {kind for row in rows for kind, _ in row} == set(RESPONSE_ANOMALIES)
    ledger = Path(__file__).parents[3] / "harness" / "rules" / "ledger" / "requirements.tsv"
    with ledger.open(encoding="utf-8", newline="") as table:
        ids = {row["id"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}
    assert {one.ledger for one in RESPONSE_ANOMALIES.values()} <= ids
