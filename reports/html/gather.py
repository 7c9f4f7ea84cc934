"""The first pass over a run: all verdicts, one after another, put into the cells of rules and targets."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.requirement import Citation
from harness.model.tally import Standing, standing
from harness.store.run_store import RulePart, RunReader, RunRecord, TargetRecord, VerdictRecord
from reports.html.cells import Cell, Rule
from reports.html.links import Slugs
from reports.html.sections import in_order


class Gathered:
    """Targets and rules with their cells, and the keys (target, plan) of all cases.

    `rows` has the worst that was said of a row of the ledger on a target.

    A run that was cut off may lack the records of targets, rules and plans that its verdicts speak of:
    stand-ins take their place, for no verdict is lost.
    """

    def __init__(self, reader: RunReader, run: RunRecord) -> None:
        self.targets = {one.name: TargetRecord(one.name, "", again=one.again) for one in run.targets}
        self.targets |= {one.name: one for one in reader.targets()}
        self.keys = dict.fromkeys(reader.plan_keys())
        for target, _ in self.keys:
            self.targets.setdefault(target, TargetRecord(target, ""))
        self._cells: dict[tuple[str, str], Cell] = {}
        self._texts: dict[str, str] = {}
        self.rows: dict[tuple[str, str], Standing] = {}
        parts = {part.id: part for part in run.rules}
        for verdict in reader.verdicts():
            self._take(verdict)
            if verdict.rule not in parts:
                parts[verdict.rule] = _stand_in(verdict)
        self.rules = self._rules(parts.values(), run)

    def _take(self, verdict: VerdictRecord) -> None:
        self.keys[verdict.target, verdict.plan] = None
        if verdict.target not in self.targets:
            self.targets[verdict.target] = TargetRecord(verdict.target, "")
        cell = self._cells.get((verdict.rule, verdict.target))
        if cell is None:
            cell = self._cells[verdict.rule, verdict.target] = Cell()
        one = standing(verdict.outcome, verdict.grade, verdict.flaky)
        cell.add(one, verdict, self._once)
        for row in verdict.covers:
            known = self.rows.get((row, verdict.target))
            if known is None or one.rank < known.rank:
                self.rows[row, verdict.target] = one

    def _once(self, text: str) -> str:
        """The same text as one object: a big run says the same things very often."""
        return self._texts.setdefault(text, text)

    def _rules(self, parts: Iterable[RulePart], run: RunRecord) -> dict[str, Rule]:
        requirements = {one.id: one for one in run.requirements}
        slugs = Slugs()
        ordered = sorted(parts, key=lambda part: in_order(part.rfc, part.section))
        return {
            part.id: Rule(
                part,
                slugs[part.id],
                number,
                tuple(requirements[row] for row in part.covers if row in requirements),
                {target: self._cells.get((part.id, target)) or Cell() for target in self.targets},
            )
            for number, part in enumerate(ordered)
        }


def _stand_in(verdict: VerdictRecord) -> RulePart:
    """A rule of which only its verdicts are known."""
    rfc = int(verdict.rule[:4]) if verdict.rule[:4].isdigit() else 9110
    return RulePart(
        id=verdict.rule,
        rfc=rfc,
        section=verdict.section,
        url=Citation(rfc, verdict.section).url,
        level=verdict.level,
        area="",
        title=verdict.rule,
        covers=verdict.covers,
    )
