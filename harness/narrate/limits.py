"""The limits of a target as lines for a terminal, and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from harness.model.limit import Found, Limit, Reaction, Then

THEN: Final = {
    Then.IN_STEP: "answers the next request",
    Then.CLOSES: "closes",
    Then.RESETS: "resets",
    Then.OUT_OF_STEP: "has lost step",
    Then.SILENT: "stays open, answers no more",
}
"""What becomes of a connection, in words."""

_COUNTED: Final = {Found.EXACTLY: "found", Found.NOT_REACHED: "not reached", Found.UNKNOWN: "unknown"}


def as_lines(limits: Iterable[Limit]) -> Iterator[str]:
    """A table: each thing, the sizes that were tried in any case, and the limit that was found."""
    for limit in limits:
        yield f"{limit.name} ({limit.unit})"
        for tried in limit.tried:
            yield f"  {tried.size:>11,}  {in_words(tried.reaction)}"
        yield f"  {what_was_found(limit)}"


def as_json(limit: Limit) -> dict[str, Any]:
    """One limit; `beyond` is how `most` + 1 was answered, or null."""
    return {
        "name": limit.name,
        "unit": limit.unit,
        "tried": [{"size": one.size, **_reaction(one.reaction)} for one in limit.tried],
        "most": limit.most,
        "beyond": _reaction(limit.beyond) if limit.beyond else None,
        "note": limit.note,
        "up_to": limit.up_to,
    }


def in_words(reaction: Reaction) -> str:
    """What was answered, and what became of the connection."""
    if reaction.status is not None:
        return f"{reaction.status}, {THEN[reaction.then]}"
    return "no answer" if reaction.then is Then.SILENT else f"{THEN[reaction.then]} without an answer"


def in_short(limits: Iterable[Limit]) -> str:
    """How many were found: `8 found, 1 not reached, 1 unknown`."""
    counts = Counter(limit.found for limit in limits)
    return ", ".join(f"{counts[found]} {word}" for found, word in _COUNTED.items() if counts[found])


def what_was_found(limit: Limit) -> str:
    """One limit in a line: what is taken, and what comes of more."""
    if limit.most is None:
        return f"unknown: {limit.note}"
    most = f"at most {limit.most:,}"
    if limit.beyond:
        return f"{most}, then {in_words(limit.beyond)}"
    return (
        f"unknown, {limit.most:,} are taken: {limit.note}"
        if limit.note
        else f"{limit.most:,} and less are answered alike"
    )


def _reaction(reaction: Reaction) -> dict[str, Any]:
    return {"status": reaction.status, "then": reaction.then}
