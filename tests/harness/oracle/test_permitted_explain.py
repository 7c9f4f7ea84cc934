"""Which conversations the permitted readings explain, on both axes: what was answered, and the end."""

from __future__ import annotations

import itertools

import pytest

from harness.http1.response_reader import read_responses
from harness.model.conversation import Fate
from harness.model.transcript import Ended
from harness.oracle.permitted_explain import Explained, Explanation, explain

G = b"GET / HTTP/1.1\r\nHost: x\r\n"
M = b"GET /m HTTP/1.1\r\nHost: x\r\n\r\n"
P = b"POST / HTTP/1.1\r\nHost: x\r\n"
TE = P + b"Transfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"


def _answers(*statuses: int) -> bytes:
    return b"".join(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status for status in statuses)


def _explained(
    sent: bytes, statuses: tuple[int, ...], ended: Ended, methods: tuple[bytes, ...] = ()
) -> Explained:
    received = _answers(*statuses)
    responses = read_responses(received, methods or (b"GET",) * 9, ended=ended is Ended.CLOSED)
    return explain(sent, responses, ended, received)


FITS, STATUS, REFUTED, RECOVERS = (
    Explanation.FITS,
    Explanation.STATUS,
    Explanation.REFUTED,
    Explanation.RECOVERS,
)
OPEN, CLOSED, RESET = Ended.OPEN, Ended.CLOSED, Ended.RESET

CONVERSATIONS = [
    # name, octets sent, statuses, end, explanation
    ("one answer, kept open", G + b"\r\n", (200,), OPEN, FITS),
    ("one answer, closed", G + b"\r\n", (200,), CLOSED, FITS),
    ("a close without an answer", G + b"\r\n", (), CLOSED, FITS),
    ("a reset without an answer", G + b"\r\n", (), RESET, FITS),
    ("silence", G + b"\r\n", (), OPEN, FITS),
    ("two answers to one request", G + b"\r\n", (200, 200), CLOSED, REFUTED),
    ("a 408 behind the answer", G + b"\r\n", (200, 408), CLOSED, FITS),
    ("two requests, both answered", M + M, (200, 404), OPEN, FITS),
    ("two requests, closed behind the first", M + M, (200,), CLOSED, FITS),
    ("interim responses do not count", G + b"\r\n", (100, 103, 200), OPEN, FITS),
    ("an answer behind close", G + b"Connection: close\r\n\r\n" + M, (200, 200), CLOSED, REFUTED),
    ("no answer behind close", G + b"Connection: close\r\n\r\n" + M, (200,), CLOSED, FITS),
    ("an answer behind HTTP/1.0", b"GET / HTTP/1.0\r\nHost: x\r\n\r\n" + M, (200, 200), OPEN, REFUTED),
    (
        "keep-alive of HTTP/1.0 honoured",
        b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n" + M,
        (200, 200),
        OPEN,
        FITS,
    ),
    (
        "both length and coding, the next one answered",
        P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST + M,
        (200, 200),
        OPEN,
        REFUTED,
    ),
    (
        "both length and coding, served and closed",
        P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST + M,
        (200,),
        CLOSED,
        FITS,
    ),
    ("no Host, 400", b"GET / HTTP/1.1\r\n\r\n", (400,), CLOSED, FITS),
    ("no Host, 400 and the next one answered", b"GET / HTTP/1.1\r\n\r\n" + M, (400, 200), OPEN, FITS),
    ("no Host, served", b"GET / HTTP/1.1\r\n\r\n", (200,), OPEN, STATUS),
    ("no Host, served, closed before the others", b"GET / HTTP/1.1\r\n\r\n" + M + M, (200,), CLOSED, STATUS),
    ("no Host, 404", b"GET / HTTP/1.1\r\n\r\n", (404,), CLOSED, STATUS),
    ("no Host, closed", b"GET / HTTP/1.1\r\n\r\n", (), CLOSED, FITS),
    ("space before the colon, 431", G + b"X : y\r\n\r\n", (431,), CLOSED, STATUS),
    ("length invalid, 400", P + b"Content-Length: +5\r\n\r\nhello", (400,), CLOSED, FITS),
    ("length invalid, served", P + b"Content-Length: +5\r\n\r\nhello", (200,), CLOSED, STATUS),
    (
        "length invalid, the next one answered",
        P + b"Content-Length: +5\r\n\r\nhello" + M,
        (200, 200),
        OPEN,
        REFUTED,
    ),
    (
        "length invalid, 400 and the content answered",
        P + b"Content-Length: +5\r\n\r\nhello" + M,
        (400, 400),
        CLOSED,
        REFUTED,
    ),
    ("coding unknown and last, 501", P + b"Transfer-Encoding: foo\r\n\r\n", (501,), CLOSED, FITS),
    ("coding unknown and last, served", P + b"Transfer-Encoding: foo\r\n\r\n", (200,), OPEN, STATUS),
    ("LF ends lines: content swallowed", G + b"X: y\nContent-Length: 28\r\n\r\n" + M, (200,), OPEN, FITS),
    ("LF is SP: the next one answered", G + b"X: y\nContent-Length: 28\r\n\r\n" + M, (200, 200), OPEN, FITS),
    ("LF is SP: three answers", G + b"X: y\nContent-Length: 28\r\n\r\n" + M, (200, 200, 200), OPEN, REFUTED),
    ("CR ends no line", G + b"X: y\rTransfer-Encoding: chunked\r\n\r\n" + M, (200, 404), OPEN, FITS),
    ("a bad request-line, 400", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", (400,), CLOSED, FITS),
    ("a bad request-line, redirected", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", (301,), OPEN, FITS),
    ("a bad request-line, served", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", (200,), OPEN, STATUS),
    (
        "a bad request-line, 400 and the next one answered",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n" + M,
        (400, 200),
        OPEN,
        FITS,
    ),
    ("early answer inside content", P + b"Content-Length: 9\r\n\r\nhel", (200,), CLOSED, FITS),
    ("answer inside the head", G, (200,), CLOSED, STATUS),
    ("refusal inside the head", G, (431,), CLOSED, FITS),
    ("content cut, then answered twice", P + b"Content-Length: 9\r\n\r\nhel", (200, 400), CLOSED, REFUTED),
    ("chunk-size with LF refused", TE + b"5\nhello\r\n" + LAST + M, (400,), CLOSED, FITS),
    ("chunk-size with LF, early answer and close", TE + b"5\nhello\r\n" + LAST + M, (200,), CLOSED, FITS),
    ("chunk-size with LF taken", TE + b"5\nhello\r\n" + LAST + M, (200, 404), OPEN, RECOVERS),
    ("chunk-size with garbage taken", TE + b"5 x\r\nhello\r\n" + LAST + M, (200, 404), OPEN, RECOVERS),
    ("chunk-size with a sign taken", TE + b"+5\r\nhello\r\n" + LAST + M, (200, 404), OPEN, RECOVERS),
    ("chunk data without its end taken", TE + b"5\r\nhello" + LAST + M, (200, 404), OPEN, RECOVERS),
    ("chunk framing lost: rubbish answered", TE + b"zz\r\nhello\r\n" + LAST + M, (200, 404), OPEN, REFUTED),
    ("a tunnel", b"CONNECT h:80 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n", (200, 200), OPEN, FITS),
    ("101 unasked is for the rules about responses", G + b"\r\n", (101, 200), OPEN, FITS),
    ("an upgrade", G + b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\n", (101, 200), OPEN, FITS),
    ("a leading CRLF refused", b"\r\n" + M, (400,), CLOSED, FITS),
    ("a leading CRLF refused, then served", b"\r\n" + M, (400, 200), OPEN, REFUTED),
]


@pytest.mark.parametrize(
    ("sent", "statuses", "ended", "explanation"),
    [pytest.param(*row, id=name) for name, *row in CONVERSATIONS],
)
def test_conversations_are_explained_or_refuted(
    sent: bytes, statuses: tuple[int, ...], ended: Ended, explanation: Explanation
) -> None:
    methods = (sent.split(b" ", 1)[0].strip(),) if sent.startswith(b"CONNECT") else ()
    explained = _explained(sent, statuses, ended, methods)
    assert explained.explanation is explanation
    assert bool(explained.conversations) is (explanation is not Explanation.REFUTED)


def test_each_explanation_pairs_the_responses_under_its_own_reading() -> None:
    sent = G + b"X: y\nContent-Length: 28\r\n\r\n" + M
    explained = _explained(sent, (200, 404), OPEN)
    (conversation,) = explained.conversations
    assert [one.request.request.line.target for one in conversation.exchanges] == [b"/", b"/m"]
    assert [one.status for one in conversation.exchanges] == [200, 404]
    assert [one.fate for one in conversation.exchanges] == [Fate.KEPT, Fate.OPEN]


def test_a_response_framed_for_head_explains_no_get() -> None:
    received = b"HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n"
    responses = read_responses(received, (b"HEAD",), ended=True)
    assert explain(G + b"\r\n", responses, Ended.CLOSED, received).explanation is REFUTED


def test_running_out_of_time_is_told_and_never_a_refutation() -> None:
    ticks = itertools.count()
    lines = b"".join(b"X: y\n" for _ in range(1000))
    responses = read_responses(_answers(200, 200, 200), (b"GET",) * 3, ended=True)
    explained = explain(
        G + lines + b"\r\n", responses, Ended.CLOSED, seconds=3, clock=lambda: float(next(ticks))
    )
    assert explained.explanation is Explanation.TOO_MANY


def test_more_states_than_allowed_are_told_and_never_a_refutation() -> None:
    sent = b"GET / HTTP/1.1\nHost: x\nX: y\n\n" * 40
    responses = read_responses(_answers(*(200,) * 41), (b"GET",) * 41, ended=True)
    explained = explain(sent, responses, Ended.CLOSED)
    assert explained.explanation is Explanation.TOO_MANY
    assert explained.too_many
    assert explained.states > 64


def test_a_fit_found_before_the_search_was_given_up_is_told_with_that() -> None:
    sent = b"GET / HTTP/1.1\nHost: x\nX: y\n\n" * 40
    explained = explain(sent, read_responses(_answers(400), (b"GET",), ended=True), Ended.CLOSED)
    assert (explained.explanation, explained.too_many) == (FITS, True)


def test_explanations_beyond_sixteen_are_counted() -> None:
    sent = (b"\r\n" + G + b"\r\n") * 30
    explained = explain(sent, read_responses(b"", (b"GET",), ended=True), Ended.CLOSED)
    assert (explained.explanation, len(explained.conversations), explained.more) == (FITS, 16, 15)
