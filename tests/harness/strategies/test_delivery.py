"""Every delivery sends the octets it was given, in order, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.plan import HalfClose, Origin, Pause, Plan, Provenance, Send
from harness.strategies import delivery as deliveries
from harness.strategies.delivery import Kind
from harness.transport.base import check_plan

OCTETS = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def sent(delivery):
    return b"".join(step.octets for step in delivery.steps if isinstance(step, Send))


def pieces(delivery):
    return [piece for step in delivery.steps if isinstance(step, Send) for piece in step.pieces]


@settings(deadline=None, database=None)
@given(octets=st.binary(max_size=60))
def test_any_octets_make_plans_that_can_be_carried_out_and_send_just_them(octets):
    for delivery in deliveries.deliveries(octets):
        check_plan(Plan(delivery.steps, Provenance(Origin.FUZZ, "deliveries", str(delivery))), None)
        assert sent(delivery) == octets[: delivery.count]
        assert delivery.kind.cut_off == (delivery.count < len(octets))


def test_every_proper_prefix_and_every_split_is_there_once():
    for kind in (Kind.HALF_CLOSED, Kind.STALLED):
        prefixes = [sent(one) for one in deliveries.deliveries(OCTETS, kind)]
        assert prefixes == [OCTETS[:at] for at in range(1, len(OCTETS))]
    splits = [pieces(one) for one in deliveries.deliveries(OCTETS, Kind.SPLIT)]
    assert splits == [[OCTETS[:at], OCTETS[at:]] for at in range(1, len(OCTETS))]


def test_what_is_cut_off_ends_as_its_kind_says():
    assert deliveries.half_closed(OCTETS, 3).steps == (Send(b"GET"), HalfClose())
    assert deliveries.stalled(OCTETS, 3).steps == (Send(b"GET"),)
    assert deliveries.paused(OCTETS, 3, 0.5).steps == (Send(b"GET"), Pause(0.5), Send(OCTETS[3:]))


def test_octet_by_octet_has_as_many_pieces_as_octets():
    assert pieces(deliveries.octet_by_octet(OCTETS)) == [bytes([one]) for one in OCTETS]


def test_random_cuts_are_the_same_for_the_same_seed():
    assert deliveries.random_cuts(OCTETS, 7) == deliveries.random_cuts(OCTETS, 7)
    assert len({tuple(pieces(one)) for one in deliveries.deliveries(OCTETS, Kind.CUTS)}) > 10


def test_no_half_close_stands_without_its_octets():
    assert deliveries.half_closed(OCTETS, 0).steps == (HalfClose(),)


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        (deliveries.whole(OCTETS), "whole"),
        (deliveries.split(OCTETS, 4), "in two pieces (4)"),
        (deliveries.random_cuts(OCTETS, 4), "in random cuts (seed 4)"),
    ],
)
def test_a_delivery_names_itself(delivery, told):
    assert str(delivery) == told
