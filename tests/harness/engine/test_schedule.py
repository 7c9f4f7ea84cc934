"""Plans fly no more at a time than they may, none is forgotten, and the traffic can be stopped."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.engine.plans import Planned
from harness.engine.schedule import Schedule, stalls
from harness.model.plan import AwaitResponse, Origin, Pause, Plan, Provenance, Send

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def planned(name, *steps):
    return Planned("rule", Plan(steps or (Send(GET), AwaitResponse(1)), Provenance(Origin.PROBE, name)), None)


WORK = [planned(str(number)) for number in range(12)]


def names(results):
    return sorted(str(one.plan.provenance) for one in results)


def all_of(schedule):
    found = []
    while result := schedule.next():
        found.append(result)
    return found


@pytest.mark.parametrize("at_once", [1, 3])
def test_every_plan_is_carried_out_once_and_no_more_fly_than_may(at_once):
    flying = threading.Semaphore(at_once)
    too_many = []

    def carry(one):
        if not flying.acquire(blocking=False):
            too_many.append(one)
        flying.release()
        return one.plan

    with ThreadPoolExecutor(8) as pool:
        found = all_of(Schedule(pool, carry, at_once, WORK))
    assert names(one for one, _ in found) == names(WORK)
    assert all(one.plan is seen for one, seen in found)
    assert too_many == []


def test_traffic_can_be_stopped_and_what_was_in_flight_taken_back():
    gate = threading.Event()

    def carry(one):
        if one is not WORK[0]:
            gate.wait()
        return one.plan

    with ThreadPoolExecutor(3) as pool:
        schedule = Schedule(pool, carry, 3, WORK)
        first, _ = schedule.next()
        gate.set()
        schedule.settle()
        dropped = schedule.dropped()
        rest = schedule.rest()
        assert schedule.next() is None
    assert first is WORK[0]
    assert names(dropped) == names(WORK[1:3])
    assert names(rest) == names(WORK[3:])


def test_what_a_transport_raises_passes_through():
    def carry(one):
        raise OSError("no descriptors")

    with ThreadPoolExecutor(1) as pool, pytest.raises(OSError, match="no descriptors"):
        Schedule(pool, carry, 1, WORK).next()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((Send(GET), AwaitResponse(1)), False),
        ((Send(GET[:9]), Pause(0.2), Send(GET[9:]), AwaitResponse(1)), True),
        ((Send(GET[:-2]), AwaitResponse(1)), True),
        ((Send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhel"), AwaitResponse(1)), True),
    ],
)
def test_a_plan_stalls_that_leaves_the_target_waiting_for_octets(steps, expected):
    assert stalls(planned("one", *steps)) is expected
