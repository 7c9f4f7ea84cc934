"""One plan against a scripted peer, and what must hold of every transcript."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from harness.errors import BadPlan
from harness.model.plan import (
    Origin,
    Plan,
    Provenance,
    Send,
    Step,
)
from harness.model.transcript import (
    Connected,
    ConnectFailed,
    Event,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Transcript,
)
from harness.transport.base import Clock, Limits, Transport, Watch
from harness.transport.contract.peers import (
    Answer,
    MarkWatch,
    ScriptedPeer,
)
from harness.transport.memory import Peer

E = TypeVar("E", bound=Event)
MakePeer = Callable[[Clock], Peer]


class MakeTransport(Protocol):
    """Makes a transport whose every connection meets a new peer; leaving the block ends them.

    `make_peer` is to be called once for each connection, with the clock by which the peer's `timeout` is
    meant. The peer's optional parts (`timeout`, `tick`, `reset`, `listening`) are to be honoured as
    `harness.transport.memory.Peer` describes them.
    """

    def __call__(self, make_peer: MakePeer, limits: Limits) -> AbstractContextManager[Transport]: ...


Promise = Callable[[MakeTransport], None]

SOON: Final = 1.0
"""Seconds within which a peer answers, on a busy machine too."""

SLACK: Final = 5.0
"""Seconds that a busy machine may add to a wait."""

EARLY: Final = 0.001
"""Seconds by which the rounding of clocks may shorten one."""

LIMITS: Final = Limits(response_seconds=5, end_seconds=5, send_seconds=20, total_seconds=40, octets=1 << 20)
SHORT: Final = replace(LIMITS, response_seconds=0.15, end_seconds=0.15)
LARGE: Final = 64 << 20


class Trial:
    """Plans against peers that answer in one way, with what every transcript must look like."""

    def __init__(
        self, make: MakeTransport, answer: Answer | None = None, limits: Limits = LIMITS, drip: bytes = b""
    ) -> None:
        self.peers: list[ScriptedPeer] = []
        self._make = make
        self._answer = answer
        self._limits = limits
        self._drip = drip

    def run(self, *steps: Step, watch: Watch | None = None) -> Transcript:
        """Carry out the steps on one connection."""
        plan = plan_of(*steps)
        with self._make(self._peer, self._limits) as transport:
            transcript = transport.execute(plan, MarkWatch() if watch is None else watch)
        check_transcript(transcript, plan)
        return transcript

    def refuse(self, steps: tuple[Step, ...], watch: Watch | None) -> None:
        """Try to carry out steps that are no plan."""
        with self._make(self._peer, self._limits) as transport:
            try:
                transcript = transport.execute(plan_of(*steps), watch)
            except BadPlan:
                assert not any(peer.pieces for peer in self.peers), f"not kept: nothing is sent of {steps}"
            else:
                require(False, f"BadPlan is raised for {steps}", transcript)

    def _peer(self, clock: Clock) -> ScriptedPeer:
        peer = ScriptedPeer(clock, drip=self._drip)
        if self._answer is not None:
            peer.answer = self._answer
        self.peers.append(peer)
        return peer

    @property
    def seen(self) -> bytes:
        """What the peer of the only connection was given."""
        assert len(self.peers) == 1, f"one plan is one connection, not {len(self.peers)}"
        return self.peers[0].seen


def check_transcript(transcript: Transcript, plan: Plan) -> None:
    """What holds for every transcript: how it begins, the order of time, and that nothing follows an end."""
    events = transcript.events
    times = [event.at for event in events]
    require(times == sorted(times) and times[0] >= 0, "events are stamped in order from 0", transcript)
    require(isinstance(events[0], Connected | ConnectFailed), "the connection is told first", transcript)
    planned = sum(len(step.octets) for step in plan.steps if isinstance(step, Send))
    require(transcript.sent_count <= planned, "no octet is sent that is not of the plan", transcript)
    ends = [at for at, event in enumerate(events) if isinstance(event, PeerClosed | PeerReset)]
    require(len(ends) <= 1, "the peer ends once", transcript)
    received = [at for at, event in enumerate(events) if isinstance(event, Received)]
    require(not ends or not received or received[-1] < ends[0], "nothing comes after the end", transcript)
    for event in events:
        if isinstance(event, SendFailed):
            unsent = planned - transcript.sent_count
            require(event.unsent == unsent, f"{unsent} octets of the plan are unsent", transcript)


def require(kept: bool, promise: str, transcript: Transcript) -> None:
    """Unless it is kept, fail with the promise and the last events."""
    if not kept:
        last = [_brief(event) for event in transcript.events[-6:]]
        raise AssertionError("not kept: " + promise + "\n  " + "\n  ".join(last))


def _brief(event: Event) -> str:
    if isinstance(event, Received):
        return f"Received {len(event.octets)} octets at {event.at}: {event.octets[:60]!r}"
    return repr(event)


def lasts(seconds: float, expected: float) -> bool:
    """Whether a time is what it was to be, as far as clocks and a busy machine let it."""
    return expected - EARLY <= seconds < expected + SLACK


def plan_of(*steps: Step) -> Plan:
    """A plan of these steps."""
    return Plan(steps, Provenance(Origin.USER, "transport contract"))


def kinds(transcript: Transcript) -> list[type[Event]]:
    """The kinds of the events, runs of the same kind as one."""
    return [kind for kind, _ in itertools.groupby(type(event) for event in transcript.events)]


def first(transcript: Transcript, kind: type[E]) -> E:
    """The first event of that kind; there has to be one."""
    found = [event for event in transcript.events if isinstance(event, kind)]
    require(bool(found), f"{kind.__name__} is told", transcript)
    return found[0]
