"""Records of a run turned back into the values that the narration speaks of."""

from __future__ import annotations

from collections.abc import Callable

from harness.model import transcript
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step
from harness.model.transcript import Event
from harness.store.run_store import EventPart, PlanRecord, StepPart, TranscriptRecord

_STEPS: dict[str, Callable[[StepPart], Step]] = {
    "send": lambda part: Send(part.octets, part.cuts),
    "pause": lambda part: Pause(part.seconds or 0.0),
    "await-response": lambda part: AwaitResponse(part.count or 1),
    "await-end": lambda part: AwaitEnd(part.seconds),
    "half-close": lambda part: HalfClose(),
    "abort": lambda part: Abort(),
}
_EVENTS: dict[str, Callable[[EventPart], Event]] = {
    "connected": lambda part: transcript.Connected(part.at),
    "connect-failed": lambda part: transcript.ConnectFailed(part.at, part.text),
    "sent": lambda part: transcript.Sent(part.at, part.count),
    "send-failed": lambda part: transcript.SendFailed(part.at, part.text, part.count),
    "received": lambda part: transcript.Received(part.at, part.octets),
    "half-closed": lambda part: transcript.HalfClosed(part.at),
    "aborted": lambda part: transcript.Aborted(part.at),
    "peer-closed": lambda part: transcript.PeerClosed(part.at),
    "peer-reset": lambda part: transcript.PeerReset(part.at),
    "deadline-passed": lambda part: transcript.DeadlinePassed(part.at, part.text),
    "budget-spent": lambda part: transcript.BudgetSpent(part.at, part.count),
}


def steps_of(plan: PlanRecord) -> tuple[Step, ...]:
    """The steps of a plan; one of a later version, which this one does not know, is left out."""
    return tuple(_STEPS[part.do](part) for part in plan.steps if part.do in _STEPS)


def events_of(record: TranscriptRecord) -> tuple[Event, ...]:
    """The events of a transcript; unknown ones are left out."""
    return tuple(_EVENTS[part.event](part) for part in record.events if part.event in _EVENTS)


def sent_by(plan: PlanRecord) -> bytes:
    """All octets that a plan sends."""
    return b"".join(part.octets for part in plan.steps if part.do == "send")


def received_in(record: TranscriptRecord) -> bytes:
    """All octets that came back."""
    return b"".join(part.octets for part in record.events if part.event == "received")
