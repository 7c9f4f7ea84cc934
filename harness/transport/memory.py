"""Plans against a peer in memory, in virtual time: instant, deterministic, without any socket.

The peer is any sans-I/O object. Each piece of a Send is handed to it by itself; time passes only while a
step waits, and jumps from one of the peer's own deadlines to the next. A peer in memory takes everything
at once, so no send ever waits for room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Plan, Send, Step
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    DeadlinePassed,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.transport.base import UNWATCHED, Limits, WaitingFor, Watch, check_plan

SHORTEST_WAIT: Final = 0.001
"""Seconds that pass at least before a tick, so that a peer which is always due cannot stop time."""


class Peer(Protocol):
    """One connection of a sans-I/O server.

    A peer may also have any of these; without them it has no deadlines, reads
    all that comes and never resets:

    - `timeout() -> float | None`: at which time of the clock `tick` has something to do (None: never).
    - `tick() -> bytes`: the octets to send because time has passed.
    - `listening: bool`: whether it still reads; if not, what is sent lies in the kernel's buffers.
    - `reset: bool`: once `ended`, whether it ended by a reset rather than by closing.
    """

    @property
    def ended(self) -> bool:
        """Whether it will neither send nor read any more."""

    def receive(self, octets: bytes) -> bytes:
        """The octets to send for octets that came; b"" came means that our side is half-closed."""


class VirtualClock:
    """Time that passes only when told. Give the same one to the transport and to its peers."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now

    def advance_to(self, time: float) -> None:
        """Let time pass up to that time; it never goes back."""
        self.now = max(self.now, time)


class MemoryTransport:
    """Makes a new peer for each plan. For one thread at a time: the clock is one for all its plans."""

    def __init__(
        self, make_peer: Callable[[], Peer], limits: Limits | None = None, clock: VirtualClock | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.clock = clock or VirtualClock()
        self._make_peer = make_peer

    def limited(self, limits: Limits) -> MemoryTransport:
        """The same to peers made alike and with the same clock, with those limits."""
        return MemoryTransport(self._make_peer, limits, self.clock)

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        """Carry out a plan against a new peer: see `base.Transport.execute`."""
        check_plan(plan, watch)
        return _Conversation(self._make_peer(), plan, watch, self.limits, self.clock).run()


def _never() -> None:
    return None


def _nothing() -> bytes:
    return b""


class _Conversation:
    """One plan under way with one peer."""

    def __init__(
        self, peer: Peer, plan: Plan, watch: Watch | None, limits: Limits, clock: VirtualClock
    ) -> None:
        self._peer = peer
        self._timeout: Callable[[], float | None] = getattr(peer, "timeout", _never)
        self._tick: Callable[[], bytes] = getattr(peer, "tick", _nothing)
        self._plan = plan
        self._watch: Watch = UNWATCHED if watch is None else watch
        self._limits = limits
        self._clock = clock
        self._start = clock.now
        self._deadline = self._start + limits.total_seconds
        self._budget = limits.octets
        self._finals = 0
        self._sent = 0
        self._reading = self._sending = True
        self._over = False
        self._events: list[Event] = [Connected(0.0)]

    def run(self) -> Transcript:
        """Carry out the steps and tell."""
        for step in self._plan.steps:
            _STEPS[type(step)](self, step)
            if self._over:
                break
        return Transcript(tuple(self._events))

    # The steps

    def _send(self, step: Send) -> None:
        for piece in step.pieces:
            if not self._sending:
                return
            if not self._reading:  # the peer has ended: nobody takes the octets
                self._sending = False
                unsent = len(self._plan.octets) - self._sent
                self._events.append(SendFailed(self._now(), "EPIPE", unsent))
                return
            self._sent += len(piece)
            self._events.append(Sent(self._now(), len(piece)))
            if getattr(self._peer, "listening", True):
                self._take(self._peer.receive(piece))

    def _pause(self, step: Pause) -> None:
        until = self._until(step.seconds)
        self._wait(until)
        self._clock.advance_to(until)
        if not self._over and until == self._deadline:
            self._give_up(WaitingFor.PLAN)

    def _await_response(self, step: AwaitResponse) -> None:
        self._finals += step.count
        if not self._wait(self._until(self._limits.response_seconds), self._finals) and self._reading:
            self._give_up(WaitingFor.RESPONSE)

    def _await_end(self, step: AwaitEnd) -> None:
        seconds = self._limits.end_seconds if step.seconds is None else step.seconds
        if not self._wait(self._until(seconds)) and self._reading:
            self._give_up(WaitingFor.END)

    def _half_close(self, _: HalfClose) -> None:
        if not self._sending or not self._reading:
            return
        self._sending = False
        self._events.append(HalfClosed(self._now()))
        self._take(self._peer.receive(b""))

    def _abort(self, _: Abort) -> None:
        self._reading = self._sending = False
        self._over = True
        self._events.append(Aborted(self._now()))

    # Time and octets

    def _wait(self, until: float, finals: float = math.inf) -> bool:
        """Let time pass until that many finals are complete; whether they are. Ends with the peer."""
        while self._watch.finals < finals:
            if not self._reading:
                return False
            due = self._timeout()
            due = math.inf if due is None else max(due, self._clock.now + SHORTEST_WAIT)
            if due > until:
                self._clock.advance_to(until)
                return False
            self._clock.advance_to(due)
            self._take(self._tick())
        return True

    def _take(self, octets: bytes) -> None:
        """What the peer sent, as far as the budget goes, and its end."""
        taken = octets[: self._budget]
        if taken:
            self._budget -= len(taken)
            self._events.append(Received(self._now(), taken))
            self._watch.feed(taken)
        if len(taken) < len(octets):
            self._stop(BudgetSpent(self._now(), self._limits.octets))
        elif self._peer.ended and getattr(self._peer, "reset", False):
            self._stop(PeerReset(self._now()))
        elif self._peer.ended:
            self._reading = False
            self._events.append(PeerClosed(self._now()))
            self._watch.end()

    def _give_up(self, waiting_for: WaitingFor) -> None:
        self._events.append(DeadlinePassed(self._now(), waiting_for))
        self._over = self._over or self._clock.now >= self._deadline

    def _stop(self, event: Event) -> None:
        self._reading = self._sending = False
        self._over = True
        self._events.append(event)

    def _now(self) -> float:
        return self._clock.now - self._start

    def _until(self, seconds: float) -> float:
        return min(self._clock.now + seconds, self._deadline)


_STEPS: Final[Mapping[type[Step], Callable[[_Conversation, Any], None]]] = {
    Send: _Conversation._send,
    Pause: _Conversation._pause,
    AwaitResponse: _Conversation._await_response,
    AwaitEnd: _Conversation._await_end,
    HalfClose: _Conversation._half_close,
    Abort: _Conversation._abort,
}
