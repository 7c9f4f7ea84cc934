"""What happened on one connection, event by event, each with its time in seconds since the start.

Only what was observed stands here; what it means is for the oracles and the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection stands."""

    at: float


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    """No connection: refused, unreachable or timed out; `error` is the system's name for it."""

    at: float
    error: str


@dataclass(frozen=True, slots=True)
class Sent:
    """That many octets of the plan were taken by the kernel."""

    at: float
    count: int


@dataclass(frozen=True, slots=True)
class SendFailed:
    """The kernel refused octets (EPIPE, ECONNRESET); that many of the plan's octets stay unsent."""

    at: float
    error: str
    unsent: int


@dataclass(frozen=True, slots=True)
class Received:
    """Octets from the peer, exactly as one read returned them."""

    at: float
    octets: bytes


@dataclass(frozen=True, slots=True)
class HalfClosed:
    """We closed our sending side."""

    at: float


@dataclass(frozen=True, slots=True)
class Aborted:
    """We reset the connection because the plan says so."""

    at: float


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """The peer closed its sending side (FIN)."""

    at: float


@dataclass(frozen=True, slots=True)
class PeerReset:
    """The peer reset the connection (RST), or a FIN was seen after a send had failed with ECONNRESET."""

    at: float


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """A wait ended without what it waited for."""

    at: float
    waiting_for: str


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """The peer sent more octets than the budget allows; reading stopped."""

    at: float
    octets: int


Event = (
    Connected
    | ConnectFailed
    | Sent
    | SendFailed
    | Received
    | HalfClosed
    | Aborted
    | PeerClosed
    | PeerReset
    | DeadlinePassed
    | BudgetSpent
)


class Ended(StrEnum):
    """How the connection stood when observation stopped."""

    NOT_CONNECTED = "not-connected"
    CLOSED = "closed"
    RESET = "reset"
    ABORTED = "aborted"
    OPEN = "open"


@dataclass(frozen=True)
class Transcript:
    """The events of one connection, in order. (No slots: the joined octets are remembered.)"""

    events: tuple[Event, ...]

    @cached_property
    def received(self) -> bytes:
        """All octets from the peer."""
        return b"".join(event.octets for event in self.events if isinstance(event, Received))

    @cached_property
    def sent_count(self) -> int:
        """How many octets of the plan the kernel took."""
        return sum(event.count for event in self.events if isinstance(event, Sent))

    @cached_property
    def ended(self) -> Ended:
        """How the connection stood at the end."""
        for event in reversed(self.events):
            match event:
                case PeerClosed():
                    return Ended.CLOSED
                case PeerReset():
                    return Ended.RESET
                case Aborted():
                    return Ended.ABORTED
                case ConnectFailed():
                    return Ended.NOT_CONNECTED
                case _:
                    continue
        return Ended.OPEN

    @property
    def half_closed(self) -> bool:
        """Whether we closed our sending side."""
        return any(isinstance(event, HalfClosed) for event in self.events)

    @property
    def seconds(self) -> float:
        """From the start to the last event."""
        return self.events[-1].at if self.events else 0.0
