"""Rules that compare, in a campaign: a request that was answered is sent once more, told the plain way.

What a target refuses only because of how it is told shows beside nothing else. Each comparison costs an
exchange, so of requests with one kind of answer each rule compares a few: a target that makes a difference
where there is none makes it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harness.engine.beside import single
from harness.engine.examine import Examiner
from harness.engine.plans import Surroundings
from harness.model.verdict import Examination, Verdict
from harness.rules.agreement import REMARKS
from harness.rules.rule import Rule, Views

MOST_COMPARED: Final = 40
"""So many requests that were answered by one status each rule holds against their twins."""


class Comparing:
    """The rules among these that make twins, and how often each did."""

    def __init__(self, rules: Iterable[Rule], around: Surroundings) -> None:
        self._rules = tuple(rule for rule in rules if rule.plain is not None)
        self._around = around
        self._compared: Counter[tuple[str, int]] = Counter()

    def violations(
        self, examination: Examination, examiner: Examiner
    ) -> Iterator[tuple[Examination, Verdict]]:
        """What these rules see violated, each with the examination beside its twin.

        Of a request that nobody answered there is nothing to compare, and none with anything amiss is told
        the plain way but for an empty line in front of it.
        """
        own = [one for one in examination.strict.exchanges if not one.marker]
        if len(own) != 1 or own[0].status is None or not _sound(examination):
            return
        one = single(examination.plan)
        if one is None:
            return
        for rule in self._rules:
            key = rule.id, own[0].status
            twin = one.twin_by(rule, self._around) if self._compared[key] < MOST_COMPARED else None
            if twin is None:
                continue
            self._compared[key] += 1
            seen = replace(examination, control=examiner.examine(twin))
            for found in rule.violations(seen, Views(seen)):
                yield seen, found


_FORGIVEN: Final = REMARKS | {"leading-empty-line"}


def _sound(examination: Examination) -> bool:
    """Whether nothing is amiss, but for what is forgiven."""
    return all(one.kind in _FORGIVEN for one in examination.strict.reading.anomalies)
