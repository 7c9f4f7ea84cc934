"""The run as Markdown, short enough for the summary of a CI step: figures first, then what is wrong.

GitHub shows a summary of at most 1 MiB, or none at all: details are left out where they would make it more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harness.model.baseline import Held, Known
from harness.model.tally import Standing
from harness.narrate.limits import what_was_found
from harness.narrate.words import WORDS
from harness.store.comparing import held
from harness.store.recording import limit_of
from harness.store.run_store import RunReader
from reports.cells import Cell, cells
from reports.evidence import evidence, wire
from reports.files import written
from reports.marking import block, code, folded, table

ending = ".md"

MOST_OCTETS = 900_000
"""Below the 1 MiB of a step summary, to which other steps may add."""

_MOST_KNOWN = 100


def write(run: RunReader, out: Path) -> None:
    """Write the run to the file `out`, whole or not at all; StoreError says why not."""
    everything = cells(run)
    against = held(run)
    room = MOST_OCTETS
    with written(out) as file:
        parts = [_headline(run, everything), _figures(run, everything), *_baseline(against)]
        for part in parts:
            room -= file.write(part + "\n")
        left_out = 0
        for part in [*_troubles(run), *_violations(run, everything), *_limits(run)]:
            size = len(part.encode())
            if size > room:
                left_out += 1
                continue
            file.write(part + "\n")
            room -= size + 1
        if left_out:
            file.write(f"…and {left_out:,} more, which are in the HTML report.\n\n")
        file.write(f"wireproof {run.run.wireproof} · {code(run.run.command)}\n")


def _headline(run: RunReader, everything: list[Cell]) -> str:
    counts = Counter(cell.worst for cell in everything if not cell.is_known)
    found = [WORDS[one].count(counts[one]) for one in Standing if one.violates and counts[one]]
    known = sum(cell.is_known for cell in everything)
    new = "new " if run.run.baseline else ""
    told = ", ".join(found) or f"no {new}violation"
    told = f"{told}, {known:,} known" if known else told
    end = run.end
    ended = f"exit {end.exit_code}" if end else "the run was cut off"
    mark = "✅" if end and end.exit_code == 0 else "❌"
    return f"## {mark} HTTP/1.1 conformance: {told} ({ended})\n"


def _figures(run: RunReader, everything: list[Cell]) -> str:
    """Counts a target; columns that are empty throughout are left out."""
    ends = {one.target: one for one in run.target_ends()}
    names = dict.fromkeys([*(one.name for one in run.run.targets), *(one.name for one in run.targets())])
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for cell in everything:
        if cell.was_judged:
            word = "known" if cell.is_known else cell.worst.value if cell.worst else "none"
            counts[cell.target][word] += 1
    words = {one.value: WORDS[one].one for one in Standing} | {"known": "known", "none": "nothing to judge"}
    seen = [word for word in words if any(each[word] for each in counts.values())]
    rows = [
        [
            code(name, in_table=True),
            *(f"{each[word]:,}" for word in seen),
            _ended(name in ends and ends[name].exit_code),
        ]
        for name, each in counts.items()
    ]
    return table(["target", *(words[word] for word in seen), "exit"], rows)


def _ended(code_: int | bool) -> str:
    return "cut off" if code_ is False else str(int(code_))


def _baseline(against: Held | None) -> Iterator[str]:
    """What of the baseline is fixed or has expired."""
    if against is None:
        return
    for word, entries in (("Expired", against.expired), ("Fixed, to be pruned", against.fixed)):
        if entries:
            listed = "\n".join(f"* {_entry(one)}" for one in entries[:_MOST_KNOWN])
            more = len(entries) - _MOST_KNOWN
            yield f"**{word}:**\n\n{listed}\n" + (f"* and {more:,} more\n" if more > 0 else "")


def _entry(one: Known) -> str:
    until = f" until {one.expires}" if one.expires else ""
    reason = f": {code(one.reason)}" if one.reason else ""
    return f"{code(one.rule)} ({WORDS[Standing(one.grade)].one}) on {code(one.target)}{until}{reason}"


def _troubles(run: RunReader) -> Iterator[str]:
    """What befell targets as a whole."""
    printed = {end.target: end.output for end in run.target_ends()}
    for finding in run.findings():
        if finding.rule:
            continue
        lines = [finding.cause, *finding.notes, *wire(run, finding.target, finding.example)]
        lines += [f"printed  {line}" for line in printed.get(finding.target, ())]
        yield folded(f"{finding.kind.upper()}  {finding.target}", block(lines))


def _violations(run: RunReader, everything: list[Cell]) -> Iterator[str]:
    """What fails the run first, then what warns, then what is known."""
    fails = {Standing(grade.value) for grade in run.run.fail_on}
    wrong = [cell for cell in everything if cell.worst and cell.worst.violates]
    new = [cell for cell in wrong if not cell.is_known]
    for cell in sorted(new, key=lambda cell: (cell.worst not in fails, _rank(cell))):
        yield _violation(run, cell, "breaks the run" if cell.worst in fails else "warns")
    for cell in sorted((cell for cell in wrong if cell.is_known), key=_rank):
        yield _violation(run, cell, "known")


def _violation(run: RunReader, cell: Cell, what: str) -> str:
    assert cell.worst
    word = WORDS[cell.worst]
    reason = f"why it may stay: {code(cell.reasons)}\n\n" if cell.is_known and cell.reasons else ""
    heading = f"{word.symbol} {word.one} · {cell.rule.id} · {cell.rule.level} · {cell.target} · {what}"
    return folded(heading, reason + block(list(evidence(run, cell))))


def _limits(run: RunReader) -> Iterator[str]:
    """What each target takes of what may be too large, a column a target, and what comes of more."""
    found = {(one.name, one.target): limit_of(one) for one in run.limits()}
    if not found:
        return
    targets = list(dict.fromkeys(target for _, target in found))
    rows = [
        [
            code(name, in_table=True),
            *(
                code(what_was_found(found[name, target]), in_table=True) if (name, target) in found else ""
                for target in targets
            ),
        ]
        for name in dict.fromkeys(name for name, _ in found)
    ]
    heads = ["octets, or lines", *(code(target, in_table=True) for target in targets)]
    yield folded("Size limits", table(heads, rows))


def _rank(cell: Cell) -> int:
    return cell.worst.rank if cell.worst else 0
