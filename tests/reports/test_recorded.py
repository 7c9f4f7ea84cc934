"""Records turn back into the values they were made from."""

from __future__ import annotations

import pytest

from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Origin,
    Pause,
    Plan,
    Provenance,
    Send,
)
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Ended,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.store.recording import event_parts, plan_record
from harness.store.records import EventPart, StepPart, TranscriptRecord
from reports.recorded import events_of, received_in, sent_by, steps_of

STEPS = (Send(b"ab", (1,)), Pause(0.5), AwaitResponse(2), AwaitEnd(None), AwaitEnd(1.5), HalfClose(), Abort())
EVENTS: tuple[Event, ...] = (
    Connected(0.1),
    ConnectFailed(0.2, "ECONNREFUSED"),
    Sent(0.3, 2),
    SendFailed(0.4, "EPIPE", 7),
    Received(0.5, b"x\xff"),
    HalfClosed(0.6),
    Aborted(0.7),
    PeerClosed(0.8),
    PeerReset(0.9),
    DeadlinePassed(1.0, "a response"),
    BudgetSpent(1.1, 65536),
)


@pytest.fixture
def transcript() -> TranscriptRecord:
    return TranscriptRecord("p", "t", event_parts(Transcript(EVENTS)), Ended.OPEN, "open")


def test_steps_survive() -> None:
    record = plan_record(Plan(STEPS, Provenance(Origin.USER, "x")), "t")
    assert steps_of(record) == STEPS
    assert sent_by(record) == b"ab"


def test_events_survive(transcript: TranscriptRecord) -> None:
    assert events_of(transcript) == EVENTS
    assert received_in(transcript) == b"x\xff"


def test_what_a_later_version_added_is_left_out() -> None:
    record = plan_record(Plan((), Provenance(Origin.USER, "x")), "t")
    assert steps_of(type(record)("x", "t", Origin.USER, "", (StepPart("later"),))) == ()
    assert events_of(TranscriptRecord("p", "t", (EventPart(0, "later"),), Ended.OPEN, "open")) == ()
