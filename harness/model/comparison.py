"""Two runs compared: what is new, what is fixed, what changed, by target and rule and down to single plans.

Targets are paired by name. Cells are compared where both runs have the rule and judged the target; single
plans where they send the same in both. What only one run has is told apart, and is never a change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.model.baseline import Said
from harness.model.tally import Standing, standing
from harness.model.verdict import Grade


class Kind(StrEnum):
    """How a cell came off: a violation that was not there or was milder, one that is gone, anything else."""

    NEW = "new"
    FIXED = "fixed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befell a target as a whole: a crash, a hang, that it could not be reached."""

    target: str
    kind: str
    cause: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs. `rules` are their titles by id; `finished` is False for one that was cut off."""

    id: str
    started: str
    version: str
    command: str
    fail_on: tuple[Grade, ...]
    finished: bool
    targets: tuple[str, ...]
    rules: Mapping[str, str]
    verdicts: Sequence[Said]
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """How something stands, what was observed, and the plan that shows it."""

    standing: Standing
    observed: str
    plan: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One plan that a rule judges otherwise than before."""

    plan: str
    before: Standing
    after: Standing

    @property
    def is_new(self) -> bool:
        """Whether it is a violation that was not there, or was milder."""
        return _is_new(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule on one target; None where a run has no verdict of it. `cases` are the plans that differ."""

    target: str
    rule: str
    title: str
    before: View | None
    after: View | None
    cases: tuple[CaseChange, ...] = ()

    @property
    def kind(self) -> Kind:
        """What this is to whoever reads it first."""
        before = self.before.standing if self.before else None
        after = self.after.standing if self.after else None
        if _is_new(before, after):
            return Kind.NEW
        if before and before.violates and after is Standing.CONFORMS:
            return Kind.FIXED
        return Kind.CHANGED

    def fails(self, grades: Collection[Grade]) -> bool:
        """Whether a violation of these grades is new, of the rule or of a single plan."""
        if self.kind is Kind.NEW and self.after and self.after.standing.grade in grades:
            return True
        return any(case.is_new and case.after.grade in grades for case in self.cases)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs differ in. `lost` are targets that were judged before, and were to be judged again."""

    before: Side
    after: Side
    targets: tuple[str, ...]
    cells: int
    changes: tuple[Change, ...]
    new_troubles: tuple[Trouble, ...]
    gone_troubles: tuple[Trouble, ...]
    lost: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of a kind."""
        return [one for one in self.changes if one.kind is kind]

    def fails(self, grades: Collection[Grade]) -> bool:
        """Whether anything is worse: a violation of these grades, a crash, a target that is lost."""
        return bool(self.new_troubles or self.lost) or any(one.fails(grades) for one in self.changes)


def compared(before: Side, after: Side, same_plan: Callable[[str, str], bool]) -> Comparison:
    """Compare two runs; `same_plan(target, plan)` tells whether a plan sends the same in both."""
    old, new = _Cells(before), _Cells(after)
    targets = tuple(one for one in before.targets if one in old.targets and one in new.targets)
    rules = [one for one in before.rules if one in after.rules]
    found = (
        _change(old.cell(target, rule), new.cell(target, rule), same_plan)
        for target in targets
        for rule in rules
    )
    return Comparison(
        before=before,
        after=after,
        targets=targets,
        cells=len(targets) * len(rules),
        changes=tuple(one for one in found if one),
        new_troubles=_without(after.troubles, before.troubles),
        gone_troubles=_without(before.troubles, after.troubles),
        lost=tuple(one for one in after.targets if one in old.targets and one not in new.targets),
        only_before=tuple(one for one in before.targets if one not in after.targets),
        only_after=tuple(one for one in after.targets if one not in old.targets),
        rules_before=tuple(one for one in before.rules if one not in after.rules),
        rules_after=tuple(one for one in after.rules if one not in before.rules),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A rule on a target in one run, with how each plan stands."""

    target: str
    rule: str
    title: str
    plans: Mapping[str, View]

    @property
    def view(self) -> View | None:
        """The worst of all plans."""
        return min(self.plans.values(), key=lambda one: one.standing.rank, default=None)


def _change(before: _Cell, after: _Cell, same_plan: Callable[[str, str], bool]) -> Change | None:
    cases = tuple(
        CaseChange(plan, then.standing, now.standing)
        for plan, then in before.plans.items()
        if (now := after.plans.get(plan))
        and now.standing is not then.standing
        and same_plan(after.target, plan)
    )
    old, new = before.view, after.view
    if not cases and (old.standing if old else None) is (new.standing if new else None):
        return None
    return Change(after.target, after.rule, after.title, old, new, cases)


def _is_new(before: Standing | None, after: Standing | None) -> bool:
    if after is None or not after.violates:
        return False
    return before is None or not before.violates or after.rank < before.rank


def _without(some: Sequence[Trouble], others: Sequence[Trouble]) -> tuple[Trouble, ...]:
    """One of a kind on a target is the same trouble, whatever showed it."""
    known = {(one.target, one.kind) for one in others}
    return tuple(one for one in some if (one.target, one.kind) not in known)


class _Cells:
    """The verdicts of a run by target and rule, the worst of each plan."""

    def __init__(self, side: Side) -> None:
        self._titles = side.rules
        self._plans: dict[tuple[str, str], dict[str, View]] = defaultdict(dict)
        for one in side.verdicts:
            now = View(standing(one.outcome, one.grade, one.flaky), one.observed, one.plan)
            plans = self._plans[one.target, one.rule]
            if one.plan not in plans or now.standing.rank < plans[one.plan].standing.rank:
                plans[one.plan] = now
        self.targets = {target for target, _ in self._plans}

    def cell(self, target: str, rule: str) -> _Cell:
        """One cell, which may be empty."""
        return _Cell(target, rule, self._titles[rule], self._plans.get((target, rule), {}))
