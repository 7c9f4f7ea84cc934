"""The run against its baseline: what is new, known, expired and fixed, as the page tells it."""

from __future__ import annotations

from collections import Counter, defaultdict

from harness.model.baseline import Baseline, Held, Known
from harness.model.tally import Standing
from harness.store.comparing import held
from harness.store.run_store import RunReader
from reports.cells import Cell, cells

NEW, KNOWN = "new", "known"


class Against:
    """A run with a baseline; `marks` say of each violated cell, by rule and target, whether it is new."""

    def __init__(self, baseline: Baseline, against: Held, everything: list[Cell]) -> None:
        self.baseline = baseline
        self.held = against
        wrong = [cell for cell in everything if cell.worst and cell.worst.violates]
        self.known = [cell for cell in wrong if cell.is_known]
        self.new = [cell for cell in wrong if not cell.is_known]
        self.marks = {(cell.rule.id, cell.target): KNOWN if cell.is_known else NEW for cell in wrong}
        self._words: dict[str, set[str]] = defaultdict(set)
        for (rule, _), mark in self.marks.items():
            self._words[rule].add(mark)

    @classmethod
    def of(cls, run: RunReader) -> Against | None:
        """That of a run; None where it has no baseline."""
        against, baseline = held(run), run.run.baseline
        return cls(baseline, against, cells(run)) if against and baseline else None

    def mark(self, rule: str, target: str) -> str:
        """What a cell is to the baseline, in a word; empty where nothing is wrong with it."""
        return self.marks.get((rule, target), "")

    def marks_of(self, rule: str) -> str:
        """The words of all targets, as the filter reads them."""
        return " ".join(sorted(self._words.get(rule, ())))

    @property
    def counts(self) -> Counter[Standing | None]:
        """How many cells stand how that are new."""
        return Counter(cell.worst for cell in self.new)

    @property
    def parts(self) -> list[tuple[str, str, tuple[Known, ...]]]:
        """Entries that somebody has to look at: a heading, what it means, and which."""
        expired = "They excuse nothing any more, and what they are about is seen: it fails as if it were new."
        fixed = "What they are about was seen to conform. Take them out: wireproof baseline prune."
        unseen = "This run does not look at them, or could not decide."
        every = (
            ("Expired", expired, self.held.expired),
            ("Fixed", fixed, self.held.fixed),
            ("Not decided", unseen, self.held.unseen),
        )
        return [part for part in every if part[2]]
