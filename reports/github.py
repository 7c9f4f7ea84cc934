"""The run as annotations of a GitHub workflow: lines that its log turns into marks on the run.

GitHub shows ten of a step; so there are no more, what is new and fails first, and the last one says how many
there were. Anything else that is printed in the same step would be read as well: print them alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.model.tally import Standing
from harness.narrate.words import WORDS
from harness.store.comparing import held
from harness.store.run_store import RunReader
from reports.cells import Cell, cells
from reports.evidence import one_line
from reports.files import written

ending = ".log"

MOST: Final = 10

_IN_TEXT: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(run: RunReader, out: Path) -> None:
    """Write the annotations to the file `out`, whole or not at all; StoreError says why not."""
    found = list(_annotations(run))
    if len(found) > MOST:
        rest = len(found) - MOST + 1
        more = annotation("notice", "wireproof", f"and {rest:,} more, which are in the report")
        found = [*found[: MOST - 1], more]
    with written(out) as file:
        file.writelines(f"{one}\n" for one in found)


def annotation(kind: str, title: str, message: str) -> str:
    """One annotation; `kind` is error, warning or notice. Text of others cannot end it, nor begin another."""
    return (
        f"::{kind} title={one_line(title).translate(_IN_PROPERTY)}::{one_line(message).translate(_IN_TEXT)}"
    )


def _annotations(run: RunReader) -> Iterator[str]:
    """What is wrong, the worst first: crashes, what fails, what warns, what of the baseline is to be done."""
    for finding in run.findings():
        if not finding.rule:
            yield annotation("error", f"{finding.kind} of {finding.target}", finding.cause)
    fails = {Standing(grade.value) for grade in run.run.fail_on}
    wrong = [cell for cell in cells(run) if cell.worst and cell.worst.violates and not cell.is_known]
    for cell in sorted(
        wrong, key=lambda cell: (cell.worst not in fails, cell.worst.rank if cell.worst else 0)
    ):
        yield _violation(cell, fails=cell.worst in fails)
    against = held(run)
    for entry in against.fixed if against else ():
        yield annotation("notice", f"{entry.rule} on {entry.target}", "fixed: wireproof baseline prune")


def _violation(cell: Cell, *, fails: bool) -> str:
    assert cell.worst
    title = f"{WORDS[cell.worst].one} {cell.rule.id} on {cell.target}"
    lapsed = f" (known until {cell.lapsed[0].expires})" if cell.lapsed else ""
    message = f"{cell.rule.title.rstrip('.')}. Observed: {cell.example.observed}{lapsed}. {cell.rule.url}"
    return annotation("error" if fails else "warning", title, message)
