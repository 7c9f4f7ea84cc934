"""Stimuli on their way, several connections at a time, taken in the order in which they were begun."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait

from harness.engine.examine import Examiner
from harness.engine.fuzzing.stimulus import Stimulus
from harness.model.verdict import Examination


class Flying:
    """What was begun and not yet taken."""

    def __init__(self, pool: ThreadPoolExecutor, examiner: Examiner) -> None:
        self._pool = pool
        self._examiner = examiner
        self._begun: deque[tuple[Stimulus, Future[Examination]]] = deque()

    def __len__(self) -> int:
        return len(self._begun)

    @property
    def stimuli(self) -> list[Stimulus]:
        """Those not yet taken, in their order."""
        return [one for one, _ in self._begun]

    def begin(self, one: Stimulus) -> None:
        """Carry it out as soon as a connection is free."""
        self._begun.append((one, self._pool.submit(self._examiner.examine, one.plan, None, one.meant)))

    def first(self) -> tuple[Stimulus, Examination]:
        """The first of them, once it is there. What a transport raises passes through."""
        one, future = self._begun.popleft()
        return one, future.result()

    def settle(self) -> None:
        """Wait until none is on its way; their results stay to be taken."""
        wait([future for _, future in self._begun])

    def cancel(self) -> None:
        """Begin nothing more."""
        for _, future in self._begun:
            future.cancel()
