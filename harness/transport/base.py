"""What every transport promises: carry out one plan on one connection, and tell what happened.

A transport observes and never judges. It knows nothing of HTTP: a `Watch` that the engine makes tells
it when a final response is complete. It adds no octet, drops none, and keeps each event in the order in
which it happened. No plan can hang it: every wait has a deadline and every read a budget.

`harness.testing.check_transport` holds a transport to all of this.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

from harness.errors import BadPlan
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Plan, Send, Step
from harness.model.transcript import Transcript

Clock = Callable[[], float]
"""Seconds from any fixed point, never going back (`time.monotonic`)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect: a name or a numeric address (IPv6 without brackets), and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a transport waits, in seconds, and how many octets it takes, for one plan.

    connect_seconds   the connection as a whole, whatever number of addresses a name has
    response_seconds  one AwaitResponse as a whole: a peer that drips octets does not prolong it
    end_seconds       one AwaitEnd that names no seconds of its own
    send_seconds      one Send as a whole, all its pieces together
    total_seconds     the whole plan, connecting included; no other wait reaches beyond it
    octets            how many octets are taken from the peer before reading stops (BudgetSpent)
    """

    connect_seconds: float = 3.0
    response_seconds: float = 2.0
    end_seconds: float = 1.0
    send_seconds: float = 5.0
    total_seconds: float = 30.0
    octets: int = 4 << 20

    def stretched(self, factor: float) -> Limits:
        """The same with every wait that many times as long (to confirm a verdict); octets stay."""
        return replace(
            self,
            connect_seconds=self.connect_seconds * factor,
            response_seconds=self.response_seconds * factor,
            end_seconds=self.end_seconds * factor,
            send_seconds=self.send_seconds * factor,
            total_seconds=self.total_seconds * factor,
        )


class WaitingFor(StrEnum):
    """What a DeadlinePassed had waited for: the values of its `waiting_for`."""

    ROOM = "room to send"
    RESPONSE = "a final response"
    END = "the end of the connection"
    PLAN = "the end of the plan"


class Watch(Protocol):
    """Counts the complete final responses among the octets of one connection.

    The engine makes one for each plan. It is fed every octet once, in order, as it comes.
    """

    @property
    def finals(self) -> int:
        """How many final (not 1xx) responses are complete so far; never falls."""

    def feed(self, octets: bytes) -> None:
        """These octets came next."""

    def end(self) -> None:
        """The peer closed its sending side (FIN): a response delimited by the close is complete now.

        Not called for a reset, which completes nothing (RFC 9112 section 8).
        """


class _Unwatched:
    """The watch of a plan that awaits no response."""

    finals = 0

    def feed(self, octets: bytes) -> None: ...

    def end(self) -> None: ...


UNWATCHED: Final[Watch] = _Unwatched()


class Transport(Protocol):
    """Carries out plans against one peer, each on a connection of its own.

    What the steps mean, alike for all transports:

    - Send hands its octets over piece by piece. Octets that come meanwhile are read. After a send
      failed (SendFailed) or timed out (DeadlinePassed) nothing more is sent, later Sends and HalfCloses
      are left out, and reading goes on: an early answer is not lost.
    - AwaitResponse ends once that many more finals are complete, the peer ended, or time is up.
    - AwaitEnd ends with the peer's FIN or reset, or when time is up.
    - After the peer's FIN the remaining Sends still go out, until one fails.
    - After PeerReset, BudgetSpent or Abort, or when `total_seconds` are over, the plan is over.
    """

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        """Carry out a plan on a new connection and close it.

        `watch` may be None only for a plan without AwaitResponse. Failures of the peer and of the
        network are events of the transcript, never exceptions. Raises BadPlan for a plan that cannot be
        carried out, before anything is sent, and HarnessError where this machine itself falls short
        (no descriptors, no local ports).
        """


@runtime_checkable
class Adjustable(Transport, Protocol):
    """A transport that can be had with other limits: more patience to confirm, less where none is needed."""

    limits: Limits

    def limited(self, limits: Limits) -> Transport:
        """The same to the same peer, with those limits."""


def check_plan(plan: Plan, watch: Watch | None) -> None:
    """Raise BadPlan for a plan that no transport can carry out; the message names the step and its flaw."""
    closed_by: type[Step] | None = None
    for number, step in enumerate(plan.steps, 1):
        if type(step) is Send and step.octets and not step.cuts and closed_by is None:
            continue  # as nearly all of them are
        kind = type(step)
        flaw = _FLAWS[kind](step)
        if closed_by is not None and (closed_by is Abort or kind in _SENDING):
            flaw = f"comes after {closed_by.__name__}"
        if kind is AwaitResponse and watch is None:
            flaw = "needs a watch"
        if kind in _CLOSING:
            closed_by = kind
        if flaw:
            raise BadPlan(f"{plan.provenance}: step {number} ({kind.__name__}) {flaw}")


def _flaw_of_send(step: Send) -> str:
    octets, cuts = step.octets, step.cuts
    if not octets:
        return "has no octets"
    if cuts and (list(cuts) != sorted(cuts) or cuts[0] < 0 or cuts[-1] > len(octets)):
        return f"has cuts {cuts[:8]!r} that do not rise within its {len(octets)} octets"
    return ""


def _flaw_of_wait(step: Pause | AwaitEnd) -> str:
    if step.seconds is None or 0 <= step.seconds < math.inf:
        return ""
    return f"needs finite seconds from 0, not {step.seconds!r}"


def _flaw_of_await_response(step: AwaitResponse) -> str:
    return "" if step.count > 0 else f"awaits {step.count} responses, not 1 or more"


_CLOSING: Final = frozenset[type[Step]]({HalfClose, Abort})
_SENDING: Final = frozenset[type[Step]]({Send, HalfClose})  # what takes a sending side that is open
_FLAWS: Final[Mapping[type[Step], Callable[[Any], str]]] = {
    Send: _flaw_of_send,
    Pause: _flaw_of_wait,
    AwaitResponse: _flaw_of_await_response,
    AwaitEnd: _flaw_of_wait,
    HalfClose: lambda _: "",
    Abort: lambda _: "",
}
