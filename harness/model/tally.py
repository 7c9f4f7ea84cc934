"""Verdicts summed up: the standing of a rule, and counts by level and standing.

A rule's cell is its worst verdict. What no confirmation could repeat is flaky and stands behind every
violation; not knowing stands behind both, and a pass only comes out where nothing worse was seen.
There is no blended score: counts of different levels are never added into one figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.requirement import Level
from harness.model.verdict import Grade, Outcome

Triple = tuple[Outcome, Grade | None, bool]
"""Outcome, grade and whether it is flaky: all that counting needs of a verdict."""


class Standing(StrEnum):
    """Outcome, grade and flakiness in one word, the worst first."""

    BAD = "bad"
    RISK = "risk"
    UNMET = "unmet"
    SOFT = "soft"
    FLAKY = "flaky"
    INCONCLUSIVE = "inconclusive"
    CONFORMS = "conforms"
    NOT_APPLICABLE = "not-applicable"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]

    @property
    def grade(self) -> Grade | None:
        """The grade, where this is a violation."""
        return _GRADES.get(self)

    @property
    def violates(self) -> bool:
        """Whether this is a confirmed violation of any grade."""
        return self in _GRADES


_RANKS = {standing: rank for rank, standing in enumerate(Standing)}
_GRADES = {Standing(grade.value): grade for grade in Grade}
_OTHERS = {
    Outcome.CONFORMS: Standing.CONFORMS,
    Outcome.INCONCLUSIVE: Standing.INCONCLUSIVE,
    Outcome.NOT_APPLICABLE: Standing.NOT_APPLICABLE,
}


def standing(outcome: Outcome, grade: Grade | None = None, flaky: bool = False) -> Standing:
    """How one verdict stands. A violation that was given no grade counts as bad: it is never forgiven."""
    if flaky:
        return Standing.FLAKY
    if outcome is Outcome.VIOLATES:
        return Standing((grade or Grade.BAD).value)
    return _OTHERS[outcome]


def worst(triples: Iterable[Triple]) -> Standing | None:
    """The standing of a cell; None where there is no verdict at all, which is not a pass."""
    return min((standing(*triple) for triple in triples), key=lambda one: one.rank, default=None)


@dataclass(slots=True)
class Tally:
    """Counts by level and standing, of verdicts or of cells as the caller adds them."""

    counts: Counter[tuple[Level, Standing]] = field(default_factory=Counter)

    def add(self, level: Level, triple: Triple) -> None:
        """Count one verdict."""
        self.count(level, standing(*triple))

    def count(self, level: Level, one: Standing) -> None:
        """Count one cell whose standing is known."""
        self.counts[level, one] += 1

    def of(self, one: Standing, level: Level | None = None) -> int:
        """How many stand so, in one level or in all."""
        levels = Level if level is None else (level,)
        return sum(self.counts[each, one] for each in levels)

    def row(self, level: Level) -> dict[Standing, int]:
        """The counts of one level, every standing named, the worst first."""
        return {one: self.counts[level, one] for one in Standing}

    def violations(self, grades: Collection[Grade] = tuple(Grade)) -> int:
        """How many violations of these grades there are."""
        return sum(number for (_, one), number in self.counts.items() if one.grade in grades)

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.counts.total()
