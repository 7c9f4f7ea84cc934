"""Two runs compared, as Markdown for a pull request or the summary of a CI step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from harness.model.comparison import Change, Comparison
from harness.model.verdict import Grade
from reports.comparison import told
from reports.files import written
from reports.markdown import MOST_OCTETS
from reports.marking import block, code, folded


def write(found: Comparison, grades: Collection[Grade], out: Path) -> None:
    """Write it to the file `out`, whole or not at all; StoreError says why not."""
    mark = "❌" if found.fails(grades) else "✅"
    with written(out) as file:
        room = MOST_OCTETS
        left_out = 0
        file.write(f"## {mark} {told.figures(found, grades)}\n\n")
        for part in _parts(found):
            size = len(part.encode()) + 1
            if size > room:
                left_out += 1
                continue
            file.write(part + "\n")
            room -= size
        if left_out:
            file.write(f"…and {left_out:,} more: `wireproof compare -v` tells them all.\n")


def _parts(found: Comparison) -> Iterator[str]:
    yield f"* before: {code(told.side(found.before))} {code(found.before.command)}"
    yield f"* after: {code(told.side(found.after))} {code(found.after.command)}"
    for what, names in told.apart(found):
        yield f"* {what}: {', '.join(map(code, names))}"
    yield ""
    for word, troubles in (("New", found.new_troubles), ("Gone", found.gone_troubles)):
        for one in troubles:
            yield f"* {word}: {code(one.kind)} of {code(one.target)}: {code(one.cause)}\n"
    for kind, heading in told.HEADINGS.items():
        if changes := found.of(kind):
            yield f"### {heading}: {len(changes):,}\n"
            yield from map(_change, changes)


def _change(one: Change) -> str:
    seen = [("before", one.before), ("after", one.after)]
    lines = [f"requires  {one.title}"]
    lines += [f"{name:9} {view.observed} ({view.plan})" for name, view in seen if view]
    lines += [f"case      {case}" for case in told.cases(one)]
    return folded(f"{one.rule} · {one.target} · {told.change(one)}", block(lines))
