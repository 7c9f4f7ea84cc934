"""How the run went: what was left undecided and why, what was flaky, what became of each target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.tally import Standing
from harness.store.run_store import FindingRecord, TargetRecord
from reports.html.cells import Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rules stand as they do on these targets, in the words of the verdict."""

    text: str
    rules: tuple[tuple[Rule, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        """On how many cells it bears."""
        return sum(len(targets) for _, targets in self.rules)


def reasons(rules: Iterable[Rule], one: Standing) -> list[Reason]:
    """The cells that stand so, grouped by what their worst verdict says, the commonest first."""
    found: dict[str, dict[str, tuple[Rule, list[str]]]] = {}
    for rule in rules:
        for target, cell in rule.cells.items():
            if cell.worst and cell.standing is one:
                by_rule = found.setdefault(cell.worst.observed, {})
                by_rule.setdefault(rule.part.id, (rule, []))[1].append(target)
    grouped = [
        Reason(text, tuple((rule, tuple(targets)) for rule, targets in by_rule.values()))
        for text, by_rule in found.items()
    ]
    return sorted(grouped, key=lambda reason: -reason.count)


def flaky(rules: Iterable[Rule]) -> list[tuple[Rule, str, int, str]]:
    """Rule, target, number of flaky verdicts and what one of them says; also where something is worse."""
    return [
        (rule, target, cell.counts[Standing.FLAKY], shown.observed)
        for rule in rules
        for target, cell in rule.cells.items()
        if Standing.FLAKY in cell.counts
        for shown in [next((one for one in cell.telling if one.standing is Standing.FLAKY), cell.worst)]
        if shown
    ]


def unjudged(rules: Iterable[Rule]) -> list[tuple[Rule, list[str]]]:
    """Rules without a verdict, and on which targets."""
    found = [(rule, [name for name, cell in rule.cells.items() if cell.worst is None]) for rule in rules]
    return [(rule, targets) for rule, targets in found if targets]


@dataclass(frozen=True, slots=True)
class Facts:
    """What calibration found, as a table: the names of the facts, and each target's texts in that order."""

    names: tuple[str, ...]
    rows: tuple[tuple[TargetRecord, tuple[str, ...]], ...]

    @classmethod
    def of(cls, targets: Iterable[TargetRecord]) -> Facts:
        """The facts of all targets; a target that lacks one has an empty text."""
        known = list(targets)
        names = tuple(dict.fromkeys(name for target in known for name, _ in target.facts))
        rows = tuple(
            (target, tuple("; ".join(text for each, text in target.facts if each == name) for name in names))
            for target in known
        )
        return cls(names, rows)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause told once: what it is, of which rule, on which targets, in how many cases."""

    text: str
    rule: Rule
    standing: Standing
    targets: tuple[str, ...]
    cases: int


def causes(rules: Iterable[Rule]) -> list[Cause]:
    """What violates, the worst and the most widespread first.

    A cause is what the run found to be one, where it did; else the rule itself stands for it.
    """
    found = []
    for rule in rules:
        one = rule.standing
        if one is None or not one.violates:
            continue
        by_text: dict[str, list[FindingRecord]] = {}
        for finding in rule.causes:
            by_text.setdefault(finding.cause, []).append(finding)
        for text, findings in by_text.items():
            targets = tuple(dict.fromkeys(each.target for each in findings))
            worst = min(
                (cell.standing for name in targets if (cell := rule.cells[name]).standing),
                key=lambda each: each.rank,
                default=one,
            )
            found.append(Cause(text, rule, worst, targets, sum(each.count for each in findings)))
        if not by_text:
            cells = {name: cell for name, cell in rule.cells.items() if cell.standing is one}
            cases = sum(cell.counts[one] for cell in cells.values())
            found.append(Cause(rule.part.title, rule, one, tuple(cells), cases))
    return sorted(found, key=lambda cause: (cause.standing.rank, -len(cause.targets), -cause.cases))
