"""Octets into requests: boundaries, anomalies with their octets, and independence of how they arrive."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1.request_anomalies import ANOMALY_KINDS
from harness.http1.request_reader import RequestReader, read_requests
from harness.model.message import ChunkedBody, FieldLine, FramingKind, RequestLine
from harness.model.reading import End, Reading, ReadRequest

G = b"GET / HTTP/1.1\r\nHost: x\r\n"
P = b"POST / HTTP/1.1\r\nHost: x\r\n"
TE = P + b"Transfer-Encoding: chunked\r\n\r\n"
M = b"GET /m HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"0\r\n\r\n"


def _kinds(octets: bytes) -> list[tuple[str, bytes]]:
    """Each anomaly's kind with the octets that it points at."""
    return [(one.kind, octets[slice(*one.span)]) for one in read_requests(octets).anomalies]


ANOMALIES = [
    # octets, the anomalies: kind and octets meant, in any order
    (G + b"\r\n", []),
    (b"\r\n" + M, [("leading-empty-line", b"\r\n")]),
    (b"\n\r\n" + M, [("leading-empty-lines", b"\n\r\n")]),
    (b"GET / HTTP/1.1\nHost: x\r\n\r\n", [("bare-lf-line-end", b"\n")]),
    (G + b"X: a\rb\r\n\r\n", [("bare-cr", b"\r")]),
    (
        b"GET / HTTP/1.1\r\r\nHost: x\r\n\r\n",
        [("bare-cr-in-request-line", b"\r"), ("request-line-whitespace", b"\r")],
    ),
    (TE + b"5\r;a\r\nhello\r\n" + LAST, [("bare-cr-in-chunk-framing", b"\r")]),
    (b"GET / HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n", [("whitespace-before-first-field", b" X: y")]),
    (G + b"X: y\r\n z\r\n\t\r\n\r\n", [("obs-fold", b" z\r\n\t")]),
    (G + b"X : y\r\n\r\n", [("space-before-colon", b" ")]),
    (G + b"junk\r\n\r\n", [("no-colon", b"junk")]),
    (G + b": y\r\n\r\n", [("empty-field-name", b":")]),
    (G + b"X@: y\r\n\r\n", [("field-name-not-token", b"X@")]),
    (G + b"X: a\x01\x02b\r\n\r\n", [("control-in-field-value", b"\x01\x02")]),
    (G + b"X: a\x00b\r\n\r\n", [("nul-in-field-value", b"\x00")]),
    (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", [("request-line-whitespace", b"  ")]),
    (b"GET /a b HTTP/1.1\r\n\r\n", [("request-line-words", b"GET /a b HTTP/1.1")]),
    (b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n", [("method-not-token", b"G@T / HTTP/1.1\r\n")]),
    (b"GET x HTTP/1.1\r\nHost: x\r\n\r\n", [("target-form-invalid", b"GET x HTTP/1.1\r\n")]),
    (b"GET /# HTTP/1.1\r\nHost: x\r\n\r\n", [("target-octets-invalid", b"GET /# HTTP/1.1\r\n")]),
    (b"GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", [("target-host-empty", b"GET http:///a HTTP/1.1\r\n")]),
    (b"GET http://u@h HTTP/1.1\r\nHost: h\r\n\r\n", [("target-userinfo", b"GET http://u@h HTTP/1.1\r\n")]),
    (b"CONNECT h: HTTP/1.1\r\nHost: x\r\n\r\n", [("connect-port-invalid", b"CONNECT h: HTTP/1.1\r\n")]),
    (b"GET / http/1.1\r\n\r\n", [("version-malformed", b"http/1.1")]),
    (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", [("version-unsupported", b"GET / HTTP/2.0\r\n")]),
    (b"GET / HTTP/1.2\r\nHost: x\r\n\r\n", [("version-minor-higher", b"GET / HTTP/1.2\r\n")]),
    (b"GET / HTTP/1.0\r\nHost: x\r\n\r\n", [("http-1.0", b"GET / HTTP/1.0\r\n")]),
    (
        b"GET / HTTP/1.0\r\n\r\n",
        [("http-1.0", b"GET / HTTP/1.0\r\n"), ("host-absent", b"GET / HTTP/1.0\r\n")],
    ),
    (b"GET / HTTP/1.1\r\n\r\n", [("host-missing", b"GET / HTTP/1.1\r\n")]),
    (G + b"hOST: y\r\n\r\n", [("host-twice", b"hOST: y\r\n")]),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", [("host-invalid", b"Host: a b\r\n")]),
    (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", [("host-empty", b"Host:\r\n")]),
    (P + b"Content-Length: +5\r\n\r\n", [("content-length-invalid", b"Content-Length: +5\r\n")]),
    (
        P + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        [("content-length-differing", b"Content-Length: 6\r\n")],
    ),
    (
        P + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        [("content-length-list-identical", b"Content-Length: 0\r\n")],
    ),
    (
        P + b"Content-Length: 9223372036854775808\r\n\r\n",
        [
            ("content-length-overflow", b"Content-Length: 9223372036854775808\r\n"),
            ("premature-end", P + b"Content-Length: 9223372036854775808\r\n\r\n"),
        ],
    ),
    (
        P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST,
        [("length-and-coding", b"Content-Length: 5\r\n")],
    ),
    (
        b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST,
        [
            ("http-1.0", b"POST / HTTP/1.0\r\n"),
            ("transfer-encoding-in-http-1.0", b"Transfer-Encoding: chunked\r\n"),
        ],
    ),
    (
        P + b"Transfer-Encoding: foo, chunked\r\n\r\n" + LAST,
        [("coding-unknown", b"Transfer-Encoding: foo, chunked\r\n")],
    ),
    (
        P + b"Transfer-Encoding: foo\r\n\r\n",
        [
            ("coding-unknown", b"Transfer-Encoding: foo\r\n"),
            ("coding-not-final-chunked", b"Transfer-Encoding: foo\r\n"),
        ],
    ),
    (
        P + b"Transfer-Encoding: chunked x\r\n\r\n",
        [
            ("coding-malformed", b"Transfer-Encoding: chunked x\r\n"),
            ("coding-not-final-chunked", b"Transfer-Encoding: chunked x\r\n"),
        ],
    ),
    (P + b"Transfer-Encoding:\r\n\r\n", [("coding-empty", b"Transfer-Encoding:\r\n")]),
    (
        P + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + LAST,
        [("chunked-twice", b"Transfer-Encoding: chunked, chunked\r\n")],
    ),
    (
        P + b"Transfer-Encoding: chunked;q=1\r\n\r\n" + LAST,
        [("chunked-parameters", b"Transfer-Encoding: chunked;q=1\r\n")],
    ),
    (TE + b"5 \r\nhello\r\n" + LAST, [("chunk-size-malformed", b"5 ")]),
    (TE + b"xyz", [("chunk-size-malformed", b"xyz")]),
    (
        TE + b"8000000000000000\r\n",
        [("chunk-size-overflow", b"8000000000000000"), ("premature-end", TE + b"8000000000000000\r\n")],
    ),
    (TE + b"5;=\r\nhello\r\n" + LAST, [("chunk-extension-malformed", b";=")]),
    (TE + b"5\nhello\r\n" + LAST, [("chunk-line-bare-lf", b"\n")]),
    (TE + b"5\r\nhelloXY" + LAST, [("chunk-data-end", b"XY")]),
    (TE + b"0\r\njunk\r\n\r\n", [("trailer-malformed", b"junk")]),
    (TE + b"0\r\n X: y\r\n\r\n", [("trailer-malformed", b" X: y")]),
    (TE + b"0\r\nX: y\r\n z\r\n\r\n", [("obs-fold-in-trailer", b" z")]),
    (M + b"GET", [("premature-end", b"GET")]),
    (G + b"Connection: close\r\n\r\n" + M, [("octets-behind-close", M)]),
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\r\n\r\n", [("bare-cr", b"\r")]),
]


@pytest.mark.parametrize(("octets", "anomalies"), ANOMALIES)
def test_each_anomaly_is_found_with_the_octets_that_show_it(
    octets: bytes, anomalies: list[tuple[str, bytes]]
) -> None:
    assert sorted(_kinds(octets)) == sorted(anomalies)


def test_every_kind_of_anomaly_is_provoked_above() -> None:
    assert {kind for _, anomalies in ANOMALIES for kind, _ in anomalies} == set(ANOMALY_KINDS)


ENDS = [
    # octets, complete requests, end, consumed, statuses, must_close
    (b"", 0, End.COMPLETE, 0, (), False),
    (G + b"\r\n", 1, End.COMPLETE, 27, (), False),
    (M + b"GET", 1, End.NEEDS_MORE, 28, (), True),
    (G + b"Connection: close\r\n\r\n" + M, 1, End.COMPLETE, 46, (), True),
    (b"GET / HTTP/1.0\r\nHost: x\r\n\r\n", 1, End.COMPLETE, 27, (), True),
    (b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", 1, End.COMPLETE, 51, (), False),
    (b"GET / HTTP/1.1\r\n\r\n" + M, 2, End.COMPLETE, 46, (), False),
    (b"GET / HTTP/1.1 x\r\n\r\n" + M, 0, End.REJECTED, 0, (), False),
    (M + P + b"Content-Length: x\r\n\r\n" + M, 1, End.REJECTED, 28, (400,), True),
    (P + b"Transfer-Encoding: foo\r\n\r\n", 0, End.REJECTED, 0, (400, 411, 501), True),
    (P + b"Transfer-Encoding: foo\r\nContent-Length: 0\r\n\r\n", 0, End.REJECTED, 0, (400, 501), True),
    (TE + b"x\r\n", 0, End.REJECTED, 0, (), True),
    (
        P + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST + M,
        1,
        End.COMPLETE,
        80,
        (),
        True,
    ),
]


@pytest.mark.parametrize(("octets", "requests", "end", "consumed", "statuses", "must_close"), ENDS)
def test_a_reading_ends_where_no_boundary_can_be_found(
    *, octets: bytes, requests: int, end: End, consumed: int, statuses: tuple[int, ...], must_close: bool
) -> None:
    reading = read_requests(octets)
    assert sum(one.complete for one in reading.requests) == requests
    assert (reading.end, reading.consumed) == (end, consumed)
    assert (reading.statuses, reading.must_close) == (statuses, must_close)


def test_a_request_that_is_not_whole_is_shown_as_far_as_it_is_there() -> None:
    (request,) = read_requests(P + b"Content-Length: 9\r\n\r\nhel", ended=False).requests
    assert (request.complete, request.content, request.framing.kind) == (False, b"hel", FramingKind.LENGTH)
    (request,) = read_requests(TE + b"5\r\nhello\r\n5\r\nwor").requests
    assert (request.complete, request.content) == (False, b"hello")


def test_octets_that_may_still_come_make_no_premature_end() -> None:
    reading = read_requests(b"GET /", ended=False)
    assert (reading.end, reading.anomalies, reading.must_close) == (End.NEEDS_MORE, (), False)


def test_the_trailer_section_stays_apart_from_the_header_section() -> None:
    (request,) = read_requests(TE + b"0\r\nHost: y\r\n\r\n").requests
    assert request.request.values(b"host") == (b"x",)
    assert [line.value for line in request.trailer_section] == [b"y"]


# --- Lossless, and independent of how the octets arrive -------------------------------------------------


def _line_octets(line: RequestLine) -> bytes:
    return line.method + line.after_method + line.target + line.after_target + line.version + line.end


def _field_octets(line: FieldLine) -> bytes:
    return (
        line.name
        + line.before_colon
        + line.colon
        + line.before_value
        + line.value
        + line.after_value
        + line.end
    )


def _body_octets(body: bytes | ChunkedBody) -> bytes:
    if isinstance(body, bytes):
        return body
    chunks = b"".join(
        chunk.size + chunk.extension + chunk.end_of_size + chunk.data + chunk.end_of_data
        for chunk in body.chunks
    )
    return chunks + body.last_chunk + b"".join(map(_field_octets, body.trailer_section)) + body.end


def _octets_of(request: ReadRequest, stream: bytes) -> bytes:
    """What the parts of a request make up, with the empty lines before it."""
    head = request.request
    parts = _line_octets(head.line) + b"".join(map(_field_octets, head.field_lines)) + head.end_of_fields
    rest = _body_octets(head.body) if head.end_of_fields else b""
    whole = stream[request.start : request.end]
    made = parts + rest
    leading = (
        whole[: len(whole) - len(made)] if request.complete else whole.partition(_line_octets(head.line))[0]
    )
    assert not leading.strip(b"\r\n")
    return leading + made


PIECES = [
    b"GET",
    b"POST",
    b"OPTIONS",
    b" ",
    b"  ",
    b"\t",
    b"/",
    b"*",
    b"/a?b",
    b"http://h/",
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"Host: x\r\n",
    b"Host",
    b":",
    b"Content-Length: 5\r\n",
    b"Content-Length: ",
    b"Transfer-Encoding: chunked\r\n",
    b"chunked",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"hello",
    b"5\r\nhello\r\n",
    b"5",
    b"0\r\n\r\n",
    b"0",
    b";a=b",
    b"X: y\r\n",
    b" z\r\n",
    b"\x00",
    b"\x01",
    b"\xff",
    b",",
    b"@",
    G,
    P,
    TE,
    M,
    LAST,
]
streams = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join) | st.tuples(
    st.sampled_from([octets for octets, _ in ANOMALIES]), st.sampled_from([octets for octets, _ in ANOMALIES])
).map(b"".join)


@given(streams, st.booleans())
@settings(deadline=None, max_examples=300)
def test_the_parts_of_all_requests_make_up_the_stream(stream: bytes, ended: bool) -> None:
    reading = read_requests(stream, ended)
    at = 0
    for request in reading.requests:
        assert request.start == at
        octets = _octets_of(request, stream)
        assert stream[at : at + len(octets)] == octets
        if request.complete:
            assert octets == stream[at : request.end]
        at = request.end
    assert reading.consumed == max([0, *(one.end for one in reading.requests if one.complete)])
    assert all(0 <= start <= end <= len(stream) for start, end in (one.span for one in reading.anomalies))


def _in_pieces(stream: bytes, cuts: list[int], ask: bool) -> Reading:
    reader = RequestReader()
    for start, end in itertools.pairwise([0, *cuts, len(stream)]):
        reader.feed(stream[start:end])
        if ask:
            reader.reading()
    reader.end()
    return reader.reading()


@given(streams, st.data())
@settings(deadline=None, max_examples=200)
def test_the_reading_does_not_depend_on_how_the_octets_arrive(stream: bytes, data: st.DataObject) -> None:
    whole = read_requests(stream)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    assert _in_pieces(stream, cuts, ask=True) == whole
    assert _in_pieces(stream, list(range(len(stream))), ask=data.draw(st.booleans())) == whole


def test_a_reading_asked_for_early_takes_nothing_back() -> None:
    reader = RequestReader()
    reader.feed(M + b"GET / HTTP/1.1\r\nHost: x\r\nX: y\r\n")
    early = reader.reading()
    reader.feed(b" z\r\n\r\n")
    late = reader.reading()
    assert early.requests[0] == late.requests[0]
    assert late.requests[1].request.field_lines[1].value == b"y\r\n z"
