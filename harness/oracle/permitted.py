"""What the RFCs permit a server to understand by some octets, and whether that explains what it did.

Not a list but a nondeterministic reader (`permitted_walk`): at every place where RFC 9112 leaves the
choice, all choices are followed. What any server may do at any time (close, refuse by a limit or a
policy of its own) is no reading; `explain` allows for it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.http1.request_anomalies import anomaly
from harness.model.reading import End, Reading
from harness.oracle.permitted_budget import MOST_SECONDS, Budget, TooManyReadings
from harness.oracle.permitted_walk import Terminal, walk

MOST_READINGS: Final = 16

_ORDER: Final = (End.COMPLETE, End.NEEDS_MORE, End.REJECTED)

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Permitted:
    """The permitted readings, at most 16, and how many more there are.

    With `too_many` the search was given up: more than 64 live states, or more time than allowed; what was
    found until then is here. `states` is the greatest number of states that lived at once.
    """

    readings: tuple[Reading, ...]
    more: int = 0
    too_many: bool = False
    states: int = 0


def permitted_readings(
    octets: bytes, ended: bool = True, *, seconds: float = MOST_SECONDS, clock: Clock = time.monotonic
) -> Permitted:
    """Every reading of these octets, a whole connection when `ended`, that a server may come to."""
    budget = Budget(seconds, clock)
    readings: list[Reading] = []
    more, too_many = 0, False
    try:
        for terminal in walk(octets, budget):
            if terminal.tainted or terminal.absorbed:
                continue
            if len(readings) < MOST_READINGS:
                readings.append(reading_of(terminal, octets, ended))
            else:
                more += 1
    except TooManyReadings:
        too_many = True
    readings.sort(key=lambda one: (_ORDER.index(one.end), -one.consumed))
    return Permitted(tuple(readings), more, too_many, budget.most)


def reading_of(terminal: Terminal, octets: bytes, ended: bool) -> Reading:
    """A terminal as a reading. Its last request is not `complete` when it is refused or not whole."""
    chain = terminal.node.chain() if terminal.node else []
    requests = [node.request for node in chain]
    if terminal.partial:
        requests.append(terminal.partial)
    anomalies = list(itertools.chain.from_iterable(node.anomalies for node in chain))
    anomalies.extend(terminal.anomalies)
    if terminal.end is End.NEEDS_MORE and ended:
        anomalies.append(anomaly("premature-end", (terminal.at, len(octets))))
    if terminal.must_close and terminal.at < len(octets):
        anomalies.append(anomaly("octets-behind-close", (terminal.at, len(octets))))
    refusal = terminal.refusal
    return Reading(
        tuple(requests),
        terminal.end,
        terminal.at,
        tuple(anomalies),
        refusal.statuses if refusal else (),
        must_close=(
            refusal.must_close
            if refusal
            else terminal.must_close or (terminal.end is End.NEEDS_MORE and ended)
        ),
    )
