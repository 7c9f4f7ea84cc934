"""The words that all tellings of a comparison have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from harness.model.comparison import Change, Comparison, Kind, Side, View
from harness.model.verdict import Grade
from harness.narrate.words import WORDS

HEADINGS = {
    Kind.NEW: "New violations",
    Kind.FIXED: "Fixed",
    Kind.CHANGED: "Changed otherwise",
}


def standing(view: View | None) -> str:
    """How a cell stood, in one word."""
    return WORDS[view.standing].one if view else "nothing to judge"


def change(one: Change) -> str:
    """`conforms → breach`; for equal words how many cases differ is told instead."""
    before, after = standing(one.before), standing(one.after)
    if before == after:
        worse = sum(case.is_new for case in one.cases)
        return f"{after}, in {len(one.cases)} other case{'s' if len(one.cases) != 1 else ''} ({worse} worse)"
    return f"{before} → {after}"


def side(one: Side) -> str:
    """Which run it is."""
    cut = "" if one.finished else ", cut off"
    return f"{one.id} (wireproof {one.version}{cut})"


def figures(found: Comparison, grades: Collection[Grade]) -> str:
    """All of it in one line."""
    parts = [f"{len(found.of(kind)):,} {kind}" for kind in Kind]
    if found.new_troubles:
        parts.append(f"{len(found.new_troubles):,} newly crashed, hung or unreachable")
    if found.lost:
        parts.append(f"{len(found.lost):,} not judged any more")
    targets = f"{len(found.targets):,} target{'s' if len(found.targets) != 1 else ''}"
    code = 1 if found.fails(grades) else 0
    return f"{targets}, {found.cells:,} cells compared: {', '.join(parts)}, exit {code}"


def apart(found: Comparison) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What only one of the runs has, with what it is called."""
    for what, names in (
        ("targets that were judged before and are not any more", found.lost),
        ("targets of the first run alone", found.only_before),
        ("targets judged in the second run alone", found.only_after),
        ("rules of the first run alone", found.rules_before),
        ("rules of the second run alone", found.rules_after),
    ):
        if names:
            yield what, names


def cases(one: Change) -> list[str]:
    """The plans that differ: `PLAN: conforms → breach`, what is new first."""
    ordered = sorted(one.cases, key=lambda case: (not case.is_new, case.after.rank))
    return [f"{case.plan}: {WORDS[case.before].one} → {WORDS[case.after].one}" for case in ordered]
