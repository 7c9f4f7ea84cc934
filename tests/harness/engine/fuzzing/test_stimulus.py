"""Generated plans on the wire: as the case that is kept of them, but in haste."""

from dataclasses import replace
from itertools import islice

import pytest

from harness.engine.fuzzing.stimulus import GLANCE_SECONDS, fuzz_plan, hasty_plan, stimulus, with_end
from harness.engine.plans import MOMENT_SECONDS, Surroundings
from harness.http1.request_reader import read_requests
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Send
from harness.model.reading import End
from harness.strategies.planning import seeded_plans

AROUND = Surroundings(b"a.invalid:8000", b"/p", b"/echo", b"GET /marker HTTP/1.1\r\nHost: x\r\n\r\n")
SOUND = b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
GENERATED = list(islice(seeded_plans(4), 400))


def test_what_is_whole_is_carried_out_as_the_case_of_it_would_be():
    compared = 0
    for one in GENERATED:
        for behind in (False, True):
            steps = with_end(one.plan.steps, behind=behind)
            hasty = hasty_plan(steps, AROUND, "x")
            expected = fuzz_plan(steps, AROUND, "x")
            assert hasty.plan.octets in (expected.octets, expected.octets.removesuffix(AROUND.marker))
            if hasty.meant.end is not End.NEEDS_MORE and not cut_everywhere(steps):
                assert hasty.plan == glanced(expected)
                compared += 1
    assert compared > 400


def glanced(plan):
    """The same with a shorter look for one response too many."""
    look = AwaitEnd(MOMENT_SECONDS)
    return (
        replace(plan, steps=(*plan.steps[:-1], AwaitEnd(GLANCE_SECONDS))) if plan.steps[-1] == look else plan
    )


def cut_everywhere(steps):
    """Octet by octet: a token is one octet there until it is filled in."""
    return any(isinstance(step, Send) and len(step.cuts) > 20 for step in steps)


def test_the_reading_is_that_of_all_octets_of_the_plan():
    for one in GENERATED[:100]:
        made = stimulus(0, one, AROUND)
        assert made.meant == read_requests(made.plan.octets)


@pytest.mark.parametrize("marker", [b"", b"{marker}"])
def test_nobody_waits_long_for_what_is_not_whole(marker):
    cut = b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 500\r\n\r\nhello"
    hasty = hasty_plan((Send(cut + marker),), AROUND, "x")
    assert hasty.plan.steps[1:] == (AwaitEnd(MOMENT_SECONDS),)
    assert hasty.whole == 0


def test_a_whole_request_in_front_of_one_in_part_is_waited_for():
    hasty = hasty_plan((Send(SOUND + b"GET"),), AROUND, "x")
    assert hasty.plan.steps[1:] == (AwaitResponse(1), AwaitEnd(MOMENT_SECONDS))
    assert hasty.plan.marker_at is None


def test_behind_a_half_close_the_end_is_waited_for_and_behind_a_reset_nothing():
    assert with_end((Send(b"x"), HalfClose()), behind=True) == (Send(b"x"), HalfClose(), AwaitEnd())
    assert with_end((Send(b"x"), Abort()), behind=True) == (Send(b"x"), Abort())
    assert hasty_plan((Send(SOUND), Abort()), AROUND, "x").plan.steps[-1] == Abort()


def test_a_seed_has_the_same_stimuli_in_the_same_order():
    once, again = (
        [stimulus(n, one, AROUND) for n, one in enumerate(islice(seeded_plans(9), 50))] for _ in "ab"
    )
    assert once == again
    assert len({one.plan.provenance.name for one in once}) > 45
