"""Two runs compared, as lines for a terminal: what is worse last but for the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from harness.model.comparison import Change, Comparison, Kind
from harness.model.verdict import Grade
from reports.comparison import told
from reports.text.cells import Line, shown

_MOST_CASES = 3
_MOST_NAMES = 8
_MOST_CHANGED = 20
_COLOURS = {Kind.NEW: "red", Kind.FIXED: "green", Kind.CHANGED: ""}


def lines(found: Comparison, grades: Collection[Grade], *, verbose: bool = False) -> Iterator[Line]:
    """The lines; the last one has the figures."""
    yield Line(f"before  {told.side(found.before)}  {shown(found.before.command)}")
    yield Line(f"after   {told.side(found.after)}  {shown(found.after.command)}")
    for what, names in told.apart(found):
        room = len(names) if verbose else _MOST_NAMES
        more = f" and {len(names) - room} more" if len(names) > room else ""
        yield Line(f"{what}: {', '.join(map(shown, names[:room]))}{more}")
    for kind in (Kind.CHANGED, Kind.FIXED, Kind.NEW):
        changes = found.of(kind)
        if changes:
            yield Line("")
        room = len(changes) if verbose or kind is Kind.NEW else _MOST_CHANGED
        for one in changes[:room]:
            yield from _change(one, verbose=verbose)
        if len(changes) > room:
            yield Line(f"{kind.upper()}  and {len(changes) - room} more; -v tells them all")
    for trouble in found.gone_troubles:
        yield Line(f"FIXED  {trouble.kind}  {shown(trouble.target)}: {shown(trouble.cause)}", "green")
    for trouble in found.new_troubles:
        yield Line(f"NEW  {trouble.kind}  {shown(trouble.target)}: {shown(trouble.cause)}", "red", True)
    yield Line("")
    yield Line(told.figures(found, grades), "red" if found.fails(grades) else "green", True)


def _change(one: Change, *, verbose: bool) -> Iterator[Line]:
    heading = f"{one.kind.upper()}  {one.rule}  {shown(one.target)}: {told.change(one)}"
    yield Line(heading, _COLOURS[one.kind], one.kind is Kind.NEW)
    if one.after and (one.kind is not Kind.FIXED or verbose):
        yield Line(f"  observed  {shown(one.after.observed)}")
        yield Line(f"  example   {shown(one.after.plan)}")
    cases = told.cases(one)
    room = len(cases) if verbose else _MOST_CASES if one.kind is not Kind.FIXED else 0
    for case in cases[:room]:
        yield Line(f"  case      {shown(case)}")
    if room and len(cases) > room:
        yield Line(f"  case      and {len(cases) - room} more")
