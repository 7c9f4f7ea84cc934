"""What happened on one connection, as lines to read: when, who, what, and which octets.

The plan tells which octets and pauses were meant, the events tell what came of them; the story keeps
the order of the events and puts each pause and wait where it began. Nothing is judged here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step, octets_sent
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
)
from harness.narrate.escape import as_text

_FOLD_BEYOND = 6


class Actor(StrEnum):
    """Who did it: we, the peer, or nobody (time passed)."""

    US = "us"
    PEER = "peer"
    TIME = "time"


ARROWS = {Actor.US: "→", Actor.PEER: "←", Actor.TIME: "·"}
ASCII_ARROWS = {Actor.US: ">", Actor.PEER: "<", Actor.TIME: "."}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: seconds since the start, who, what in words, and the octets from `offset` on in that
    direction (empty where the line is not about octets, or stands for many folded pieces)."""

    at: float
    actor: Actor
    what: str
    octets: bytes = b""
    offset: int = 0
    folded: int = 0


def tell(steps: Sequence[Step], events: Iterable[Event], marker_at: int | None = None) -> tuple[Line, ...]:
    """The story of a plan and the events of its transcript.

    `marker_at` is the offset at which the engine's own marker begins. Long runs of small pieces in one
    direction are folded into one line, so that a peer that drips octets cannot drown the story.
    """
    return tuple(_folded(_Teller(steps, marker_at).lines(events)))


def as_lines(story: Iterable[Line], width: int = 100, glyphs: bool = True) -> list[str]:
    """The story for a terminal: `0.013 → sent 18 octets: GET / HTTP/1.1\\r\\n`, cut to about `width`.

    Without `glyphs` it is US-ASCII, for terminals that have no more.
    """
    arrows = ARROWS if glyphs else ASCII_ARROWS
    told = []
    for line in story:
        text = f"{line.at:7.3f} {arrows[line.actor]} {line.what}"
        if line.octets:
            room = max(24, width - len(text) - 2 - 28)
            text += f": {as_text(line.octets, room, glyphs)}"
        told.append(text)
    return told


class _Teller:
    """Walks plan and events side by side."""

    def __init__(self, steps: Sequence[Step], marker_at: int | None) -> None:
        self.octets = octets_sent(steps)
        self.marker_at = marker_at
        self.sent = self.received = 0
        self.clock = 0.0
        self.failed = False
        self.pending: deque[tuple[int, Step]] = deque()  # each with the octets that go before it
        before = 0
        for step in steps:
            if isinstance(step, Send):
                before += len(step.octets)
            else:
                self.pending.append((before, step))

    def lines(self, events: Iterable[Event]) -> Iterator[Line]:
        for event in events:
            yield from self._steps_before(event)
            yield self._event(event)
            self.clock = max(self.clock, event.at)
        missing = len(self.octets) - self.sent
        if missing and not self.failed:
            yield Line(self.clock, Actor.TIME, f"not sent any more: {_octets(missing)} of the plan")

    def _steps_before(self, event: Event) -> Iterator[Line]:
        """The pauses and waits that had begun when the event came."""
        acts = isinstance(event, (Sent, HalfClosed, Aborted))
        while self.pending and self.pending[0][0] <= self.sent:
            step = self.pending[0][1]
            if isinstance(step, (HalfClose, Abort)):
                if isinstance(event, (HalfClosed, Aborted)):
                    self.pending.popleft()
                return
            self.pending.popleft()
            yield Line(self.clock, Actor.TIME, _waiting(step))
            if isinstance(step, Pause):
                self.clock = min(self.clock + step.seconds, event.at)
            if not acts and (not isinstance(step, Pause) or self.clock >= event.at):
                return

    def _event(self, event: Event) -> Line:
        at = event.at
        match event:
            case Connected():
                return Line(at, Actor.US, "connected")
            case ConnectFailed(error=error):
                return Line(at, Actor.PEER, f"no connection: {error}")
            case Sent(count=count):
                return self._sent(at, count)
            case SendFailed(error=error, unsent=unsent):
                self.failed = True
                return Line(at, Actor.PEER, f"send failed: {error}; {_octets(unsent)} unsent")
            case Received(octets=octets):
                self.received += len(octets)
                return Line(
                    at, Actor.PEER, f"received {_octets(len(octets))}", octets, self.received - len(octets)
                )
            case HalfClosed():
                return Line(at, Actor.US, "closed our sending side (FIN); reading goes on")
            case Aborted():
                return Line(at, Actor.US, "reset the connection (RST), as planned")
            case PeerClosed():
                return Line(at, Actor.PEER, "closed by the server (FIN)")
            case PeerReset():
                return Line(at, Actor.PEER, "reset by the server (RST)")
            case DeadlinePassed(waiting_for=what):
                return Line(at, Actor.TIME, f"deadline passed while waiting for {what or 'anything'}")
            case BudgetSpent(octets=octets):
                return Line(at, Actor.TIME, f"reading stopped: over the budget of {_octets(octets)}")

    def _sent(self, at: float, count: int) -> Line:
        start, self.sent = self.sent, self.sent + count
        what = f"sent {_octets(count)}"
        if self.marker_at is not None and self.sent > self.marker_at:
            own = self.sent - max(start, self.marker_at)
            what += ", our marker" if own == count else f", the last {own:,} our marker"
        return Line(at, Actor.US, what, self.octets[start : self.sent], start)


def _waiting(step: Step) -> str:
    match step:
        case Pause(seconds):
            return f"pause of {seconds:g} s"
        case AwaitResponse(count):
            return "waiting for a response" if count == 1 else f"waiting for {count} responses"
        case AwaitEnd(seconds):
            limit = "" if seconds is None else f", at most {seconds:g} s"
            return f"waiting for the end of the connection{limit}"
        case _:
            return "waiting"


def _folded(story: Iterable[Line]) -> Iterator[Line]:
    """The story with long runs of octets in one direction told as two lines, a fold, and the last."""
    run: list[Line] = []
    for line in story:
        if run and line.octets and line.actor is run[-1].actor:
            run.append(line)
            continue
        yield from _fold(run)
        run = [line]
    yield from _fold(run)


def _fold(run: list[Line]) -> Iterator[Line]:
    if len(run) <= _FOLD_BEYOND:
        yield from run
        return
    inner = run[2:-1]
    count = sum(len(line.octets) for line in inner)
    what = f"{len(inner):,} more pieces, {_octets(count)} in all"
    yield from run[:2]
    yield replace(inner[0], what=what, octets=b"", folded=len(inner))
    yield run[-1]


def _octets(count: int) -> str:
    return f"{count:,} octet{'' if count == 1 else 's'}"
