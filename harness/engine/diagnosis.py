"""What the findings of calibration mean for rules: which do not apply to a target, and what helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.engine.calibrate import Calibration
from harness.engine.plans import Surroundings, left_out
from harness.rules.need import Need
from harness.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A rule of which `probes` out of `of` are not sent, and why not."""

    rule: str
    probes: int
    of: int
    why: str

    @property
    def whole(self) -> bool:
        """Whether nothing of the rule is left to be sent."""
        return self.probes == self.of


def not_applicable(rules: Iterable[Rule], around: Surroundings) -> Iterator[NotApplicable]:
    """The rules whose probes, or some of them, would prove nothing here."""
    for rule in rules:
        out = list(left_out(rule, around))
        if out:
            why = " ".join(dict.fromkeys(one.why for one in out))
            yield NotApplicable(rule.id, len(out), len(rule.probes), why)


def advice(calibration: Calibration, rules: Sequence[Rule]) -> Iterator[str]:
    """What the user may do to have more decided, each as a sentence or two."""
    for fact in calibration.findings:
        if not fact.remedy:
            continue
        if fact.need is None:
            yield fact.remedy
        elif count := _helped(fact.need, calibration.around, rules):
            yield f"{fact.remedy} {count} rule{'s have' if count > 1 else ' has'} probes that need it."


def _helped(need: Need, around: Surroundings, rules: Iterable[Rule]) -> int:
    """How many rules have a probe for which this alone is missing."""
    return sum(any(set(around.lacks) & probe.needs == {need} for probe in rule.probes) for rule in rules)
