"""What is known, and what is left of it: told apart from what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.model.baseline import Deviation, Held, Known
from harness.model.tally import Standing
from harness.narrate.words import WORDS
from reports.text.cells import Cell, Line, plural, shown


def known(judged: Iterable[Cell], *, verbose: bool) -> Iterator[Line]:
    """The known deviations of a run, one line a rule and reason; all where everything is asked for."""
    alike: dict[tuple[str, str], list[Cell]] = {}
    for cell in judged:
        if cell.is_known:
            alike.setdefault((cell.rule.id, cell.reasons), []).append(cell)
    for number, ((rule, reason), members) in enumerate(alike.items()):
        if number == _AT_MOST and not verbose and len(alike) > _AT_MOST + 1:
            yield Line(f"KNOWN  and {len(alike) - number} more; -v tells them all")
            return
        names = ", ".join(dict.fromkeys(cell.target for cell in members))
        word = WORDS[members[0].worst].one if members[0].worst else ""
        yield Line(f"KNOWN  {rule}  {word}  {names}: {shown(reason) or 'no reason is given'}")


def left(held: Held) -> Iterator[Line]:
    """What is to be done about the baseline: entries that expired, that are fixed, that say too much."""
    for one in held.expired:
        yield Line(
            f"EXPIRED  {entry(one)}: since {one.expires}; {shown(one.reason) or 'no reason'}", "red", True
        )
    for one in held.fixed:
        yield Line(f"FIXED  {entry(one)}: not seen any more", "green")
    for each in held.lessened:
        gone = [row for row in each.known.requirements if row not in each.requirements]
        yield Line(f"FIXED  {entry(each.known)}: {', '.join(gone)} of it, not all", "green")
    if held.fixed or held.lessened:
        yield Line("  take out what is fixed: wireproof baseline prune")


def checked(held: Held) -> Iterator[Line]:
    """A run held against a baseline: what is new, what is left, and the figures last."""
    for one in held.new:
        yield Line(f"NEW  {entry(one)}", "red", True)
        yield Line(f"  observed  {shown(one.observed)}")
        yield Line(f"  example   {one.example}")
    yield from left(held)
    if held.unseen:
        yield Line(f"not decided by this run: {', '.join(sorted({one.rule for one in held.unseen}))}")
    parts = [f"{len(held.new):,} new", f"{len(held.known):,} known"]
    counts = (("expired", held.expired), ("fixed", (*held.fixed, *held.lessened)), ("undecided", held.unseen))
    parts += [f"{len(entries):,} {word}" for word, entries in counts if entries]
    wrong = bool(held.new or held.expired)
    yield Line(f"baseline: {', '.join(parts)}", "red" if wrong else "green", True)


def without_reason(entries: Iterable[Known]) -> str:
    """How many entries say not why; empty where none does."""
    missing = sum(not one.reason for one in entries)
    return f"{plural(missing, 'entry').replace('entrys', 'entries')} without a reason" if missing else ""


def entry(one: Known | Deviation) -> str:
    """What it is about: `RULE  breach  TARGET`."""
    return f"{one.rule}  {WORDS[Standing(one.grade)].one}  {shown(one.target)}"


_AT_MOST = 12
"""How many lines of known ones are told where not everything is asked for."""
