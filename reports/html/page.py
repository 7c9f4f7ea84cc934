"""A run as the page shows it: targets, findings, rules under their sections, cases under their rules.

Only verdicts and names are kept; octets are read when a case is rendered. Counts are of cells.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from harness.errors import ExitCode
from harness.model.plan import Origin
from harness.model.requirement import Citation, Level
from harness.model.tally import Standing, Tally, standing
from harness.narrate.words import WORDS
from harness.store.run_store import (
    EndRecord,
    FindingRecord,
    RulePart,
    RunReader,
    RunRecord,
    TargetRecord,
    VerdictRecord,
)
from reports.html.case import Case, Judgement, answer, fate
from reports.html.cells import Cell, Examined, Rule, Section, Sighting

SLIM_BEYOND = 600
ORIGINS = {
    Origin.CASE: "Corpus cases",
    Origin.FUZZ: "Fuzz inputs",
    Origin.USER: "Inputs of your own",
    Origin.PROBE: "Probes",
    Origin.CONTROL: "Controls: the sound twins that probes are held against",
    Origin.CALIBRATION: "Calibration: what the target was asked first",
}
ENDINGS = {
    ExitCode.OK: "nothing that fails a run",
    ExitCode.FAILED: "findings that fail the run",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.INTERNAL_ERROR: "an error of wireproof's own",
    ExitCode.USAGE_ERROR: "asked for something that cannot be",
    ExitCode.NOTHING_SELECTED: "nothing was selected",
    ExitCode.TARGET_UNREACHABLE: "the target did not answer its baseline",
    ExitCode.TARGET_DIED: "the target died",
}
_BROKEN_OFF = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL_ERROR,
    ExitCode.TARGET_UNREACHABLE,
    ExitCode.TARGET_DIED,
)
VIOLATIONS = tuple(one for one in Standing if one.violates)


class Page:
    """Everything that the template asks for."""

    def __init__(self, reader: RunReader) -> None:
        self.reader = reader
        self.run: RunRecord = reader.run
        self.end: EndRecord | None = reader.end
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._cases: dict[tuple[str, str], str] = {}
        self._by_case: dict[tuple[str, str], list[VerdictRecord]] = defaultdict(list)
        targets = {one.name: one for one in reader.targets()}
        verdicts = list(reader.verdicts())
        for verdict in verdicts:  # a run that was cut off may lack what a verdict speaks of
            targets.setdefault(verdict.target, TargetRecord(verdict.target, ""))
        self.targets = tuple(targets.values())
        self._targets = targets
        self.rules = self._make_rules(verdicts)
        self._take(verdicts)
        self.trouble = self._share_findings()
        self.others = self._make_homes()
        self.examined = [self._examined(rank, target) for rank, target in enumerate(self.targets)]

    def anchor(self, *parts: str) -> str:
        """An id for the page, the same for the same parts and no others."""
        slug = re.sub(r"[^A-Za-z0-9._~-]+", "_", "--".join(parts)) or "_"
        free = slug
        number = 1
        while self._anchors.setdefault(free, parts) != parts:
            number += 1
            free = f"{slug}~{number}"
        return free

    def case_anchor(self, target: str, plan: str) -> str:
        """The id of a case; empty if it is not on the page."""
        return self._cases.get((target, plan), "")

    def case(self, key: tuple[str, str]) -> Case:
        """The case of a target and a plan, read from the store."""
        target, plan = key
        record = self.reader.plan(target, plan)
        control = record.control if record else ""
        judgements = sorted(
            (Judgement.of(verdict, self.rules[verdict.rule]) for verdict in self._by_case.get(key, ())),
            key=lambda one: (one.standing.rank, key not in one.rule.own),
        )
        slim = len(self._cases) > SLIM_BEYOND and not any(one.standing.violates for one in judgements)
        return Case(
            anchor=self.case_anchor(target, plan),
            id=plan,
            target=self._targets[target],
            judgements=tuple(judgements),
            plan=record,
            transcript=self.reader.transcript(target, plan),
            control_anchor=self.case_anchor(target, control) if control else "",
            control_answer=self.answer(target, control) if control else "",
            slim=slim,
        )

    def cases(self, keys: Iterable[tuple[str, str]]) -> Iterator[Case]:
        """Cases one after another."""
        return map(self.case, keys)

    def answer(self, target: str, plan: str) -> str:
        """Both axes of an answer in short: `400, closed`."""
        transcript = self.reader.transcript(target, plan)
        return f"{answer(transcript)}, {fate(transcript)}" if transcript else ""

    def two_axes(self, rule: Rule, cell: Cell) -> tuple[str, str]:
        """What was answered and what became of the connection, where the cell's worst verdict was given.

        Nothing for a pass on a case that is not the rule's own: any other case would show it as well.
        """
        if cell.worst is None:
            return "", ""
        if cell.standing is Standing.CONFORMS and (cell.worst.target, cell.worst.plan) not in rule.own:
            return "", ""
        transcript = self.reader.transcript(cell.worst.target, cell.worst.plan)
        return answer(transcript), fate(transcript)

    def sightings(self, rule: Rule, one: Standing) -> list[Sighting]:
        """What was observed on targets where a rule stands so, each observation once, with an example.

        What was observed on the same targets and is shown by the same case is told together.
        """
        shared: dict[str, list[VerdictRecord]] = defaultdict(list)
        for verdict in rule.verdicts:
            if rule.cells[verdict.target].standing is not one:
                continue
            if standing(verdict.outcome, verdict.grade, verdict.flaky) is one:
                shared[verdict.observed].append(verdict)
        alike: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
        for observed, group in shared.items():
            alike[tuple(dict.fromkeys(each.target for each in group)), group[0].plan].append(observed)
        return [
            Sighting(tuple(observed), targets, shared[observed[0]][0])
            for (targets, _), observed in alike.items()
        ]

    def standing_so(self, one: Standing) -> list[Rule]:
        """The rules that stand so on some target, those of most targets first."""
        found = [rule for rule in self.rules.values() if rule.standing_on(one)]
        return sorted(found, key=lambda rule: -len(rule.standing_on(one)))

    def touched(self, one: Standing) -> int:
        """On how many targets any rule stands so."""
        return sum(each.tally.of(one) > 0 for each in self.examined)

    def by_security(self, rules: Sequence[Rule]) -> list[tuple[str, list[Rule]]]:
        """Rules under their security class, those without one last."""
        classes: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            classes[rule.part.security].append(rule)
        return sorted(classes.items(), key=lambda one: (one[0] == "none", one[0]))

    @cached_property
    def sections(self) -> list[Section]:
        """The rules under their sections, in the order of the RFCs."""
        grouped: dict[tuple[int, str], list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            grouped[rule.part.rfc, rule.part.section].append(rule)
        ordered = sorted(grouped.items(), key=lambda one: (-one[0][0], _natural(one[0][1])))
        return [Section(Citation(rfc, section), rules) for (rfc, section), rules in ordered]

    @cached_property
    def totals(self) -> dict[Standing, int]:
        """How many cells stand how."""
        return {one: sum(each.tally.of(one) for each in self.examined) for one in Standing}

    @property
    def headline(self) -> str:
        """The run in one sentence, without any score."""
        if not self._by_case:
            return "Nothing was judged"
        found = [WORDS[one].count(self.totals[one]) for one in VIOLATIONS if self.totals[one]]
        if found:
            return ", ".join(found)
        return "No violation was seen" if self.totals[Standing.CONFORMS] else "Nothing could be decided"

    @property
    def started(self) -> str:
        """When the run began, for people."""
        return self.run.started.replace("T", " ").replace("Z", " UTC")

    @property
    def broken_off(self) -> bool:
        """Whether the run ended before everything had been examined."""
        return self.end is not None and self.end.exit_code in _BROKEN_OFF

    @property
    def unjudged(self) -> int:
        """How many cells have no verdict."""
        return sum(each.unjudged.total() for each in self.examined)

    @property
    def ending(self) -> str:
        """How the run ended, in words."""
        if self.end is None:
            return "cut off, or still running when this page was written"
        known = self.end.exit_code in ExitCode.__members__.values()
        told = ENDINGS[ExitCode(self.end.exit_code)] if known else ""
        return " · ".join(part for part in (f"exit {self.end.exit_code}", told, self.end.reason) if part)

    @property
    def case_count(self) -> int:
        """How many cases the page has."""
        return len(self._cases)

    def _make_rules(self, verdicts: Iterable[VerdictRecord]) -> dict[str, Rule]:
        requirements = {one.id: one for one in self.run.requirements}
        parts = {part.id: part for part in self.run.rules}
        for verdict in verdicts:
            if verdict.rule not in parts:
                parts[verdict.rule] = _stand_in(verdict)
        return {
            part.id: Rule(
                part,
                self.anchor(part.id),
                tuple(requirements[row] for row in part.covers if row in requirements),
                {target.name: Cell() for target in self.targets},
            )
            for part in parts.values()
        }

    def _take(self, verdicts: Iterable[VerdictRecord]) -> None:
        for verdict in verdicts:
            rule = self.rules[verdict.rule]
            rule.verdicts.append(verdict)
            rule.cells[verdict.target].add(verdict)
            self._by_case[verdict.target, verdict.plan].append(verdict)

    def _share_findings(self) -> list[FindingRecord]:
        """Give each broken rule its findings; what belongs to none (a crash, a hang) is returned."""
        loose = []
        for finding in self.reader.findings():
            rule = self.rules.get(finding.rule)
            cell = rule.cells.get(finding.target) if rule else None
            if rule and cell and cell.standing and cell.standing.violates:
                rule.causes.append(finding)
            else:
                loose.append(finding)
        return loose

    def _make_homes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Put each case under the rule that it probes; the others come back by origin."""
        owners = {probe: rule for rule in self.rules.values() for probe in rule.part.probes}
        others: dict[Origin, list[tuple[str, str]]] = defaultdict(list)
        keys = dict.fromkeys(self._by_case, Origin.USER)
        plans = (one for one in self.reader.plans() if one.target in self._targets)
        keys.update({(one.target, one.id): one.origin for one in plans})
        for key, origin in keys.items():
            target, plan = key
            self._cases[key] = self.anchor("case", target, plan)
            owner = owners.get(plan) or self.rules.get(plan.partition("/")[0])
            if owner:
                owner.own.append(key)
            else:
                others[origin].append(key)
        for rule in self.rules.values():
            rule.own.sort(key=lambda key: key[1])
        return [(title, others[origin]) for origin, title in ORIGINS.items() if others[origin]]

    def _examined(self, rank: int, target: TargetRecord) -> Examined:
        tally, unjudged = Tally(), Counter[Level]()
        for rule in self.rules.values():
            one = rule.cells[target.name].standing
            if one is None:
                unjudged[rule.part.level] += 1
            else:
                tally.count(rule.part.level, one)
        return Examined(target, tally, unjudged, rank)


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


def _natural(section: str) -> list[tuple[int, str]]:
    """Sections in the order of the book: 9 before 10, appendices last."""
    return [(int(part), "") if part.isdigit() else (10_000, part) for part in section.split(".")]
