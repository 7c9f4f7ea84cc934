"""Whether some permitted reading explains what a server did with some octets.

The two axes of an answer are the responses, in order, and how the connection ended. A close cuts any
reading short (RFC 9112 9.5), and silence contradicts none: a deadline is nobody's requirement. So what
refutes a reading is a response too many, or one whose status does not fit where the reading stands.
Early final responses are none of that (RFC 9110 10.1.1): only in front of the empty line behind the
field lines is anything but a refusal out of place.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from harness.http1.request_head import bare_words
from harness.http1.request_meaning import ANY_REFUSAL
from harness.model.conversation import Conversation, Explanation
from harness.model.reading import End, Reading, ReadResponse, ResponseReading
from harness.model.transcript import Ended
from harness.oracle.pairing import Recognise, converse
from harness.oracle.permitted import MOST_READINGS, Clock, reading_of
from harness.oracle.permitted_budget import MOST_SECONDS, Budget, TooManyReadings
from harness.oracle.permitted_walk import Node, Terminal, walk

__all__ = ["Explained", "Explanation", "explain"]

_METHODS_THAT_FRAME: Final = (b"HEAD", b"CONNECT")

_OF_THE_MOMENT: Final = frozenset({408, 429, *range(500, 600)})
"""Statuses that speak of time, load or a failure: any request may get one, the engine's own included."""

_MOST_NEAREST: Final = 3

_MOST_REMEMBERED: Final = 16384
"""Octets sent, at most, whose explanation is remembered for the next time that the same is seen."""


class _Match(IntEnum):
    FITS = 0
    STATUS = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Explained:
    """The verdict, and the conversations that bear it out (at most 16, and how many more).

    With `too_many` the search was given up, and there may be any number of others. `states` is the
    greatest number of live states. Where nothing explains, `nearest` are the permitted readings that come
    closest in how many requests there are to be answered, at most three.
    """

    explanation: Explanation
    conversations: tuple[Conversation, ...] = ()
    more: int = 0
    too_many: bool = False
    states: int = 0
    nearest: tuple[Reading, ...] = ()

    @property
    def open_ended(self) -> bool:
        """Whether there are readings beside these: what each would have to show is shown by none."""
        return self.too_many or self.more > 0


class _Final(NamedTuple):
    """A final response, complete or begun, as far as it bears on boundaries and statuses.

    `known` tells whether it is the answer to the engine's marker; None where nothing is told of that.
    """

    status: int
    method: bytes
    known: bool | None


class _Found(NamedTuple):
    """What a search came to, apart from the responses themselves."""

    explanation: Explanation
    readings: tuple[Reading, ...]
    more: int
    too_many: bool
    states: int
    nearest: tuple[Reading, ...]


def explain(
    octets: bytes,
    responses: ResponseReading,
    ended: Ended,
    received: bytes = b"",
    *,
    marker_at: int | None = None,
    recognise: Recognise | None = None,
    strict: Conversation | None = None,
    seconds: float = MOST_SECONDS,
    clock: Clock = time.monotonic,
) -> Explained:
    """The permitted readings of the octets sent that fit these responses and this end.

    `octets` are all that the kernel took, the engine's marker among them: what is not whole by then stays
    so. The conversations are paired as `converse` pairs them. A reading under which the marker, which
    begins at `marker_at`, got another answer than `recognise` knows is no explanation. Where one of the
    readings is that of the `strict` conversation, that one is what is paired already.
    """
    finals = tuple(
        _Final(one.status, one.method, _known(one, recognise if marker_at is not None else None))
        for one in responses.responses
        if not one.interim and one.status
    )
    if clock is time.monotonic and len(octets) <= _MOST_REMEMBERED:
        found = _remembered(octets, finals, marker_at)
    else:
        found = _search(octets, finals, marker_at, Budget(seconds, clock))
    conversations = tuple(
        strict
        if strict is not None and reading == strict.reading
        else converse(reading, responses, ended, received, marker_at=marker_at, recognise=recognise)
        for reading in found.readings
    )
    return Explained(
        found.explanation, conversations, found.more, found.too_many, found.states, found.nearest
    )


def _known(response: ReadResponse, recognise: Recognise | None) -> bool | None:
    if recognise is None or not response.complete or response.status in _OF_THE_MOMENT:
        return None
    return recognise(response)


class _GivenUp(Exception):
    """A search that ran out of its budget: not to be remembered, another time it may come to its end."""

    def __init__(self, found: _Found) -> None:
        super().__init__()
        self.found = found


def _remembered(octets: bytes, finals: tuple[_Final, ...], marker_at: int | None) -> _Found:
    try:
        return _to_remember(octets, finals, marker_at)
    except _GivenUp as given_up:
        return given_up.found


@lru_cache(maxsize=512)
def _to_remember(octets: bytes, finals: tuple[_Final, ...], marker_at: int | None) -> _Found:
    found = _search(octets, finals, marker_at, Budget())
    if found.too_many:
        raise _GivenUp(found)
    return found


def _search(octets: bytes, finals: tuple[_Final, ...], marker_at: int | None, budget: Budget) -> _Found:
    search = _Search(finals, marker_at)
    too_many = False
    try:
        for recover in (False, True):
            search.go(walk(octets, budget, recover=recover))
            if search.fitting or not search.lost:
                break
    except TooManyReadings:
        too_many = True
    return _Found(
        search.explanation(too_many),
        tuple(reading_of(terminal, octets, ended=True) for terminal in search.found),
        search.more,
        too_many,
        budget.most,
        tuple(reading_of(terminal, octets, ended=True) for terminal in search.nearest),
    )


class _Search:
    """Sorts the terminals into those that fit and those of which only the boundaries do."""

    def __init__(self, finals: tuple[_Final, ...], marker_at: int | None) -> None:
        self.finals = finals
        self.marker_at = marker_at
        self.fitting: list[Terminal] = []
        self.strained: list[Terminal] = []
        self.beyond = {_Match.FITS: 0, _Match.STATUS: 0}
        self.lost = False  # whether the framing of some content was lost, so that recovering may help
        self._prefixes: dict[Node, _Match] = {}
        self._others: list[Terminal] = []

    @property
    def nearest(self) -> list[Terminal]:
        """Of the readings that do not fit, those that ask for about as many answers as there were."""
        if self.found:
            return []
        asked = {id(one): one.depth + bool(one.partial) for one in self._others}
        return sorted(self._others, key=lambda one: abs(asked[id(one)] - len(self.finals)))[:_MOST_NEAREST]

    @property
    def found(self) -> list[Terminal]:
        """Those that fit; where none does, those of which the boundaries do."""
        return self.fitting or self.strained

    @property
    def more(self) -> int:
        """How many of that kind there are beyond those that are kept."""
        return self.beyond[_Match.FITS if self.fitting else _Match.STATUS]

    def go(self, terminals: Iterable[Terminal]) -> None:
        self.strained, self.beyond[_Match.STATUS], self._others = [], 0, []
        for terminal in terminals:
            self.lost |= terminal.end is End.REJECTED and terminal.in_content
            match = self._match(terminal)
            if match is _Match.NONE:
                if not (terminal.tainted or terminal.absorbed or terminal.recovered):
                    self._others.append(terminal)
                continue
            kept = self.fitting if match is _Match.FITS else self.strained
            if len(kept) < MOST_READINGS:
                kept.append(terminal)
            else:
                self.beyond[match] += 1

    def explanation(self, too_many: bool) -> Explanation:
        """What was found comes to this; without a fit, a search that was given up decides nothing."""
        if self.fitting:
            recovered = all(terminal.recovered for terminal in self.fitting)
            return Explanation.RECOVERS if recovered else Explanation.FITS
        if too_many:
            return Explanation.TOO_MANY
        return Explanation.STATUS if self.strained else Explanation.REFUTED

    def _match(self, terminal: Terminal) -> _Match:
        depth, count = terminal.depth, len(self.finals)
        node = terminal.node
        while node is not None and node.depth > count:
            node = node.parent
        prefix = self._prefix(node)
        if prefix is _Match.NONE or count <= depth:
            return prefix
        # Everything that was understood is answered, and there is at least one response more.
        return max(prefix, self._surplus(terminal, self.finals[depth:]))

    def _surplus(self, terminal: Terminal, finals: tuple[_Final, ...]) -> _Match:
        """What the responses behind the understood requests may be."""
        first = finals[0]
        if terminal.end is End.COMPLETE:
            # A 408 that nobody asked for announces the close of an idle connection (RFC 9110 15.5.9).
            return _Match.FITS if len(finals) == 1 and first.status == 408 else _Match.NONE
        if len(finals) > 1:
            return _Match.NONE
        fits = terminal.in_content or (terminal.refusal or ANY_REFUSAL).fits(first.status)
        return _Match.FITS if fits else _Match.STATUS

    def _prefix(self, node: Node | None) -> _Match:
        """How the responses fit the requests up to this one; remembered, since readings share them."""
        unknown: list[Node] = []
        while node is not None and node not in self._prefixes:
            unknown.append(node)
            node = node.parent
        match = self._prefixes[node] if node is not None else _Match.FITS
        for one in reversed(unknown):
            match = max(match, self._one(one))
            self._prefixes[one] = match
        return match

    def _one(self, node: Node) -> _Match:
        response = self.finals[node.depth - 1]
        if self._is_marker(node) and response.known is False:
            return _Match.NONE  # the answer is another's, so the requests before it are not these
        method = bare_words(node.request.request.line)[0]
        if response.method and any(
            (response.method == one) != (method == one) for one in _METHODS_THAT_FRAME
        ):
            return _Match.NONE  # the response was framed for another method, so its boundaries say nothing
        fits = node.refusal is None or node.refusal.fits(response.status)
        return _Match.FITS if fits else _Match.STATUS

    def _is_marker(self, node: Node) -> bool:
        return node.request.start == self.marker_at
