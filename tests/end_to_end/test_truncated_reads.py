"""Truncated reads over real sockets: about 1,500 exchanges with the reference server, in a few seconds."""

from collections import Counter

from harness.engine.calibrate import calibrate
from harness.engine.truncate import SWEPT, sweep
from harness.strategies.delivery import Kind
from harness.targets.reference import reference
from harness.transport.base import Address, Limits
from harness.transport.tcp import TcpTransport

PATIENT = Limits(response_seconds=20.0, end_seconds=20.0, total_seconds=60.0)


def swept(*kinds, fault=""):
    with reference(fault) as running:
        target = running.target
        transport = TcpTransport(Address(target.host, target.port), PATIENT)
        return sweep(calibrate(target, transport), transport, kinds)


def test_the_reference_server_takes_every_prefix_and_every_split_as_it_should():
    found = swept(*SWEPT)
    assert found.remarks == ()
    assert found.exchanges > 1400


def test_random_cuts_and_a_pause_change_nothing():
    assert swept(Kind.CUTS).remarks == ()


def test_a_server_that_serves_anything_is_seen_through():
    found = swept(Kind.HALF_CLOSED, fault="answers-200-to-everything")
    observed = Counter(one.observed for one in found.departures)
    assert observed["answered 200 before the empty line behind the field lines"] > 400
