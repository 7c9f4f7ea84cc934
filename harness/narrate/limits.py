"""The limits of a target as lines for a terminal, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.model.limit import Limit, Reaction, Then


def as_lines(limits: Iterable[Limit]) -> Iterator[str]:
    """A table: each thing, the sizes that were tried in any case, and the limit that was found."""
    for limit in limits:
        yield f"{limit.name} ({limit.unit})"
        for tried in limit.tried:
            yield f"  {tried.size:>11,}  {in_words(tried.reaction)}"
        yield f"  {_found(limit)}"


def as_json(limit: Limit) -> dict[str, Any]:
    """One limit; `beyond` is how `most` + 1 was answered, or null."""
    return {
        "name": limit.name,
        "unit": limit.unit,
        "tried": [{"size": one.size, **_reaction(one.reaction)} for one in limit.tried],
        "most": limit.most,
        "beyond": _reaction(limit.beyond) if limit.beyond else None,
        "note": limit.note,
    }


def in_words(reaction: Reaction) -> str:
    """What was answered, and what became of the connection."""
    if reaction.status is not None:
        return f"{reaction.status}, {reaction.then}"
    return "no answer" if reaction.then is Then.SILENT else f"{reaction.then} without an answer"


def _found(limit: Limit) -> str:
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
    return {"status": reaction.status, "then": reaction.then.name.lower().replace("_", "-")}
