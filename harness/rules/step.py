"""More of the vocabulary: whether a request was taken for as many octets as it has.

Shown by what stands behind it: the engine's marker is answered as calibration knows it, and nothing is
answered that was no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model.conversation import Fate
from harness.model.reading import ReadResponse
from harness.model.transcript import Ended
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.rule import Seen
from harness.rules.vocabulary import CLOSES_BEHIND_ANSWER, Pair, may_be_the_last

IN_STEP: Final = Reaction("in-step", "the request is answered, and the one behind it as calibration knows it")


def more_than_asked(seen: Seen) -> bool:
    """Whether there are more final responses than requests.

    A last 408 is not counted: a server may say so before it closes an idle connection. Neither is the
    answer to a marker that stands behind where the reading ends: it tells that the connection was kept. Nor
    is a refusal of octets behind the last request that are none yet.
    """
    more = [one for one in seen.conversation.unasked if one.complete and one.status != 408]
    if more and more[-1].status >= 400 and _left_over(seen):
        del more[-1]
    reached = any(one.marker for one in seen.conversation.exchanges)
    if more and not reached and seen.examination.plan.marker_at is not None:
        known = marker_answer(seen)
        place = next((at for at, one in enumerate(more) if known is None or alike(one, known)), None)
        if place is not None:
            del more[place]
    return bool(more)


def _left_over(seen: Seen) -> bool:
    """Whether octets were sent behind the last request of the reading that are not the engine's marker."""
    requests, marker_at = seen.conversation.reading.requests, seen.examination.plan.marker_at
    sent = seen.examination.transcript.sent_count
    end = sent if marker_at is None else min(sent, marker_at)
    return end > (requests[-1].end if requests else 0)


def marker_answer(seen: Seen) -> ReadResponse | None:
    """What the marker is answered with behind the sound twin; None where that is not known."""
    control = seen.examination.control
    answers = [one.final for one in control.told.exchanges if one.marker] if control else []
    return answers[0] if answers else None


def alike(one: ReadResponse, other: ReadResponse) -> bool:
    """Whether two responses have the same status and content."""
    return (one.status, one.content) == (other.status, other.content)


def in_step(pair: Pair) -> Iterator[Verdict]:
    """The request has to be taken whole: no octet too many, none too few, and the next one served.

    Any answer followed by a close is legal too, but shows nothing of how the request was read: there
    the question does not apply. Of a request behind which nothing was sent, or nothing may be served,
    nothing is said; that none was answered at all is for 9110-15-final-response to say.
    """
    exchange, behind = pair.exchange, pair.behind
    alone = behind is None and pair.seen.examination.transcript.half_closed
    if alone or may_be_the_last(exchange.request.request):
        return
    if wrong := out_of_step(pair):
        yield pair.violates(Grade.BAD, wrong)
    elif behind and exchange.final and behind.final:
        yield pair.conforms(IN_STEP)
    elif exchange.final and exchange.fate is Fate.CLOSED:
        yield pair.says(Outcome.NOT_APPLICABLE, permitted=CLOSES_BEHIND_ANSWER)
    elif behind and (pair.first or exchange.fate is not Fate.CLOSED):
        yield pair.inconclusive()


def swallowed_next(seen: Seen) -> bool:
    """Whether the request behind the first one was taken for its content.

    Of the first, the one behind it and the marker, two were answered, the second as the marker is, and the
    connection waits.
    """
    known, finals = marker_answer(seen), seen.examination.responses.finals
    asked = [one.marker for one in seen.conversation.exchanges]
    if asked != [False, False, True] or len(finals) != 2 or known is None:
        return False
    waits = seen.examination.transcript.ended is Ended.OPEN and finals[0].status < 400
    return waits and alike(finals[1], known)


def out_of_step(pair: Pair) -> str:
    """How the answers show that the request was taken for more or fewer octets than it has; else empty."""
    behind = pair.behind
    if more_than_asked(pair.seen):
        return "more responses than requests: content was answered as a request"
    if behind and behind.marker and behind.recognised is False:
        return f"the request behind was answered {behind.status}, not as it is known"
    return ""
