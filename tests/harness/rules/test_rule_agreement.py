"""A violation stands only where every explanation shows it, and a pass only where all that apply do."""

import pytest

from harness.model.conversation import Explanation
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.agreement import agreed, under_all
from tests.harness.engine.engine_support import answers, examined

BAD, UNMET, RISK = Grade.BAD, Grade.UNMET, Grade.RISK
VIOLATES, CONFORMS, INCONCLUSIVE, NOT_APPLICABLE = (
    Outcome.VIOLATES,
    Outcome.CONFORMS,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_APPLICABLE,
)


def said(outcome, grade=None, covers=("row",), observed="seen"):
    return Verdict("rule", outcome, covers, observed, grade)


def joined(*under_each):
    return [(one.outcome, one.grade) for one in under_all([tuple(verdicts) for verdicts in under_each])]


V_BAD, V_UNMET, V_RISK = said(VIOLATES, BAD), said(VIOLATES, UNMET), said(VIOLATES, RISK)
C, U, N = said(CONFORMS), said(INCONCLUSIVE), said(NOT_APPLICABLE)

JOINED = [
    ("one explanation", [[V_BAD]], [(VIOLATES, BAD)]),
    ("both violate", [[V_BAD], [V_BAD]], [(VIOLATES, BAD)]),
    ("both violate, the milder counts", [[V_BAD], [V_UNMET]], [(VIOLATES, UNMET)]),
    ("a risk is milder than a breach", [[V_RISK], [V_BAD]], [(VIOLATES, RISK)]),
    ("one violates, one conforms", [[V_BAD], [C]], [(INCONCLUSIVE, None)]),
    ("one violates, under the other there is nothing to judge", [[V_BAD], []], [(INCONCLUSIVE, None)]),
    ("one conforms, under the other there is nothing to judge", [[C], []], [(CONFORMS, None)]),
    ("one conforms, under the other it does not apply", [[N], [C]], [(CONFORMS, None)]),
    ("one conforms, under the other nothing is known", [[C], [U]], [(INCONCLUSIVE, None)]),
    ("nothing is known under both", [[U], [U]], [(INCONCLUSIVE, None)]),
    ("nothing to judge", [[], []], []),
    (
        "two requests, and both times one violates",
        [[C, V_BAD], [C, V_BAD]],
        [(CONFORMS, None), (VIOLATES, BAD)],
    ),
]


@pytest.mark.parametrize(("under_each", "expected"), [pytest.param(*row, id=name) for name, *row in JOINED])
def test_what_is_said_under_each_explanation_is_joined(under_each, expected):
    assert joined(*under_each) == expected


def test_rows_of_the_ledger_are_joined_each_for_itself():
    a, b = said(VIOLATES, BAD, covers=("a",)), said(CONFORMS, covers=("b",))
    assert joined([a, b], [a]) == [(VIOLATES, BAD), (CONFORMS, None)]


def test_verdicts_that_share_a_row_are_about_the_same():
    violates, conforms = said(VIOLATES, BAD, covers=("a",)), said(CONFORMS, covers=("a", "b"))
    assert joined([violates], [conforms]) == [(INCONCLUSIVE, None)]
    everything = said(CONFORMS, covers=())
    assert joined([violates, said(VIOLATES, BAD, covers=("c",))], [everything]) == [(INCONCLUSIVE, None)]


def test_what_differs_is_told():
    (verdict,) = under_all([(said(VIOLATES, BAD, observed="this"),), (said(CONFORMS, observed="that"),)])
    assert "this" in verdict.observed
    assert "that" in verdict.observed


GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
NO_HOST = b"GET / HTTP/1.1\r\n\r\n"


def about(examination, outcome=VIOLATES):
    def check(conversation):
        return (said(outcome, observed=str(len(conversation.exchanges))),)

    return [(one.outcome, one.observed) for one in agreed(examination, check)]


def test_a_refuted_reading_passes_nothing_and_tells_what_is_violated_by_what_is_amiss_first():
    refuted = examined(NO_HOST, answers(400, 400, 404))
    assert refuted.explanation is Explanation.REFUTED
    assert about(refuted) == [(VIOLATES, "2")]
    assert about(refuted, CONFORMS) == about(refuted, INCONCLUSIVE) == []


def test_of_what_is_amiss_behind_a_sound_request_a_refuted_reading_tells_nothing():
    refuted = examined(GET + NO_HOST, answers(200, 200, 400, 404))
    assert refuted.explanation is Explanation.REFUTED
    assert about(refuted) == []


def test_more_readings_than_can_be_told_apart_decide_nothing():
    crowded = examined((b"\r\n" + GET) * 30, b"")
    assert crowded.open_ended
    ((outcome, observed),) = about(crowded)
    assert outcome is INCONCLUSIVE
    assert "more readings" in observed
