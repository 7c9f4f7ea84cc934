"""A finding told: what was seen, on the wire, and a program that shows it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.verdict import Examination
from harness.narrate.escape import visible_text
from harness.narrate.snippet import host_and_port, snippet
from harness.narrate.wire_story import as_lines, tell

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words.

    `heading` is one line, `demand` what the rule asks for, `observed` what was seen instead; `facts` are
    names and texts that tell where it comes from (versions, seed, how far it was made small).
    """

    heading: str
    demand: str
    observed: str
    facts: Sequence[tuple[str, str]] = ()


def story(told: Told, examination: Examination, width: int = 100, glyphs: bool = True) -> Iterator[str]:
    """The finding and its wire story, line by line."""
    yield visible_text(told.heading)
    for name, text in (("demanded", told.demand), ("observed", told.observed), *told.facts):
        if text:
            yield f"{_INDENT}{name:9} {visible_text(text)}"
    yield from (f"{_INDENT}{line}" for line in wire(examination, width - len(_INDENT), glyphs))
    if examination.control is not None:
        yield f"{_INDENT}its sound twin, for comparison"
        yield from (f"{_INDENT}{line}" for line in wire(examination.control, width - len(_INDENT), glyphs))


def wire(examination: Examination, width: int = 100, glyphs: bool = True) -> list[str]:
    """What happened on the connection, line by line."""
    plan = examination.plan
    return as_lines(tell(plan.steps, examination.transcript.events, plan.marker_at), width, glyphs)


def reproducer(examination: Examination, address: str, title: str) -> str:
    """A program of Python's standard library alone that sends the same to that address."""
    host, port = host_and_port(address) or ("127.0.0.1", 80)
    return snippet(examination.plan.steps, host, port, title)
