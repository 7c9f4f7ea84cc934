"""More of the vocabulary: how a request may be refused where the texts leave more than a 400."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model.conversation import Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.vocabulary import Pair, more_than_asked, told_apart

ANSWERS_400_OR_301: Final = Reaction(
    "400-or-301", "a complete 400 response, or a 301 to the properly encoded target"
)
REFUSES_OR_CLOSES: Final = Reaction(
    "refuses-or-closes", "an error, or any one answer, and the request behind is not served"
)


def should_answer_400(pair: Pair, *, served: Grade, covers: tuple[str, ...] = ()) -> Iterator[Verdict]:
    """An invalid request-line ought to be answered 400, or 301 (RFC 9112 2.2, 3.2: SHOULD).

    Another refusal, or a close without a word, misses only that; `served` grades a success.
    """
    exchange = pair.exchange
    if exchange.status is None:
        if pair.nothing_behind:
            waits = exchange.fate is Fate.OPEN or exchange.partial
            yield pair.inconclusive(covers=covers) if waits else pair.violates(Grade.SOFT, covers=covers)
    elif not 100 <= exchange.status < 600:
        yield pair.inconclusive(covers=covers)
    elif exchange.status < 300:
        yield pair.violates(served, f"answered {exchange.status}, as if it were sound", covers=covers)
    elif exchange.status not in (400, 301):
        yield pair.violates(Grade.SOFT, covers=covers)
    elif told_apart(pair):
        yield pair.conforms(ANSWERS_400_OR_301, covers=covers)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell", covers=covers)


def must_refuse_coding(
    pair: Pair, *, not_implemented: Grade | None, covers: tuple[str, ...] = ()
) -> Iterator[Verdict]:
    """Transfer-Encoding that frames nothing is for 400, and the connection closes (RFC 9112 6.3).

    `not_implemented` grades a 501 (6.1 advises it for codings that are not understood: the texts pull
    apart); 411 is allowed by 6.3, but is not the 400 that it demands.
    """
    exchange = pair.exchange
    status = exchange.status
    if exchange.fate is Fate.KEPT or more_than_asked(pair.seen):
        yield pair.violates(Grade.BAD, covers=covers)
    elif status is None:
        if pair.nothing_behind:
            waits = exchange.fate is Fate.OPEN or exchange.partial
            yield pair.inconclusive(covers=covers) if waits else pair.violates(Grade.UNMET, covers=covers)
    elif status not in (400, 411, 501):
        yield pair.violates(Grade.BAD, covers=covers)
    elif exchange.fate is Fate.OPEN:
        yield pair.inconclusive(covers=covers)
    elif status == 411 or (status == 501 and not_implemented):
        yield pair.violates(Grade.UNMET, covers=covers)
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES, covers=covers)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell", covers=covers)


def never_in_step(pair: Pair, *, grade: Grade, waiting_is_right: bool = False) -> Iterator[Verdict]:
    """A request without a sound end cannot be followed by another that is served.

    Any one answer, early or not, is legal (RFC 9110 7.5), and so is a close. `waiting_is_right` where
    the octets that were announced have not come: then silence is what the sound twin was not met with.
    """
    exchange = pair.exchange
    if exchange.fate is Fate.KEPT or more_than_asked(pair.seen):
        yield pair.violates(grade, "the request behind was served: this one was taken for whole")
    elif exchange.fate is Fate.RESET:
        if pair.nothing_behind:
            yield pair.inconclusive()
    elif exchange.fate is Fate.OPEN and not (waiting_is_right or exchange.final):
        yield pair.inconclusive()
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES)
    else:
        yield pair.inconclusive("fares as its sound twin: cannot tell")
