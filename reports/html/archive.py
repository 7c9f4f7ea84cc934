"""All cases of a run, handed to the blocks of the page one by one: no more than one is ever in memory.

What stays of each is a few small numbers: its plan, its target, what was answered, how it stands. Cases
of one plan follow one another over all targets, so that equal octets are near each other and deflate well.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model.plan import Origin
from harness.model.tally import Standing
from harness.narrate.escape import visible_text
from harness.narrate.snippet import comment
from harness.store.run_store import RunReader, TargetRecord
from reports.html.blocks import Blocks, Chunks, Octets
from reports.html.case import Case, answer, fate
from reports.html.cells import Rule, Shown
from reports.html.links import Slugs, natural

Key = tuple[str, str]
"""Target and plan."""

UNKNOWN = -1
_STANDINGS = {one: number for number, one in enumerate(Standing)}


@dataclass(slots=True)
class Plan:
    """What all cases of a plan share. `owner` is the rule that it probes."""

    number: int
    id: str
    slug: str
    owner: Rule | None
    title: str = ""
    origin: Origin | None = None
    control: str = ""


class Archive:
    """Reads the cases of `keys`, writes them to the blocks, and knows where each is."""

    def __init__(
        self,
        reader: RunReader,
        targets: Sequence[TargetRecord],
        rules: Mapping[str, Rule],
        keys: Collection[Key],
    ) -> None:
        self._reader, self._rules = reader, rules
        self._targets = {target.name: number for number, target in enumerate(targets)}
        self._owners = {probe: rule for rule in rules.values() for probe in rule.part.probes}
        self._order = sorted(keys, key=lambda key: (natural(key[1]), self._targets[key[0]]))
        self._slugs = Slugs()
        self._numbers: dict[Key, int] = {}
        self._answers: dict[tuple[str, str], int] = {}
        self._told: list[tuple[str, str]] = []
        self._columns = {name: array("l") for name in ("plan", "target", "answer", "standing")}
        self._starts: list[int] = []
        self.plans: dict[str, Plan] = {}

    @property
    def count(self) -> int:
        """How many cases there are."""
        return len(self._order)

    def number(self, target: str, plan: str) -> int:
        """The number of a case; UNKNOWN if the run has no such case."""
        return self._numbers.get((target, plan), UNKNOWN)

    def answer(self, target: str, plan: str) -> tuple[str, str]:
        """What was answered, and what became of the connection; empty where that is not stored."""
        number = self.number(target, plan)
        return ("", "") if number == UNKNOWN else self._told[self._columns["answer"][number]]

    def write(self, blocks: Blocks) -> None:
        """Read all cases and write them to blocks."""
        octets, cases = Octets(blocks), Chunks("cases", blocks)
        for number, (target, name) in enumerate(self._order):
            case = self._case(target, name)
            plan = self._plan(name, case)
            cases.add(case.packed(octets))
            told = answer(case.transcript), fate(case.transcript)
            values = {
                "plan": plan.number,
                "target": self._targets[target],
                "answer": self._answers.setdefault(told, len(self._answers)),
                "standing": place(case.standing),
            }
            for column, value in values.items():
                self._columns[column].append(value)
            self._numbers[target, name] = number
            if plan.owner:
                plan.owner.own.append((number, _under(plan.owner, case)))
        cases.flush()
        octets.flush()
        self._starts, self._told = cases.starts, list(self._answers)

    def _case(self, target: str, plan: str) -> Case:
        verdicts = [(self._rules[one.rule], Shown.of(one)) for one in self._reader.verdicts(target, plan)]
        owner = self._owner(plan)
        verdicts.sort(key=lambda pair: (pair[1].standing.rank, pair[0] is not owner))
        return Case(self._reader.plan(target, plan), self._reader.transcript(target, plan), verdicts)

    def _owner(self, plan: str) -> Rule | None:
        return self._owners.get(plan) or self._rules.get(plan.partition("/")[0])

    def _plan(self, name: str, case: Case) -> Plan:
        """The plan of a case; what is stored of it is the same for all targets."""
        plan = self.plans.get(name)
        if plan is None:
            plan = self.plans[name] = Plan(len(self.plans), name, self._slugs[name], self._owner(name))
        if case.plan and plan.origin is None:
            plan.title, plan.origin, plan.control = case.plan.title, case.plan.origin, case.plan.control
        return plan

    def columns(self) -> Iterator[tuple[str, Any]]:
        """What the script must know of all cases before it opens one."""
        yield "plans", [self._plan_told(plan) for plan in self.plans.values()]
        yield "answers", self._told
        yield "cases", {name: column.tolist() for name, column in self._columns.items()}
        yield "caseBlocks", self._starts

    def _plan_told(self, plan: Plan) -> dict[str, Any]:
        control = self.plans.get(plan.control)
        return {
            "slug": plan.slug,
            "id": visible_text(plan.id),
            "title": visible_text(plan.title or plan.id),
            "origin": plan.origin or "",
            "control": control.number if control else UNKNOWN,
            "rule": plan.owner.number if plan.owner else UNKNOWN,
            "again": plan.owner.part.id if plan.owner and plan.origin is Origin.PROBE else "",
            "comment": comment(f"{plan.id}: {plan.title}"),
        }


def place(standing: Standing | None) -> int:
    """A standing as a number, 0 for the worst; UNKNOWN for none."""
    return UNKNOWN if standing is None else _STANDINGS[standing]


def _under(rule: Rule, case: Case) -> Standing | None:
    """How one rule stands in a case."""
    return min(
        (shown.standing for other, shown in case.verdicts if other is rule),
        key=lambda one: one.rank,
        default=None,
    )
