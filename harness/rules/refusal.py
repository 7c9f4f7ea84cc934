"""More of the vocabulary: how a request may be refused where the texts leave more than a 400."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model.conversation import Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.step import more_than_asked
from harness.rules.vocabulary import Pair, told_apart

ANSWERS_400_OR_301: Final = Reaction(
    "400-or-301", "a complete 400 response, or a 301 to the properly encoded target"
)
INVALID_REQUEST_LINE: Final = "9112-3.2-b"
INVALID_OCTETS: Final = "9112-2.2-m"
"""The rows that name a status for what is not in the grammar: a SHOULD, and of any field line as well."""

REFUSES_OR_CLOSES: Final = Reaction(
    "refuses-or-closes", "an error, or any one answer, and the request behind is not served"
)


def should_answer_400(
    pair: Pair, *, served: Grade, covers: tuple[str, ...] = (), also: tuple[int, ...] = (301,)
) -> Iterator[Verdict]:
    """What does not match the grammar ought to be answered 400 (RFC 9112 2.2, 3.2: SHOULD).

    `covers` are the rows of the grammar, and `served` grades a success. Another refusal than 400 or `also`
    (a request-line may be redirected to the proper target), or a close without a word, misses only the
    SHOULD, which is a row of its own; without `covers` everything is about the rows of the rule.
    """
    exchange, status = pair.exchange, pair.exchange.status
    should = (INVALID_REQUEST_LINE,) if 301 in also else (INVALID_OCTETS,)
    row = should if covers else ()
    if status is None:
        if pair.nothing_behind:
            unknown = exchange.fate is Fate.OPEN or exchange.partial or not told_apart(pair)
            yield pair.inconclusive(covers=row) if unknown else pair.violates(Grade.SOFT, covers=row)
    elif not 100 <= status < 600:
        yield pair.inconclusive(covers=row)
    elif status < 300:
        yield pair.violates(served, f"answered {status}, as if it were sound", covers=covers)
    elif status != 400 and status not in also and pair.refused_for_another_reason:
        yield pair.inconclusive(f"{status}, for another reason", covers=row)
    elif status != 400 and status not in also:
        yield pair.violates(Grade.SOFT, covers=row)
    elif told_apart(pair):
        yield pair.conforms(ANSWERS_400_OR_301, covers=(*covers, *row))
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell", covers=(*covers, *row))


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
    elif pair.refused_anyway or (status not in (400, 411, 501) and pair.refused_for_another_reason):
        yield pair.inconclusive(f"{status}, for another reason", covers=covers)
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


def never_in_step(pair: Pair, *, grade: Grade, covers: tuple[str, ...] = ()) -> Iterator[Verdict]:
    """A request without a sound end cannot be followed by another that is served.

    Any one answer, early or not, is legal (RFC 9110 7.5), and so is a close. Silence is legal too where
    octets that were announced have not come, and looks like a server that hangs: a probe half-closes, so
    that who waits for more has to end (RFC 9112 6.3), and what is silent even then is not known.
    """
    exchange = pair.exchange
    if exchange.fate is Fate.KEPT or more_than_asked(pair.seen):
        observed = "the request behind was served: this one was taken for whole"
        yield pair.violates(grade, observed, covers=covers)
    elif exchange.fate is Fate.RESET:
        if pair.nothing_behind:
            yield pair.inconclusive(covers=covers)
    elif exchange.fate is Fate.OPEN and not exchange.final:
        yield pair.inconclusive(covers=covers)
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES, covers=covers)
    else:
        yield pair.inconclusive("fares as its sound twin: cannot tell", covers=covers)
