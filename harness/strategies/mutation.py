"""What a mutation is, and how one is applied to requests, to a stream of them, or to bare octets.

A mutation is a function that changes one thing and says where. It has a name, and it may name the
anomalies that it is meant to cause; whether the octets are sound afterwards is for the oracles alone.
Families of mutations are the modules of `harness/strategies/mutations/`: each lists its own in
`MUTATIONS`, and is found by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from harness.http1 import serialize
from harness.http1.request_reader import read_requests
from harness.model.message import Request
from harness.model.reading import Span
from harness.strategies import mutations
from harness.strategies.draw import Draw

Part = Request | bytes
Parts = tuple[Part, ...]
"""A stream: requests, and octets between or behind them that are none."""


class On(IntEnum):
    """What a mutation takes; several are applied in this order, since each may undo what the next needs."""

    REQUEST = 0
    STREAM = 1
    OCTETS = 2


class Change(NamedTuple):
    """What a mutation made (a Request, Parts or octets, as its `On` says), and where it did so."""

    result: Any
    where: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """One named mutation.

    `apply(draw, subject)` always succeeds and always changes the octets: where the subject lacks what is
    to be changed, it is given that first. `breaks` are kinds of anomalies (harness/http1/
    request_anomalies.py): a sound request that is mutated and sent alone has at least one of them. Without
    `breaks` the result may be sound. `family` is the module's name, and `frames` whether the module says
    FRAMES: its mutations frame the content anew, which undoes what was done to the framing before. Both are
    filled in when it is found.
    """

    name: str
    on: On
    apply: Callable[[Draw, Any], Change]
    breaks: frozenset[str] = frozenset()
    family: str = ""
    frames: bool = False

    def __str__(self) -> str:
        return f"{self.family}/{self.name}"


def on_request(name: str, apply: Callable[[Draw, Request], Change], *breaks: str) -> Mutation:
    """A mutation of one request."""
    return Mutation(name, On.REQUEST, apply, frozenset(breaks))


def on_stream(name: str, apply: Callable[[Draw, Parts], Change], *breaks: str) -> Mutation:
    """A mutation of a whole stream, of which at least one part is a Request."""
    return Mutation(name, On.STREAM, apply, frozenset(breaks))


def on_octets(name: str, apply: Callable[[Draw, bytes], Change], *breaks: str) -> Mutation:
    """A mutation of any octets at all, even of none."""
    return Mutation(name, On.OCTETS, apply, frozenset(breaks))


@cache
def families() -> dict[str, tuple[Mutation, ...]]:
    """All mutations by family, in the order of the modules' names and then of their lists."""
    found = {}
    for info in sorted(pkgutil.iter_modules(mutations.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{mutations.__name__}.{info.name}")
        family = info.name.replace("_", "-")
        frames = getattr(module, "FRAMES", False)
        found[family] = tuple(replace(one, family=family, frames=frames) for one in module.MUTATIONS)
    return found


@cache
def select(*names: str) -> tuple[tuple[Mutation, ...], ...]:
    """The mutations of these names (`chunks` for a family, `chunks/recut` for one of it), by family.

    Without names all of them. KeyError, with what there is, for a name that nothing bears.
    """
    found: dict[str, list[Mutation]] = {}
    for name in names or tuple(families()):
        family, _, which = name.partition("/")
        chosen = [one for one in families().get(family, ()) if which in ("", one.name)]
        if not chosen:
            there_is = families().get(family) or families()
            raise KeyError(f"no mutation is called {name!r}; there are {', '.join(map(str, there_is))}")
        found.setdefault(family, []).extend(chosen)
    return tuple(tuple(dict.fromkeys(each)) for each in found.values())


class Mutant(NamedTuple):
    """Mutated octets; `span` are the octets that are new or stand where others went; `note` says what was
    done, as `family/name: where`."""

    octets: bytes
    span: Span
    note: str


def mutate(draw: Draw, subject: Request | Sequence[Part] | bytes, *chosen: Mutation) -> Mutant:
    """Apply mutations to a request, to a stream, or to octets (which are read into requests first).

    ValueError if a mutation of requests is to be applied to octets that hold none.
    """
    parts = as_parts(subject)
    mutated, notes = mutate_parts(draw, parts, chosen)
    octets = serialized(mutated)
    return Mutant(octets, changed(serialized(parts), octets), "; ".join(notes))


def mutate_parts(draw: Draw, parts: Parts, chosen: Sequence[Mutation]) -> tuple[Parts, list[str]]:
    """The parts after these mutations, and a note of each, in the order in which they were applied."""
    notes: list[str] = []
    if not chosen:
        return parts, notes
    for mutation in sorted(chosen, key=_order):
        parts, where = _APPLY[mutation.on](draw, parts, mutation)
        notes.append(f"{mutation.family}/{mutation.name}: {where}")
        draw.event(str(mutation))
    return parts, notes


def _order(mutation: Mutation) -> tuple[On, bool]:
    """What frames the content goes first: nothing that others did is undone."""
    return mutation.on, not mutation.frames


def _apply_to_request(draw: Draw, parts: Parts, mutation: Mutation) -> tuple[Parts, str]:
    places = [place for place, part in enumerate(parts) if not isinstance(part, bytes)]
    if not places:
        raise ValueError(f"{mutation} mutates a request, and these octets hold none")
    place = draw.choice(places)
    result, where = mutation.apply(draw, parts[place])
    told = where if len(parts) == 1 else f"request {place + 1}, {where}"
    return (*parts[:place], result, *parts[place + 1 :]), told


def _apply_to_stream(draw: Draw, parts: Parts, mutation: Mutation) -> tuple[Parts, str]:
    result, where = mutation.apply(draw, parts)
    return result, where


def _apply_to_octets(draw: Draw, parts: Parts, mutation: Mutation) -> tuple[Parts, str]:
    result, where = mutation.apply(draw, serialized(parts))
    return (result,), where


_APPLY = {On.REQUEST: _apply_to_request, On.STREAM: _apply_to_stream, On.OCTETS: _apply_to_octets}


def as_parts(subject: Request | Sequence[Part] | bytes) -> Parts:
    """The parts of a stream. Octets are read; what has no whole head stays octets."""
    if isinstance(subject, Request):
        return (subject,)
    if not isinstance(subject, bytes):
        return tuple(subject)
    parts: list[Part] = []
    end = 0
    for one in read_requests(subject).requests:
        octets = subject[one.start : one.end]
        headed = one.request.end_of_fields and serialize.request(one.request) == octets
        parts.append(one.request if headed else octets)
        end = one.end
    return (*parts, subject[end:]) if end < len(subject) else tuple(parts)


def serialized(parts: Parts) -> bytes:
    """All octets of a stream."""
    return b"".join(part if isinstance(part, bytes) else serialize.request(part) for part in parts)


def changed(before: bytes, after: bytes) -> Span:
    """The least octets of `after` that are not in `before`, or stand where others of it went."""
    start = _alike(before, after)
    rest = min(len(before), len(after)) - start
    behind = _alike(before[::-1][:rest], after[::-1][:rest])
    return start, len(after) - behind


def _alike(one: bytes, other: bytes) -> int:
    """How many first octets are the same: halving, since slices compare at memory speed."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
