"""What a campaign has seen, counted: bounded, however long it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from harness.engine.fuzzing.stimulus import Stimulus
from harness.model.verdict import Examination

MOST_BEHAVIOURS: Final = 50_000
_MOST_STATUSES: Final = 4


@dataclass(slots=True)
class Tally:
    """How many exchanges, by kind of anomaly sent, by final status, by family of mutation.

    A behaviour is what a target does with what is amiss: kinds, statuses, the end of the connection.
    `growth` tells how many different ones were known after 1, 2, 4, 8 ... exchanges.
    """

    exchanges: int = 0
    anomalies: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    growth: list[tuple[int, int]] = field(default_factory=list)
    _behaviours: set[int] = field(default_factory=set)

    @property
    def behaviours(self) -> int:
        """How many different behaviours were seen."""
        return len(self._behaviours)

    def count(self, one: Stimulus, examination: Examination) -> None:
        """Count one exchange."""
        self.exchanges += 1
        kinds = frozenset([found.kind for found in examination.strict.reading.anomalies])
        finals = [found.status for found in examination.responses.finals]
        for kind in kinds:
            self.anomalies[kind] += 1
        for status in map(str, finals) if finals else ["none"]:
            self.statuses[status] += 1
        for family in one.families:
            self.families[family] += 1
        if len(self._behaviours) < MOST_BEHAVIOURS:
            self._behaviours.add(hash((kinds, *finals[:_MOST_STATUSES], examination.transcript.ended)))
        if self.exchanges & (self.exchanges - 1) == 0:
            self.growth.append((self.exchanges, self.behaviours))
