"""Whole plans: requests, what was done to them, how they come, and where all that came from.

A plan made here only sends. Whoever carries it out adds the marker and the waits, and fills in the
tokens (`fill_plan`). It never says what ought to happen: that is for the oracles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from harness.http1.build import fill
from harness.model.case import identity
from harness.model.message import Request
from harness.model.plan import Origin, Plan, Provenance
from harness.strategies.decoded import DecodedDraw
from harness.strategies.delivery import PAUSE_SECONDS, Delivery, Kind
from harness.strategies.draw import Draw
from harness.strategies.drawn_delivery import WEIGHTED_KINDS, drawn_delivery
from harness.strategies.messages import pipeline
from harness.strategies.mutation import Mutation, mutate_parts, select, serialized
from harness.strategies.repertoire import DEFAULT, Repertoire
from harness.strategies.seeded import SeededDraw

ID_DIGITS: Final = 16
"""A plan is called by the first digits of the identity that its steps have as a case of the corpus. It
depends on them alone, tokens unfilled: the same plan has it for every target and in every run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What plans are made of.

    uses           what their requests may contain
    mutations      names of families (`chunks`) or mutations (`chunks/recut`); empty: all
    min_mutations  none by default, so that shrinking may end at a sound plan
    max_mutations  0 makes sound plans
    kinds          ways to send, as often as they stand here
    max_pause      seconds; the only time that a plan takes by itself
    """

    uses: Repertoire = DEFAULT
    mutations: Sequence[str] = ()
    min_mutations: int = 0
    max_mutations: int = 2
    kinds: Sequence[Kind] = WEIGHTED_KINDS
    max_pause: float = PAUSE_SECONDS

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("kinds is empty; name one way to send at least")
        if not 0 <= self.min_mutations <= self.max_mutations:
            told = f"min_mutations={self.min_mutations}, max_mutations={self.max_mutations}"
            raise ValueError(f"{told}: no number is at least the one and at most the other")
        select(*self.mutations)  # a name that nothing bears is told here, not at the first plan


EVERYTHING: Final = Scope()
MUTATED: Final = Scope(min_mutations=1)
"""At least one mutation each."""


class Generated(NamedTuple):
    """A plan; the sound requests that it began as; a note of each mutation, none if it is sound itself."""

    plan: Plan
    requests: tuple[Request, ...]
    notes: tuple[str, ...]

    @property
    def sound(self) -> bytes:
        """The octets of those requests: the plan's control, tokens unfilled."""
        return serialized(self.requests)


def generate(draw: Draw, scope: Scope = EVERYTHING) -> Generated:
    """One plan. All that is drawn is drawn from `draw`, so the same answers give the same plan."""
    requests = pipeline(draw, scope.uses)
    parts, notes = mutate_parts(draw, requests, _chosen(draw, scope))
    octets = serialized(parts)
    if notes and scope.uses is not DEFAULT:  # what a mutation adds bears the tokens
        octets = fill(octets, scope.uses.host, scope.uses.path)
    sent = drawn_delivery(draw, octets, scope.kinds, scope.max_pause)
    return Generated(_plan(sent, "; ".join(notes) or "sound"), requests, tuple(notes))


def _chosen(draw: Draw, scope: Scope) -> list[Mutation]:
    """Each family is as likely as the others, and each mutation as the others of its family. Of those that
    frame the content only one is taken, if there are others: the second would undo the first."""
    by_family = select(*scope.mutations)
    chosen: list[Mutation] = []
    while len(chosen) < scope.max_mutations:
        if len(chosen) >= scope.min_mutations and not draw.boolean(0.375 if chosen else 0.75):
            break
        chosen.append(draw.choice(draw.choice(by_family)))
        if chosen[-1].frames and len(chosen) < scope.max_mutations:
            by_family = tuple(one for one in by_family if not one[0].frames) or by_family
    return chosen


def _plan(sent: Delivery, told: str) -> Plan:
    provenance = Provenance(Origin.FUZZ, identity(sent.steps)[:ID_DIGITS], told)
    return Plan(sent.steps, provenance, f"{told}; {sent}")


def seeded_plans(seed: int, scope: Scope = MUTATED, *, first: int = 0, every: int = 1) -> Iterator[Generated]:
    """The plans of a seed, without end, always the same ones in the same order.

    `first` and `every` share them among processes: worker w of n takes first=w, every=n. A single one is
    `next(seeded_plans(seed, first=number))`.
    """
    draw = SeededDraw(seed, first)
    number = first
    while True:
        draw.restart(seed, number)
        yield generate(draw, scope)
        number += every


def decoded_plan(octets: bytes, scope: Scope = EVERYTHING) -> Generated:
    """The plan that any octets decode to; no octets are the plainest plan."""
    return generate(DecodedDraw(octets), scope)
