"""Both transports of ours keep every promise of the contract kit."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.testing import TRANSPORT_PROMISES, MakePeer, MakeTransport, Promise, unreachable_peer
from harness.transport.base import Address, Limits, Transport
from harness.transport.contract.promises import whole_send
from harness.transport.host import hosted
from harness.transport.memory import MemoryTransport, VirtualClock
from harness.transport.tcp import TcpTransport


@contextmanager
def over_tcp(make_peer: MakePeer, limits: Limits) -> Iterator[Transport]:
    with hosted(lambda: make_peer(time.monotonic)) as address:
        yield TcpTransport(address, limits)


@contextmanager
def over_ipv6(make_peer: MakePeer, limits: Limits) -> Iterator[Transport]:
    listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    with hosted(lambda: make_peer(time.monotonic), listener) as address:
        yield TcpTransport(address, limits)


@contextmanager
def in_memory(make_peer: MakePeer, limits: Limits) -> Iterator[Transport]:
    clock = VirtualClock(1_000_000.0)
    yield MemoryTransport(lambda: make_peer(clock), limits, clock)


@pytest.mark.parametrize("make", [over_tcp, in_memory])
@pytest.mark.parametrize("promise", TRANSPORT_PROMISES, ids=lambda promise: promise.__name__)
def test_the_promise_is_kept(promise: Promise, make: MakeTransport) -> None:
    promise(make)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_is_no_different() -> None:
    whole_send(over_ipv6)


def test_where_nobody_listens_the_connection_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address(*listener.getsockname())
    unreachable_peer(TcpTransport(address))
