"""How much a search for readings may cost. Running out is an outcome that is told, never a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

MOST_STATES: Final = 64
MOST_SECONDS: Final = 1.0

_STEPS_A_LOOK: Final = 64


class TooManyReadings(Exception):
    """More live states or more time than a judgement may take."""


class Budget:
    """How many states may live at once, and for how long; `clock` tells seconds."""

    def __init__(self, seconds: float = MOST_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._steps = 0
        self.elsewhere = 0
        self.most = 0

    def step(self, live: int) -> None:
        """One more step, with that many states alive here; others live `elsewhere`."""
        live += self.elsewhere
        self.most = max(self.most, live)
        self._steps += 1
        if live > MOST_STATES:
            raise TooManyReadings
        if self._steps % _STEPS_A_LOOK == 0:
            self.pace()

    def pace(self) -> None:
        """Give up when the time is spent."""
        if self._clock() > self._until:
            raise TooManyReadings
