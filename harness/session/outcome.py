"""The exit code of a target, and of a run over several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.engine.conform import Results
from harness.errors import ExitCode
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


def code_of(results: Results, rules: Sequence[Rule], fail_on: Sequence[Grade]) -> ExitCode:
    """FAILED by a violation of a grade that fails, by a crash or a hang, and where nothing could be decided.

    A target that answers everything alike decides nothing, whatever its single answers look like.
    """
    standings = [results.standing(rule.id) for rule in rules]
    if results.crashes or any(one.grade in fail_on for one in standings if one and one.grade):
        return ExitCode.FAILED
    return ExitCode.OK if results.conclusive and not results.crashes else ExitCode.FAILED


def worst_code(codes: Iterable[int]) -> ExitCode:
    """FAILED if any target failed; else that one died, else that one could not be reached; else OK.

    A code that is not about a target (an error of ours, or of usage) goes before all of them.
    """
    found = set(codes)
    others = found - {*_WORST_FIRST, ExitCode.OK}
    if others:
        return ExitCode(max(others))
    return next((code for code in _WORST_FIRST if code in found), ExitCode.OK)
