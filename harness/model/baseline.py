"""Known deviations: what a target does wrong, what people have looked at, and what is left of it.

A deviation is a rule that a target violates in one grade, with the rows of the ledger that its verdicts
name. An entry of the baseline excuses verdicts of its rule on its target that are no worse than it says
and name no other rows: so neither a graver violation nor another cause hides behind it. It excuses nothing
from the day on that it expires. Crashes and hangs are never excused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from harness.model.tally import Standing, standing
from harness.model.verdict import Grade, Outcome

Key = tuple[str, str, Grade]
"""Target, rule and grade: what an entry is known by."""


class Graded(Protocol):
    """What is asked of a verdict on a target that is known."""

    @property
    def rule(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def grade(self) -> Grade | None: ...
    @property
    def flaky(self) -> bool: ...
    @property
    def covers(self) -> tuple[str, ...]: ...


class Said(Graded, Protocol):
    """What is asked of the verdicts of a run."""

    @property
    def target(self) -> str: ...
    @property
    def plan(self) -> str: ...
    @property
    def observed(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Known:
    """An entry: what is known, why it may stay, since which version of the catalogue, and until when.

    `requirements` are rows of the ledger. `example` is a plan that showed it, and `observed` what was seen.
    """

    target: str
    rule: str
    grade: Grade
    requirements: tuple[str, ...] = ()
    reason: str = ""
    since: str = ""
    expires: date | None = None
    example: str = ""
    observed: str = ""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.target, self.rule, self.grade

    def lapsed(self, day: date) -> bool:
        """Whether it excuses nothing on that day."""
        return self.expires is not None and self.expires <= day


@dataclass(frozen=True, slots=True)
class Baseline:
    """All entries of a file, and the day (in UTC) of the run that they are held against."""

    file: str
    day: date
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Deviation:
    """A rule violated by a target in one grade; `example` is the plan to look at."""

    target: str
    rule: str
    grade: Grade
    requirements: tuple[str, ...]
    example: str
    observed: str

    @property
    def key(self) -> Key:
        """What its entry is known by."""
        return self.target, self.rule, self.grade


class Excuses:
    """The entries of a baseline, to be asked about many verdicts; without a baseline nothing is excused."""

    def __init__(self, baseline: Baseline | None) -> None:
        self._entries: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._day = baseline.day if baseline else date.min
        for one in baseline.known if baseline else ():
            self._entries[one.target, one.rule].append(one)

    def excuse(self, target: str, rule: str, grade: Grade, rows: Collection[str]) -> tuple[Known, ...]:
        """The entries that together excuse a violation of these rows; none if any row is left."""
        live = [one for one in self._about(target, rule, grade) if not one.lapsed(self._day)]
        return _covering(live, rows)

    def lapsed(self, target: str, rule: str, grade: Grade, rows: Collection[str]) -> tuple[Known, ...]:
        """The entries that would have excused it, had they not expired."""
        entries = self._about(target, rule, grade)
        expired = tuple(one for one in _covering(entries, rows) if one.lapsed(self._day))
        return () if self.excuse(target, rule, grade, rows) else expired

    def of(self, target: str, verdict: Graded) -> tuple[Known, ...]:
        """The entries that excuse a verdict; none where it is no violation."""
        grade = _grade(verdict)
        return self.excuse(target, verdict.rule, grade, verdict.covers) if grade else ()

    def _about(self, target: str, rule: str, grade: Grade) -> list[Known]:
        entries = self._entries.get((target, rule), ())
        return [one for one in entries if Standing(one.grade).rank <= Standing(grade).rank]


def _covering(entries: Iterable[Known], rows: Collection[str]) -> tuple[Known, ...]:
    """Those entries that name any of the rows, if all rows are named; where there are no rows, all."""
    found = tuple(one for one in entries if not rows or set(rows) & set(one.requirements))
    named = {row for one in found for row in one.requirements}
    return found if set(rows) <= named else ()


def deviations(verdicts: Iterable[Said]) -> list[Deviation]:
    """What the verdicts show, in the order of entries: by target, rule, and grade with the worst first."""
    groups: dict[Key, list[Said]] = defaultdict(list)
    for one in verdicts:
        if grade := _grade(one):
            groups[one.target, one.rule, grade].append(one)
    return [_deviation(key, groups[key]) for key in sorted(groups, key=order)]


def order(key: Key) -> tuple[object, ...]:
    """Sorts keys: by target, then section and name of the rule, then the worst grade first."""
    target, rule, grade = key
    return target, _natural(rule), Standing(grade).rank


def _deviation(key: Key, said: list[Said]) -> Deviation:
    """The example is a probe of the rule's own where one shows it, and the same one every time."""
    target, rule, grade = key
    first = min(said, key=lambda one: (not one.plan.startswith(f"{rule}/"), _natural(one.plan)))
    rows = sorted({row for one in said for row in one.covers}, key=_natural)
    return Deviation(target, rule, grade, tuple(rows), first.plan, first.observed)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Numbers in a name sort as numbers."""
    return tuple(
        (int(one), "") if one.isdigit() else (-1, one) for one in re.findall(r"[0-9]+|[^0-9]+", text)
    )


def _grade(verdict: Graded) -> Grade | None:
    return standing(verdict.outcome, verdict.grade, verdict.flaky).grade


@dataclass(frozen=True, slots=True)
class Left:
    """An entry and those of its rows that were not seen to conform."""

    known: Known
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A run held against its baseline.

    `expired` are the entries that would have excused what is new. `fixed` are those of which nothing is
    left, `lessened` those of which less is, `unseen` those that the run does not decide: their target or
    rule is not part of it, or what it saw tells nothing.
    """

    new: tuple[Deviation, ...]
    known: tuple[Deviation, ...]
    expired: tuple[Known, ...]
    fixed: tuple[Known, ...]
    lessened: tuple[Left, ...]
    unseen: tuple[Known, ...]


def hold(baseline: Baseline, verdicts: Collection[Said], probes: Mapping[str, Collection[str]]) -> Held:
    """Hold the verdicts of a run against a baseline; `probes` are the plans of its rules, by rule."""
    excuses = Excuses(baseline)
    new = deviations(one for one in verdicts if not excuses.of(one.target, one))
    known = deviations(one for one in verdicts if excuses.of(one.target, one))
    lapsed = [entry for one in new for entry in excuses.lapsed(*one.key, one.requirements)]
    book = _Book(verdicts, probes)
    fixed, lessened, unseen = [], [], []
    for entry in baseline.known:
        left, is_seen = book.left(entry), book.is_seen(entry)
        if not left:
            fixed.append(entry)
        elif not is_seen:
            unseen.append(entry)
        elif len(left) < len(entry.requirements):
            lessened.append(Left(entry, left))
    return Held(
        tuple(new),
        tuple(known),
        tuple(dict.fromkeys(lapsed)),
        tuple(fixed),
        tuple(lessened),
        tuple(unseen),
    )


class _Book:
    """How each row stands on each target under each rule, and which plans say so."""

    def __init__(self, verdicts: Iterable[Said], probes: Mapping[str, Collection[str]]) -> None:
        self._rows: dict[tuple[str, str, str], Standing] = {}
        self._plans: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._probes = probes
        for one in verdicts:
            self._plans[one.target, one.rule].add(one.plan)
            for row in one.covers:
                key = one.target, one.rule, row
                now = standing(one.outcome, one.grade, one.flaky)
                known = self._rows.get(key, now)
                self._rows[key] = min(known, now, key=lambda each: each.rank)

    def left(self, entry: Known) -> tuple[str, ...]:
        """The rows that were not seen to conform; all of them where it could not have been seen."""
        if not self._could_see(entry):
            return entry.requirements
        return tuple(row for row in entry.requirements if self._standing(entry, row) is not Standing.CONFORMS)

    def is_seen(self, entry: Known) -> bool:
        """Whether any of its rows is still violated."""
        found = [self._standing(entry, row) for row in entry.requirements]
        return any(one is not None and one.violates for one in found)

    def _standing(self, entry: Known, row: str) -> Standing | None:
        return self._rows.get((entry.target, entry.rule, row))

    def _could_see(self, entry: Known) -> bool:
        """Whether the plan that showed it was judged again, or is no part of the catalogue any more."""
        if not entry.example or entry.example in self._plans[entry.target, entry.rule]:
            return True
        owner = entry.example.rpartition("/")[0]
        return owner in self._probes and entry.example not in self._probes[owner]
