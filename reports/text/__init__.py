"""The run as plain text: one line a section, then only what did not conform, the figures last.

For terminals, logs and pytest alike; each line says in which colour it may be shown, and reads the
same without it. What several rules or targets show alike is told once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.model.tally import Standing
from harness.narrate.words import WORDS
from harness.store.comparing import held
from harness.store.run_store import FindingRecord, RunReader
from reports.text.baseline import known, left
from reports.text.cells import Cell, Line, Manner, cells, plural, shown
from reports.text.figures import figures
from reports.text.violations import violations

__all__ = ["Line", "Manner", "ending", "summary", "write"]

ending = ".txt"

_QUIET_LINES = 12
"""How many inconclusive observations are told where not everything is asked for."""

_LAST_WORDS = 8
"""How many of the last lines that a target printed are told with what befell it."""


def write(run: RunReader, out: Path) -> None:
    """Write the text of a run to a file."""
    lines = summary(run, Manner(verbose=True))
    out.write_text("".join(f"{line.text}\n" for line in lines), encoding="utf-8")


def summary(run: RunReader, manner: Manner = Manner()) -> Iterator[Line]:  # noqa: B008 (it is frozen)
    """The lines of a run; the last one has the figures, and is made to be searched for."""
    everything = cells(run)
    judged = [cell for cell in everything if cell.was_judged]
    several = len(run.targets()) > 1
    parts = [
        list(_sections(judged, manner.width)),
        list(_inconclusive(judged, several, manner)),
        list(known(judged, verbose=manner.verbose)),
        list(violations(run, judged, manner)),
        list(_every_rule(judged, several)) if manner.verbose else [],
        list(_findings(run)),
        list(_left(run)),
    ]
    for part in parts:
        if part:
            yield Line("")
            yield from part
    yield Line("")
    yield from figures(run, everything, manner)


def _sections(judged: list[Cell], width: int) -> Iterator[Line]:
    """One line a section: a letter a rule, the worst of all targets, and how many cells conform."""
    room = min(24, max(4, width - 27)) if width else 24
    sections: dict[tuple[int, str], dict[str, list[Cell]]] = {}
    for cell in judged:
        section = sections.setdefault((cell.rule.rfc, cell.rule.section), {})
        section.setdefault(cell.rule.id, []).append(cell)
    for (rfc, number), rules in sections.items():
        letters = "".join(_letter(members) for members in rules.values())
        members = [cell for each in rules.values() for cell in each]
        passed = sum(cell.worst is Standing.CONFORMS for cell in members)
        yield Line(f"RFC {rfc} {number:8} {letters:{room}} {passed}/{len(members)}")


def _letter(members: list[Cell]) -> str:
    """The worst of a rule's cells; a small letter where nothing is worse than what is known."""
    judged = [(cell.worst.rank, cell.worst) for cell in members if cell.worst and not cell.is_known]
    excused = [(cell.worst.rank, cell.worst) for cell in members if cell.worst and cell.is_known]
    if excused and not any(one.violates for _, one in judged):
        return WORDS[min(excused)[1]].letter.lower()
    return WORDS[min(judged)[1]].letter if judged else "-"


def _inconclusive(judged: list[Cell], several: bool, manner: Manner) -> Iterator[Line]:
    """What could not be decided, by what was seen: equal observations once."""
    alike: dict[str, list[Cell]] = {}
    for cell in judged:
        if cell.worst is Standing.INCONCLUSIVE:
            alike.setdefault(cell.example.observed, []).append(cell)
    if not alike:
        return
    yield Line("inconclusive, which is never a pass:")
    told = list(alike.items()) if manner.verbose else list(alike.items())[:_QUIET_LINES]
    for observed, members in told:
        rules = list(dict.fromkeys(cell.rule.id for cell in members))
        where = f" ({', '.join(dict.fromkeys(cell.target for cell in members))})" if several else ""
        what = rules[0] if len(rules) == 1 else plural(len(rules), "rule")
        yield Line(f"  {what:42} {shown(observed)}{where}")
    if len(alike) > len(told):
        yield Line(f"  and {len(alike) - len(told)} more; -v tells them all")


def _every_rule(judged: list[Cell], several: bool) -> Iterator[Line]:
    for cell in judged:
        word = WORDS[cell.worst].one if cell.worst else "nothing to judge"
        word = f"{word}, known" if cell.is_known else word
        yield Line(f"  {cell.rule.id:42} {word}{f'  {cell.target}' if several else ''}")


def _left(run: RunReader) -> Iterator[Line]:
    """What of the baseline is fixed or has expired."""
    against = held(run)
    if against:
        yield from left(against)


def _findings(run: RunReader) -> Iterator[Line]:
    """What is about targets as a whole: those that died, hung, were not reached; their last words."""
    alike: dict[tuple[str, str], list[FindingRecord]] = {}
    for finding in run.findings():
        if not finding.rule:
            alike.setdefault((finding.kind, finding.cause), []).append(finding)
    printed = {end.target: end.output for end in run.target_ends()}
    for (kind, cause), findings in alike.items():
        names = ", ".join(dict.fromkeys(one.target for one in findings))
        yield Line(f"{kind.upper()}  {names}: {shown(cause)}", "red", True)
        first = findings[0]
        if first.example:
            yield Line(f"  example   {first.example}")
        if first.notes:
            yield Line(f"  notes     {shown('; '.join(first.notes))}")
        for line in printed.get(first.target, ())[-_LAST_WORDS:]:
            yield Line(f"  printed   {shown(line)}")
