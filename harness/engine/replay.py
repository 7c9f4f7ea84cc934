"""The mode *replay*: cases, raw files and plans of earlier runs, sent again and judged like everything else.

A case that says what it provokes fails by these rules and by the catch-all; octets of which nothing is known
fail by any rule. A pinned answer fails where another one comes, whatever the rules say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harness.engine.beside import twin_by
from harness.engine.case_plans import case_plan, raw_plan, twin_plan
from harness.engine.judging import Write
from harness.engine.plans import Planned, PlannedFor, Surroundings
from harness.engine.results import Judged, Results
from harness.errors import BadCase
from harness.model.case import Case, Expectation
from harness.model.plan import Origin, Plan, Provenance, Send, Step
from harness.model.verdict import Grade, Outcome
from harness.rules.rule import catalogue
from harness.store.recording import step_of
from harness.store.records import AnyRecord, PlanRecord, TranscriptRecord

CATCH_ALL: Final = "9112-permitted-reading"
"""The rule that has something to say of any octets."""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """Something to replay: its name, how it is sent, the rules by which it fails (empty: any), its pin."""

    name: str
    title: str
    planned: PlannedFor
    rules: tuple[str, ...] = ()
    expect: Expectation | None = None

    def times(self, count: int) -> list[Stimulus]:
        """The same so many times over, each under a name of its own where there are several."""
        if count == 1:
            return [self]
        return [replace(self, planned=_numbered(self.planned, number)) for number in range(1, count + 1)]


def of_case(case: Case) -> Stimulus:
    """A case of a corpus. It fails by what it provokes; BadCase for a rule that there is none of."""
    for rule in case.provokes:
        if rule not in catalogue():
            raise BadCase(f"{case.id} provokes {rule}, which is no rule: wireproof corpus lint")
    rules = (*case.provokes, CATCH_ALL) if case.provokes else ()

    def planned(around: Surroundings) -> Planned:
        return _with_twin(case_plan(case, around), around, case.provokes)

    return Stimulus(case.id, case.title, planned, rules, case.expect)


def of_raw(name: str, octets: bytes) -> Stimulus:
    """The octets of a raw file, as they are."""
    return Stimulus(name, name, lambda around: _with_twin(raw_plan(name, octets, around), around))


def of_record(record: PlanRecord, authority: bytes, rules: Iterable[str] = ()) -> Stimulus:
    """A plan of an earlier run, with another target's authority and marker in the place of those of then."""

    def planned(around: Surroundings) -> Planned:
        steps = tuple(_readdressed(_before_marker(record), authority, around))
        plan = Plan(steps, Provenance(Origin.USER, record.id), record.title)
        if record.marker_at is None:
            return _with_twin(plan, around)
        behind = tuple(_behind_marker(record, around))
        marked = replace(plan, steps=_joined(steps, behind), marker_at=len(plan.octets))
        return _with_twin(marked, around)

    return Stimulus(record.id, record.title, planned, tuple(rules))


def _numbered(planned: PlannedFor, number: int) -> PlannedFor:
    def once(around: Surroundings) -> Planned:
        one = planned(around)
        provenance = replace(one.plan.provenance, detail=str(number))
        return replace(one, plan=replace(one.plan, provenance=provenance))

    return once


def _with_twin(plan: Plan, around: Surroundings, provokes: Iterable[str] = ()) -> Planned:
    """Beside the twin that a rule which it provokes makes of it, else beside the plainest of its method."""
    twins = (twin_by(catalogue()[rule], plan, around) for rule in provokes)
    twin = next(filter(None, twins), None) or twin_plan(plan.octets, around)
    return Planned(CATCH_ALL, plan, twin)


def _before_marker(record: PlanRecord) -> Iterator[Step]:
    """The steps as far as the engine's marker of then, which is the last that was sent."""
    left = record.marker_at
    for part in record.steps:
        step = step_of(part)
        if not isinstance(step, Send) or left is None:
            yield step
            continue
        if left < len(step.octets):
            if left:
                yield Send(step.octets[:left], tuple(cut for cut in step.cuts if cut < left))
            return
        left -= len(step.octets)
        yield step


def _behind_marker(record: PlanRecord, around: Surroundings) -> Iterator[Step]:
    """A marker of now, and the steps that followed the one of then."""
    sent = 0
    for number, part in enumerate(record.steps):
        sent += len(part.octets)
        if record.marker_at is not None and sent > record.marker_at:
            yield Send(around.marker)
            yield from map(step_of, record.steps[number + 1 :])
            return


def _joined(steps: tuple[Step, ...], behind: tuple[Step, ...]) -> tuple[Step, ...]:
    """A marker in the same octets stays there."""
    if steps and behind and isinstance(steps[-1], Send) and isinstance(behind[0], Send):
        together = Send(steps[-1].octets + behind[0].octets, steps[-1].cuts)
        return (*steps[:-1], together, *behind[1:])
    return (*steps, *behind)


def _readdressed(steps: Iterable[Step], authority: bytes, around: Surroundings) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Send) and authority and authority in step.octets:
            octets = step.octets.replace(authority, around.host)
            cuts = tuple(len(step.octets[:cut].replace(authority, around.host)) for cut in step.cuts)
            yield Send(octets, cuts)
        else:
            yield step


# What came of it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """The answer to one replay: final statuses in order, without the marker's, and the connection's fate."""

    statuses: tuple[int | None, ...]
    fate: str

    def __str__(self) -> str:
        told = ", ".join("no answer" if one is None else str(one) for one in self.statuses)
        return f"{told or 'no answer'}; {self.fate}"


@dataclass(slots=True)
class Watcher:
    """Hands records on, and keeps of each transcript what a replay tells."""

    write: Write
    seen: dict[str, Seen] = field(default_factory=dict)

    def __call__(self, record: AnyRecord) -> None:
        """One more record."""
        self.write(record)
        if isinstance(record, TranscriptRecord):
            statuses = tuple(one.status for one in record.exchanges if not one.marker)
            self.seen[record.plan] = Seen(statuses, record.fate)


@dataclass(frozen=True, slots=True)
class Replayed:
    """How one stimulus fared over all its repetitions. It failed where anything failed it.

    `seen` has each different answer once; several tell that the target does not always answer alike.
    """

    name: str
    title: str
    seen: tuple[Seen, ...]
    failing: tuple[Judged, ...] = ()
    warning: tuple[Judged, ...] = ()
    undecided: tuple[Judged, ...] = ()
    conforming: int = 0
    unexpected: str = ""

    @property
    def failed(self) -> bool:
        """Whether it failed by a rule or by its pin."""
        return bool(self.failing or self.unexpected)


def replayed(
    stimuli: Sequence[Stimulus], results: Results, seen: Mapping[str, Seen], fail_on: Sequence[Grade]
) -> list[Replayed]:
    """What came of the stimuli, in their order."""
    by_plan: dict[str, list[Judged]] = {}
    for judged in results.by_rule.values():
        for one in judged:
            by_plan.setdefault(one.plan, []).append(one)
    return [_replayed(one, by_plan, seen, fail_on) for one in stimuli]


def _replayed(
    one: Stimulus,
    by_plan: Mapping[str, list[Judged]],
    seen: Mapping[str, Seen],
    fail_on: Sequence[Grade],
) -> Replayed:
    plans = [plan for plan in seen if plan == one.name or _is_repetition(plan, one.name)]
    judged = [
        each
        for plan in plans
        for each in by_plan.get(plan, ())
        if not one.rules or each.verdict.rule in one.rules
    ]
    broken = [each for each in judged if each.verdict.outcome is Outcome.VIOLATES and not each.verdict.flaky]
    answers = tuple(dict.fromkeys(seen[plan] for plan in plans))
    return Replayed(
        one.name,
        one.title,
        answers,
        failing=tuple(each for each in broken if each.verdict.grade in fail_on),
        warning=tuple(each for each in broken if each.verdict.grade not in fail_on),
        undecided=tuple(each for each in judged if each.verdict.outcome is Outcome.INCONCLUSIVE),
        conforming=sum(each.verdict.outcome is Outcome.CONFORMS for each in judged),
        unexpected=next((told for each in answers if (told := _unexpected(one.expect, each))), ""),
    )


def _is_repetition(plan: str, name: str) -> bool:
    head, slash, number = plan.rpartition("/")
    return bool(slash) and head == name and number.isdigit()


def _unexpected(expect: Expectation | None, seen: Seen) -> str:
    """What differs from the pin, in words."""
    if expect is None:
        return ""
    if expect.statuses is not None and seen.statuses != expect.statuses:
        return f"answered {seen}, where {', '.join(map(str, expect.statuses)) or 'no answer'} is pinned"
    if expect.fate is not None and seen.fate != expect.fate:
        return f"the connection is {seen.fate}, where {expect.fate} is pinned"
    return ""
