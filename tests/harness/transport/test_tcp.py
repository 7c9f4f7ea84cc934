"""How TcpTransport connects, and that threads may share it."""

from __future__ import annotations

import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import HarnessError
from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send
from harness.model.transcript import Connected, ConnectFailed, Event
from harness.transport.base import Address, Limits
from harness.transport.contract.peers import MarkWatch, ScriptedPeer
from harness.transport.host import hosted
from harness.transport.tcp import TcpTransport, _refuse_ourselves

PLAN = Plan((Send(b"hello!"), AwaitResponse()), Provenance(Origin.USER, "test"))


def echoing() -> ScriptedPeer:
    return ScriptedPeer(time.monotonic, answer=lambda _, octets: octets)


def first_event(transport: TcpTransport) -> Event:
    return transport.execute(PLAN, MarkWatch()).events[0]


def test_a_name_is_tried_at_each_of_its_addresses() -> None:
    """`localhost` may be ::1 first, where nobody listens."""
    with hosted(echoing) as address:
        transport = TcpTransport(Address("localhost", address.port))
        for _ in range(2):
            assert transport.execute(PLAN, MarkWatch()).received == b"hello!"


def test_a_name_that_is_none_is_a_failed_connection() -> None:
    failed = first_event(TcpTransport(Address("a..b", 80)))
    assert isinstance(failed, ConnectFailed)
    assert failed.error == "EAI_NONAME"


def test_a_listener_that_went_away_refuses_and_one_that_came_back_is_found_again() -> None:
    with hosted(echoing) as address:
        transport = TcpTransport(address)
        assert isinstance(first_event(transport), Connected)
    failed = first_event(transport)
    assert isinstance(failed, ConnectFailed)
    assert failed.error == "ECONNREFUSED"
    with hosted(echoing, socket.create_server((address.host, address.port))):
        assert isinstance(first_event(transport), Connected)


def test_a_listener_that_does_not_accept_costs_the_limit() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        where = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]  # more than its queue holds
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(where)
        failed = first_event(TcpTransport(Address(*where), Limits(connect_seconds=0.1)))
        for filler in fillers:
            filler.close()
    assert isinstance(failed, ConnectFailed)
    assert failed.error == "ETIMEDOUT"
    assert 0.1 <= failed.at < 1


def test_a_connection_to_ourselves_is_no_connection() -> None:
    with socket.socket() as ourselves:
        ourselves.bind(("127.0.0.1", 0))
        ourselves.connect(ourselves.getsockname())
        with pytest.raises(ConnectionRefusedError):
            _refuse_ourselves(ourselves)


def test_what_this_machine_lacks_is_not_the_fault_of_the_target() -> None:
    transport = TcpTransport(Address("127.0.0.1", 1))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(HarnessError, match=r"127\.0\.0\.1:1 \(EMFILE\)"):
            transport.execute(PLAN, MarkWatch())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_threads_share_a_transport() -> None:
    with hosted(echoing) as address, ThreadPoolExecutor(8) as pool:
        transport = TcpTransport(address)
        transcripts = pool.map(lambda _: transport.execute(PLAN, MarkWatch()), range(64))
        assert {transcript.received for transcript in transcripts} == {b"hello!"}


@pytest.mark.parametrize(
    ("address", "written"),
    [(Address("127.0.0.1", 80), "127.0.0.1:80"), (Address("::1", 8080), "[::1]:8080")],
)
def test_an_address_is_written_as_in_a_url(address: Address, written: str) -> None:
    assert str(address) == written
    assert written in repr(TcpTransport(address))
