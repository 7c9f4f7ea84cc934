"""The run as plain text: one line a section, then only what did not conform, the summary last.

For terminals, logs and pytest alike; each line says in which colour it may be shown, and reads the
same without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.model.tally import Standing, standing, worst
from harness.narrate.escape import as_text, visible_text
from harness.narrate.words import WORDS
from harness.store.run_store import RulePart, RunReader, VerdictRecord

ending = ".txt"

_COLOURS = {Standing.BAD: "red", Standing.RISK: "magenta", Standing.UNMET: "yellow", Standing.SOFT: "yellow"}
_OCTETS_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, the colour that it may be shown in, and whether it stands out."""

    text: str
    colour: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One rule on one target: its verdicts and the worst of them."""

    rule: RulePart
    target: str
    verdicts: tuple[VerdictRecord, ...]
    worst: Standing | None

    @property
    def example(self) -> VerdictRecord:
        """The first verdict that stands as the whole cell does."""
        return next(one for one in self.verdicts if standing(one.outcome, one.grade, one.flaky) is self.worst)


def write(run: RunReader, out: Path) -> None:
    """Write the text of a run to a file."""
    out.write_text("".join(f"{line.text}\n" for line in summary(run, verbose=True)), encoding="utf-8")


def cells(run: RunReader) -> list[Cell]:
    """All cells, targets in their order, rules in the order of the catalogue."""
    rules = run.run.rules
    found: dict[tuple[str, str], list[VerdictRecord]] = {}
    for verdict in run.verdicts():
        found.setdefault((verdict.target, verdict.rule), []).append(verdict)
    return [
        Cell(
            rule, target.name, tuple(verdicts), worst((one.outcome, one.grade, one.flaky) for one in verdicts)
        )
        for target in run.targets()
        for rule in rules
        for verdicts in [found.get((target.name, rule.id), [])]
    ]


def summary(run: RunReader, *, verbose: bool = False, glyphs: bool = True) -> Iterator[Line]:
    """The lines of a run, the figures last."""
    everything = cells(run)
    yield Line("")
    yield from _sections(everything)
    for finding in run.findings():
        yield Line("")
        yield Line(f"{finding.kind.upper()}  {finding.target}: {visible_text(finding.cause)}", "red", True)
    for cell in everything:
        if cell.worst and (cell.worst.violates or cell.worst is Standing.FLAKY):
            yield Line("")
            yield from _told(run, cell, glyphs)
    quiet = [one for one in everything if one.worst is Standing.INCONCLUSIVE]
    if quiet:
        yield Line("")
        yield Line("inconclusive, which is never a pass:")
        yield from (Line(f"  {one.rule.id:42} {visible_text(one.example.observed)}") for one in quiet)
    if verbose:
        yield Line("")
        yield from (Line(f"  {one.rule.id:42} {_word(one.worst)}") for one in everything)
    yield Line("")
    yield from _figures(run, everything)


def _sections(everything: list[Cell]) -> Iterator[Line]:
    """One line a section: a letter a rule, and how many conform."""
    by_section: dict[tuple[int, str], list[Cell]] = {}
    for cell in everything:
        by_section.setdefault((cell.rule.rfc, cell.rule.section), []).append(cell)
    for (rfc, section), members in by_section.items():
        letters = "".join(WORDS[one.worst].letter if one.worst else "-" for one in members)
        passed = sum(one.worst is Standing.CONFORMS for one in members)
        yield Line(f"RFC {rfc} {section:8} {letters:24} {passed}/{len(members)}")


def _told(run: RunReader, cell: Cell, glyphs: bool) -> Iterator[Line]:
    assert cell.worst
    example = cell.example
    alike = sum(standing(one.outcome, one.grade, one.flaky) is cell.worst for one in cell.verdicts)
    word = WORDS[cell.worst].one.upper()
    yield Line(
        f"{word}  {cell.rule.id}  {cell.rule.level}  {cell.target}", _COLOURS.get(cell.worst, ""), True
    )
    yield Line(f"  requires  {cell.rule.title}")
    yield Line(f"  observed  {visible_text(example.observed)}")
    for reaction in cell.rule.permitted:
        yield Line(f"  permitted {reaction.name}: {reaction.description}")
    plan = run.plan(example.target, example.plan)
    if plan:
        sent = b"".join(step.octets for step in plan.steps)
        yield Line(f"  sent      {as_text(sent, _OCTETS_SHOWN, glyphs)}")
    transcript = run.transcript(example.target, example.plan)
    if transcript:
        received = b"".join(event.octets for event in transcript.events if event.event == "received")
        yield Line(f"  received  {as_text(received, _OCTETS_SHOWN, glyphs) or 'nothing'}")
    yield Line(f"  example   {example.plan}, {alike} of {len(cell.verdicts)} verdicts alike")
    yield Line(f"  read      {cell.rule.url}")


def _word(one: Standing | None) -> str:
    return WORDS[one].one if one else "nothing to judge"


def _figures(run: RunReader, everything: list[Cell]) -> Iterator[Line]:
    end = run.end
    counts = {one: sum(cell.worst is one for cell in everything) for one in Standing}
    unjudged = sum(cell.worst is None for cell in everything)
    parts = [WORDS[one].count(number) for one, number in counts.items() if number]
    parts += [f"{unjudged} with nothing to judge"] if unjudged else []
    took = f" in {end.seconds:.1f} s" if end else "; the run was cut off"
    failed = end is None or end.exit_code != 0
    yield Line(
        f"{len(everything)} rules: {', '.join(parts) or 'nothing judged'}{took}",
        "red" if failed else "green",
        True,
    )
    if end and end.reason:
        yield Line(f"ended: {visible_text(end.reason)}")
