"""What all parts of the text speak of: lines, the manner of telling, and cells, one a rule and target."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.tally import Standing, standing, worst
from harness.narrate.escape import visible_text
from harness.store.run_store import RulePart, RunReader, VerdictRecord


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, the colour that it may be shown in, and whether it stands out."""

    text: str
    colour: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How to tell: everything or the essence, with glyphs or in US-ASCII, for how many columns (0: any)."""

    verbose: bool = False
    glyphs: bool = True
    width: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One rule on one target: its verdicts and the worst of them.

    `was_judged` is False for all cells of a target that was never got to, or could not be judged at all.
    """

    rule: RulePart
    target: str
    verdicts: tuple[VerdictRecord, ...]
    worst: Standing | None
    was_judged: bool = True

    @property
    def example(self) -> VerdictRecord:
        """The first verdict that stands as the whole cell does."""
        return next(one for one in self.verdicts if standing(one.outcome, one.grade, one.flaky) is self.worst)

    @property
    def alike(self) -> int:
        """How many verdicts stand as the whole cell does."""
        return sum(standing(one.outcome, one.grade, one.flaky) is self.worst for one in self.verdicts)


def cells(run: RunReader) -> list[Cell]:
    """All cells, targets in their order, rules in the order of the catalogue."""
    rules = run.run.rules
    found: dict[tuple[str, str], list[VerdictRecord]] = {}
    judged: set[str] = set()
    for verdict in run.verdicts():
        found.setdefault((verdict.target, verdict.rule), []).append(verdict)
        judged.add(verdict.target)
    return [
        Cell(
            rule,
            target.name,
            tuple(verdicts),
            worst((one.outcome, one.grade, one.flaky) for one in verdicts),
            target.name in judged,
        )
        for target in run.targets()
        for rule in rules
        for verdicts in [found.get((target.name, rule.id), [])]
    ]


def shown(text: str) -> str:
    """Text that a target may have had a hand in, harmless and in one line."""
    return visible_text(text).replace("\n", " ")


def plural(number: int, word: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
