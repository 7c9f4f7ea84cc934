"""The RFCs section by section: every requirement of the ledger, who asks for it, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.model.requirement import Citation
from harness.model.tally import Standing
from harness.store.run_store import RequirementPart, RunRecord
from reports.html.cells import Rule
from reports.html.sections import in_order, title_of

REASONS = {
    "black-box": "no rule of this run asks for it.",
    "black-box-with-cooperation": "only the target's help shows it, and no rule of this run asks for it.",
    "not-testable": "cannot be seen from outside.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement, the rules of the run that cover it, and on how many targets it stands how."""

    part: RequirementPart
    rules: tuple[Rule, ...]
    results: Counter[Standing]

    @property
    def covered(self) -> bool:
        """Whether a rule of the run covers it."""
        return bool(self.rules)

    @property
    def state(self) -> str:
        """In one word: covered, waived, or how it could be tested."""
        if self.covered:
            return "covered"
        return "waived" if self.part.waived else self.part.testable

    @property
    def reason(self) -> str:
        """Why no rule does."""
        return self.part.waived or REASONS.get(self.part.testable, self.part.testable)


@dataclass(frozen=True)
class Chapter:
    """A section with its requirements in the order of the ledger."""

    citation: Citation
    title: str
    rows: tuple[Row, ...]

    @cached_property
    def covered(self) -> int:
        """How many of its requirements a rule of the run covers."""
        return sum(row.covered for row in self.rows)

    @cached_property
    def results(self) -> Counter[Standing]:
        """All results of its rows together."""
        return sum((row.results for row in self.rows), Counter[Standing]())


@dataclass(frozen=True, slots=True)
class Book:
    """An RFC."""

    rfc: int
    chapters: tuple[Chapter, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many requirements are covered, waived, not covered yet, with help only, or never."""
        rows = [row for chapter in self.chapters for row in chapter.rows]
        counts = Counter(row.state for row in rows)
        return {name: counts[name] for name in ("covered", "waived", *REASONS)}

    @property
    def total(self) -> int:
        """How many requirements it has."""
        return sum(len(chapter.rows) for chapter in self.chapters)


def books(run: RunRecord, rules: Iterable[Rule], standings: Mapping[tuple[str, str], Standing]) -> list[Book]:
    """The RFCs of the ledger, 9112 first. `standings` are by row and target."""
    results: dict[str, Counter[Standing]] = {}
    for (name, _), one in standings.items():
        results.setdefault(name, Counter())[one] += 1
    by_row: dict[str, list[Rule]] = {}
    for rule in rules:
        for row in rule.part.covers:
            by_row.setdefault(row, []).append(rule)
    sections: dict[tuple[int, str], list[Row]] = {}
    for part in (*run.requirements, *run.uncovered):
        told = Row(part, tuple(by_row.get(part.id, ())), results.get(part.id, Counter()))
        sections.setdefault((part.rfc, part.section), []).append(told)
    ordered = sorted(sections.items(), key=lambda item: in_order(*item[0]))
    found: dict[int, list[Chapter]] = {}
    for (rfc, section), rows in ordered:
        rows.sort(key=lambda row: (len(row.part.id), row.part.id))
        chapter = Chapter(Citation(rfc, section), title_of(rfc, section), tuple(rows))
        found.setdefault(rfc, []).append(chapter)
    return [Book(rfc, tuple(chapters)) for rfc, chapters in found.items()]
