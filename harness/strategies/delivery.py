"""How octets come: whole, cut in pieces, or cut off. Pure functions from octets to the steps of plans.

TCP keeps octets and their order, and nothing else: how a request is cut into segments means nothing (RFC
9112 2), and one that is cut off is incomplete (RFC 9112 8). So each of these is a stimulus of its own for
any octets at all, of a rule, of the corpus or of a fuzzer. A delivery only sends; what is then awaited is
for whoever makes the plan.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from harness.model.plan import Abort, HalfClose, Pause, Send, Step

PAUSE_SECONDS: Final = 0.05
"""How long a paused delivery waits: many times what a peer needs to read, far below any time-out."""


HELD_SECONDS: Final = 0.6
"""How long content is held back where 100-continue is expected: by then a server is due to send that."""


class Kind(StrEnum):
    """The ways in which octets come."""

    WHOLE = "whole"
    HALF_CLOSED = "cut off, then half-closed"
    STALLED = "cut off, then stalled"
    PAUSED = "completed after a pause"
    SPLIT = "in two pieces"
    OCTETS = "octet by octet"
    CUTS = "in random cuts"
    ABORTED = "sent, then reset"
    HELD_BACK = "content held back"

    @property
    def cut_off(self) -> bool:
        """Whether only a prefix is sent, or is sure to arrive."""
        return self in (Kind.HALF_CLOSED, Kind.STALLED, Kind.ABORTED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way to send some octets: `steps` send the first `count` of them, all of them unless cut off.

    `detail` tells deliveries of one kind apart: the offset of the cut, or the seed.
    """

    kind: Kind
    steps: tuple[Step, ...]
    count: int
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} ({self.detail})" if self.detail else str(self.kind)


def whole(octets: bytes) -> Delivery:
    """In one piece."""
    return Delivery(Kind.WHOLE, _sent(octets), len(octets))


def half_closed(octets: bytes, at: int) -> Delivery:
    """The first `at` octets, and the end of our side of the connection behind them."""
    return Delivery(Kind.HALF_CLOSED, (*_sent(octets[:at]), HalfClose()), at, str(at))


def stalled(octets: bytes, at: int) -> Delivery:
    """The first `at` octets, and silence behind them."""
    return Delivery(Kind.STALLED, _sent(octets[:at]), at, str(at))


def aborted(octets: bytes, at: int) -> Delivery:
    """The first `at` octets, and a reset of the connection at once: they may never be read."""
    return Delivery(Kind.ABORTED, (*_sent(octets[:at]), Abort()), at, str(at))


def in_cuts(octets: bytes, *cuts: int) -> Delivery:
    """In pieces, cut at these rising offsets."""
    return Delivery(Kind.CUTS, _sent(octets, *cuts), len(octets), ", ".join(map(str, cuts)))


def paused(octets: bytes, at: int, seconds: float = PAUSE_SECONDS) -> Delivery:
    """The first `at` octets, a pause of that many seconds, and the rest."""
    steps = (*_sent(octets[:at]), Pause(seconds), *_sent(octets[at:]))
    return Delivery(Kind.PAUSED, steps, len(octets), str(at))


def held_back(octets: bytes, at: int) -> Delivery:
    """The first `at` octets, which expect 100-continue, and after a while the rest (RFC 9110 10.1.1)."""
    return replace(paused(octets, at, HELD_SECONDS), kind=Kind.HELD_BACK)


def split(octets: bytes, at: int) -> Delivery:
    """In two pieces, cut at that offset."""
    return Delivery(Kind.SPLIT, _sent(octets, at), len(octets), str(at))


def octet_by_octet(octets: bytes) -> Delivery:
    """In as many pieces as there are octets."""
    return Delivery(Kind.OCTETS, _sent(octets, *range(1, len(octets))), len(octets))


def random_cuts(octets: bytes, seed: int, most: int = 8) -> Delivery:
    """In at most `most` + 1 pieces, cut anywhere; the same seed gives the same cuts."""
    inside = range(1, len(octets))
    drawn = random.Random(seed)
    cuts = sorted(drawn.sample(inside, drawn.randint(min(1, len(inside)), min(most, len(inside)))))
    return Delivery(Kind.CUTS, _sent(octets, *cuts), len(octets), f"seed {seed}")


def _sent(octets: bytes, *cuts: int) -> tuple[Step, ...]:
    """No step at all for no octets: a plan has no empty Send."""
    return (Send(octets, cuts),) if octets else ()


def _at_every_cut(deliver: Callable[[bytes, int], Delivery]) -> Callable[[bytes], Iterator[Delivery]]:
    return lambda octets: (deliver(octets, at) for at in range(1, len(octets)))


EVERY: Final[Mapping[Kind, Callable[[bytes], Iterator[Delivery]]]] = {
    Kind.WHOLE: lambda octets: iter((whole(octets),)),
    Kind.HALF_CLOSED: _at_every_cut(half_closed),
    Kind.STALLED: _at_every_cut(stalled),
    Kind.PAUSED: _at_every_cut(paused),
    Kind.SPLIT: _at_every_cut(split),
    Kind.OCTETS: lambda octets: iter((octet_by_octet(octets),)),
    Kind.CUTS: lambda octets: (random_cuts(octets, seed) for seed in range(20)),
}
"""All deliveries of some octets, by kind: every proper prefix, every two-way split; twenty random cuts.

None that abort: what comes of them says nothing of the octets. None that hold content back: few octets ask
for that."""


def deliveries(octets: bytes, *kinds: Kind) -> Iterator[Delivery]:
    """All deliveries of these kinds, in the order of the kinds; without kinds, of every kind in EVERY."""
    for kind in kinds or EVERY:
        yield from EVERY[kind](octets)
