"""What only a real socket can do to a plan: errors of sends, half-open peers, and how the close is done."""

from __future__ import annotations

import fcntl
import resource
import select
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple

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
    Step,
)
from harness.model.transcript import (
    Connected,
    DeadlinePassed,
    Ended,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.transport import connection
from harness.transport.base import Limits, WaitingFor, Watch
from harness.transport.connection import Connection
from harness.transport.contract.peers import MarkWatch
from harness.transport.kernel import reset_on_close, unacknowledged

LIMITS = Limits(response_seconds=5, end_seconds=5, send_seconds=5, total_seconds=10)


class Pair(NamedTuple):
    """Two ends of one TCP connection."""

    ours: socket.socket
    peer: socket.socket

    def run(self, *steps: Step, limits: Limits = LIMITS, watch: Watch | None = None) -> Transcript:
        plan = Plan(steps, Provenance(Origin.USER, "test"))
        start = time.monotonic()
        watch = watch or MarkWatch()
        return Connection(self.ours, plan, watch, limits=limits, clock=time.monotonic, start=start).run()

    def until_we_know(self, what: int) -> None:
        """Wait until our kernel has heard of it."""
        poll = select.poll()
        poll.register(self.ours, what)
        assert poll.poll(5000)


@pytest.fixture
def pair() -> Iterator[Pair]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
    peer.settimeout(5)
    with ours, peer:
        yield Pair(ours, peer)


def kinds(transcript: Transcript) -> list[type]:
    return [type(event) for event in transcript.events]


def test_an_end_behind_a_send_that_failed_by_a_reset_is_a_reset(pair: Pair) -> None:
    reset_on_close(pair.peer)
    pair.peer.close()
    pair.until_we_know(select.POLLERR)
    transcript = pair.run(Send(b"hello"), AwaitEnd())
    assert kinds(transcript) == [Connected, SendFailed, PeerReset]
    failed = transcript.events[1]
    assert isinstance(failed, SendFailed)
    assert (failed.error, failed.unsent) == ("ECONNRESET", 5)


def test_octets_before_a_reset_are_read_behind_the_failed_send(pair: Pair) -> None:
    pair.peer.sendall(b"413!")
    pair.until_we_know(select.POLLIN)
    reset_on_close(pair.peer)
    pair.peer.close()
    pair.until_we_know(select.POLLERR)
    transcript = pair.run(Send(b"hello"), Send(b"more"), AwaitResponse(), AwaitEnd())
    assert kinds(transcript) == [Connected, SendFailed, Received, PeerReset]
    assert transcript.received == b"413!"


def test_a_send_that_fails_behind_a_fin_leaves_the_fin_a_fin(pair: Pair) -> None:
    """The peer closed first; that its kernel resets what we send afterwards changes nothing."""
    pair.peer.sendall(b"bye!")
    pair.peer.close()
    pair.until_we_know(select.POLLRDHUP)
    pair.ours.send(b"provokes the reset")
    pair.until_we_know(select.POLLERR)
    transcript = pair.run(Send(b"hello"), AwaitEnd())
    assert kinds(transcript) == [Connected, SendFailed, Received, PeerClosed]
    failed = transcript.events[1]
    assert isinstance(failed, SendFailed)
    assert failed.error == "EPIPE"
    assert transcript.ended is Ended.CLOSED


def test_after_the_fin_of_a_half_open_peer_the_rest_is_still_sent(pair: Pair) -> None:
    pair.peer.sendall(b"early!")
    pair.peer.shutdown(socket.SHUT_WR)
    pair.until_we_know(select.POLLRDHUP)
    transcript = pair.run(
        Send(b"a"), AwaitEnd(), Pause(0.01), Send(b"bcd", (1, 2)), AwaitResponse(3), HalfClose()
    )
    assert b"".join(iter(lambda: pair.peer.recv(100), b"")) == b"abcd"
    assert transcript.sent_count == 4
    assert transcript.ended is Ended.CLOSED


def test_a_peer_that_does_not_read_costs_the_limit_of_a_send_and_nothing_follows_the_gap(pair: Pair) -> None:
    limits = Limits(send_seconds=0.1, response_seconds=0.05)
    octets = bytes(32 << 20)
    transcript = pair.run(Send(octets), Send(b"behind the gap"), HalfClose(), AwaitResponse(), limits=limits)
    assert kinds(transcript) == [Connected, Sent, DeadlinePassed, DeadlinePassed]
    waited = [event.waiting_for for event in transcript.events if isinstance(event, DeadlinePassed)]
    assert waited == [WaitingFor.ROOM, WaitingFor.RESPONSE]
    assert 0 < transcript.sent_count < len(octets)


class ResettingWatch(MarkWatch):
    """Lets the peer reset as soon as anything of it is read."""

    def __init__(self, peer: socket.socket) -> None:
        super().__init__()
        self._peer = peer

    def feed(self, octets: bytes) -> None:
        super().feed(octets)
        reset_on_close(self._peer)
        self._peer.close()


def test_a_reset_while_a_send_waits_for_room_ends_the_plan(pair: Pair) -> None:
    pair.peer.sendall(b"early")
    pair.until_we_know(select.POLLIN)
    transcript = pair.run(Send(bytes(32 << 20)), AwaitResponse(), watch=ResettingWatch(pair.peer))
    assert transcript.received == b"early"
    assert transcript.ended is Ended.RESET
    assert transcript.seconds < LIMITS.send_seconds


def test_a_reset_peer_is_neither_half_closed_nor_aborted(pair: Pair) -> None:
    reset_on_close(pair.peer)
    pair.peer.close()
    pair.until_we_know(select.POLLERR)
    transcript = pair.run(HalfClose(), Abort())
    assert kinds(transcript) == [Connected, PeerReset]


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        ((AwaitResponse(),), "reset"),
        ((AwaitResponse(), AwaitEnd(0)), "closed"),
        ((AwaitResponse(2),), "closed"),
        ((Pause(0),), "closed"),
        ((AwaitResponse(), Abort()), "reset"),
    ],
    ids=["answered", "close observed", "not answered", "nothing awaited", "abort"],
)
def test_we_reset_only_when_all_is_answered_and_nobody_looks_at_the_close(
    pair: Pair, steps: tuple[Step, ...], seen: str
) -> None:
    pair.peer.sendall(b"answer!")
    pair.until_we_know(select.POLLIN)
    pair.run(*steps, limits=Limits(response_seconds=0.05))
    try:
        assert pair.peer.recv(1) == b""
    except ConnectionResetError:
        assert seen == "reset"
    else:
        assert seen == "closed"


def test_octets_that_drip_are_joined_once_there_are_many(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READS_APART", 2)
    monkeypatch.setattr(connection, "READ_AT_ONCE", 4)
    pair.peer.sendall(b"abcdefghijklmnopqr")
    pair.peer.shutdown(socket.SHUT_WR)
    pair.until_we_know(select.POLLRDHUP)
    transcript = pair.run(AwaitEnd())
    assert transcript.received == b"abcdefghijklmnopqr"
    assert kinds(transcript) == [Connected, *[Received] * 5, PeerClosed]


def test_joined_octets_keep_their_place_among_the_events(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READS_APART", 0)
    pair.peer.sendall(b"early!")
    pair.until_we_know(select.POLLIN)
    transcript = pair.run(AwaitResponse(), Send(b"a"))
    assert kinds(transcript) == [Connected, Received, Sent]


def test_joined_octets_are_told_though_nothing_follows(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READS_APART", 0)
    pair.peer.sendall(b"early!")
    pair.until_we_know(select.POLLIN)
    assert pair.run(AwaitResponse()).received == b"early!"


def test_a_descriptor_beyond_what_select_takes_is_as_good_as_any(pair: Pair) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2100:
        pytest.skip("this system allows too few descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2100), hard))
    try:
        high = socket.socket(fileno=fcntl.fcntl(pair.ours, fcntl.F_DUPFD_CLOEXEC, 2000))
        pair.peer.sendall(b"x")
        transcript = Pair(high, pair.peer).run(Send(b"a"), AwaitEnd(0.05))
        assert transcript.received == b"x"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_what_is_unacknowledged_is_told_and_where_nothing_is_known_nothing(pair: Pair) -> None:
    pair.ours.setblocking(False)
    sent = pair.ours.send(bytes(32 << 20))
    assert 0 < unacknowledged(pair.ours) <= sent
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert unacknowledged(listener) == 0


def test_a_socket_that_refuses_the_option_is_closed_all_the_same(pair: Pair) -> None:
    pair.ours.close()
    reset_on_close(pair.ours)
