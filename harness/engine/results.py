"""What a run knows of one target when it is over: verdicts by rule, crashes, how far it got."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.tally import Standing, worst
from harness.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict and the plan it is about."""

    verdict: Verdict
    plan: str


@dataclass(slots=True)
class Results:
    """All verdicts on one target, by rule.

    `indiscriminate`: the target answers what is no request as it answers the baseline, so that a run
    against it fails, whatever its single answers look like. `cut_short`: the time was over before all had
    been sent, which is no pass either. `crashes` counts the crashes and hangs.
    """

    target: str
    indiscriminate: bool = False
    cut_short: bool = False
    crashes: int = 0
    by_rule: dict[str, list[Judged]] = field(default_factory=dict)

    @property
    def conclusive(self) -> bool:
        """Whether anything is known of the target, and all was sent; else a run has tested too little."""
        standings = [self.standing(rule) for rule in self.by_rule]
        decided = any(one and (one.violates or one is Standing.CONFORMS) for one in standings)
        return decided and not (self.indiscriminate or self.cut_short)

    def standing(self, rule: str) -> Standing | None:
        """The worst of a rule; None when it never had anything to judge."""
        return worst(
            (one.verdict.outcome, one.verdict.grade, one.verdict.flaky) for one in self.by_rule.get(rule, ())
        )

    def replace(self, rule: str, old: list[Judged], new: list[Judged]) -> None:
        """Put the final verdicts in the place of the provisional ones."""
        gone = set(map(id, old))
        self.by_rule[rule] = [one for one in self.by_rule.get(rule, ()) if id(one) not in gone] + new


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
