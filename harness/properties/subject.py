"""A target held to properties: what fails is seen again first, told as a wire story, and kept as a case."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import event, reject

from harness import __version__
from harness.engine.fuzzing.finding import case_id
from harness.errors import TargetDied
from harness.model.case import Case
from harness.model.plan import Origin, Plan, Provenance, Step
from harness.model.verdict import Examination
from harness.narrate.finding import Told, reproducer, story, wire
from harness.properties.answers import Outcome, difference, outcome
from harness.properties.shown import Shown
from harness.session.live import LiveTarget
from harness.store.finding_files import keep
from harness.transport.base import Watch
from harness.transport.stepwise import Stepwise

Steps = tuple[Step, ...]
HASTE = 0.25
AGAIN = (1.0, 2.0)
"""How much patience an answer gets, where 1 is all that calibration found to be worth it: a quick first look,
and two more at whatever that shows."""

_BESIDE = (".toml", ".txt", ".py")


class NotHeld(pytest.fail.Exception):  # type: ignore[name-defined, misc]
    """A property that does not hold, told without a traceback, with what Hypothesis adds to it."""

    def __str__(self) -> str:
        return "\n".join([self.msg or "", *getattr(self, "__notes__", ())])


@dataclass(frozen=True, slots=True)
class Property:
    """What a server is held to: a short name for files, and the demand in a sentence."""

    name: str
    demand: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What was seen instead, and the steps that show it, tokens unfilled; `heading` is one line."""

    heading: str
    observed: str
    steps: Steps
    provokes: tuple[str, ...] = ()


@dataclass(slots=True, repr=False)
class Subject(Shown):
    """One target; `kept` is the file of the latest failure of each property, which is the smallest, too."""

    live: LiveTarget
    kept: dict[str, Path] = field(default_factory=dict)
    alone: dict[bytes, int] = field(default_factory=dict)
    """The status that a request is answered with on a connection of its own, 0 if with none."""

    def __repr__(self) -> str:
        return self.live.target.name

    def patience(self, held_to: Property) -> tuple[float, ...]:
        """How often, and with how much patience, a failure is looked at again; where one was told already
        and only a smaller one is looked for, once."""
        return AGAIN[:1] if held_to.name in self.kept else AGAIN

    def examine(self, steps: Steps, patience: float = HASTE) -> Examination:
        """Carry out steps, tokens unfilled."""
        return self.live.examine(_plan(steps), patience)

    def begin(self, held_to: Property, watch: Watch, before: Steps = ()) -> Stepwise:
        """A connection to be taken step by step; where there is none, the steps before it are to blame."""
        try:
            return self.live.begin(watch, HASTE)
        except TargetDied:
            if before:
                self.hold_alive(held_to, before)
            raise

    def hold_alike(self, held_to: Property, one: Steps, other: Steps, *, contents: bool = True) -> None:
        """Fail unless both come to the same answers (`answers.difference`).

        Only what is seen again counts, and only where the target answers the same to the same.
        """
        first, second = self.examine(one), self.examine(other)
        reference = outcome(first)
        if not reference.answers:
            self.hold_alive(held_to, one)
            event("a sound request was not answered")
            reject()
        event(f"answered {reference.answers[0].status // 100}xx")
        if not difference(reference, outcome(second), contents=contents):
            return
        outcomes: list[tuple[Outcome, Outcome]] = [(reference, outcome(second))]
        for patience in self.patience(held_to):
            first, second = self.examine(one, patience), self.examine(other, patience)
            outcomes.append((outcome(first), outcome(second)))
        steady = all(
            not difference(before[side], after[side], contents=contents)
            for before, after in pairwise(outcomes)
            for side in (0, 1)
        )
        seen = [difference(*each, contents=contents) for each in outcomes]
        if not steady or not all(seen):
            event("not answered alike twice: nothing is concluded")
            return
        failure = Failure(f"{held_to.name}: {seen[-1]}", seen[-1], other)
        self.fail(held_to, failure, second, before=first)

    def hold_to_rules(self, held_to: Property, seen: Examination, steps: Steps) -> None:
        """Fail by what the rules say of an examination, once they say it again of the same steps."""
        found = self.live.violations(seen)
        if not found:
            return
        confirmed = self.live.confirmed(found, _plan(steps), self.patience(held_to))
        if not confirmed:
            event("a violation once only: nothing is concluded")
            return
        first = confirmed[0]
        heading = f"{held_to.name}: {str(first.grade).upper()}  {first.rule}"
        self.fail(
            held_to, Failure(heading, first.observed, steps, (first.rule,)), self.examine(steps, AGAIN[0])
        )

    def hold_alive(self, held_to: Property, steps: Steps) -> None:
        """Fail if the baseline is not answered any more; what is ours to start is started again first."""
        ailment = self.live.ailment()
        if ailment is None:
            return
        self.live.revive()
        again = self.examine(steps, AGAIN[0])
        if self.live.ailment() is not None:
            self.live.revive()
        self.fail(held_to, Failure(f"{ailment.kind.upper()}", f"the target {ailment.seen}", steps), again)

    def fail(
        self, held_to: Property, failure: Failure, seen: Examination, before: Examination | None = None
    ) -> NoReturn:
        """Keep the case, tell the story, and fail; `before` is what it is compared with."""
        case = Case(
            id=case_id(f"fuzz-{held_to.name}-{self.live.target.name}", failure.steps),
            title=failure.heading[:120],
            steps=failure.steps,
            why=held_to.demand,
            provokes=failure.provokes,
            provenance="pytest harness -m fuzz",
        )
        told = Told(failure.heading, held_to.demand, failure.observed, self._facts())
        program = reproducer(seen, self.live.address, f"{case.id}: {case.title}")
        lines = list(story(told, seen))
        if before is not None:
            lines += ["  before that:", *(f"  {line}" for line in wire(before))]
        path = keep(self.live.findings, case, [*lines, "", program], program)
        self._supersede(held_to, path)
        again = f"wireproof replay {path} {self.live.target.again}".rstrip()
        raise NotHeld("\n".join([*lines, f"  case      {path}", f"  again     {again}"]), pytrace=False)

    def _facts(self) -> list[tuple[str, str]]:
        return [
            ("target", f"{self.live.target.name} {self.live.address}"),
            ("server", self.live.server),
            ("by", f"wireproof {__version__}, Python {platform.python_version()}"),
        ]

    def _supersede(self, held_to: Property, path: Path) -> None:
        """Hypothesis comes to ever smaller examples, and ends with the smallest: only that one stays."""
        old = self.kept.get(held_to.name)
        self.kept[held_to.name] = path
        if old is not None and old != path:
            for ending in _BESIDE:
                old.with_suffix(ending).unlink(missing_ok=True)


def _plan(steps: Steps) -> Plan:
    return Plan(tuple(steps), Provenance(Origin.FUZZ, "drawn"))
