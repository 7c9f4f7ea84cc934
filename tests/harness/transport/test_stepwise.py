"""A connection taken step by step does what a plan of the same steps does, and tells the same."""

from __future__ import annotations

import time

import pytest

from harness.errors import BadPlan
from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Origin, Plan, Provenance, Send, Step
from harness.transport.contract.peers import MarkWatch, ScriptedPeer
from harness.transport.host import hosted
from harness.transport.tcp import TcpTransport

STEPS: tuple[Step, ...] = (
    Send(b"hello!", (2,)),
    AwaitResponse(),
    Send(b"bye!"),
    AwaitResponse(),
    AwaitEnd(),
)


def echoing() -> ScriptedPeer:
    def answer(peer: ScriptedPeer, octets: bytes) -> bytes:
        peer.ended = octets == b"bye!"
        return octets

    return ScriptedPeer(time.monotonic, answer=answer)


def test_steps_one_by_one_are_told_as_those_of_a_plan() -> None:
    with hosted(echoing) as address:
        transport = TcpTransport(address)
        watch = MarkWatch()
        connection = transport.begin(watch)
        for count, step in enumerate(STEPS, 1):
            assert not connection.peer_ended
            connection.take(step)
            assert connection.steps == STEPS[:count]
        assert connection.peer_ended
        taken = connection.end()
        planned = transport.execute(Plan(STEPS, Provenance(Origin.USER, "test")), MarkWatch())
    assert watch.finals == 2
    assert taken.received == planned.received == b"hello!bye!"
    assert taken.ended == planned.ended
    assert taken.sent_count == 10


def test_what_no_plan_may_do_is_refused_before_it_is_done() -> None:
    with hosted(echoing) as address:
        connection = TcpTransport(address).begin(MarkWatch())
        connection.take(HalfClose())
        with pytest.raises(BadPlan, match="comes after HalfClose"):
            connection.take(Send(b"x"))
        assert connection.end().sent_count == 0


def test_nobody_listens() -> None:
    with hosted(echoing) as address:
        transport = TcpTransport(address)
    with pytest.raises(ConnectionRefusedError):
        transport.begin(MarkWatch())
