"""Records made into steps again: what a stored run sent can be sent once more."""

from __future__ import annotations

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step
from harness.store.records import StepPart


def step_of(part: StepPart) -> Step:
    """The step that a part of a plan's record tells; ValueError for one that there is none of."""
    match part.do:
        case "send":
            return Send(part.octets, part.cuts)
        case "pause":
            return Pause(part.seconds or 0.0)
        case "await-response":
            return AwaitResponse(part.count or 1)
        case "await-end":
            return AwaitEnd(part.seconds)
        case "half-close":
            return HalfClose()
        case "abort":
            return Abort()
    raise ValueError(f"{part.do!r} is no step of a plan")
