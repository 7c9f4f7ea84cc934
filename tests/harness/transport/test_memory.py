"""What is special to peers in memory: virtual time, and any sans-I/O object as a peer."""

from __future__ import annotations

from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Origin, Pause, Plan, Provenance, Send, Step
from harness.model.transcript import DeadlinePassed, Ended, PeerClosed, SendFailed, Transcript
from harness.transport.base import Limits
from harness.transport.contract.peers import MarkWatch, ScriptedPeer, at_once, close
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection


class Bare:
    """The least there is to a peer."""

    ended = False

    def receive(self, octets: bytes) -> bytes:
        return octets.upper()


class AlwaysDue(Bare):
    """A peer that has nothing to do, all the time."""

    def timeout(self) -> float:
        return 0.0

    def tick(self) -> bytes:
        return b""


def run(transport: MemoryTransport, *steps: Step) -> Transcript:
    return transport.execute(Plan(steps, Provenance(Origin.USER, "test")), MarkWatch())


def test_a_peer_needs_only_receive_and_ended() -> None:
    transcript = run(
        MemoryTransport(Bare), Send(b"hello!"), AwaitResponse(), Pause(1), HalfClose(), AwaitEnd()
    )
    assert transcript.received == b"HELLO!"
    assert transcript.ended is Ended.OPEN


def test_time_is_virtual() -> None:
    transport = MemoryTransport(Bare, Limits(response_seconds=3600, total_seconds=1e6))
    transcript = run(transport, AwaitResponse(), Pause(7200))
    assert transcript.seconds == 3600
    assert transport.clock() == 3600 + 7200


def test_a_peer_that_is_always_due_cannot_stop_time() -> None:
    transcript = run(MemoryTransport(AlwaysDue), AwaitEnd(1))
    assert isinstance(transcript.events[-1], DeadlinePassed)


def test_each_piece_is_received_by_itself() -> None:
    peer = ScriptedPeer(VirtualClock())
    run(MemoryTransport(lambda: peer), Send(b"abcd", (1, 3)), HalfClose())
    assert peer.pieces == [b"a", b"bc", b"d", b""]


def test_a_peer_that_has_closed_takes_no_more() -> None:
    transport = MemoryTransport(lambda: ScriptedPeer(VirtualClock(), answer=at_once(b"bye!", close)))
    transcript = run(transport, Send(b"abc", (1,)), Send(b"de"), HalfClose(), AwaitEnd())
    assert [type(event) for event in transcript.events[-2:]] == [PeerClosed, SendFailed]
    failed = transcript.events[-1]
    assert isinstance(failed, SendFailed)
    assert failed.unsent == 4


def test_the_reference_server_is_a_peer_with_its_own_deadlines() -> None:
    clock = VirtualClock(1_000_000_000.0)
    transport = MemoryTransport(lambda: Connection(clock=clock), Limits(total_seconds=1e6), clock)
    transcript = run(transport, Send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), AwaitEnd(1e5))
    assert transcript.received.startswith(b"HTTP/1.1 200 ")
    assert transcript.ended is Ended.CLOSED
    transcript = run(transport, Send(b"GET / HT"), AwaitEnd(1e5))
    assert transcript.received.startswith(b"HTTP/1.1 408 ")
