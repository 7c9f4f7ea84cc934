"""A corpus case: what to do on the wire, written down to last, with what makes it worth keeping.

A case is written without knowing its target: `{host}`, `{path}` and `{marker}` in its octets stand for the
target's own and for the engine's own request. It needs no expectation, since the oracles judge it; `expect`
pins an answer where a regression must never come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.model.conversation import Fate
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step, octets_sent

MARKER: Final = b"{marker}"
"""Stands for the engine's own request, the one whose answer calibration knows."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to be seen: the final statuses in order (none of the marker's), and the connection's fate."""

    statuses: tuple[int, ...] | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `provokes` are the rules that have something to say of it; `cites` is its section."""

    id: str
    title: str
    steps: tuple[Step, ...]
    why: str = ""
    cites: str = ""
    provokes: tuple[str, ...] = ()
    provenance: str = ""
    expect: Expectation | None = None

    @property
    def octets(self) -> bytes:
        """All octets of the case, its tokens unfilled."""
        return octets_sent(self.steps)

    @property
    def identity(self) -> str:
        """A hash of the steps alone: two cases that do the same are the same, whatever they are called."""
        return identity(self.steps)


def identity(steps: Iterable[Step]) -> str:
    """The same of steps that are no case yet."""
    return hashlib.sha256(b"".join(map(_canonical, steps))).hexdigest()


def _canonical(step: Step) -> bytes:
    """A step as octets that no other step has: its letter, its numbers, and the length of what it sends."""
    match step:
        case Send(octets, cuts):
            return b"S%d:%d:%s;%s" % (len(cuts), len(octets), ",".join(map(str, cuts)).encode(), octets)
        case Pause(seconds):
            return b"P%s;" % repr(seconds).encode()
        case AwaitResponse(count):
            return b"R%d;" % count
        case AwaitEnd(seconds):
            return b"E%s;" % repr(seconds).encode()
        case HalfClose():
            return b"H;"
        case Abort():
            return b"A;"
