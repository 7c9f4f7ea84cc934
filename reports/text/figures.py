"""The figures of a run: a table of counts a target, where there are several, and one line for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.tally import Standing
from harness.narrate.words import WORDS, counted
from harness.store.run_store import RunReader
from reports.text.cells import Cell, Line, Manner, plural, shown

_FATES = {6: "unreachable", 7: "died"}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one target; `exit_code` is None where its part of the run was cut off."""

    target: str
    counts: Counter[Standing | None]
    exit_code: int | None
    seconds: float
    known: int = 0

    @property
    def fate(self) -> str:
        """Why there is nothing, or not all, to count; nothing where there is no why."""
        return _FATES.get(self.exit_code or 0, "")


def figures(run: RunReader, everything: list[Cell], manner: Manner) -> Iterator[Line]:
    """A table where there are several targets, why the run ended early if it did, and the line for all."""
    rows = _rows(run, everything)
    chosen = run.run.targets
    if len(rows) > 1 or len(chosen) > 1:
        yield from _table(rows, manner)
        seen = {row.target for row in rows}
        for target in chosen:
            if target.name not in seen:
                yield Line(f"{target.name}: not judged")
        yield Line("")
    if run.end and run.end.reason:
        yield Line(f"ended: {shown(run.end.reason)}")
    yield _total(run, rows)


def _rows(run: RunReader, everything: list[Cell]) -> list[Row]:
    ends = {end.target: end for end in run.target_ends()}
    rows = []
    for target in run.targets():
        end = ends.get(target.name)
        mine = [cell for cell in everything if cell.target == target.name and cell.was_judged]
        standings = [cell.worst for cell in mine if not cell.is_known]
        code, seconds = (end.exit_code, end.seconds) if end else (None, 0.0)
        excused = sum(cell.is_known for cell in mine)
        rows.append(Row(target.name, Counter(standings), code, seconds, excused))
    return rows


def _table(rows: list[Row], manner: Manner) -> Iterator[Line]:
    """Counts in columns; where they do not fit, as words, one target a line."""
    seen = [one for one in (*Standing, None) if any(row.counts[one] for row in rows)]
    heads = [WORDS[one].one if one else "nothing" for one in seen]
    excused = any(row.known for row in rows)
    heads += ["known"] * excused
    name = max(len(text) for text in ("target", *(row.target for row in rows)))
    widths = [max(len(head), 5) for head in heads]
    if manner.width and name + sum(widths) + 2 * len(widths) + 16 > manner.width:
        for row in rows:
            told = [_counted(row.counts, row.known) or "nothing judged", row.fate, _exit(row)]
            yield Line(f"{row.target}: {', '.join(filter(None, told))}")
        return
    yield Line("  ".join([f"{'target':{name}}", *(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True))]))
    for row in rows:
        numbers = [*(row.counts[one] for one in seen), *([row.known] * excused)]
        counts = [f"{number:>{w}}" for number, w in zip(numbers, widths, strict=True)]
        last = f"{_exit(row)}  {row.seconds:.1f} s  {row.fate}".rstrip()
        yield Line("  ".join([f"{row.target:{name}}", *counts, last]))


def _counted(counts: Counter[Standing | None], known: int) -> str:
    """The counts in words; what is known is a figure of its own."""
    return ", ".join(filter(None, [f"{known:,} known" if known else "", counted(counts)]))


def _exit(row: Row) -> str:
    if row.exit_code is None:
        return "cut off"
    return f"exit {row.exit_code}"


def _total(run: RunReader, rows: list[Row]) -> Line:
    end = run.end
    counts = sum((row.counts for row in rows), start=Counter[Standing | None]())
    targets = max(len(rows), len(run.run.targets))
    about = plural(len(run.run.rules), "rule")
    if targets > 1:
        about = f"{plural(targets, 'target')}, {about} each"
    took = f" in {end.seconds:.1f} s, exit {end.exit_code}" if end else "; the run was cut off"
    failed = end is None or end.exit_code != 0
    known = sum(row.known for row in rows)
    return Line(
        f"{about}: {_counted(counts, known) or 'nothing judged'}{took}", "red" if failed else "green", True
    )
