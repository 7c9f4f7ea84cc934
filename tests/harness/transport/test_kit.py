"""The contract kit is proven able to fail: each broken transport here is caught by the promise it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from harness.errors import BadPlan
from harness.model.plan import HalfClose, Pause, Plan, Send
from harness.model.transcript import (
    Aborted,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Event,
    PeerClosed,
    PeerReset,
    Received,
    Sent,
    Transcript,
)
from harness.testing import MakePeer, MakeTransport, Promise, check_transport
from harness.transport.base import Limits, Transport, Watch
from harness.transport.contract import promises
from harness.transport.memory import MemoryTransport, VirtualClock


class Deaf:
    """A watch that passes on the octets but not the close."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    @property
    def finals(self) -> int:
        return self._watch.finals

    def feed(self, octets: bytes) -> None:
        self._watch.feed(octets)

    def end(self) -> None:
        return


class Hasty(Deaf):
    """A watch that takes any octets for a final response."""

    _came = 0

    @property
    def finals(self) -> int:
        return self._came

    def feed(self, octets: bytes) -> None:
        self._came += 1


@dataclass(frozen=True)
class Fault:
    """What a broken transport does to the plan, the watch, the limits or the events; sound without any."""

    plan: Callable[[Plan], Plan] = lambda plan: plan
    watch: Callable[[Watch], Watch] = lambda watch: watch
    limits: Callable[[Limits], Limits] = lambda limits: limits
    events: Callable[[list[Event]], list[Event]] = lambda events: events
    takes_anything: bool = False

    def execute(self, sound: Transport, plan: Plan, watch: Watch | None) -> Transcript:
        try:
            transcript = sound.execute(self.plan(plan), watch and self.watch(watch))
        except BadPlan:
            if not self.takes_anything:
                raise
            return Transcript((Connected(0.0),))
        return Transcript(tuple(self.events(list(transcript.events))))


class Broken:
    def __init__(self, sound: Transport, fault: Fault) -> None:
        self._sound = sound
        self._fault = fault

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        return self._fault.execute(self._sound, plan, watch)


def broken_by(fault: Fault) -> MakeTransport:
    @contextmanager
    def make(make_peer: MakePeer, limits: Limits) -> Iterator[Transport]:
        clock = VirtualClock()
        yield Broken(MemoryTransport(lambda: make_peer(clock), fault.limits(limits), clock), fault)

    return make


def sends(change: Callable[[Send], Send]) -> Callable[[Plan], Plan]:
    return lambda plan: replace(
        plan, steps=tuple(change(step) if isinstance(step, Send) else step for step in plan.steps)
    )


def without_steps(kind: type) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, steps=tuple(step for step in plan.steps if not isinstance(step, kind)))


def without(*kinds: type) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [event for event in events if not isinstance(event, kinds)]


def retold(kind: type, other: Callable[[float], Event]) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [other(event.at) if isinstance(event, kind) else event for event in events]


def up_to_the_first_deadline(events: list[Event]) -> list[Event]:
    ends = [at for at, event in enumerate(events) if isinstance(event, DeadlinePassed)]
    return events[: ends[0] + 1] if ends else events


def backwards(events: list[Event]) -> list[Event]:
    return [
        Received(event.at, event.octets[::-1]) if isinstance(event, Received) else event for event in events
    ]


def clipped(events: list[Event]) -> list[Event]:
    return [
        Received(event.at, event.octets[:-1]) if isinstance(event, Received) else event for event in events
    ]


def without_octets_behind_a_reset(events: list[Event]) -> list[Event]:
    return without(Received)(events) if any(isinstance(event, PeerReset) for event in events) else events


BROKEN: list[tuple[str, Fault, Promise]] = [
    ("loses an octet", Fault(plan=sends(lambda s: Send(s.octets[:-1] or b"?"))), promises.whole_send),
    ("adds a line end", Fault(plan=sends(lambda s: Send(s.octets + b"\r\n"))), promises.whole_send),
    ("turns octets round", Fault(events=backwards), promises.whole_send),
    ("tells nothing of sends", Fault(events=without(Sent)), promises.whole_send),
    ("stamps backwards", Fault(events=retold(Sent, lambda at: Sent(at - 1, 256))), promises.whole_send),
    ("tells a close of its own", Fault(events=lambda e: [*e, PeerClosed(e[-1].at)]), promises.whole_send),
    ("merges pieces", Fault(plan=sends(lambda s: Send(s.octets))), promises.cut_send),
    ("waits for nothing", Fault(plan=without_steps(Pause)), promises.pause),
    ("keeps its side open", Fault(plan=without_steps(HalfClose)), promises.half_close),
    ("takes a close for a reset", Fault(events=retold(PeerClosed, PeerReset)), promises.close_after_answer),
    ("overlooks a close", Fault(events=without(PeerClosed)), promises.close_after_answer),
    ("keeps the close from the watch", Fault(watch=Deaf), promises.answer_delimited_by_close),
    ("takes a reset for a close", Fault(events=retold(PeerReset, PeerClosed)), promises.reset_before_answer),
    ("loses what a reset follows", Fault(events=without_octets_behind_a_reset), promises.reset_after_answer),
    ("misses resets of sends", Fault(events=retold(PeerReset, PeerClosed)), promises.reset_while_sending),
    ("loses early answers", Fault(events=without(Received)), promises.early_answer_then_silence),
    (
        "loses the answer of who closes",
        Fault(events=without(Received)),
        promises.answer_before_close_with_unread_octets,
    ),
    ("loses one octet in 64 MiB", Fault(events=clipped), promises.large_echo),
    ("takes an interim answer", Fault(watch=Hasty), promises.interim_answers),
    ("counts reads", Fault(watch=Hasty), promises.several_answers),
    ("gives up at the first deadline", Fault(events=up_to_the_first_deadline), promises.deadline),
    ("is silent about silence", Fault(events=without(DeadlinePassed)), promises.deadline),
    ("waits too long", Fault(limits=lambda x: x.stretched(20)), promises.dripping_peer),
    ("does not wait", Fault(limits=lambda x: x.stretched(0.1)), promises.dripping_peer),
    ("forgets the whole", Fault(limits=lambda x: replace(x, total_seconds=1e6)), promises.total_time),
    ("takes whatever comes", Fault(limits=lambda x: replace(x, octets=1 << 30)), promises.budget),
    ("takes too little", Fault(limits=lambda x: replace(x, octets=x.octets - 1)), promises.budget),
    ("tells no abort", Fault(events=without(Aborted)), promises.abort),
    ("does not read in pauses", Fault(events=without(Received)), promises.no_answer_awaited),
    ("merges octets", Fault(plan=sends(lambda s: Send(s.octets[::-1]))), promises.every_octet_apart),
    ("takes any plan", Fault(takes_anything=True), promises.bad_plans),
]


@pytest.mark.parametrize(("fault", "promise"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_transport_is_caught(fault: Fault, promise: Promise) -> None:
    with pytest.raises(AssertionError, match="not kept"):
        promise(broken_by(fault))


def test_every_promise_catches_something() -> None:
    assert {promise for _, _, promise in BROKEN} == set(promises.TRANSPORT_PROMISES)


class Connecting:
    """Pretends to connect where nobody listens."""

    def __init__(self, *events: Event) -> None:
        self._events = events

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        return Transcript(self._events)


def test_the_whole_kit_holds_a_sound_transport_to_everything() -> None:
    check_transport(broken_by(Fault()), [Connecting(ConnectFailed(0.0, "ECONNREFUSED"))])
    with pytest.raises(AssertionError, match="not kept: the connection fails"):
        check_transport(broken_by(Fault()), [Connecting(Connected(0.0))])
