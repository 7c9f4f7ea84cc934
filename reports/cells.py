"""Cells, one a rule and target: what every report speaks of, and what the baseline of the run makes of them.

What is known is told and counted apart: a cell stands as the worst of what is not excused, and only where
nothing else is wrong with it as what is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.baseline import Excuses, Known
from harness.model.tally import Standing, standing, worst
from harness.store.run_store import RulePart, RunReader, VerdictRecord


@dataclass(frozen=True, slots=True)
class Cell:
    """One rule on one target: its verdicts and the worst of them.

    `known` are the entries of the baseline that excuse some of the verdicts; where they excuse all that is
    wrong, `worst` is what they excuse and `is_known` holds. `lapsed` are entries that would have excused
    more, had they not expired. `was_judged` is False for all cells of a target that was never got to, or
    could not be judged at all.
    """

    rule: RulePart
    target: str
    verdicts: tuple[VerdictRecord, ...]
    worst: Standing | None
    was_judged: bool = True
    known: tuple[Known, ...] = ()
    lapsed: tuple[Known, ...] = ()
    is_known: bool = False

    @property
    def example(self) -> VerdictRecord:
        """The first verdict that stands as the whole cell does."""
        return next(one for one in self.verdicts if _standing(one) is self.worst)

    @property
    def alike(self) -> int:
        """How many verdicts stand as the whole cell does."""
        return sum(_standing(one) is self.worst for one in self.verdicts)

    @property
    def reasons(self) -> str:
        """Why what is known may stay, in the words of the baseline."""
        return "; ".join(dict.fromkeys(one.reason for one in self.known if one.reason))


def cells(run: RunReader) -> list[Cell]:
    """All cells, targets in their order, rules in the order of the catalogue."""
    head = run.run
    excuses = Excuses(head.baseline)
    found: dict[tuple[str, str], list[VerdictRecord]] = {}
    judged: set[str] = set()
    for verdict in run.verdicts():
        found.setdefault((verdict.target, verdict.rule), []).append(verdict)
        judged.add(verdict.target)
    return [
        _cell(rule, target.name, found.get((target.name, rule.id), []), target.name in judged, excuses)
        for target in run.targets()
        for rule in head.rules
    ]


def _cell(
    rule: RulePart, target: str, verdicts: list[VerdictRecord], was_judged: bool, excuses: Excuses
) -> Cell:
    known: dict[Known, None] = {}
    lapsed: dict[Known, None] = {}
    left = []
    for one in verdicts:
        entries = excuses.of(target, one)
        known |= dict.fromkeys(entries)
        if not entries:
            left.append(one)
            if grade := _standing(one).grade:
                lapsed |= dict.fromkeys(excuses.lapsed(target, rule.id, grade, one.covers))
    stands, whole = _worst(left), _worst(verdicts)
    is_known = bool(known) and not (stands and stands.violates)
    return Cell(
        rule,
        target,
        tuple(verdicts if is_known else left),
        whole if is_known else stands,
        was_judged,
        tuple(known),
        tuple(lapsed),
        is_known,
    )


def _standing(verdict: VerdictRecord) -> Standing:
    return standing(verdict.outcome, verdict.grade, verdict.flaky)


def _worst(verdicts: list[VerdictRecord]) -> Standing | None:
    return worst((one.outcome, one.grade, one.flaky) for one in verdicts)
