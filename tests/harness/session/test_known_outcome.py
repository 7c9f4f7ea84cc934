"""Exit codes and the head of a run where a baseline says what is known."""

from datetime import date, timedelta

import pytest

from harness.engine.results import Judged, Results
from harness.errors import ExitCode, UsageError
from harness.model.baseline import Baseline, Known
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.rule import catalogue
from harness.session import Session, resumed
from harness.session.choice import TargetChoice, named
from harness.session.outcome import code_of
from harness.store.records import decode, encode
from harness.store.run_store import RunReader

RULE = "9112-3.2-host-twice"
DAY = date(2026, 11, 24)
RULES = [catalogue()[RULE]]
KNOWN = Known("mine", RULE, Grade.BAD, ("9112-3.2-h",), reason="issue 31", expires=DAY + timedelta(days=1))
BASELINE = Baseline("known.toml", DAY, (KNOWN,))


def results(*verdicts, crashes=0):
    judged = [Judged(one, f"{RULE}/1") for one in verdicts]
    return Results("mine", crashes=crashes, by_rule={RULE: judged})


def verdict(outcome=Outcome.VIOLATES, grade=Grade.BAD, covers=("9112-3.2-h",)):
    return Verdict(RULE, outcome, covers, "seen", grade if outcome is Outcome.VIOLATES else None)


@pytest.mark.parametrize(
    ("found", "baseline", "code"),
    [
        (results(verdict()), None, ExitCode.FAILED),
        (results(verdict()), BASELINE, ExitCode.OK),
        (results(verdict(), verdict(Outcome.CONFORMS)), BASELINE, ExitCode.OK),
        (results(verdict(), verdict(covers=("9112-3.2-g",))), BASELINE, ExitCode.FAILED),
        (results(verdict(), crashes=1), BASELINE, ExitCode.FAILED),
        (results(verdict()), Baseline("known.toml", KNOWN.expires, (KNOWN,)), ExitCode.FAILED),
        (results(verdict(Outcome.INCONCLUSIVE)), BASELINE, ExitCode.FAILED),
    ],
)
def test_only_what_is_not_known_fails(found, baseline, code):
    assert code_of(found, RULES, (Grade.BAD,), baseline) is code


def test_what_is_known_of_another_target_does_not_help():
    other = Results("other", by_rule=results(verdict()).by_rule)
    assert code_of(other, RULES, (Grade.BAD,), BASELINE) is ExitCode.FAILED


def test_a_run_keeps_its_baseline_and_goes_on_with_no_other(tmp_path):
    choices = named([TargetChoice()], ["mine"])
    session = Session(RULES, out=tmp_path, command="", targets=choices, baseline=BASELINE)
    session._writer.close()
    with RunReader(session.path) as run:
        assert run.run.baseline == BASELINE
        assert decode(encode(run.run)) == run.run
    later = Baseline("moved.toml", DAY + timedelta(days=9), (KNOWN,))
    again = resumed("last", tmp_path, choices, RULES, (Grade.BAD,), baseline=later)
    assert again.baseline == BASELINE
    with pytest.raises(UsageError, match=r"its baseline is not the one given now, but known\.toml"):
        resumed("last", tmp_path, choices, RULES, (Grade.BAD,))
