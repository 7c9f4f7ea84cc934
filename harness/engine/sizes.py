"""The size limits of a target as a part of its run: found behind its verdicts, and written one by one.

They change no verdict. A target that is gone would seem to have limits as well: each is written only once
the baseline was answered behind it. Where it was not, what is not written yet is found anew, one thing after
the other, on a target that was started again: what it dies of then is a crash or a hang as any other, and
told as one. Where it is not ours to start, the rest stays unknown, with the reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Final

from harness.engine.conform import Clock, TimeLimit, Write
from harness.engine.deadlines import Deadlines
from harness.engine.health import Ailment, Health, Restart
from harness.engine.ladders import LADDERS, Ladder
from harness.engine.limits import find_limits
from harness.errors import TargetDied
from harness.model.limit import Limit
from harness.store.recording import limit_record

MAX_SECONDS: Final = 120.0
"""How long the limits of one target may take: seconds suffice, but for one that leaves much unanswered."""


def measure(
    deadlines: Deadlines,
    write: Write,
    *,
    restart: Restart = lambda: False,
    on_found: Callable[[Sequence[Limit]], None] = lambda _: None,
    max_seconds: float = MAX_SECONDS,
    clock: Clock = time.monotonic,
) -> int:
    """Find the limits of a target that was calibrated, and write each; how often it crashed or hung of it."""
    time_limit = TimeLimit(max_seconds, clock)
    measuring = _Measuring(deadlines, write, Health(deadlines, write, restart), time_limit.over)
    measuring.run()
    on_found(measuring.found)
    return measuring.crashes


class _Measuring:
    """One target under way."""

    def __init__(self, deadlines: Deadlines, write: Write, health: Health, late: Callable[[], bool]) -> None:
        self._calibration = deadlines.calibration
        self._transport = deadlines.transport
        self._write = write
        self._health = health
        self._late = late
        self.found: list[Limit] = []

    @property
    def crashes(self) -> int:
        """How many crashes and hangs were told."""
        return self._health.crashes

    def run(self) -> None:
        """Several things at a time; where the target ails, the rest one by one."""
        left = self._together()
        if not left:
            return
        ailment = self._health.ailment()
        seen_by = f"limits/{left[0].name}"
        under_way = ["under way were sizes of", *(one.name for one in left)]
        if ailment and not self._is_back(ailment, seen_by):
            self._health.tell(ailment, seen_by, under_way)
            self._give_up(left, ailment)
            return
        self._one_by_one(left)
        if ailment and not self.crashes:
            self._health.tell(ailment, seen_by, ["not seen again;", *under_way])

    def _together(self) -> list[Ladder]:
        """What is left once the target does not answer at once any more."""
        left = list(LADDERS)
        jobs = self._calibration.at_once
        with closing(find_limits(self._calibration, self._transport, LADDERS, jobs, self._late)) as limits:
            for limit in limits:
                if not self._health.well:
                    break
                self._take(limit)
                del left[0]
        return left

    def _one_by_one(self, left: Sequence[Ladder]) -> None:
        for number, ladder in enumerate(left, 1):
            (limit,) = find_limits(self._calibration, self._transport, [ladder], 1, self._late)
            ailment = self._health.ailment()
            if ailment is None:
                self._take(limit)
                continue
            seen_by = f"limits/{ladder.name}"
            again = f"to see it again: wireproof limits {self._calibration.target.again}"
            self._health.tell(ailment, seen_by, [_sizes(limit), again.rstrip()])
            self._take(replace(limit, beyond=None, note=_gone(ailment)))
            if number < len(left) and not self._is_back(ailment, seen_by):
                self._give_up(left[number:], ailment)
                return

    def _is_back(self, ailment: Ailment, seen_by: str) -> bool:
        try:
            self._health.restart(ailment, seen_by)
        except TargetDied:
            return False
        return True

    def _give_up(self, left: Sequence[Ladder], ailment: Ailment) -> None:
        for one in left:
            self._take(Limit(one.name, one.unit, (), None, None, _gone(ailment), one.last))

    def _take(self, limit: Limit) -> None:
        self.found.append(limit)
        self._write(limit_record(limit, self._calibration.target.name))


def _gone(ailment: Ailment) -> str:
    return f"the target {ailment.seen}"


def _sizes(limit: Limit) -> str:
    """What was sent when it was seen: once a target is gone no size is answered any more."""
    if limit.most is not None:
        return f"seen behind {limit.name} of more than {limit.most:,} {limit.unit}"
    for one in limit.tried:
        if one.reaction.status is None:
            return f"seen behind {limit.name} of {one.size:,} {limit.unit}"
    return f"seen behind the smallest {limit.name} that is sent"
