"""What shows a verdict, as lines of plain text: what was required, seen and permitted, and the wire."""

from __future__ import annotations

from collections.abc import Iterator

from harness.narrate.escape import visible_text
from harness.narrate.wire_story import as_lines, tell
from harness.store.run_store import RunReader
from reports.cells import Cell
from reports.recorded import events_of, steps_of

_WIDTH = 200
_MOST_LINES = 24
"""A story longer than that is cut in its middle."""


def evidence(run: RunReader, cell: Cell) -> Iterator[str]:
    """All that is told of a cell: what is required, an example of what was seen, its wire, where to read."""
    example = cell.example
    yield f"requires   {cell.rule.title}"
    yield f"observed   {one_line(example.observed)}"
    for reaction in cell.rule.permitted:
        yield f"permitted  {reaction.name}: {reaction.description}"
    yield f"example    {one_line(example.plan)}, {cell.alike} of {len(cell.verdicts)} alike"
    for entry in cell.lapsed:
        yield f"expired    known until {entry.expires}: {one_line(entry.reason) or 'no reason is given'}"
    yield f"read       {cell.rule.url}"
    yield ""
    yield from wire(run, example.target, example.plan)


def wire(run: RunReader, target: str, plan: str) -> Iterator[str]:
    """What happened on the wire, a line an event; nothing where the run does not have it."""
    record, transcript = run.plan(target, plan), run.transcript(target, plan)
    if record is None or transcript is None:
        return
    story = as_lines(tell(steps_of(record), events_of(transcript), record.marker_at), _WIDTH)
    if len(story) > _MOST_LINES:
        half = _MOST_LINES // 2
        story = [*story[:half], f"        … {len(story) - 2 * half} more …", *story[-half:]]
    yield from story


def one_line(text: str) -> str:
    """Text that a target may have had a hand in, harmless and in one line."""
    return visible_text(text).replace("\n", " ")
