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
from enum import IntEnum, StrEnum
from typing import Final

from harness.http1.request_head import bare_words
from harness.http1.request_meaning import ANY_REFUSAL
from harness.model.conversation import Conversation
from harness.model.reading import End, ReadResponse, ResponseReading
from harness.model.transcript import Ended
from harness.oracle.pairing import Recognise, converse
from harness.oracle.permitted import MOST_READINGS, Clock, reading_of
from harness.oracle.permitted_budget import MOST_SECONDS, Budget, TooManyReadings
from harness.oracle.permitted_walk import Node, Terminal, walk

_METHODS_THAT_FRAME: Final = (b"HEAD", b"CONNECT")


class Explanation(StrEnum):
    """How far the permitted readings explain a conversation, best first.

    FITS: boundaries and statuses. RECOVERS: only by taking malformed chunk framing leniently, which the
    grammar excludes and no keyword forbids (RFC 9110 2.4): a risk. STATUS: the boundaries fit, but some
    status is not what the RFC asks for at its request: for the rule about that request to say. REFUTED:
    no permitted reading has these boundaries. TOO_MANY: the search was given up without an explanation.
    """

    FITS = "fits"
    RECOVERS = "recovers"
    STATUS = "status"
    REFUTED = "refuted"
    TOO_MANY = "too-many"


class _Match(IntEnum):
    FITS = 0
    STATUS = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Explained:
    """The verdict, and the conversations that bear it out (at most 16, and how many more).

    With `too_many` the search was given up, and there may be any number of others: what every explanation
    would have to show is then shown by none. `states` is the greatest number of live states.
    """

    explanation: Explanation
    conversations: tuple[Conversation, ...] = ()
    more: int = 0
    too_many: bool = False
    states: int = 0


def explain(
    octets: bytes,
    responses: ResponseReading,
    ended: Ended,
    received: bytes = b"",
    *,
    half_closed: bool = False,
    marker_at: int | None = None,
    recognise: Recognise | None = None,
    seconds: float = MOST_SECONDS,
    clock: Clock = time.monotonic,
) -> Explained:
    """The permitted readings of the octets sent that fit these responses and this end.

    `octets` are those that the kernel took, the engine's marker among them; `half_closed` tells that the
    target knows of no more. The conversations are paired as `converse` pairs them.
    """
    budget = Budget(seconds, clock)
    search = _Search(responses)
    too_many = False

    def found(terminals: Iterable[Terminal]) -> tuple[Conversation, ...]:
        return tuple(
            converse(
                reading_of(terminal, octets, half_closed),
                responses,
                ended,
                received,
                marker_at=marker_at,
                recognise=recognise,
            )
            for terminal in terminals
        )

    try:
        for recover in (False, True):
            search.go(walk(octets, budget, recover=recover))
            if search.fitting or not search.lost:
                break
    except TooManyReadings:
        too_many = True
    conversations = found(search.fitting or search.strained)
    return Explained(search.explanation(too_many), conversations, search.more, too_many, budget.most)


class _Search:
    """Sorts the terminals into those that fit and those of which only the boundaries do."""

    def __init__(self, responses: ResponseReading) -> None:
        self.finals = [one for one in responses.responses if not one.interim and one.status]
        self.fitting: list[Terminal] = []
        self.strained: list[Terminal] = []
        self.more = 0
        self.lost = False  # whether the framing of some content was lost, so that recovering may help
        self._prefixes: dict[Node, _Match] = {}

    def go(self, terminals: Iterable[Terminal]) -> None:
        self.strained, self.more = [], 0
        for terminal in terminals:
            self.lost |= terminal.end is End.REJECTED and terminal.in_content
            match = self._match(terminal)
            if match is _Match.NONE:
                continue
            kept = self.fitting if match is _Match.FITS else self.strained
            if len(kept) < MOST_READINGS:
                kept.append(terminal)
            elif kept is self.fitting:
                self.more += 1

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

    def _surplus(self, terminal: Terminal, finals: list[ReadResponse]) -> _Match:
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
        method = bare_words(node.request.request.line)[0]
        if response.method and any(
            (response.method == one) != (method == one) for one in _METHODS_THAT_FRAME
        ):
            return _Match.NONE  # the response was framed for another method, so its boundaries say nothing
        fits = node.refusal is None or node.refusal.fits(response.status)
        return _Match.FITS if fits else _Match.STATUS
