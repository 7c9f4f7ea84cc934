"""Drawn deliveries send just the octets, in every way, with bounded pauses and no cut through a token."""

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.plan import Abort, HalfClose, Origin, Pause, Plan, Provenance, Send
from harness.strategies import delivery
from harness.strategies.decoded import DecodedDraw
from harness.strategies.delivery import Kind
from harness.strategies.drawn_delivery import MOST_CUTS, MOST_OCTETS, WEIGHTED_KINDS, drawn_delivery
from harness.strategies.seeded import SeededDraw
from harness.strategies.tokens import every_cut
from harness.transport.base import check_plan

OCTETS = b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-A: b, c\r\n\r\n"
ALL_KINDS = tuple(Kind)


def sent(one):
    return b"".join(step.octets for step in one.steps if isinstance(step, Send))


def drawn(count, octets=OCTETS, **options):
    return [drawn_delivery(SeededDraw(21, number), octets, **options) for number in range(count)]


@settings(deadline=None)
@given(octets=st.binary(max_size=60), answers=st.binary(max_size=30))
def test_any_octets_are_delivered_by_a_plan_that_can_be_carried_out(octets, answers):
    one = drawn_delivery(DecodedDraw(answers), octets, ALL_KINDS)
    check_plan(Plan(one.steps, Provenance(Origin.FUZZ, "drawn", str(one))), None)
    assert sent(one) == octets[: one.count]
    assert one.count == len(octets) or one.kind.cut_off


def test_every_kind_is_drawn_and_the_plain_one_most():
    kinds = Counter(one.kind for one in drawn(600))
    assert set(kinds) == set(WEIGHTED_KINDS) == set(Kind) - {Kind.STALLED, Kind.HELD_BACK}
    assert kinds.most_common(1)[0][0] is Kind.WHOLE
    expecting = OCTETS.replace(b"X-A: b, c", b"Expect: 100-continue") + b"a"
    assert {one.kind for one in drawn(200, expecting, kinds=ALL_KINDS)} == set(Kind)


def test_no_cut_goes_through_a_token():
    allowed = {0, *every_cut(OCTETS), len(OCTETS)}
    for one in drawn(600, kinds=ALL_KINDS):
        assert one.count in allowed
        pieces = [piece for step in one.steps if isinstance(step, Send) for piece in step.pieces]
        assert set(itertools.accumulate(map(len, pieces))) <= allowed


def test_cuts_like_the_ends_of_lines():
    cuts = Counter(one.steps[0].cuts[0] for one in drawn(400, kinds=[Kind.SPLIT]))
    ends = [cuts[OCTETS.index(b"\r\n") + offset] for offset in (0, 1)]
    assert min(ends) > 2 * 400 / len(OCTETS)


def test_pauses_are_short():
    pauses = seconds(drawn(200, kinds=[Kind.PAUSED]))
    assert len(pauses) == 200
    assert 0 < min(pauses) <= max(pauses) <= delivery.PAUSE_SECONDS
    assert set(seconds(drawn(5, kinds=[Kind.PAUSED], max_pause=0.001))) == {0.001}


def test_content_is_held_back_where_a_100_is_expected():
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    (held,) = drawn(1, head + b"a", kinds=[Kind.HELD_BACK])
    assert held.steps == (Send(head), Pause(delivery.HELD_SECONDS), Send(b"a"))
    for octets in (head, b"GET / HTTP/1.1\r\n\r\n" + head + b"a", head.replace(b"100", b"200") + b"a"):
        (whole,) = drawn(1, octets, kinds=[Kind.HELD_BACK])
        assert whole.steps == (Send(octets),)


def seconds(deliveries):
    return [step.seconds for one in deliveries for step in one.steps if isinstance(step, Pause)]


def test_long_octets_are_not_sent_one_by_one():
    long = b"x" * (MOST_OCTETS + 1)
    (one,) = drawn(1, long, kinds=[Kind.OCTETS])
    assert len(one.steps[0].pieces) <= MOST_CUTS + 1
    (short,) = drawn(1, kinds=[Kind.OCTETS])
    assert short.steps[0].cuts == every_cut(OCTETS)


@pytest.mark.parametrize(("kind", "last"), [(Kind.HALF_CLOSED, HalfClose()), (Kind.ABORTED, Abort())])
def test_an_end_comes_behind_all_octets_or_before(kind, last):
    counts = [one.count for one in drawn(60, kinds=[kind]) if one.steps[-1] == last]
    assert len(counts) == 60
    assert len(OCTETS) in counts
    assert min(counts) < len(OCTETS)
