"""Campaigns find what is broken, tell each cause once, make it small, and find nothing where nothing is."""

from functools import cache

import pytest

from harness.engine.fuzzing.campaign import Bounds
from harness.engine.lint import complaints
from harness.engine.shrink import size
from harness.errors import TargetDied
from harness.model.verdict import Grade, Outcome
from harness.store.case_file import parse, write
from harness.store.records import CampaignRecord, FindingRecord, PlanRecord, TranscriptRecord, VerdictRecord
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from tests.harness.engine.engine_support import LIMITS, answers, scripted
from tests.harness.engine.fuzzing.fuzzing_support import Run, ran


@cache
def of(fault, *families):
    """A campaign against that fault, run once."""
    return ran(fault, *families, exchanges=100)


def test_the_faultless_server_has_no_findings():
    run = ran(exchanges=300, seed=8)
    assert run.findings == []
    assert not run.course.counts
    assert not run.report.fails(tuple(Grade))
    assert run.course.tally.exchanges == 300


FOUND = {
    "length-and-coding-kept-open": ("transfer-encoding", "9112-6.1-length-and-coding"),
    "space-before-colon-accepted": ("field-lines", "9112-5.1-space-before-colon"),
    "host-twice-accepted": ("host", "9112-3.2-host-twice"),
    "content-length-invalid-accepted-as-prefix": ("content-length", "9112-6.3-content-length-invalid"),
}


@pytest.mark.parametrize(("fault", "family", "rule"), [(k, *v) for k, v in FOUND.items()])
def test_what_is_broken_is_found(fault, family, rule):
    assert rule in {one.rule.id for one in of(fault, family).findings}


COUNTED = "length-and-coding-kept-open", "transfer-encoding"


def test_each_cause_is_told_once_and_counted():
    run = of(*COUNTED)
    causes = [one.cause for one in run.findings]
    assert len(set(causes)) == len(causes)
    assert max(run.course.counts.values()) > 1


def test_what_is_found_is_confirmed_and_small():
    for one in of(*COUNTED).findings:
        assert one.verdict.confirmed
        assert one.verdict.outcome is Outcome.VIOLATES
        assert one.minimal or one.tries == 150
        assert size(one.case.steps) < 90


def test_what_is_found_is_a_sound_case_that_provokes_its_rule():
    for one in of(*COUNTED).findings:
        assert list(complaints(one.case)) == []
        assert parse(write(one.case)) == one.case
        assert one.case.provokes == (one.rule.id,)
        assert one.case.provenance.startswith("fuzz, seed 1 plan ")


def test_everything_is_written_as_a_run_has_it():
    run = of(*COUNTED)
    plans = {one.id for one in run.of(PlanRecord)}
    assert (
        plans == {one.plan for one in run.of(TranscriptRecord)} == {one.plan for one in run.of(VerdictRecord)}
    )
    for one in run.of(FindingRecord):
        assert (one.kind, one.example in plans) == ("violation", True)
    (campaign,) = run.of(CampaignRecord)
    assert (campaign.exchanges, campaign.seed) == (100, 1)
    assert set(campaign.families) == {"transfer-encoding"}
    assert campaign.behaviours[-1][0] == 64
    assert sum(campaign.violations.values()) == sum(run.course.counts.values())


def test_the_same_seed_finds_the_same():
    again = ran(*COUNTED, exchanges=100)
    assert [one.case for one in again.findings] == [one.case for one in of(*COUNTED).findings]


def test_what_known_cases_show_is_not_told_again():
    cases = [one.case for one in of(*COUNTED).findings]
    assert ran(*COUNTED, exchanges=100, known=cases).findings == []


def test_a_campaign_ends_when_the_time_is_up():
    run = ran(bounds=Bounds(seconds=0.0))
    assert run.course.tally.exchanges == 0


def test_a_target_that_answers_everything_alike_fails_whatever_is_found():
    run = ran(scripted(lambda _: answers(200)), exchanges=1)
    assert run.report.indiscriminate
    assert run.report.fails(())


class Mortal:
    """The reference server in memory, dying of two Content-Length lines; it lives when it is restarted."""

    def __init__(self):
        self.dead = False
        self.clock = VirtualClock(now=1_800_000_000.0)

    def transport(self):
        return MemoryTransport(lambda: _Peer(self), LIMITS, self.clock)

    def restart(self):
        self.dead = False
        return True


class _Peer:
    """One connection to it."""

    def __init__(self, server):
        self._server, self._octets = server, b""
        self._connection = Connection(clock=server.clock)
        self.timeout, self.tick = self._connection.timeout, self._connection.tick

    @property
    def ended(self):
        return self._server.dead or self._connection.ended

    def receive(self, octets):
        self._octets += octets
        head, end, _ = self._octets.partition(b"\r\n\r\n")
        if end and head.lower().count(b"\ncontent-length:") > 1:
            self._server.dead = True
        return b"" if self._server.dead else self._connection.receive(octets)


def test_a_crash_is_found_attributed_made_small_and_the_campaign_goes_on():
    server = Mortal()
    run = ran(server.transport(), "content-length", exchanges=60, restart=server.restart)
    ailment, case, _ = run.ailments[0]
    assert ailment.kind == "crash"
    assert case.octets.lower().count(b"\ncontent-length:") == 2
    assert size(case.steps) < 60
    assert run.report.fails(())
    assert run.course.tally.exchanges + run.course.left_out >= 50
    assert next(one.kind for one in run.of(FindingRecord) if not one.rule) == "crash"


def test_what_is_like_a_crash_is_not_sent_again():
    server = Mortal()
    run = ran(server.transport(), "content-length", exchanges=60, restart=server.restart)
    assert len(run.ailments) <= 3
    assert run.course.left_out > 0


def test_a_target_that_is_not_ours_ends_the_campaign_with_all_that_was_found():
    server, run = Mortal(), Run()
    with pytest.raises(TargetDied):
        ran(server.transport(), "content-length", exchanges=60, run=run)
    assert [one.kind for one in run.of(FindingRecord)] == ["crash"]
    assert run.of(CampaignRecord)
