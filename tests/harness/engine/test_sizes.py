"""Size limits as a part of a run: each is written, and none that a dying target would show is believed."""

import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.ladders import LADDERS
from harness.engine.limits import OUT_OF_TIME
from harness.engine.sizes import measure
from harness.model.limit import Found
from harness.store.recording import limit_of
from harness.store.records import FindingRecord, LimitRecord
from harness.targets.base import Target
from harness.targets.command import spawned
from harness.transport.base import Address, Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from harness.transport.tcp import TcpTransport
from server.connection import Connection
from server.limits import Limits as ServerLimits

FRAIL = Path(__file__).with_name("frail_server.py")
NAMES = [ladder.name for ladder in LADDERS]
QUICK = Limits(response_seconds=0.3, end_seconds=0.3)


@contextmanager
def frail(conduct):
    """A server that dies of a large head, calibrated."""
    with spawned(f"{sys.executable} {FRAIL} {{port}} {conduct}") as running:
        transport = TcpTransport(Address(running.target.host, running.target.port), QUICK)
        yield running, Deadlines(calibrate(running.target, transport, jobs=4), transport)


def only(monkeypatch, *names):
    """Only these things are looked at."""
    ladders = tuple(ladder for ladder in LADDERS if ladder.name in names)
    monkeypatch.setattr("harness.engine.sizes.LADDERS", ladders)


def told(records):
    """The limits by name, and the findings."""
    limits = [limit_of(one) for one in records if isinstance(one, LimitRecord)]
    assert [limit.name for limit in limits] == NAMES
    return {limit.name: limit for limit in limits}, [one for one in records if isinstance(one, FindingRecord)]


class OneAtATime(MemoryTransport):
    """In memory, for several threads in turn: whether the target is well is asked while it is measured."""

    lock = Lock()

    def limited(self, limits):
        return OneAtATime(self._make_peer, limits, self.clock)

    def execute(self, plan, watch):
        with self.lock:
            return super().execute(plan, watch)


class MuteOnce(Connection):
    """The reference server, which leaves the baseline unanswered once it is told to."""

    told = False

    def receive(self, octets):
        if MuteOnce.told and octets.startswith(b"GET / HTTP/1.1\r\nHost: reference.invalid:8000\r\n\r\n"):
            MuteOnce.told = False
            return b""
        return super().receive(octets)


def in_memory(*, mute=False, **more):
    """All records about a small reference server in memory, and what was handed on."""
    clock = VirtualClock(now=1_800_000_000.0)
    small = ServerLimits(request_line=3000, header_section=2500, field_lines=40)
    transport = OneAtATime(lambda: MuteOnce(small, clock=clock), Limits(), clock)
    calibration = calibrate(Target("reference", "reference.invalid", 8000), transport)
    records, found = [], []
    MuteOnce.told = mute
    crashes = measure(Deadlines(calibration, transport), records.append, on_found=found.extend, **more)
    assert crashes == 0
    assert not MuteOnce.told
    return records, found


def test_each_limit_is_written_as_it_was_found():
    records, found = in_memory()
    limits, findings = told(records)
    assert findings == []
    assert found == list(limits.values())
    assert {one.target for one in records} == {"reference"}
    assert limits["request-line"].most == 3000
    assert limits["request-line"].beyond.status == 414
    assert limits["field lines"].most == 40


def test_a_target_that_was_busy_for_a_moment_has_not_died():
    records, _ = in_memory(mute=True)
    limits, findings = told(records)
    assert findings == []
    assert records == in_memory()[0]
    assert {one.found for one in limits.values()} == {Found.EXACTLY}


def test_when_the_time_is_over_what_is_known_is_kept_and_the_rest_is_unknown():
    now = iter([0.0, *[1.0] * 40])
    records, _ = in_memory(max_seconds=5.0, clock=lambda: next(now, 6.0))
    limits, findings = told(records)
    assert findings == []
    assert limits["request-line"].found is Found.EXACTLY
    late = [limit for limit in limits.values() if limit.note == OUT_OF_TIME]
    assert late
    assert late[-1].name == NAMES[-1]
    assert all(limit.found is Found.UNKNOWN and limit.most is None for limit in late[1:])


MOST = {"field value": 12_800, "field lines": 2048}


@pytest.mark.parametrize(
    ("conduct", "kind", "names"),
    [("large", "crash", ("field value", "field lines")), ("stuck", "hang", ("field value",))],
)
def test_what_a_target_dies_of_is_told_and_its_other_limits_are_found_on_a_fresh_one(
    monkeypatch, conduct, kind, names
):
    only(monkeypatch, *names)
    records = []
    with frail(conduct) as (running, deadlines):
        assert measure(deadlines, records.append, restart=running.restart) == len(names)
    limits = [one for one in records if isinstance(one, LimitRecord)]
    findings = [one for one in records if isinstance(one, FindingRecord)]
    assert [(one.kind, one.example) for one in findings] == [(kind, f"limits/{name}") for name in names]
    assert findings[0].notes[0] == "seen behind field value of more than 12,800 octets"
    assert "wireproof limits" in findings[0].notes[1]
    assert [(one.name, one.most, one.beyond) for one in limits] == [
        (name, MOST[name], None) for name in names
    ]
    assert all(one.note.startswith("the target ") for one in limits)


def test_a_size_that_is_always_tried_and_lethal_is_named(monkeypatch):
    only(monkeypatch, NAMES[1])
    records = []
    with frail("large") as (running, deadlines):
        assert measure(deadlines, records.append, restart=running.restart) == 1
    finding, limit = records
    assert finding.notes[0] == f"seen behind {NAMES[1]} of 1,048,576 octets"
    assert (limit.most, limit.note) == (None, f"the target {finding.cause}")


def test_a_target_that_is_not_ours_to_restart_leaves_its_limits_unknown():
    records = []
    with frail("large") as (_, deadlines):
        assert measure(deadlines, records.append) == 1
    limits, (finding,) = told(records)
    assert (finding.kind, finding.example) == ("crash", "limits/request-line")
    assert list(finding.notes) == ["under way were sizes of", *NAMES]
    assert {(one.found, one.most) for one in limits.values()} == {(Found.UNKNOWN, None)}
    assert {one.note for one in limits.values()} == {f"the target {finding.cause}"}


def test_a_target_that_comes_back_once_and_no_more_is_told_of_once_and_the_rest_is_unknown():
    records, back = [], iter([True, False])
    with frail("large") as (running, deadlines):
        assert measure(deadlines, records.append, restart=lambda: next(back) and running.restart()) == 1
    limits, (finding,) = told(records)
    assert finding.notes[0] == "seen behind request-line of 65,535 octets"
    assert {one.note for one in limits.values()} == {f"the target {finding.cause}"}


def test_what_is_not_seen_again_is_told_as_that_and_all_limits_are_found(tmp_path):
    records = []
    with frail(f"once={tmp_path / 'died'}") as (running, deadlines):
        assert measure(deadlines, records.append, restart=running.restart) == 1
    limits, (finding,) = told(records)
    assert finding.kind == "crash"
    assert finding.notes[:2] == ("not seen again;", "under way were sizes of")
    assert {one.found for one in limits.values()} == {Found.NOT_REACHED}
