"""A rule on a target is a cell: what the page is made of, without any octets.

A cell stands as its worst verdict does; a cell without any is "not judged", which is no pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from harness.model.requirement import Citation, Level
from harness.model.tally import Standing, Tally, standing
from harness.store.run_store import FindingRecord, RequirementPart, RulePart, TargetRecord, VerdictRecord


@dataclass(slots=True)
class Cell:
    """A rule on a target: its worst standing and the verdict that shows it, with counts of all."""

    counts: Counter[Standing] = field(default_factory=Counter)
    worst: VerdictRecord | None = None
    standing: Standing | None = None

    def add(self, verdict: VerdictRecord) -> None:
        """Take in one verdict; of equally bad ones the first stands for all."""
        one = standing(verdict.outcome, verdict.grade, verdict.flaky)
        self.counts[one] += 1
        if self.standing is None or one.rank < self.standing.rank:
            self.standing, self.worst = one, verdict

    @property
    def total(self) -> int:
        """How many verdicts there are."""
        return self.counts.total()


@dataclass(slots=True)
class Rule:
    """A rule with its cells by target, and the cases that are its own."""

    part: RulePart
    anchor: str
    requirements: tuple[RequirementPart, ...] = ()
    cells: dict[str, Cell] = field(default_factory=dict)
    verdicts: list[VerdictRecord] = field(default_factory=list)
    own: list[tuple[str, str]] = field(default_factory=list)
    causes: list[FindingRecord] = field(default_factory=list)

    @property
    def standing(self) -> Standing | None:
        """The worst of all targets."""
        known = [cell.standing for cell in self.cells.values() if cell.standing]
        return min(known, key=lambda one: one.rank, default=None)

    def standing_on(self, one: Standing) -> list[str]:
        """The targets where it stands so."""
        return [name for name, cell in self.cells.items() if cell.standing is one]

    @property
    def words(self) -> str:
        """The standings on all targets, as the filter reads them."""
        return " ".join(sorted({cell.standing or "none" for cell in self.cells.values()}))

    @property
    def seen(self) -> dict[str, list[str]]:
        """Which targets showed which permitted reaction."""
        shown: dict[str, list[str]] = defaultdict(list)
        for verdict in self.verdicts:
            if verdict.seen and verdict.target not in shown[verdict.seen]:
                shown[verdict.seen].append(verdict.target)
        return dict(shown)

    @property
    def elsewhere(self) -> list[VerdictRecord]:
        """Verdicts on cases that live under another heading, all but the passes."""
        own = set(self.own)
        passing = (Standing.CONFORMS, Standing.NOT_APPLICABLE)
        return [
            verdict
            for verdict in self.verdicts
            if (verdict.target, verdict.plan) not in own
            and standing(verdict.outcome, verdict.grade, verdict.flaky) not in passing
        ]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Observations of one case that targets share, and the verdict that is their example."""

    observed: tuple[str, ...]
    targets: tuple[str, ...]
    example: VerdictRecord


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an RFC and its rules."""

    citation: Citation
    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Examined:
    """A target with the tally of its cells; `unjudged` counts rules without a verdict by level."""

    record: TargetRecord
    tally: Tally
    unjudged: Counter[Level]
    rank: int

    @property
    def levels(self) -> list[Level]:
        """The levels that any rule of the run has."""
        counted = {level for level, _ in self.tally.counts} | set(self.unjudged)
        return [level for level in Level if level in counted]
