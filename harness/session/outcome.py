"""The exit code of a target, and of a run over several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.engine.conform import Results
from harness.errors import ExitCode
from harness.model.baseline import Baseline, Excuses
from harness.model.tally import Standing, worst
from harness.model.verdict import Grade
from harness.rules.rule import Rule

GRADES = {
    "bad": (Grade.BAD,),
    "unmet": (Grade.BAD, Grade.UNMET),
    "risk": (Grade.BAD, Grade.RISK),
    "soft": tuple(Grade),
}
"""What `--fail-on` names: which grades of VIOLATES make a run fail."""

_WORST_FIRST = (ExitCode.FAILED, ExitCode.TARGET_DIED, ExitCode.TARGET_UNREACHABLE)


def code_of(
    results: Results, rules: Sequence[Rule], fail_on: Sequence[Grade], baseline: Baseline | None = None
) -> ExitCode:
    """FAILED by a violation of a grade that fails, by a crash or a hang, where nothing could be decided, and
    where the time was over too soon.

    A target that answers everything alike decides nothing, whatever its single answers look like. What the
    baseline knows does not fail.
    """
    excuses = Excuses(baseline)
    standings = [new_standing(results, rule.id, excuses) for rule in rules]
    if results.crashes or any(one.grade in fail_on for one in standings if one and one.grade):
        return ExitCode.FAILED
    return ExitCode.OK if results.conclusive and not results.crashes else ExitCode.FAILED


def new_standing(results: Results, rule: str, excuses: Excuses) -> Standing | None:
    """The worst of a rule but for what is known of it; None where nothing else was ever seen."""
    said = [one.verdict for one in results.by_rule.get(rule, ())]
    return worst((one.outcome, one.grade, one.flaky) for one in said if not excuses.of(results.target, one))


def worst_code(codes: Iterable[int]) -> ExitCode:
    """FAILED if any target failed; else that one died, else that one could not be reached; else OK.

    A code that is not about a target (an error of ours, or of usage) goes before all of them.
    """
    found = set(codes)
    others = found - {*_WORST_FIRST, ExitCode.OK}
    if others:
        return ExitCode(max(others))
    return next((code for code in _WORST_FIRST if code in found), ExitCode.OK)
