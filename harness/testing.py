"""Contract kits: what an adapter from outside must do, as checks that its author runs.

`check_transport` holds a transport (TLS, unix sockets, ...) to the promises of
`harness.transport.base.Transport`. All it needs is a way to make one whose plans meet a peer of the
kit's choosing:

    @contextmanager
    def over_tcp(make_peer, limits):
        with hosted(lambda: make_peer(time.monotonic)) as address:
            yield TcpTransport(address, limits)

    def test_contract():
        check_transport(over_tcp)

or, one test for each promise, `@pytest.mark.parametrize("promise", TRANSPORT_PROMISES)`, `promise(over_tcp)`.
A promise that is not kept is an AssertionError that says which one, with the transcript's last events.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.transport.base import Transport
from harness.transport.contract.promises import TRANSPORT_PROMISES, unreachable_peer
from harness.transport.contract.trial import MakePeer, MakeTransport, Promise
from harness.transport.host import hosted

__all__ = [
    "TRANSPORT_PROMISES",
    "MakePeer",
    "MakeTransport",
    "Promise",
    "check_transport",
    "hosted",
    "unreachable_peer",
]


def check_transport(make: MakeTransport, unreachable: Iterable[Transport] = ()) -> None:
    """Hold a transport to every promise; AssertionError names the first that is not kept.

    `unreachable` are transports to where nobody listens, if there is such a thing.
    """
    for promise in TRANSPORT_PROMISES:
        promise(make)
    for transport in unreachable:
        unreachable_peer(transport)
