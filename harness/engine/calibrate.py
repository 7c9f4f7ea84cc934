"""What a target is like, found out with sound requests before anything is judged.

The baseline must be answered by a final response that can be delimited, however badly; its anomalies
are verdicts, not a stop. What is found out then decides which request marks, where content is sent, how
long an answer is worth waiting for, how many connections may be under way, and which probes prove nothing
here. It is told to the user fact by fact, and ends within a bounded time whatever the target does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from harness.engine.calibration.answers import Foil, Marker, foil, marker
from harness.engine.calibration.asking import Asker, Exhausted
from harness.engine.calibration.connections import Found, half_close, idle, old, persistence, pipelining
from harness.engine.calibration.content import Content, content
from harness.engine.calibration.crowd import MOST, Crowd, crowd
from harness.engine.calibration.fact import Fact, Signature
from harness.engine.calibration.inspection import Inspection, Quirks, inspection
from harness.engine.calibration.telling import baseline_fact, clock_fact, server_fact, times_fact
from harness.engine.calibration.unavailable import why_unanswered
from harness.engine.plans import Surroundings
from harness.errors import TargetUnavailable
from harness.http1.build import get
from harness.model.reading import ReadResponse
from harness.model.verdict import Examination
from harness.rules.need import Need
from harness.targets.base import Target
from harness.transport.base import Transport

PATIENCE_FLOOR: Final = 0.5
"""Seconds that an answer is waited for at least: a machine that is busy for a moment is no silent server."""

PATIENCE_FACTOR: Final = 20
"""So many times the slowest answer of calibration is silence."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resources:
    """Where a target may serve the resources of docs/echo-contract.md."""

    echo: str = "/echo"
    inspect: str = "/inspect"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The findings, in the order of telling; `examinations` are judged like all others.

    indiscriminate  what is no request at all is answered as the baseline is
    patience        how long an answer is worth waiting for, in seconds, where the user's own deadline is
                    not shorter; infinite if a sound request was left unanswered
    at_once         how many connections may be under way, of those that were asked for
    single          whether the target serves one at a time, so that each waits for all before it
    quirks          how the inspect resource changes what it tells; None where there is none
    """

    target: Target
    around: Surroundings
    marker: Signature | None
    findings: tuple[Fact, ...]
    examinations: tuple[Examination, ...]
    indiscriminate: bool = False
    patience: float = float("inf")
    at_once: int = 1
    single: bool = False
    quirks: Quirks | None = None

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The findings as names and texts."""
        return tuple((one.name, one.text) for one in self.findings)

    @property
    def server(self) -> str:
        """How the target names itself, in words."""
        return self.facts[0][1]

    def recognise(self, response: ReadResponse) -> bool:
        """Whether a response is the answer to the marker."""
        return self.marker is None or self.marker.matches(response)


def calibrate(
    target: Target, transport: Transport, resources: Resources | None = None, *, jobs: int = 1
) -> Calibration:
    """Find out what the target is like, by up to `jobs` connections at a time.

    A transport in memory takes one at a time; only with more is it found out how many the target serves.
    TargetUnavailable, which says what came, if the baseline gets no answer.
    """
    ask = Asker(target, transport)
    first = ask.ask("baseline", get())
    if not first:
        raise TargetUnavailable(why_unanswered(target, ask.seen[0]))
    ask.baseline = ask.seen[0]
    resources = resources or Resources(target.content_path or "/echo")
    with ThreadPoolExecutor(MOST, thread_name_prefix="wireproof-held") as held:
        base = _base(ask, first[0], resources, jobs, held)
        return _calibration(ask, base, _rest(ask, base, resources))


@dataclass(frozen=True, slots=True)
class _Base:
    """What other questions rest on; `many` is None where only one connection at a time was asked for."""

    first: ReadResponse
    baseline: Signature
    mark: Marker
    many: Crowd | None
    taken: Content


def _base(
    ask: Asker, first: ReadResponse, resources: Resources, jobs: int, held: ThreadPoolExecutor
) -> _Base:
    """These are asked one after the other."""
    again = _answer(ask, "baseline", lambda one: one.ask("baseline again", get()), lambda _: [])
    baseline = Signature.of([first, *again])
    unmarked = ask.octets(get())
    return _Base(
        first,
        baseline,
        _answer(ask, "marker", lambda one: marker(one, baseline), lambda fact: Marker(unmarked, None, fact)),
        _answer(ask, "connections", lambda one: crowd(one, jobs, held), lambda fact: Crowd(1, fact))
        if jobs > 1
        else None,
        _answer(
            ask,
            "content",
            lambda one: content(one, resources.echo),
            lambda fact: Content(ask.target.path, False, fact, fact.text),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Rest:
    """What was found out by all other questions, and the examinations of these, in the order of asking."""

    told: Inspection
    gross: Foil
    kept: Found
    piped: Found
    halved: Found
    left: Fact
    aged: Fact
    seen: tuple[Examination, ...]


def _rest(ask: Asker, base: _Base, resources: Resources) -> _Rest:
    """These are asked at once, as far as the target serves that."""
    asked: list[Asker] = []

    def later(name: str, question: Callable[[Asker], T], unknown: Callable[[Fact], T]) -> Future[T]:
        asked.append(ask.apart())
        return pool.submit(_answer, asked[-1], name, question, unknown)

    with ThreadPoolExecutor(base.many.at_once if base.many else 1, thread_name_prefix="wireproof") as pool:
        told = later(
            "inspect",
            lambda one: inspection(one, resources.inspect),
            lambda fact: Inspection(None, fact),
        )
        gross = later(
            "foil",
            lambda one: foil(one, base.baseline, base.mark.octets),
            lambda fact: Foil(False, fact),
        )
        kept = later("persistence", persistence, Found.unknown)
        piped = later("pipelining", pipelining, Found.unknown)
        halved = later("half-close", lambda one: half_close(one, base.taken.path), Found.unknown)
        left = later("idle", idle, lambda fact: fact)
        aged = later("HTTP/1.0", lambda one: old(one, base.mark.octets), lambda fact: fact)
    return _Rest(
        told.result(),
        gross.result(),
        kept.result(),
        piped.result(),
        halved.result(),
        left.result(),
        aged.result(),
        tuple(seen for one in asked for seen in one.seen),
    )


def _calibration(ask: Asker, base: _Base, rest: _Rest) -> Calibration:
    seen, many = (*ask.seen, *rest.seen), base.many
    lacks = {Need.ECHO: base.taken.lacking, Need.HALF_CLOSE: rest.halved.lacking}
    return Calibration(
        target=ask.target,
        around=Surroundings(
            host=ask.host,
            path=ask.target.path.encode(),
            content_path=base.taken.path.encode(),
            marker=base.mark.octets,
            lacks={need: why for need, why in lacks.items() if why},
        ),
        marker=base.mark.signature,
        findings=(
            server_fact(base.first),
            baseline_fact(ask.target, base.first),
            base.mark.fact,
            base.taken.fact,
            rest.told.fact,
            rest.gross.fact,
            rest.kept.fact,
            rest.piped.fact,
            rest.halved.fact,
            *([many.fact] if many else []),
            rest.left,
            rest.aged,
            clock_fact(seen),
            times_fact(ask.measured.slowest),
        ),
        examinations=seen,
        indiscriminate=rest.gross.indiscriminate,
        patience=_patience(ask),
        at_once=many.at_once if many else 1,
        single=bool(many and many.at_once == 1),
        quirks=rest.told.quirks,
    )


def _patience(ask: Asker) -> float:
    if ask.measured.sound_waits:
        return float("inf")
    return max(PATIENCE_FLOOR, PATIENCE_FACTOR * ask.measured.slowest)


def _answer(ask: Asker, name: str, question: Callable[[Asker], T], unknown: Callable[[Fact], T]) -> T:
    """What the question finds out, or, where it cannot be asked to the end, what is to be taken instead."""
    try:
        return question(ask)
    except Exhausted as why:
        return unknown(Fact(name, f"not known: {why}"))
