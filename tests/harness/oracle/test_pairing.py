"""Requests are paired with responses in order, and the connection's fate is told behind each."""

import pytest

from harness.http1.request_reader import read_requests
from harness.http1.response_reader import read_responses
from harness.model.conversation import Fate
from harness.model.transcript import Ended
from harness.oracle.pairing import converse

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
NO_HOST = b"GET / HTTP/1.1\r\n\r\n"
BROKEN = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def conversation(sent, received, ended, **marker):
    reading = read_requests(sent, ended=True)
    methods = [one.request.line.method for one in reading.requests]
    closed = ended in (Ended.CLOSED, Ended.RESET)
    return converse(reading, read_responses(received, methods, closed), ended, received, **marker)


@pytest.mark.parametrize(
    ("sent", "received", "ended", "statuses", "fates"),
    [
        (GET, OK, Ended.OPEN, [200], [Fate.OPEN]),
        (GET, OK, Ended.CLOSED, [200], [Fate.CLOSED]),
        (GET, OK, Ended.RESET, [200], [Fate.CLOSED]),  # a reset behind the answer is a close
        (GET, b"", Ended.RESET, [None], [Fate.RESET]),  # a reset instead of an answer is not
        (GET, OK[:-1], Ended.RESET, [None], [Fate.RESET]),
        (GET, b"", Ended.CLOSED, [None], [Fate.CLOSED]),
        (GET, b"", Ended.OPEN, [None], [Fate.OPEN]),
        (GET + GET, OK + OK, Ended.OPEN, [200, 200], [Fate.KEPT, Fate.OPEN]),
        (GET + GET, OK, Ended.CLOSED, [200, None], [Fate.CLOSED, Fate.CLOSED]),
        (GET + GET, OK, Ended.RESET, [200, None], [Fate.CLOSED, Fate.CLOSED]),
        (GET, CONTINUE + CONTINUE + OK, Ended.OPEN, [200], [Fate.OPEN]),
        (GET, OK + LATE, Ended.CLOSED, [200], [Fate.CLOSED]),  # an unasked 408 announces a close
        (GET, OK + NOT_FOUND, Ended.CLOSED, [200], [Fate.KEPT]),
        (BROKEN + GET, NOT_FOUND + OK, Ended.OPEN, [404], [Fate.KEPT]),  # served behind a refusal
    ],
)
def test_answers_and_fates(sent, received, ended, statuses, fates):
    found = conversation(sent, received, ended)
    assert [one.status for one in found.exchanges] == statuses
    assert [one.fate for one in found.exchanges] == fates


def test_interim_responses_belong_to_their_request():
    (exchange,) = conversation(GET, CONTINUE + OK, Ended.OPEN).exchanges
    assert [one.status for one in exchange.interim] == [100]


def test_an_answer_that_does_not_end_is_partial():
    (exchange,) = conversation(GET, OK[:-1], Ended.OPEN).exchanges
    assert exchange.final is None
    assert exchange.partial is not None
    assert exchange.partial.status == 200


def test_the_marker_is_known_by_its_place_and_its_answer_by_its_look():
    def is_404(response):
        return response.status == 404

    for answer, recognised in ((NOT_FOUND, True), (OK, False)):
        found = conversation(GET + GET, OK + answer, Ended.OPEN, marker_at=len(GET), recognise=is_404)
        assert [(one.marker, one.recognised) for one in found.exchanges] == [
            (False, None),
            (True, recognised),
        ]


def test_what_is_amiss_stands_with_its_own_request():
    found = conversation(GET + NO_HOST, OK + NOT_FOUND, Ended.OPEN)
    assert [[one.kind for one in exchange.anomalies] for exchange in found.exchanges] == [
        [],
        ["host-missing"],
    ]


def test_responses_that_nobody_asked_for_are_kept_apart():
    found = conversation(GET, OK + NOT_FOUND + b"junk", Ended.OPEN)
    assert [one.status for one in found.unasked] == [404]
    assert found.surplus == b"junk"


def test_a_request_that_begins_within_the_marker_is_none_of_ours():
    """Content that was said to be two octets longer than it is takes them off the marker."""
    sent = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nok" + GET
    told = conversation(
        sent, OK + NOT_FOUND, Ended.OPEN, marker_at=sent.index(GET), recognise=lambda _: False
    )
    assert [(one.request.request.line.method, one.marker) for one in told.exchanges] == [
        (b"POST", False),
        (b"T", False),
    ]
