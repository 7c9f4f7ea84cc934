"""Deliveries, drawn: how some octets come, with cuts where readers decide. No cut goes through a token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from harness.model.plan import Send
from harness.strategies import delivery
from harness.strategies.delivery import PAUSE_SECONDS, Delivery, Kind
from harness.strategies.draw import Draw, several
from harness.strategies.tokens import every_cut, outside_tokens

WEIGHTED_KINDS: Final = (
    *(Kind.WHOLE,) * 9,
    *(Kind.SPLIT,) * 2,
    *(Kind.CUTS,) * 2,
    Kind.OCTETS,
    Kind.PAUSED,
    Kind.HALF_CLOSED,
    Kind.ABORTED,
)
"""What deliveries are drawn from, as often as it stands here. Not STALLED: each of those waits out the
target's deadline or ours; nor HELD_BACK, which takes 0.6 seconds."""

MOST_CUTS: Final = 8
MOST_OCTETS: Final = 512
"""What is longer is not sent octet by octet."""

_DECISIVE: Final = re.compile(rb"[\r\n:;,]")


def drawn_delivery(
    draw: Draw, octets: bytes, kinds: Sequence[Kind] = WEIGHTED_KINDS, max_pause: float = PAUSE_SECONDS
) -> Delivery:
    """One delivery of the octets. A pause takes from 0.001 to `max_pause` seconds."""
    kind = draw.choice(kinds)
    if kind is Kind.WHOLE or not octets:
        return delivery.whole(octets)
    draw.event(kind)
    if kind is Kind.PAUSED:
        seconds = draw.integer(1, max(round(max_pause * 1000), 1)) / 1000
        return delivery.paused(octets, _cut(draw, octets), seconds)
    return _DELIVER[kind](draw, octets)


def _cut(draw: Draw, octets: bytes) -> int:
    """An offset inside the octets, or behind a single one; half of the time in front of an octet that parts
    something, or right behind it."""
    if len(octets) < 2:
        return len(octets)
    at = draw.integer(1, len(octets) - 1)
    if draw.boolean():
        found = _DECISIVE.search(octets, at)
        at = min(found.start() + draw.integer(0, 1), len(octets) - 1) if found else at
    return outside_tokens(octets, at)


def _cuts(draw: Draw, octets: bytes) -> Delivery:
    cuts = {_cut(draw, octets), *several(draw, MOST_CUTS - 1, lambda asked: _cut(asked, octets))}
    return delivery.in_cuts(octets, *sorted(cuts))


def _octet_by_octet(draw: Draw, octets: bytes) -> Delivery:
    if len(octets) > MOST_OCTETS:
        return _cuts(draw, octets)
    return Delivery(Kind.OCTETS, (Send(octets, every_cut(octets)),), len(octets))


def _held_back(octets: bytes) -> Delivery:
    """Behind the first head, where that expects 100-continue; in one piece, where none does."""
    at = octets.find(b"\r\n\r\n") + 4
    expects = 3 < at < len(octets) and b"100-continue" in octets[:at]
    return delivery.held_back(octets, at) if expects else delivery.whole(octets)


def _end(draw: Draw, octets: bytes) -> int:
    """Behind all octets, or where they are cut off."""
    return _cut(draw, octets) if draw.boolean() else len(octets)


_DELIVER: Final[Mapping[Kind, Callable[[Draw, bytes], Delivery]]] = {
    Kind.SPLIT: lambda draw, octets: delivery.split(octets, _cut(draw, octets)),
    Kind.CUTS: _cuts,
    Kind.OCTETS: _octet_by_octet,
    Kind.HALF_CLOSED: lambda draw, octets: delivery.half_closed(octets, _end(draw, octets)),
    Kind.STALLED: lambda draw, octets: delivery.stalled(octets, _cut(draw, octets)),
    Kind.HELD_BACK: lambda _, octets: _held_back(octets),
    Kind.ABORTED: lambda draw, octets: delivery.aborted(octets, _end(draw, octets)),
}
