"""A connection taken step by step, for whoever decides each step by the answers to those before it.

What a step does, and what is told of it, is the same as in a plan (`base.Transport`).
"""

from __future__ import annotations

import socket
from dataclasses import replace

from harness.model.plan import Origin, Plan, Provenance, Step
from harness.model.transcript import Transcript
from harness.transport.base import Clock, Limits, Watch, check_plan
from harness.transport.connection import STEPS, Connection

_UNPLANNED = Plan((), Provenance(Origin.USER, "step by step"))


class Stepwise(Connection):
    """A connection under way. Takes over the socket: `end` closes it."""

    def __init__(
        self, stream: socket.socket, watch: Watch, *, limits: Limits, clock: Clock, start: float
    ) -> None:
        super().__init__(stream, _UNPLANNED, watch, limits=limits, clock=clock, start=start)

    def take(self, *steps: Step) -> None:
        """Carry out the next steps. BadPlan for what cannot follow; nothing is done behind the end."""
        self._plan = replace(self._plan, steps=(*self._plan.steps, *steps))
        check_plan(self._plan, self._watch)
        for step in steps:
            if not self._over:
                STEPS[type(step)](self, step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps so far."""
        return self._plan.steps

    @property
    def peer_ended(self) -> bool:
        """Whether nothing more can come from the peer."""
        return not self._reading

    def end(self) -> Transcript:
        """Close, and tell what happened."""
        try:
            if not self._over:
                self._finish()
        finally:
            self._socket.close()
        return Transcript(tuple(self._events))
