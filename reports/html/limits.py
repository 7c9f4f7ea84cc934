"""Size limits as charts: what targets take of each thing, on one logarithmic scale, and what comes of more.

A chart is a table: its figures are text, and the marks are drawn into its cells. So it is read without eyes,
without colours and on paper, and a run over many targets is as readable as one over few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2
from typing import Final

from harness.model.limit import Found, Limit
from harness.model.requirement import Citation
from harness.narrate.limits import in_words
from harness.store.recording import limit_of
from harness.store.run_store import LimitRecord, TargetRecord

STEP: Final = 4
"""So many doublings lie between two lines of the scale: 1, 16, 256, 4 KiB, 64 KiB, 1 MiB."""

LEAST: Final = {"request-line": 8000}
"""What RFC 9112 section 3 recommends to take at least."""

NOT_FOUND_OUT: Final = "unknown: the run did not come so far"


@dataclass(frozen=True, slots=True)
class Asked:
    """Things that one section of the RFCs is about, and what it says of their size."""

    title: str
    citation: Citation
    text: str
    things: tuple[str, ...]


ASKED: Final = (
    Asked(
        "Request line",
        Citation(9112, "3"),
        "recommends to take request-lines of 8,000 octets at least, which is the dashed line. A "
        "request-target that is too long is to be answered 414.",
        (
            "request-line",
            "request-target in origin-form, its path",
            "request-target in origin-form, its query",
            "request-target in absolute-form",
        ),
    ),
    Asked(
        "Fields",
        Citation(9110, "5.4"),
        "lays down no limit. A field line, a field value or a set of fields that is larger than a server "
        "wishes to process is to be answered with a 4xx status.",
        ("field value", "field name", "field lines", "header section"),
    ),
    Asked(
        "Chunked content",
        Citation(9112, "7.1.1"),
        "says that the length of chunk extensions ought to be limited, and that more than that is to be "
        "answered with a 4xx status.",
        ("chunk extension", "trailer section"),
    ),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Doublings from 1 to the largest size that is ever sent."""

    doublings: int
    unit: str

    @property
    def ticks(self) -> Iterator[tuple[str, str]]:
        """Where a line stands, in per cent, and the size that it is for."""
        for power in range(0, self.doublings + 1, STEP):
            yield f"{100 * power / self.doublings:g}%", self._size(1 << power)

    @property
    def lines(self) -> str:
        """All lines as one path, a doubling wide each and one high."""
        return "".join(f"M{power} 0V1" for power in range(0, self.doublings + 1, STEP))

    def at(self, size: int) -> float:
        """Where a size is, in doublings, within the scale."""
        return min(max(log2(max(size, 1)), 0.0), self.doublings)

    def share(self, size: int) -> str:
        """The same in per cent of its width."""
        return f"{100 * self.at(size) / self.doublings:.2f}%"

    def _size(self, size: int) -> str:
        if self.unit != "octets" or size < 1 << 10:
            return f"{size:,}"
        return f"{size >> 20:,} MiB" if size >= 1 << 20 else f"{size >> 10:,} KiB"


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of one target, if it was found out; `label` is what tells it from the others of its chart."""

    label: str
    limit: Limit | None
    least: int | None = None

    @property
    def found(self) -> Found:
        """How much is known."""
        return self.limit.found if self.limit else Found.UNKNOWN

    @property
    def most(self) -> int | None:
        """The largest size known to be taken."""
        return self.limit.most if self.limit else None

    @property
    def beyond(self) -> str:
        """What comes of one more, in words."""
        if self.limit is None:
            return NOT_FOUND_OUT
        if self.limit.beyond:
            return in_words(self.limit.beyond)
        return f"unknown: {self.limit.note}" if self.limit.note else "no limit met up to here"


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows on one scale."""

    title: str
    heading: str
    scale: Scale
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Charts of things that one section is about; None where no section is known."""

    title: str
    asked: Asked | None
    charts: tuple[Chart, ...]


class SizeLimits:
    """All size limits of a run; with none there are no groups."""

    def __init__(self, records: Sequence[LimitRecord], targets: Sequence[TargetRecord]) -> None:
        self._by_thing: dict[str, dict[str, Limit]] = defaultdict(dict)
        for record in records:
            self._by_thing[record.name][record.target] = limit_of(record)
        known = [target.name for target in targets]
        self.targets = tuple(dict.fromkeys([*known, *(record.target for record in records)]))

    def __bool__(self) -> bool:
        return bool(self._by_thing)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The charts under what the RFCs say of them: for one target one each, for several one a thing."""
        told = {thing for asked in ASKED for thing in asked.things}
        others = tuple(thing for thing in self._by_thing if thing not in told)
        groups = [*((asked.title, asked, asked.things) for asked in ASKED), ("Others", None, others)]
        return tuple(
            Group(title, asked, self._charts(present))
            for title, asked, things in groups
            if (present := [thing for thing in things if thing in self._by_thing])
        )

    def _charts(self, things: Sequence[str]) -> tuple[Chart, ...]:
        if len(self.targets) == 1:
            return (self._of_one_target(things),)
        return tuple(self._of_one_thing(thing) for thing in things)

    def _of_one_thing(self, thing: str) -> Chart:
        limits = self._by_thing[thing]
        rows = tuple(Row(target, limits.get(target), LEAST.get(thing)) for target in self.targets)
        scale = _scale(list(limits.values()))
        return Chart(_counted(thing, scale.unit), "Target", scale, rows)

    def _of_one_target(self, things: Sequence[str]) -> Chart:
        (target,) = self.targets
        limits = [self._by_thing[thing][target] for thing in things]
        scale = _scale(limits)
        rows = tuple(
            Row(
                limit.name if limit.unit == scale.unit else _counted(limit.name, limit.unit),
                limit,
                LEAST.get(limit.name),
            )
            for limit in limits
        )
        return Chart(_counted(target, scale.unit), "Of what", scale, rows)


def _counted(name: str, unit: str) -> str:
    return name if name.endswith(unit) else f"{name}, in {unit}"


def _scale(limits: Sequence[Limit]) -> Scale:
    """To the largest size that is sent, in whole steps; of several units it is that of octets."""
    largest = max(max(limit.up_to, limit.most or 1) for limit in limits)
    steps = max(1, -(-max(largest - 1, 1).bit_length() // STEP))
    units = {limit.unit for limit in limits}
    return Scale(STEP * steps, units.pop() if len(units) == 1 else "octets")
