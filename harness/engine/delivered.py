"""What one delivery of a sound request may get, beside what the same request gets when it comes whole.

Pure functions. A request that comes in pieces is the request that comes whole (RFC 9112 2.2). One that is
cut off is incomplete (RFC 9112 8): before the empty line behind its field lines it can only be refused;
behind it any final response may come early (RFC 9110 10.1.1, RFC 9112 9.3), but cut content is not taken
for the whole, which shows only where content is echoed. Silence, a close without an answer and a reset
instead of one decide nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.http1.request_reader import read_requests
from harness.model.message import Framing, FramingKind
from harness.model.plan import Send
from harness.model.reading import ReadRequest, ReadResponse
from harness.model.transcript import Ended
from harness.model.verdict import Grade
from harness.strategies.delivery import Delivery, Kind

_DELIMITED: Final = (FramingKind.LENGTH, FramingKind.CHUNKED)
_WITHOUT_ANSWER: Final = {Kind.HALF_CLOSED: (Ended.CLOSED,), Kind.STALLED: (Ended.CLOSED, Ended.OPEN)}
"""How a request that is cut off may be left without an answer: a stalled one may yet be completed."""


@dataclass(frozen=True, slots=True)
class Representative:
    """Some sound requests as they go to one target, and as our reader understands them."""

    name: str
    octets: bytes
    requests: tuple[ReadRequest, ...]

    def complete_in(self, count: int) -> int:
        """How many requests are whole within the first `count` octets."""
        return sum(one.end <= count for one in self.requests)

    def cut_at(self, count: int) -> ReadRequest | None:
        """The request of which the first `count` octets hold a beginning only."""
        return next((one for one in self.requests if one.start < count < one.end), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared of a complete final response; Date and all other fields are left out.

    `content` is None where the target gives other content each time it is asked.
    """

    status: int
    framing: Framing
    content: bytes | None

    @classmethod
    def of(cls, response: ReadResponse) -> Answer:
        """What is compared of this response."""
        return cls(response.status, response.framing, response.content)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back: the final answers; the marker's apart, where one was sent; and the end.

    `in_step` says that the marker was answered as calibration saw it, and nothing came behind; `waited`
    that a deadline passed.
    """

    answers: tuple[Answer, ...]
    marked: bool
    in_step: bool
    ended: Ended
    waited: bool = False

    @property
    def fate(self) -> str:
        """In a word. A reset behind a complete answer is a close."""
        if self.marked:
            return "kept" if self.in_step else "out of step"
        return str(Ended.CLOSED if self.ended is Ended.RESET and self.answers else self.ended)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a delivery came to, if there is anything to tell; without a grade it says what is undecided."""

    request: str
    delivery: Delivery
    grade: Grade | None
    observed: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One representative, and what was seen when it came whole."""

    one: Representative
    whole: Seen

    def remark(self, delivery: Delivery, seen: Seen) -> Remark | None:
        """What there is to tell of this delivery: its first departure from what it may get, or nothing."""
        found = self._of_a_prefix(delivery, seen) if delivery.kind.cut_off else self._of_all(delivery, seen)
        grade, observed = next(found, (None, ""))
        return Remark(self.one.name, delivery, grade, observed) if observed else None

    def _of_all(self, delivery: Delivery, seen: Seen) -> Iterator[tuple[Grade | None, str]]:
        """All octets came in the end: everything is as it is for the whole.

        A piece that ends within content may have been answered early, which decides nothing.
        """
        if len(seen.answers) < len(self.whole.answers):
            yield None, f"{len(seen.answers)} of {len(self.whole.answers)} answers, then {seen.ended}"
            return
        early = False
        for index, (answer, expected) in enumerate(zip(seen.answers, self.whole.answers, strict=True)):
            one = self.one.requests[index]
            cuts = [cut for cut in _cuts(delivery) if one.body_at <= cut < one.end]
            early = early or bool(cuts)
            if answer != expected and any(self._takes_for_whole(cut, answer, one) for cut in cuts):
                yield Grade.BAD, "answered with the content of the first piece, taken for the whole"
            permitted = bool(cuts) and seen.fate in ("kept", "closed")
            for observed in _unlike(answer, expected):
                yield None if permitted else Grade.UNMET, observed
        if seen.fate == "out of step":
            yield Grade.BAD, "the connection has lost step"
        elif seen.fate != self.whole.fate:
            grade = None if seen.fate == Ended.OPEN or early else Grade.UNMET
            yield grade, f"the connection is {seen.fate}, and {self.whole.fate} when the request comes whole"

    def _of_a_prefix(self, delivery: Delivery, seen: Seen) -> Iterator[tuple[Grade | None, str]]:
        complete, cut = self.one.complete_in(delivery.count), self.one.cut_at(delivery.count)
        for answer, expected in zip(seen.answers[:complete], self.whole.answers, strict=False):
            yield from ((Grade.UNMET, observed) for observed in _unlike(answer, expected))
        for answer in seen.answers[complete : complete + 1] if cut else ():
            yield from self._of_a_cut_request(delivery.count, answer, cut)
        more = [one.status for one in seen.answers[complete + bool(cut) :] if one.status != 408]
        if more:
            yield Grade.BAD, f"answers that nothing asked for: {', '.join(map(str, more))}"
        if len(seen.answers) < complete:
            yield (
                None,
                f"{len(seen.answers)} answers to {complete} requests before the cut, then {seen.ended}",
            )
        elif cut and len(seen.answers) == complete and seen.ended not in _WITHOUT_ANSWER[delivery.kind]:
            yield None, f"no answer to what was cut off, and the connection is {seen.ended}"

    def _of_a_cut_request(
        self, count: int, answer: Answer, cut: ReadRequest | None
    ) -> Iterator[tuple[Grade | None, str]]:
        assert cut
        if answer.status >= 400:
            return
        if count < cut.body_at:
            yield Grade.BAD, f"answered {answer.status} before the empty line behind the field lines"
        elif answer.framing.kind in _DELIMITED and self._takes_for_whole(count, answer, cut):
            yield Grade.BAD, f"answered {answer.status} with the cut content, taken for the whole"

    def _takes_for_whole(self, count: int, answer: Answer, cut: ReadRequest) -> bool:
        """Whether a target that echoes the whole content echoed the cut content as if it were whole."""
        whole = self.whole.answers[self.one.requests.index(cut)]
        if not answer.content or whole.content != cut.content:
            return False
        return answer.content == read_requests(self.one.octets[:count]).requests[-1].content


def _cuts(delivery: Delivery) -> tuple[int, ...]:
    """The offsets at which one piece ends and another begins."""
    pieces = (piece for step in delivery.steps if isinstance(step, Send) for piece in step.pieces)
    return tuple(itertools.accumulate(map(len, pieces)))[:-1]


def _unlike(answer: Answer, expected: Answer) -> Iterator[str]:
    """How an answer differs from the one that the whole gets."""
    if answer.status != expected.status:
        yield f"answered {answer.status}, and {expected.status} when it comes whole"
    elif None not in (answer.content, expected.content) and answer.content != expected.content:
        yield "answered with other content than when it comes whole"
    elif answer.framing.kind is not expected.framing.kind:
        yield f"framed by {answer.framing.kind}, and by {expected.framing.kind} when it comes whole"
