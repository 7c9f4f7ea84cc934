"""Two outcomes differ where a client would notice, and not where a server may please itself."""

from dataclasses import replace

import pytest

from harness.engine.examine import Examiner
from harness.model.plan import AwaitEnd, AwaitResponse, Origin, Plan, Provenance, Send
from harness.properties.answers import Answer, Outcome, difference, outcome
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport

ANSWER = Answer(200, "content-length", b"hello", says_close=False, unread=False)
OUTCOME = Outcome((ANSWER, ANSWER), unasked=0, kept=True, in_step=True, ended="open")
SHORT = replace(OUTCOME, answers=(ANSWER,), kept=False, ended="closed")


def with_first(outcome, **changes):
    first, *others = outcome.answers
    return replace(outcome, answers=(replace(first, **changes), *others))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (OUTCOME, with_first(OUTCOME, status=404), "request 1: answered 200, and 404"),
        (OUTCOME, with_first(OUTCOME, content=b"\x00"), r"request 1: content hello, and \x00"),
        (OUTCOME, with_first(OUTCOME, framing="chunked"), "framed by content-length, and by chunked"),
        (OUTCOME, SHORT, "2 requests were answered, and 1 of the same (open, closed)"),
        (SHORT, OUTCOME, "1 requests were answered, and 2 of the same (closed, open)"),
        (OUTCOME, replace(OUTCOME, unasked=1), "0 answers that no request accounts for, and 1"),
        (OUTCOME, replace(OUTCOME, in_step=False), "the marker's answer is as ever, and another"),
        (OUTCOME, replace(OUTCOME, kept=False, ended="closed"), "did not answer any more (closed)"),
    ],
)
def test_what_a_client_notices_is_a_difference(one, other, told):
    assert told in difference(one, other)
    assert difference(one, one) == difference(other, other) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OUTCOME, with_first(SHORT, says_close=True)),  # RFC 9112 9.6: it says that it closes
        (with_first(OUTCOME, unread=True), with_first(SHORT, unread=True)),  # RFC 9112 9.3
        (with_first(OUTCOME, unread=True), with_first(OUTCOME, unread=True, framing="chunked")),
    ],
)
def test_what_a_server_may_decide_by_chance_is_none(one, other):
    assert difference(one, other) == ""


def test_a_status_counts_also_where_the_server_closes_behind_it():
    assert difference(OUTCOME, with_first(SHORT, says_close=True, status=400))


def test_content_is_left_out_where_it_may_tell_how_the_request_was_spelt():
    assert difference(OUTCOME, with_first(OUTCOME, content=b"", framing="chunked"), contents=False) == ""
    assert difference(OUTCOME, with_first(OUTCOME, status=404), contents=False)


def test_an_outcome_is_what_came_before_the_marker():
    sent = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
    marker = b"GET /marker HTTP/1.1\r\nHost: a\r\n\r\n"
    answers = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: x, Close\r\n\r\n1\r\nx\r\n0\r\n\r\n"
        b"HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n"
    )

    class Peer:
        ended = False

        def receive(self, octets):
            return answers if marker in octets else b""

    plan = Plan(
        (Send(sent + marker), AwaitResponse(2), AwaitEnd(0.01)),
        Provenance(Origin.USER, "test"),
        "",
        len(sent),
    )
    for status, in_step in ((404, True), (200, False)):
        examiner = Examiner(
            "test", MemoryTransport(Peer, Limits()), lambda one, fit=status: one.status == fit
        )
        assert outcome(examiner.examine(plan)) == Outcome(
            (Answer(200, "chunked", b"x", says_close=True, unread=True),), 0, True, in_step, "open"
        )
