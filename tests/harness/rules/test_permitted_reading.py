"""The rule behind all others tells what no permitted reading explains, and what only a lenient one does."""

from __future__ import annotations

import pytest

from harness.model.tally import Standing, standing
from harness.rules.rule import catalogue
from tests.harness.engine.engine_support import CLOSE, answers, examined

RULE = catalogue()["9112-permitted-reading"]
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BOTH = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
MANY = b"GET / HTTP/1.1\nHost: x\nX: y\n\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

SEEN = [
    ("in step", GET, answers(200, 404), Standing.CONFORMS),
    ("refused, in step: nothing was served", GET, answers(400, 404), None),
    ("one answer and a close show nothing", GET, answers(200) + CLOSE, None),
    ("silence shows nothing", GET, b"", None),
    ("an answer too many", GET, answers(200, 404, 404), Standing.BAD),
    ("the marker's answer is another's", GET, answers(200, 200), Standing.BAD),
    ("length and coding, and the connection is kept", BOTH, answers(200, 404), Standing.BAD),
    ("length and coding, and the connection is closed", BOTH, answers(200) + CLOSE, None),
    ("a malformed size", CHUNKED + b"5 x\r\nhello\r\n0\r\n\r\n", answers(200, 404), Standing.RISK),
    ("more readings than can be tried", MANY * 40, answers(*[200] * 41), Standing.INCONCLUSIVE),
]


@pytest.mark.parametrize(("sent", "answer", "expected"), [pytest.param(*row, id=name) for name, *row in SEEN])
def test_it_judges_any_octets_without_an_expectation(sent, answer, expected):
    verdicts = RULE.judge(examined(sent, answer))
    assert [standing(one.outcome, one.grade) for one in verdicts] == ([expected] if expected else [])


def test_it_tells_what_was_seen_and_what_would_have_been_right():
    (verdict,) = RULE.judge(examined(BOTH, answers(200, 404)))
    assert verdict.observed == (
        "answered 200, 404; the connection stayed open, which no permitted reading explains; "
        "nearest: 1 request, the last of them refused; or 1 request, then the connection is closed"
    )
    assert verdict.covers == ("9112-9.2-a",)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b"5;=\r\nhello\r\n0\r\n\r\n", ("9112-7.1.1-b",)),
        (b"+5\r\nhello\r\n0\r\n\r\n", ("9112-7.1-b",)),
        (b"5\nhello\r\n0\r\n\r\n", ("9112-7.1-d",)),
        (b"5\r\nhelloxx0\r\n\r\n", ("9112-7.1-c",)),
    ],
)
def test_what_was_taken_leniently_is_named_by_its_row(body, rows):
    (verdict,) = RULE.judge(examined(CHUNKED + body, answers(200, 404)))
    assert verdict.covers == rows
