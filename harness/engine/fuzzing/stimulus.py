"""Generated plans made ready for the wire: a marker in or behind their octets, and what is waited for.

A stimulus has the steps of a case of the corpus, tokens unfilled, and is carried out as that case would be
(`case_plan`): so what it shows, the case that is kept of it shows as well. Only the first time nobody waits
for the answer to a request that is not whole: most of what a campaign spends would be spent on that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from harness.engine.case_plans import case_plan, path_of
from harness.engine.plans import MOMENT_SECONDS, Surroundings
from harness.http1.request_reader import read_beginning, read_requests
from harness.model.case import MARKER, Case
from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Origin,
    Pause,
    Plan,
    Provenance,
    Send,
    Step,
    octets_sent,
)
from harness.model.reading import End, Reading
from harness.strategies.planning import Generated
from harness.strategies.tokens import fill_steps

Steps = tuple[Step, ...]
_LONGEST_TITLE: Final = 120

GLANCE_SECONDS: Final = 0.002
"""How long to look, at first, for one response too many: it comes right behind the others."""

HEARD_SECONDS: Final = 0.1
"""How long a target has for reading what is then reset, where it matters."""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One plan of a campaign.

    `steps` are its own, tokens unfilled; `plan` is what is carried out at first, `meant` our reading of all
    its octets, and `families` are those of the mutations in it. `answers` tells whether any final response
    is to be expected.
    """

    number: int
    steps: Steps
    plan: Plan
    meant: Reading
    families: tuple[str, ...]
    answers: bool


def stimulus(number: int, one: Generated, around: Surroundings, moment: float = MOMENT_SECONDS) -> Stimulus:
    """The stimulus of the plan with that number; `moment` is how long a request in part is given."""
    name = one.plan.provenance.name
    steps = with_end(one.plan.steps, behind=int(name[-1], 16) % 2 == 1)
    hasty = hasty_plan(steps, around, name, one.plan.title, moment)
    families = tuple(note.partition("/")[0] for note in one.notes)
    return Stimulus(number, steps, hasty.plan, hasty.meant, families, answers=hasty.whole > 0)


def with_end(steps: Steps, *, behind: bool) -> Steps:
    """The steps of a generated plan with a marker in their last piece (`behind`), or as they are: then
    `case_plan` sends one once they are answered. Behind a half-close the end is waited for."""
    last = steps[-1]
    if isinstance(last, HalfClose):
        return (*steps, AwaitEnd())
    if behind and isinstance(last, Send):
        return (*steps[:-1], _with_octets(last, MARKER))
    return steps


def fuzz_plan(steps: Steps, around: Surroundings, name: str, title: str = "") -> Plan:
    """What these steps come to against one target, as a case of the corpus has it."""
    plan = case_plan(Case(name, title[:_LONGEST_TITLE], steps), around)
    return replace(plan, provenance=Provenance(Origin.FUZZ, name))


def heard(plan: Plan) -> Plan:
    """The plan with a moment in front of a reset: what is reset at once may be read only after we have looked
    whether the target lives, and the next plan would be blamed."""
    if not isinstance(plan.steps[-1], Abort):
        return plan
    return replace(plan, steps=(*plan.steps[:-1], Pause(HEARD_SECONDS), plan.steps[-1]))


class Hasty(NamedTuple):
    """A plan, our reading of its octets, and how many requests of its own are whole."""

    plan: Plan
    meant: Reading
    whole: int


def hasty_plan(
    steps: Steps, around: Surroundings, name: str, title: str = "", moment: float = MOMENT_SECONDS
) -> Hasty:
    """What `fuzz_plan` makes of the steps, at a third of the cost; but nobody looks long for one response too
    many, nor waits for the answer to a request that is not whole, and no marker is sent behind such a one,
    which it would only complete."""
    last = steps[-1]
    octets = octets_sent(steps)
    marked_within = MARKER in octets.removesuffix(MARKER)
    if not isinstance(last, Send) or marked_within or last.octets in (b"", MARKER):
        plan = fuzz_plan(steps, around, name, title)
        reading = read_requests(plan.octets)
        return Hasty(plan, reading, 0 if _ended_by_us(plan) else _whole(reading, plan.marker_at))
    bare = fill_steps(_unmarked(steps), around.host, path_of(octets, around))

    def planned(steps: Steps, marker_at: int | None) -> Plan:
        return Plan(steps, Provenance(Origin.FUZZ, name), title, marker_at)

    return _with_waits(bare, planned, around.marker, moment, behind=octets.endswith(MARKER))


def _with_waits(
    bare: Steps, planned: Callable[[Steps, int | None], Plan], marker: bytes, moment: float, *, behind: bool
) -> Hasty:
    """With the marker in the last piece or behind the answers; `bare` only sends, and `planned` makes the
    plan of what it has become, and of where the marker begins."""
    own = octets_sent(bare)
    both = read_requests(own + marker)
    if behind:
        whole = sum(one.complete for one in both.requests)
        waits: Steps = (AwaitResponse(max(1, whole)), AwaitEnd(GLANCE_SECONDS))
        if both.end is End.NEEDS_MORE:
            waits = _hasty_waits(whole, moment)
        steps = (*bare[:-1], _with_octets(bare[-1], marker), *waits)
        return Hasty(planned(steps, len(own)), both, _whole(both, len(own)))
    sound = bool(both.requests) and both.requests[-1].start == len(own)
    alone = both if sound else read_beginning(own + marker, len(own))
    whole = _whole(alone, len(own))
    if not sound and alone.end is End.NEEDS_MORE:
        return Hasty(planned((*bare, *_hasty_waits(whole, moment)), None), alone, whole)
    after = (AwaitResponse(max(1, whole)), Send(marker), AwaitResponse(1))
    return Hasty(planned((*bare, *after), len(own)), both, whole)


def _with_octets(step: Step, marker: bytes) -> Send:
    assert isinstance(step, Send)
    return Send(step.octets + marker, step.cuts)


def _hasty_waits(whole: int, moment: float) -> Steps:
    """The answers to what is whole, and a moment for what is not."""
    return (AwaitResponse(whole), AwaitEnd(moment)) if whole else (AwaitEnd(moment),)


def _whole(reading: Reading, marker_at: int | None) -> int:
    return sum(one.complete and one.start != marker_at for one in reading.requests)


def _ended_by_us(plan: Plan) -> bool:
    return any(isinstance(step, HalfClose | Abort) for step in plan.steps)


def _unmarked(steps: Steps) -> Steps:
    last = steps[-1]
    assert isinstance(last, Send)
    octets = last.octets.removesuffix(MARKER)
    if octets == last.octets:
        return steps
    cuts = tuple(cut for cut in last.cuts if cut < len(octets))
    return (*steps[:-1], Send(octets, cuts)) if octets else steps[:-1]
