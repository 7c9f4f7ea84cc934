"""A run as the templates ask for it: what to say on top, targets, findings, the matrix, the RFCs, the run.

Only verdicts and names are kept; of octets a finding reads those of its example. Counts are of cells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from harness.errors import ExitCode
from harness.model.requirement import Citation, Level
from harness.model.tally import Standing, Tally
from harness.narrate.words import WORDS
from harness.store.run_store import EndRecord, FindingRecord, RunReader, RunRecord, TargetRecord
from reports.html import proceedings
from reports.html.against import Against
from reports.html.archive import UNKNOWN, Archive
from reports.html.cells import Cell, Examined, Rule, Section, Shown, Sighting
from reports.html.coverage import Book, books
from reports.html.gather import Gathered
from reports.html.limits import SizeLimits
from reports.html.links import Slugs
from reports.html.sections import title_of
from reports.recorded import sent_by

VIOLATIONS = tuple(one for one in Standing if one.violates)
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


class Page:
    """Everything that the templates ask for."""

    def __init__(self, reader: RunReader) -> None:
        self.reader = reader
        self.run: RunRecord = reader.run
        self.end: EndRecord | None = reader.end
        gathered = Gathered(reader, self.run)
        self.rules = gathered.rules
        self.targets = tuple(gathered.targets.values())
        self.target_slugs = _slugs(self.targets)
        self.ends = {one.target: one for one in reader.target_ends()}
        self.archive = Archive(reader, self.targets, self.rules, gathered.keys)
        self.trouble = self._share_findings()
        self.examined = [self._examined(number) for number in range(len(self.targets))]
        self._standings_by_row = gathered.rows
        self.against = Against.of(reader)
        self.limits = SizeLimits(reader.limits(), self.targets)

    def case_place(self, target: str, plan: str) -> str:
        """Where a case is, as a link names it; empty if the run has no such case."""
        if self.archive.number(target, plan) == UNKNOWN:
            return ""
        return f"case/{self.target_slugs[target]}/{self.archive.plans[plan].slug}"

    def two_axes(self, rule: Rule, target: str, cell: Cell) -> str:
        """What was answered and what became of the connection, `400 closed`, where the worst was seen.

        Nothing for a pass on a case that is not the rule's own: any other case would show it as well.
        """
        if cell.worst is None:
            return ""
        if cell.standing is Standing.CONFORMS:
            plan = self.archive.plans.get(cell.worst.plan)
            if plan is None or plan.owner is not rule:
                return ""
        return " ".join(filter(None, self.archive.answer(target, cell.worst.plan)))

    def sightings(self, rule: Rule, one: Standing) -> list[Sighting]:
        """What was observed on targets where a rule stands so, each observation once, with an example.

        What was observed on the same targets and is shown by the same case is told together.
        """
        shared: dict[str, list[tuple[str, Shown]]] = defaultdict(list)
        for target in rule.standing_on(one):
            for shown in rule.cells[target].telling:
                if shown.standing is one:
                    shared[shown.observed].append((target, shown))
        alike: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
        for observed, group in shared.items():
            targets = tuple(dict.fromkeys(target for target, _ in group))
            alike[targets, group[0][1].plan].append(observed)
        return [
            Sighting(tuple(observed), targets, *shared[observed[0]][0])
            for (targets, _), observed in alike.items()
        ]

    def sent(self, target: str, plan: str) -> bytes:
        """The octets of a plan without the engine's marker."""
        record = self.reader.plan(target, plan)
        return sent_by(record)[: record.marker_at] if record else b""

    def standing_so(self, one: Standing) -> list[Rule]:
        """The rules that stand so on some target, those of most targets first."""
        found = [rule for rule in self.rules.values() if rule.standing_on(one)]
        return sorted(found, key=lambda rule: -len(rule.standing_on(one)))

    def worst_so(self, one: Standing) -> list[Rule]:
        """Those of them that stand no worse on another target."""
        return [rule for rule in self.standing_so(one) if rule.standing is one]

    @property
    def told(self) -> int:
        """How many rules have an article among the findings."""
        return sum(rule.told for rule in self.rules.values())

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
        return [Section(Citation(*key), title_of(*key), rules) for key, rules in grouped.items()]

    @property
    def areas(self) -> list[str]:
        """The areas that rules name."""
        return sorted({rule.part.area for rule in self.rules.values() if rule.part.area})

    @property
    def classes(self) -> list[str]:
        """The security classes that rules name."""
        return sorted({rule.part.security for rule in self.rules.values()} - {"none", ""})

    @property
    def levels(self) -> list[Level]:
        """The levels that any rule has."""
        known = {rule.part.level for rule in self.rules.values()}
        return [level for level in Level if level in known]

    @cached_property
    def totals(self) -> dict[Standing, int]:
        """How many cells stand how."""
        return {one: sum(each.tally.of(one) for each in self.examined) for one in Standing}

    @cached_property
    def causes(self) -> list[proceedings.Cause]:
        """What violates, told once each."""
        return proceedings.causes(self.rules.values())

    @cached_property
    def books(self) -> list[Book]:
        """The RFCs with their requirements."""
        return books(self.run, self.rules.values(), self._standings_by_row)

    @property
    def facts(self) -> proceedings.Facts:
        """What calibration found out."""
        return proceedings.Facts.of(self.targets)

    def reasons(self, one: Standing) -> list[proceedings.Reason]:
        """Why cells stand so."""
        return proceedings.reasons(self.rules.values(), one)

    @property
    def flaky(self) -> list[tuple[Rule, str, int, str]]:
        """What another attempt did not repeat."""
        return proceedings.flaky(self.rules.values())

    @property
    def unjudged_rules(self) -> list[tuple[Rule, list[str]]]:
        """Rules without a verdict."""
        return proceedings.unjudged(self.rules.values())

    @property
    def headline(self) -> str:
        """The run in one sentence, without any score."""
        if not any(self.totals.values()):
            return "Nothing was judged"
        counts = self.against.counts if self.against else self.totals
        found = [WORDS[one].count(counts[one]) for one in VIOLATIONS if counts[one]]
        if self.against and self.against.known:
            found = [*(found or ["Nothing new"]), f"{len(self.against.known):,} known"]
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
        return " · ".join(filter(None, [told_exit(self.end.exit_code), self.end.reason]))

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

    def _examined(self, number: int) -> Examined:
        target = self.targets[number]
        tally, unjudged = Tally(), Counter[Level]()
        for rule in self.rules.values():
            one = rule.cells[target.name].standing
            if one is None:
                unjudged[rule.part.level] += 1
            else:
                tally.count(rule.part.level, one)
        return Examined(target, tally, unjudged, number)


def _slugs(targets: Sequence[TargetRecord]) -> dict[str, str]:
    """A target's name in links; without a slash, which parts it from the plan."""
    slugs = Slugs(slashes=False)
    return {target.name: slugs[target.name] for target in targets}


def told_exit(code: int) -> str:
    """An exit code with what it means: `exit 1 · findings that fail the run`."""
    known = code in ExitCode.__members__.values()
    return f"exit {code} · {ENDINGS[ExitCode(code)]}" if known else f"exit {code}"
