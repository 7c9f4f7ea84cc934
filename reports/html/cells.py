"""A rule on a target is a cell: what the page is made of, without any octets.

A cell stands as its worst verdict does; a cell without any is "not judged", which is no pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.model.requirement import Citation, Level
from harness.model.tally import Standing, Tally, standing
from harness.narrate.escape import Span
from harness.store.run_store import FindingRecord, RequirementPart, RulePart, TargetRecord, VerdictRecord

TELLING_PER_CELL = 8
PASSING = (Standing.CONFORMS, Standing.NOT_APPLICABLE)


class Shown(NamedTuple):
    """What remains of a verdict: enough to tell it, and to find the case that shows it."""

    plan: str
    standing: Standing
    observed: str
    seen: str = ""
    sent_span: Span | None = None
    received_span: Span | None = None
    confirmed: bool = False

    @classmethod
    def of(cls, verdict: VerdictRecord, once: Callable[[str], str] = str) -> Shown:
        """The verdict without what its rule says anyway; `once` may give equal texts as one object."""
        return cls(
            once(verdict.plan),
            standing(verdict.outcome, verdict.grade, verdict.flaky),
            once(verdict.observed),
            once(verdict.seen),
            verdict.sent_span,
            verdict.received_span,
            verdict.confirmed,
        )


@dataclass(slots=True)
class Cell:
    """A rule on a target: its worst standing and the verdict that shows it, with counts of all.

    `telling` are the first verdicts that are no passes, `seen` the permitted reactions that matched.
    """

    counts: dict[Standing, int] = field(default_factory=dict)
    worst: Shown | None = None
    telling: list[Shown] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, one: Standing, verdict: VerdictRecord, once: Callable[[str], str]) -> None:
        """Take in a verdict that stands so; of equally bad ones the first stands for all."""
        self.counts[one] = self.counts.get(one, 0) + 1
        if verdict.seen:
            self.seen.add(once(verdict.seen))
        if self.worst is None or one.rank < self.worst.standing.rank:
            self.worst = Shown.of(verdict, once)
        if one not in PASSING:
            self._tell(one, verdict, once)

    def _tell(self, one: Standing, verdict: VerdictRecord, once: Callable[[str], str]) -> None:
        """Keep it if there is room, or if it is worse than one that is kept."""
        if len(self.telling) < TELLING_PER_CELL:
            self.telling.append(Shown.of(verdict, once))
            return
        mildest = max(range(TELLING_PER_CELL), key=lambda index: self.telling[index].standing.rank)
        if one.rank < self.telling[mildest].standing.rank:
            self.telling[mildest] = Shown.of(verdict, once)

    @property
    def standing(self) -> Standing | None:
        """The worst that was said; None where nothing was said at all."""
        return self.worst.standing if self.worst else None


@dataclass(slots=True)
class Rule:
    """A rule with its cells by target.

    `number` is its place in the order of the page, `slug` its name in links; `own` are the numbers of
    the cases that probe it, each with how the rule stands there.
    """

    part: RulePart
    slug: str
    number: int
    requirements: tuple[RequirementPart, ...] = ()
    cells: dict[str, Cell] = field(default_factory=dict)
    own: list[tuple[int, Standing | None]] = field(default_factory=list)
    causes: list[FindingRecord] = field(default_factory=list)

    @property
    def standing(self) -> Standing | None:
        """The worst of all targets."""
        known = [cell.standing for cell in self.cells.values() if cell.standing]
        return min(known, key=lambda one: one.rank, default=None)

    @property
    def told(self) -> bool:
        """Whether it has an article among the findings."""
        return any(one.violates or one is Standing.FLAKY for one in self.standings)

    @property
    def standings(self) -> list[Standing]:
        """How it stands on any target, the worst first, each once."""
        return sorted({cell.standing for cell in self.cells.values() if cell.standing}, key=_rank)

    def standing_on(self, one: Standing) -> list[str]:
        """The targets where it stands so."""
        return [name for name, cell in self.cells.items() if cell.standing is one]

    @property
    def words(self) -> str:
        """The standings on all targets, as the filter reads them."""
        missing = ["none"] if any(cell.standing is None for cell in self.cells.values()) else []
        return " ".join([*self.standings, *missing])

    @property
    def seen(self) -> dict[str, list[str]]:
        """Which targets showed which permitted reaction."""
        shown: dict[str, list[str]] = {}
        for target, cell in self.cells.items():
            for name in cell.seen:
                shown.setdefault(name, []).append(target)
        return shown


def _rank(one: Standing) -> int:
    return one.rank


class Sighting(NamedTuple):
    """Observations of one case that targets share, and the target and verdict that are their example."""

    observed: tuple[str, ...]
    targets: tuple[str, ...]
    target: str
    example: Shown


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an RFC and its rules."""

    citation: Citation
    title: str
    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Examined:
    """A target with the tally of its cells; `unjudged` counts rules without a verdict by level."""

    record: TargetRecord
    tally: Tally
    unjudged: Counter[Level]
    number: int
