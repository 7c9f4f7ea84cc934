"""How long a target is waited for: at first no longer than it needs, to confirm longer than anybody needs.

What calibration measured bounds the waits of the first pass, which costs most where answers stay away: a
deadline that passes there decides nothing. Only what is seen again with more patience is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from harness.engine.calibrate import Calibration
from harness.engine.examine import Examiner
from harness.model.plan import AwaitEnd, Plan
from harness.transport.base import Adjustable, Limits, Transport

PATIENT_SECONDS: Final = 10.0
"""How long the end of a connection that must close is waited for at most, once for each rule."""

ONE_BY_ONE: Final = 3.0
"""Every wait is so many times as long where a target serves one connection at a time."""

AGAIN: Final = (2.0, 4.0)
"""How many times as long as the first pass a confirmation waits, the first time and the second."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Examiners of one target with ever more patience."""

    calibration: Calibration
    transport: Transport

    @property
    def factor(self) -> float:
        """How many times as long each wait is as the user said."""
        return ONE_BY_ONE if self.calibration.single else 1.0

    def examiner(self, factor: float = 1.0) -> Examiner:
        """For the first pass, and to see something again, with every wait so many times as long.

        Answers and ends are waited for as long as calibration found to be worth it, never longer than the
        user said.
        """
        if not isinstance(self.transport, Adjustable):
            return self._examiner(self.transport)
        limits, patience = self.transport.limits, self.calibration.patience
        shorter = replace(
            limits,
            response_seconds=min(limits.response_seconds, patience),
            end_seconds=min(limits.end_seconds, patience),
        )
        return self._with(shorter.stretched(self.factor * factor))

    def patient(self) -> Examiner:
        """To see whether silence lasts: twice the user's patience for an answer, PATIENT_SECONDS for the end.

        What was waited for an answer counts among the latter.
        """
        if not isinstance(self.transport, Adjustable):
            return self._examiner(self.transport)
        limits = self.transport.limits.stretched(self.factor * AGAIN[0])
        end = max(PATIENT_SECONDS - limits.response_seconds, limits.end_seconds)
        return self._with(replace(limits, end_seconds=end, total_seconds=limits.total_seconds + end))

    def _with(self, limits: Limits) -> Examiner:
        assert isinstance(self.transport, Adjustable)
        return self._examiner(self.transport.limited(limits))

    def _examiner(self, transport: Transport) -> Examiner:
        return Examiner(self.calibration.target.name, transport, self.calibration.recognise)


def waiting_for_the_end(plan: Plan) -> Plan:
    """The plan with its last look at the end of the connection as long as the transport allows."""
    steps = plan.steps[:-1] if isinstance(plan.steps[-1], AwaitEnd) else plan.steps
    return replace(plan, steps=(*steps, AwaitEnd()))
