"""How many connections a target serves at once is seen, without trusting a clock."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.crowd import MOST, crowd
from harness.http1.build import get
from tests.harness.engine.calibration.small_servers import (
    PATIENT,
    keeps,
    listening,
    pages,
    response,
)

LONG, SHORT = 30.0, 0.05
"""Held so long that nothing can outlast it, however busy this machine is; and no longer than need be."""


def found(handle, *, at_once=64, wanted=4, seconds=SHORT, long_seconds=SHORT):
    with (
        ThreadPoolExecutor(MOST) as pool,
        listening(handle, at_once=at_once, limits=PATIENT) as server,
    ):
        ask = Asker(server.target, server.transport)
        many = crowd(ask, wanted, pool, held_seconds=seconds, long_seconds=long_seconds)
        server.hang_up()  # those that are held still
    return many, ask


def test_who_serves_as_many_as_are_wanted_is_waited_for_no_longer():
    many, ask = found(keeps(pages), seconds=LONG)
    assert (many.at_once, many.fact.text) == (4, "4 at a time are served")
    assert ask.seen == []  # what is held would be judged too early


def test_who_serves_one_at_a_time_is_seen():
    many, ask = found(keeps(pages), at_once=1)
    assert many.at_once == 1
    assert many.fact.text.startswith("one at a time is served")
    assert ask.measured.slowest == 0.0  # we ourselves were in the way


@pytest.mark.parametrize("at_once", [2, 3])
def test_who_serves_a_few_is_not_asked_for_more(at_once):
    many, _ = found(keeps(pages), at_once=at_once, seconds=0.5, long_seconds=LONG)
    assert 1 < many.at_once <= at_once


def test_more_than_can_matter_are_not_tried():
    many, _ = found(keeps(pages), wanted=200, seconds=LONG)
    assert (many.at_once, many.fact.text) == (200, f"{MOST} at a time are served")


def test_what_the_target_ends_by_itself_is_in_nobodys_way():
    def hasty(connection):
        """Answers whatever comes first, finished or not."""
        if connection.recv(1 << 16):
            connection.sendall(response(b"", b"200 OK", b"Connection: close"))

    many, _ = found(hasty, seconds=LONG)
    assert many.at_once == 4


def test_nobody_is_left_waiting_where_no_connection_is_to_be_had():
    with ThreadPoolExecutor(MOST) as pool, listening(keeps(pages)) as server:
        ask = Asker(server.target, server.transport)
        assert ask.ask("baseline", get())
    many = crowd(ask, 3, pool := ThreadPoolExecutor(MOST), held_seconds=SHORT, long_seconds=SHORT)
    pool.shutdown()
    assert many.at_once == 1


def test_one_that_is_slow_is_held_longer():
    """A target is not taken for one that serves nobody else because it takes its time."""
    with ThreadPoolExecutor(MOST) as pool, listening(keeps(pages), limits=PATIENT) as server:
        ask = Asker(server.target, server.transport)
        ask.measured.slowest = LONG
        many = crowd(ask, 3, pool, held_seconds=0.0, long_seconds=0.0)
        server.hang_up()
    assert many.at_once == 3
