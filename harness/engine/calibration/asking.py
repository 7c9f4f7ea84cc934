"""Asks one target, keeps what came of it, and knows when to stop.

Silence is what costs: a target that leaves too many requests unanswered is not asked any further.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from harness.engine.examine import Examiner
from harness.http1 import serialize
from harness.http1.build import fill
from harness.model.message import Request
from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send, Step
from harness.model.reading import ReadResponse
from harness.model.transcript import (
    BudgetSpent,
    ConnectFailed,
    DeadlinePassed,
    Event,
    Received,
    Sent,
    Transcript,
)
from harness.model.verdict import Examination
from harness.targets.base import Target
from harness.transport.base import Transport, WaitingFor

MOST_WAITS: Final = 6
"""So many waits for an answer may be in vain before the questions that are left are not asked."""


class Exhausted(Exception):
    """What is not known by now stays unknown; says why."""


@dataclass(slots=True)
class Measured:
    """What all questions together have seen: how slow the target is, and how often it kept silent."""

    slowest: float = 0.0
    waits: int = 0
    sound_waits: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, transcript: Transcript, *, sound: bool, timed: bool) -> None:
        """Add what one connection shows."""
        in_vain = sum(map(_in_vain, transcript.events))
        with self._lock:
            self.slowest = max(self.slowest, _slowest(transcript) if timed else 0.0)
            self.waits += in_vain
            self.sound_waits += in_vain if sound else 0


def _in_vain(event: Event) -> bool:
    """Whether an answer was waited for that did not come, or did not end."""
    waited = isinstance(event, DeadlinePassed) and event.waiting_for != WaitingFor.END
    return waited or isinstance(event, BudgetSpent)


def _slowest(transcript: Transcript) -> float:
    """The longest that octets came behind the last ones that were sent before them, in seconds."""
    sent = slowest = 0.0
    for event in transcript.events:
        if isinstance(event, Sent):
            sent = event.at
        elif isinstance(event, Received):
            slowest = max(slowest, event.at - sent)
    return slowest


class Asker:
    """Asks questions of one target. `seen` are the examinations that are to be judged like all others."""

    def __init__(self, target: Target, transport: Transport, measured: Measured | None = None) -> None:
        self.target = target
        self.transport = transport
        self.measured = measured or Measured()
        self.seen: list[Examination] = []
        self.baseline: Examination | None = None
        self.host = target.authority.encode("ascii", "backslashreplace")
        self._examiner = Examiner(target.name, transport)

    def apart(self) -> Asker:
        """One for another thread, with a list of its own."""
        other = Asker(self.target, self.transport, self.measured)
        other.baseline = self.baseline
        return other

    def octets(self, request: Request, path: str = "") -> bytes:
        """A request as it goes to this target."""
        return fill(serialize.request(request), self.host, (path or self.target.path).encode())

    def ask(self, name: str, *requests: Request, path: str = "", at_once: bool = False) -> list[ReadResponse]:
        """The complete final responses to some requests on one connection, one after the other."""
        octets = [self.octets(one, path) for one in requests]
        if at_once:
            return self.finals(name, (Send(b"".join(octets)), AwaitResponse(len(octets))))
        return self.finals(name, tuple(step for one in octets for step in (Send(one), AwaitResponse(1))))

    def finals(self, name: str, steps: tuple[Step, ...]) -> list[ReadResponse]:
        """The complete final responses to some steps."""
        return list(self.carry_out(name, steps).responses.finals)

    def carry_out(
        self,
        name: str,
        steps: tuple[Step, ...],
        *,
        marker_at: int | None = None,
        judged: bool = True,
        sound: bool = True,
        timed: bool = True,
    ) -> Examination:
        """One connection; with a marker the baseline is its twin. Raises Exhausted.

        Not `judged` is what ends sooner than a rule would wait, or rests on what is only found out here.
        Not `sound` is what a server may leave unanswered, and not `timed` what we ourselves slow down.
        """
        if self.measured.waits >= MOST_WAITS:
            raise Exhausted("too much before it was left unanswered")
        provenance = Provenance(Origin.CALIBRATION, "calibration", name)
        plan = Plan(steps, provenance, f"Calibration: {name}", marker_at)
        examination = self._examiner.examine(plan, None if marker_at is None else self.baseline)
        self.measured.take(examination.transcript, sound=sound, timed=timed)
        failed = next((one for one in examination.transcript.events if isinstance(one, ConnectFailed)), None)
        if judged or failed:
            self.seen.append(examination)
        if failed and self.baseline:
            raise Exhausted(f"no connection any more ({failed.error})")
        return examination
