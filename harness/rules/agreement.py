"""One answer out of those that a check gives under each explanation of what was seen.

A request may be understood in several permitted ways, and what a target did may fit more than one of
them. So a violation stands only where every explanation shows it, and a pass only where all those show it
under which there is something to judge; where they differ, nothing is known.

Where no permitted reading explains what was seen, `9112-permitted-reading` says so. Then nothing passes,
and of the rules about requests only those speak that see a violation in the request that is amiss first,
if it is the first on its connection: which of two requests an answer belongs to is not known behind that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from harness.model.conversation import Conversation, Exchange, Explanation
from harness.model.verdict import Examination, Grade, Outcome, Verdict

REMARKS: Final = frozenset({"http-1.0", "version-minor-higher"})
"""Kinds that tell a sound request from the commonest one; nothing is amiss with it."""

OPEN_ENDED: Final = "more readings are permitted than can be told apart"

_Said = tuple[Verdict, ...]
_Rows = tuple[str, ...]
_MILDEST_LAST: Final = (Grade.BAD, Grade.RISK, Grade.UNMET, Grade.SOFT)
_WORST_FIRST: Final = (Outcome.VIOLATES, Outcome.INCONCLUSIVE, Outcome.CONFORMS, Outcome.NOT_APPLICABLE)


def agreed(examination: Examination, check: Callable[[Conversation], _Said]) -> Iterator[Verdict]:
    """What a check about requests says of an examination, all its explanations considered."""
    if examination.explanation is Explanation.REFUTED:
        yield from _of_what_is_refuted(examination.strict, check)
    elif examination.explanation is Explanation.TOO_MANY or examination.open_ended:
        for verdict in check(examination.told):
            yield _undecided(verdict, f"{OPEN_ENDED}; under one of them: {verdict.observed}")
    elif len(examination.explanations) == 1:
        yield from check(examination.explanations[0])
    else:
        said = [check(one) for one in examination.explanations]
        if any(said):
            yield from under_all(said)


def under_all(said: list[_Said]) -> Iterator[Verdict]:
    """What was said under each explanation, joined where it is about the same rows of the ledger."""
    for rows in _subjects({verdict.covers for verdicts in said for verdict in verdicts}):
        yield from _joined([tuple(one for one in verdicts if one.covers in rows) for verdicts in said])


def _subjects(covers: set[_Rows]) -> list[set[_Rows]]:
    """The covers that share a row are one subject; one without rows is about all of them."""
    subjects: list[set[_Rows]] = []
    for one in sorted(covers):
        related = [
            each for each in subjects if not one or any(not other or {*one} & {*other} for other in each)
        ]
        subjects = [each for each in subjects if each not in related]
        subjects.append({one}.union(*related))
    return subjects


def _joined(said: list[_Said]) -> Iterator[Verdict]:
    spoken = [verdicts for verdicts in said if verdicts]
    outcomes = {_worst(verdicts) for verdicts in spoken}
    if outcomes == {Outcome.VIOLATES} and len(spoken) == len(said):
        yield from max(spoken, key=_mildness)
    elif outcomes <= {Outcome.CONFORMS, Outcome.NOT_APPLICABLE} or outcomes == {Outcome.INCONCLUSIVE}:
        yield from min(spoken, key=lambda verdicts: _WORST_FIRST.index(_worst(verdicts)))
    else:
        readings = "; or ".join(dict.fromkeys(one.observed for verdicts in spoken for one in verdicts))
        yield _undecided(spoken[0][0], f"depends on which permitted reading it is: {readings}")


def _of_what_is_refuted(strict: Conversation, check: Callable[[Conversation], _Said]) -> Iterator[Verdict]:
    suspect = next((index for index, one in enumerate(strict.exchanges) if _amiss(one)), 0)
    if suspect == 0:
        yield from (one for one in check(strict) if one.outcome is Outcome.VIOLATES)


def _amiss(exchange: Exchange) -> bool:
    return any(one.kind not in REMARKS for one in exchange.anomalies)


def _undecided(verdict: Verdict, observed: str) -> Verdict:
    return replace(verdict, outcome=Outcome.INCONCLUSIVE, grade=None, permitted="", observed=observed)


def _worst(verdicts: _Said) -> Outcome:
    return min((verdict.outcome for verdict in verdicts), key=_WORST_FIRST.index)


def _mildness(verdicts: _Said) -> int:
    """How far the worst of their grades is from a breach."""
    violations = (one for one in verdicts if one.outcome is Outcome.VIOLATES)
    return min(_MILDEST_LAST.index(one.grade or Grade.BAD) for one in violations)
