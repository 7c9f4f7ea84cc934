"""What to do on the wire: a plan is a list of steps on one connection, and where it came from.

A plan says nothing about what ought to happen; judging is for the rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Send:
    """Send octets; `cuts` are offsets at which the octets are handed to the kernel in separate pieces."""

    octets: bytes
    cuts: tuple[int, ...] = ()

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The octets as they are handed over, piece by piece; never an empty one."""
        edges = (0, *self.cuts, len(self.octets))
        return tuple(self.octets[a:b] for a, b in itertools.pairwise(edges) if a < b)


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for that many seconds; reading goes on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AwaitResponse:
    """Wait until that many more final responses are complete (interim ones do not count)."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class AwaitEnd:
    """Wait until the peer closes or resets; `seconds` None means the limit of the transport."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class HalfClose:
    """Close our sending side (FIN); reading goes on."""


@dataclass(frozen=True, slots=True)
class Abort:
    """Reset the connection at once."""


Step = Send | Pause | AwaitResponse | AwaitEnd | HalfClose | Abort


def octets_sent(steps: Iterable[Step]) -> bytes:
    """All octets that these steps send, in order."""
    return b"".join([step.octets for step in steps if isinstance(step, Send)])


class Origin(StrEnum):
    """Which mode a plan comes from."""

    PROBE = "probe"
    CONTROL = "control"
    CALIBRATION = "calibration"
    CASE = "case"
    FUZZ = "fuzz"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a plan came from: `name` is a rule, a case or a file; `detail` tells its siblings apart."""

    origin: Origin
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name}/{self.detail}" if self.detail else self.name


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps on one connection.

    `marker_at` is the offset, in all octets sent, at which the engine's own marker begins (None: no
    marker). The marker belongs to the octets that the oracles read.
    """

    steps: tuple[Step, ...]
    provenance: Provenance
    title: str = ""
    marker_at: int | None = None

    @property
    def octets(self) -> bytes:
        """All octets of the plan, in order."""
        return octets_sent(self.steps)
