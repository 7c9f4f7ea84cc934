"""Makes what was found small: the fewest steps, requests, lines and octets that still show it.

A shrinker over steps, not over the choices that made them, so that whatever came from anywhere can be
shrunk: a campaign's plan, a case, a raw file. Every candidate is tried for real (`shows` carries it out
again), so the passes go from the coarsest to the finest, and lengths that count content are kept true.
Tokens (`{host}`, `{path}`, `{marker}`) are single octets to it: never cut in two.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from harness.http1.request_reader import read_requests
from harness.model.plan import Pause, Send, Step, octets_sent

Steps = tuple[Step, ...]
Shows = Callable[[Steps], bool]
Clock = Callable[[], float]

MOST_TRIES: Final = 2_000
MOST_SECONDS: Final = 20.0
_ATOM: Final = re.compile(rb"(?s)\{host\}|\{path\}|\{marker\}|.")
_LINE: Final = re.compile(rb"(?s)[^\n]*\n|[^\n]+\Z")
_COUNTED: Final = re.compile(rb"(?i)content-length:[ \t]*(\d{1,9})")
_CHUNK_SIZE: Final = re.compile(rb"(?<=\n)([0-9A-Fa-f]{1,7})(?=[^\n0-9A-Za-z]*\n|;)")


@dataclass(slots=True)
class Budget:
    """How much may be tried yet, in tries and in seconds; told by `clock`."""

    tries: int = MOST_TRIES
    seconds: float = MOST_SECONDS
    clock: Clock = time.monotonic
    _due: float = field(init=False)

    def __post_init__(self) -> None:
        self._due = self.clock() + self.seconds

    @property
    def spent(self) -> bool:
        """Whether nothing more may be tried."""
        return self.tries <= 0 or self.clock() >= self._due


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest steps found, how many candidates were tried, and whether nothing was left to try."""

    steps: Steps
    tries: int
    minimal: bool


def shrink(steps: Steps, shows: Shows, budget: Budget | None = None) -> Shrunk:
    """The smallest steps that still show what the given ones show; these are not tried again themselves."""
    one = _Shrinker(steps, shows, budget or Budget())
    one.go()
    return Shrunk(one.best, one.tried, not one.budget.spent)


class _Shrinker:
    def __init__(self, steps: Steps, shows: Shows, budget: Budget) -> None:
        self.best = steps
        self.budget = budget
        self.tried = 0
        self._shows = shows
        self._seen = {steps}

    def go(self) -> None:
        """All passes, again and again, until a whole round changes nothing."""
        before: Steps = ()
        while before != self.best and not self.budget.spent:
            before = self.best
            self._steps()
            for units in (_messages, _lines, _words, _atoms):
                self._delete(units)
            self._count_less()
            self._simplify()

    def _try(self, candidate: Steps) -> bool:
        """Whether it shows the same; then it is the best so far. Nothing is tried twice."""
        if candidate in self._seen or self.budget.spent or not any(isinstance(s, Send) for s in candidate):
            return False
        self._seen.add(candidate)
        self.budget.tries -= 1
        self.tried += 1
        if not self._shows(candidate):
            return False
        self.best = candidate
        return True

    # Steps ---------------------------------------------------------------------------------------

    def _steps(self) -> None:
        """One send instead of several, no cuts, no pauses, no steps that change nothing."""
        self._try(_merged(self.best))
        number = 0
        while number < len(self.best):
            step = self.best[number]
            if isinstance(step, Send) and step.cuts:
                self._without_cuts(number, step)
            if isinstance(step, Pause) and step.seconds > 0.01:
                self._put(number, Pause(0.01))
            if not self._try(self.best[:number] + self.best[number + 1 :]):
                number += 1

    def _without_cuts(self, number: int, step: Send) -> None:
        """None at all, else one alone, else one less and one less."""
        if self._put(number, Send(step.octets)):
            return
        if any(self._put(number, Send(step.octets, (cut,))) for cut in step.cuts[:64]):
            return
        for cut in step.cuts[:64]:
            now = self.best[number]
            assert isinstance(now, Send)
            self._put(number, Send(now.octets, tuple(one for one in now.cuts if one != cut)))

    def _put(self, number: int, step: Step) -> bool:
        return self._try((*self.best[:number], step, *self.best[number + 1 :]))

    # Octets --------------------------------------------------------------------------------------

    def _sends(self) -> Iterator[int]:
        return (number for number, step in enumerate(self.best) if isinstance(step, Send))

    def _octets(self, number: int) -> bytes:
        step = self.best[number]
        assert isinstance(step, Send)
        return step.octets

    def _replace(self, number: int, octets: bytes) -> bool:
        """The send with other octets; its cuts are kept as far as they lie within."""
        step = self.best[number]
        assert isinstance(step, Send)
        if not octets:
            return self._try(self.best[:number] + self.best[number + 1 :])
        cuts = tuple(cut for cut in step.cuts if cut < len(octets))
        return self._put(number, Send(octets, cuts))

    def _delete(self, units: Callable[[bytes], list[bytes]]) -> None:
        """Delete runs of units, the longest first; each also with the lengths that count it made true."""
        for number in list(self._sends()):
            for size in _sizes(len(units(self._octets(number)))):
                self._delete_runs(number, units, size)

    def _delete_runs(self, number: int, units: Callable[[bytes], list[bytes]], size: int) -> None:
        at = 0
        while number < len(self.best) and isinstance(self.best[number], Send):
            parts = units(self._octets(number))
            if at >= len(parts) or self.budget.spent:
                return
            front, rest = b"".join(parts[:at]), b"".join(parts[at + size :])
            gone = b"".join(parts[at : at + size])
            if not any(self._replace(number, one) for one in (front + rest, *_recounted(front, gone, rest))):
                at += size

    def _count_less(self) -> None:
        """Take octets off the end of counted content, with the number that counts it."""
        for number in list(self._sends()):
            for pattern, base in ((_COUNTED, 10), (_CHUNK_SIZE, 16)):
                for place in range(len(pattern.findall(self._octets(number)))):
                    self._shorter(number, pattern, base, place)

    def _shorter(self, number: int, pattern: re.Pattern[bytes], base: int, place: int) -> None:
        cut = None
        while cut is None or cut >= 1:
            octets = self._octets(number)
            found = list(pattern.finditer(octets))
            if place >= len(found) or self.budget.spent:
                return
            counted = int(found[place][1], base)
            cut = counted if cut is None else min(cut, counted)
            if cut < 1 or not any(
                self._replace(number, one) for one in _taken_off(octets, found[place], base, cut)
            ):
                cut //= 2

    def _simplify(self) -> None:
        """Plain letters for odd ones, where that shows the same."""
        for number in list(self._sends()):
            at = 0
            while at < len(atoms := _atoms(self._octets(number))) and not self.budget.spent:
                for simple in _simpler(atoms[at]):
                    if self._replace(number, b"".join((*atoms[:at], simple, *atoms[at + 1 :]))):
                        break
                at += 1


def _merged(steps: Steps) -> Steps:
    """All octets in one send, at the place of the first; the steps behind the last send are kept."""
    sends = [number for number, step in enumerate(steps) if isinstance(step, Send)]
    return (Send(octets_sent(steps)), *steps[sends[-1] + 1 :])


def _sizes(count: int) -> Iterator[int]:
    """Halves of halves, and every small number: a request of three lines is no power of two."""
    while count:
        yield count
        count = count // 2 if count > 8 else count - 1


def _messages(octets: bytes) -> list[bytes]:
    """Request by request, as they are read strictly; what follows them is one more unit."""
    starts = [one.start for one in read_requests(octets, ended=True).requests]
    edges = sorted({0, *starts, len(octets)})
    return [octets[a:b] for a, b in itertools.pairwise(edges)]


def _lines(octets: bytes) -> list[bytes]:
    return _LINE.findall(octets)


def _words(octets: bytes) -> list[bytes]:
    return re.findall(rb"(?s)\{(?:host|path|marker)\}|[A-Za-z0-9]+|.", octets)


def _atoms(octets: bytes) -> list[bytes]:
    return _ATOM.findall(octets)


def _recounted(front: bytes, gone: bytes, rest: bytes) -> Iterator[bytes]:
    """With the nearest length in front of what is gone made smaller by it, where there is one."""
    for pattern, base in ((_COUNTED, 10), (_CHUNK_SIZE, 16)):
        found = list(pattern.finditer(front))
        if found and (count := int(found[-1][1], base)) >= len(gone):
            yield _with_number(front, found[-1], count - len(gone), base) + rest


def _taken_off(octets: bytes, number: re.Match[bytes], base: int, cut: int) -> Iterator[bytes]:
    """The number smaller by `cut`, and as many octets less right at the end of what it may count."""
    front = _with_number(octets[: number.end()], number, int(number[1], base) - cut, base)
    head_end = octets.find(b"\n\r\n" if base == 10 else b"\n", number.end())
    begin = head_end + (3 if base == 10 else 1)
    if head_end >= 0 and len(octets) >= begin + cut:
        yield front + octets[number.end() : begin] + octets[begin + cut :]


def _with_number(octets: bytes, number: re.Match[bytes], count: int, base: int) -> bytes:
    return octets[: number.start(1)] + (b"%d" if base == 10 else b"%x") % count + octets[number.end(1) :]


_PLAIN: Final = (b"a", b"0", b" ")


def _simpler(atom: bytes) -> Sequence[bytes]:
    """What is plainer than an octet, the plainest first; a token is plain already."""
    if len(atom) > 1 or atom in b"\r\n:":
        return ()
    if atom.isalnum():
        return (
            _PLAIN[: _PLAIN.index(atom)] if atom in _PLAIN else _PLAIN[:1] if atom.isalpha() else _PLAIN[1:2]
        )
    return _PLAIN


def size(steps: Iterable[Step]) -> int:
    """How large steps are: their octets, and one for every other step and every cut."""
    return sum(len(_atoms(step.octets)) + len(step.cuts) if isinstance(step, Send) else 1 for step in steps)
