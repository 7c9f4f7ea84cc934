"""More of the vocabulary: a request that is told otherwise has to fare as its sound twin did.

What a twin proves: that this target, this resource and this moment answer such a request. Only then does
a refusal, or no answer at all, say something of how the other one was read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from harness.http1.build import field, post
from harness.model.conversation import Exchange, Fate
from harness.model.message import Request
from harness.model.plan import Send
from harness.model.transcript import Received, Sent
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.rule import Seen
from harness.rules.step import out_of_step
from harness.rules.vocabulary import Pair, may_be_the_last

AS_TWIN: Final = Reaction("as-twin", "the request is answered as its sound twin is")

OF_THE_MOMENT: Final = frozenset({408, 411, 413, 429, 503})
"""Statuses that speak of time, load, or how much is taken and how it is counted, not of the syntax: a
conformant server may send them to any request."""

MESSAGE_PATH: Final = b"/post-something"
"""Where a target is tried that takes a JSON message and says it back; without one nothing is concluded."""

MESSAGE: Final = b"wireproof"

_JSON: Final = field(b"Content-Type", b"application/json")


def message(content: bytes = b'{"message": "wireproof"}', *, chunks: tuple[bytes, ...] = ()) -> Request:
    """A POST of that content, JSON or what is to be taken for it, to where messages are said back."""
    if chunks:
        return post(MESSAGE_PATH, chunks=chunks, fields=[_JSON])
    return post(MESSAGE_PATH, content=content, fields=[_JSON])


def twin_of(seen: Seen) -> Exchange | None:
    """The exchange of the sound twin; None where there is no twin."""
    control = seen.examination.control
    if control is None:
        return None
    return next((one for one in control.told.exchanges if not one.marker), None)


def must_fare_alike(
    pair: Pair,
    *,
    covers: tuple[str, ...] = (),
    refused: Grade = Grade.BAD,
    unanswered: Grade = Grade.UNMET,
    permitted: Reaction = AS_TWIN,
) -> Iterator[Verdict]:
    """The answer has to be the twin's; `refused` and `unanswered` grade an error and a close without answer.

    A twin that was refused itself shows nothing, and neither does a status of the moment.
    """
    exchange, twin = pair.exchange, twin_of(pair.seen)
    if twin is None or twin.status is None:
        yield pair.inconclusive("its sound twin was not answered: cannot tell", covers=covers)
    elif twin.status >= 400:
        observed = f"its sound twin is answered {twin.status}: nothing to compare"
        yield pair.says(Outcome.NOT_APPLICABLE, observed, covers=covers)
    elif exchange.status is None:
        yield from _unanswered(pair, unanswered, covers)
    elif exchange.status == twin.status:
        yield pair.conforms(permitted, f"answered {twin.status}, as its sound twin", covers=covers)
    elif not 400 <= exchange.status < 600 or exchange.status in OF_THE_MOMENT:
        yield pair.inconclusive(f"{pair.story}; its sound twin was answered {twin.status}", covers=covers)
    else:
        yield pair.violates(
            refused, f"answered {exchange.status}, its sound twin {twin.status}", covers=covers
        )


def must_be_read_alike(
    pair: Pair,
    *,
    covers: tuple[str, ...] = (),
    refused: Grade = Grade.BAD,
    unanswered: Grade = Grade.UNMET,
) -> Iterator[Verdict]:
    """The same, and nothing of it is taken for another request, nor anything behind it for a part of it."""
    behind = pair.behind
    if not may_be_the_last(pair.exchange.request.request) and (wrong := out_of_step(pair)):
        yield pair.violates(Grade.BAD, wrong, covers=covers)
    elif same_content(pair) is False and (pair.exchange.status or 0) < 400:
        yield pair.violates(Grade.BAD, "the answer shows other content than its sound twin's", covers=covers)
    elif behind and behind.marker and behind.final is None and pair.exchange.fate is Fate.OPEN:
        yield pair.inconclusive(f"{pair.story}: the request behind it got no answer", covers=covers)
    else:
        yield from must_fare_alike(pair, covers=covers, refused=refused, unanswered=unanswered)


def _unanswered(pair: Pair, grade: Grade, covers: tuple[str, ...]) -> Iterator[Verdict]:
    """No complete answer: known to be one only where the connection ended, and nothing else was asked."""
    if not pair.first:
        return
    ended = pair.exchange.fate in (Fate.CLOSED, Fate.RESET) and not pair.exchange.partial
    if ended and pair.nothing_behind:
        yield pair.violates(grade, f"{pair.story}; its sound twin was answered", covers=covers)
    else:
        yield pair.inconclusive(covers=covers)


def same_content(pair: Pair) -> bool | None:
    """Whether the answer shows the same content as the twin's; None where the twin's shows none.

    An answer shows content that is an echo of it, or that says its message back.
    """
    twin, final = twin_of(pair.seen), pair.exchange.final
    if twin is None or twin.final is None or final is None:
        return None
    told, answer = twin.request.content, twin.final.content
    if told and answer == told:
        return final.content == pair.exchange.request.content
    if MESSAGE in told and MESSAGE in answer:
        return MESSAGE in final.content
    return None


# Delivery -----------------------------------------------------------------------------------------


def cut_within(seen: Seen, start: int, end: int) -> bool:
    """Whether the octets between those offsets were sent in more than one piece."""
    sends = (step for step in seen.examination.plan.steps if isinstance(step, Send))
    edges = itertools.accumulate(len(piece) for step in sends for piece in step.pieces)
    return any(start < edge < end for edge in edges)


def received_before(seen: Seen, offset: int) -> int:
    """How many octets had come when the piece with the octet at that offset was sent."""
    sent = received = 0
    for event in seen.examination.transcript.events:
        if isinstance(event, Sent):
            sent += event.count
            if sent > offset:
                break
        elif isinstance(event, Received):
            received += len(event.octets)
    return received


def withheld(seen: Seen, offset: int) -> tuple[float, float]:
    """For how many seconds the octet at that offset was withheld, and how soon octets came behind it.

    Infinite where none came; zeros where the octet was sent together with the one before it.
    """
    sent, before, at, later = 0, 0.0, -1.0, float("inf")
    for event in seen.examination.transcript.events:
        if isinstance(event, Sent):
            if sent < offset <= sent + event.count:
                before = event.at
            if sent <= offset < sent + event.count:
                at = event.at
            sent += event.count
        elif isinstance(event, Received) and at >= 0:
            later = min(later, event.at - at)
    return (at - before, later) if at > before else (0.0, later)
