"""What did not conform: a rule that fails the run in at most twelve lines, all else by what was seen."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from harness.model.tally import Standing
from harness.narrate.escape import as_text
from harness.narrate.words import WORDS
from harness.store.run_store import RunReader, VerdictRecord
from reports.recorded import received_in, sent_by
from reports.text.cells import Cell, Line, Manner, plural, shown

_COLOURS = {Standing.BAD: "red", Standing.RISK: "magenta", Standing.UNMET: "yellow", Standing.SOFT: "yellow"}
_OCTETS_SHOWN = 300
_AT_MOST = 3
"""How many observations, and how many permitted reactions, are told where not everything is asked for."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that stand alike and are told together."""

    standing: Standing
    cells: list[Cell]

    @property
    def first(self) -> Cell:
        """The one whose octets are shown."""
        return self.cells[0]

    @property
    def targets(self) -> str:
        """The names of the targets, each once."""
        return ", ".join(dict.fromkeys(cell.target for cell in self.cells))

    @property
    def observations(self) -> dict[str, list[str]]:
        """What was seen, and on which targets."""
        seen: dict[str, list[str]] = {}
        for cell in self.cells:
            seen.setdefault(shown(cell.example.observed), []).append(cell.target)
        return seen


def violations(run: RunReader, judged: list[Cell], manner: Manner) -> Iterator[Line]:
    """What warns before what fails, so that the latter stands where reading ends."""
    fails = {Standing(grade.value) for grade in run.run.fail_on}
    told = [cell for cell in judged if cell.worst and not cell.is_known]
    wrong = [cell for cell in told if cell.worst and (cell.worst.violates or cell.worst is Standing.FLAKY)]
    warnings = [cell for cell in wrong if cell.worst not in fails]
    failures = [cell for cell in wrong if cell.worst in fails]
    groups: list[Iterator[Line]] = []
    if manner.verbose:
        groups += [_whole(run, group, manner) for group in _by_rule(warnings)]
    else:
        groups += [_brief(run, group, manner) for group in _by_observation(warnings)]
    groups += [_whole(run, group, manner) for group in _by_rule(failures)]
    for number, lines in enumerate(groups):
        if number:
            yield Line("")
        yield from lines


def _by_rule(cells: list[Cell]) -> list[Group]:
    return _grouped(cells, lambda cell: (cell.worst, cell.rule.id))


def _by_observation(cells: list[Cell]) -> list[Group]:
    return _grouped(cells, lambda cell: (cell.worst, cell.example.observed))


def _grouped(cells: list[Cell], key: Callable[[Cell], Hashable]) -> list[Group]:
    """The groups, the worst last; within one standing in the order of their first cells."""
    found: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    groups = [Group(members[0].worst, members) for members in found.values() if members[0].worst]
    return sorted(groups, key=lambda group: -group.standing.rank)


def _whole(run: RunReader, group: Group, manner: Manner) -> Iterator[Line]:
    """One rule: what it requires and permits, what was seen, the octets of one example."""
    rule, example = group.first.rule, group.first.example
    yield _heading(group, f"{rule.id}  {rule.level}  {group.targets}")
    yield Line(f"  requires  {rule.title}")
    several = len(group.cells) > 1
    seen = [f"{text} ({', '.join(where)})" if several else text for text, where in group.observations.items()]
    yield from _listed("observed", seen, manner)
    yield from _listed("permitted", [f"{one.name}: {one.description}" for one in rule.permitted], manner)
    yield from _octets(run, example, manner)
    alike = f"{group.first.alike} of {plural(len(group.first.verdicts), 'verdict')} alike"
    yield Line(f"  example   {example.plan}, {alike}{f' on {example.target}' if several else ''}")
    for one in group.first.lapsed:
        yield Line(f"  expired   known until {one.expires}: {shown(one.reason) or 'no reason is given'}")
    yield Line(f"  read      {rule.url}")


def _brief(run: RunReader, group: Group, manner: Manner) -> Iterator[Line]:
    """What fails no run: what was seen, for which rules, and the octets of one example."""
    rules = list(dict.fromkeys(cell.rule.id for cell in group.cells))
    named = ", ".join(rules[:_AT_MOST]) + (
        f" and {len(rules) - _AT_MOST} more" if len(rules) > _AT_MOST else ""
    )
    yield _heading(group, f"{named}  {group.targets}")
    yield Line(f"  observed  {shown(group.first.example.observed)}")
    sent, _ = _octets(run, group.first.example, manner)
    yield sent


def _heading(group: Group, text: str) -> Line:
    word = WORDS[group.standing].one.upper()
    return Line(f"{word}  {text}", _COLOURS.get(group.standing, ""), True)


def _listed(label: str, texts: list[str], manner: Manner) -> Iterator[Line]:
    """At most three lines of a kind; the last of them says how many more there are."""
    room = len(texts) if manner.verbose or len(texts) <= _AT_MOST else _AT_MOST - 1
    for text in texts[:room]:
        yield Line(f"  {label:9} {text}")
    if len(texts) > room:
        yield Line(f"  {label:9} and {len(texts) - room} more")


def _octets(run: RunReader, example: VerdictRecord, manner: Manner) -> tuple[Line, Line]:
    limit = min(_OCTETS_SHOWN, 3 * manner.width or _OCTETS_SHOWN)
    plan = run.plan(example.target, example.plan)
    transcript = run.transcript(example.target, example.plan)
    sent = as_text(sent_by(plan), limit, manner.glyphs) if plan else "nothing"
    received = as_text(received_in(transcript), limit, manner.glyphs) if transcript else ""
    return Line(f"  sent      {sent}"), Line(f"  received  {received or 'nothing'}")
