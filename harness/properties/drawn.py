"""What the fuzz suite draws: requests and plans, and some of them twice, once in another form.

None of it knows its target: tokens stand for the target's own until it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hypothesis.strategies import SearchStrategy

from harness.http1 import serialize
from harness.http1.build import PATH, post
from harness.model.message import FieldLine, Request
from harness.properties.shown import Shown, shown
from harness.strategies.bodies import chunked_body, content
from harness.strategies.delivery import Delivery, Kind
from harness.strategies.draw import Draw
from harness.strategies.drawn_delivery import drawn_delivery
from harness.strategies.hypothesis_draw import drawn
from harness.strategies.messages import pipeline, request
from harness.strategies.planning import Generated, Scope, generate
from harness.strategies.repertoire import METHODS, Repertoire

SOUND: Final = Repertoire(methods=tuple(one for one in METHODS if one != b"CONNECT"))
"""Without tunnels, behind which nothing is a request."""

_PLAIN: Final = Repertoire(methods=(b"GET", b"POST", b"HEAD"), targets=(PATH,))
_KINDS: Final = (*(Kind.SPLIT,) * 6, *(Kind.CUTS,) * 6, Kind.OCTETS, Kind.PAUSED)
_MOST_PAUSE: Final = 0.01


@dataclass(frozen=True, slots=True, repr=False)
class Stream(Shown):
    """Requests on one connection."""

    requests: tuple[Request, ...]

    @property
    def octets(self) -> bytes:
        """All of them, tokens unfilled."""
        return b"".join(map(serialize.request, self.requests))

    def __repr__(self) -> str:
        return shown(self.octets)


@dataclass(frozen=True, slots=True, repr=False)
class Delivered(Shown):
    """Requests, and a way in which they come."""

    stream: Stream
    delivery: Delivery

    def __repr__(self) -> str:
        return f"{self.delivery}: {self.stream!r}"


@dataclass(frozen=True, slots=True, repr=False)
class Twice(Shown):
    """A request, and the same in another form that is to mean the same."""

    one: Request
    other: Request

    def __repr__(self) -> str:
        return " | ".join(shown(serialize.request(each)) for each in (self.one, self.other))


@dataclass(frozen=True, slots=True, repr=False)
class Mutated(Shown):
    """A plan of a campaign."""

    generated: Generated

    def __repr__(self) -> str:
        plan = self.generated.plan
        return f"{plan.title}: {shown(plan.octets)}"


def delivered() -> SearchStrategy[Delivered]:
    """Sound requests that come in pieces."""

    def one(draw: Draw) -> Delivered:
        stream = Stream(pipeline(draw, SOUND))
        return Delivered(stream, drawn_delivery(draw, stream.octets, _KINDS, _MOST_PAUSE))

    return drawn(one)


def streams(least: int = 1) -> SearchStrategy[Stream]:
    """Sound requests, at least so many."""
    return drawn(lambda draw: Stream(pipeline(draw, SOUND, least=least)))


def recoded() -> SearchStrategy[Twice]:
    """Some content by its length, and the same in chunks with extensions and trailers."""

    def one(draw: Draw) -> Twice:
        octets = content(draw)
        return Twice(post(content=octets), post(chunks=chunked_body(draw, octets, most=8)))

    return drawn(one)


def respelt() -> SearchStrategy[Twice]:
    """A request, and the same with its field names and the whitespace around its values spelt otherwise."""

    def one(draw: Draw) -> Twice:
        made = request(draw, _PLAIN)
        lines = tuple(_respelt(draw, line) for line in made.field_lines)
        return Twice(made, replace(made, field_lines=lines))

    return drawn(one)


_CASES: Final[Sequence[Callable[[bytes], bytes]]] = (bytes, bytes.lower, bytes.upper, bytes.swapcase)
_BEFORE: Final = (b" ", b"", b"\t", b"  ", b" \t ")
_AFTER: Final = (b"", b"", b" ", b"\t", b"\t  ")


def _respelt(draw: Draw, line: FieldLine) -> FieldLine:
    """RFC 9110 5.1: names are case-insensitive; RFC 9112 5: OWS is no part of the value."""
    name = draw.choice(_CASES)(line.name)
    return replace(line, name=name, before_value=draw.choice(_BEFORE), after_value=draw.choice(_AFTER))


def mutated() -> SearchStrategy[Mutated]:
    """Plans with up to two mutations, and any delivery but those that wait out a deadline."""
    scope = Scope()
    return drawn(lambda draw: Mutated(generate(draw, scope)))
