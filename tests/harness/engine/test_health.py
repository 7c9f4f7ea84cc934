"""A target that crashes or hangs is a finding, told with the plan that did it, and the run goes on."""

import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.engine.conform import conform
from harness.errors import TargetDied
from harness.model.tally import Standing
from harness.rules.rule import catalogue
from harness.store.records import FindingRecord, PlanRecord, TranscriptRecord
from harness.targets.command import spawned
from harness.transport.base import Address, Limits
from harness.transport.tcp import TcpTransport

FRAIL = Path(__file__).with_name("frail_server.py")
RULES = [catalogue()["9112-3.2-host-missing"], catalogue()["9112-9.6-close-honoured"]]
LETHAL = "9112-3.2-host-missing/2"
LIMITS = Limits(response_seconds=1.0, end_seconds=1.0)


@contextmanager
def frail(conduct):
    with spawned(f"{sys.executable} {FRAIL} {{port}} {conduct}") as running:
        yield running, TcpTransport(Address(running.target.host, running.target.port), LIMITS)


def run(conduct, restart=None, rules=RULES):
    records = []
    with frail(conduct) as (running, transport):
        results = conform(
            running.target, rules, transport, records.append, jobs=4, restart=restart or running.restart
        )
    return results, records, [one for one in records if isinstance(one, FindingRecord)]


@pytest.mark.parametrize("conduct", ["crash", "hang"])
def test_the_plan_that_does_it_is_found_and_the_run_goes_on_with_the_rest(conduct):
    results, records, findings = run(conduct)
    assert [(one.kind, one.example) for one in findings] == [(conduct, LETHAL)]
    assert results.crashes == 1
    carried_out = [one.id for one in records if isinstance(one, PlanRecord)]
    assert len(carried_out) == len(set(carried_out))
    planned = {f"{rule.id}/{number + 1}" for rule in RULES for number in range(len(rule.probes))}
    assert planned <= set(carried_out)
    assert results.standing(RULES[1].id) is Standing.BAD  # it never closes: seen after the crash as well


@pytest.mark.parametrize("conduct", ["crash", "hang"])
def test_a_target_that_is_not_ours_to_restart_ends_the_run_and_everything_is_kept(conduct):
    records = []
    with frail(conduct) as (running, transport), pytest.raises(TargetDied):
        conform(running.target, RULES, transport, records.append, jobs=4)
    (finding,) = [one for one in records if isinstance(one, FindingRecord)]
    assert finding.kind == conduct
    assert LETHAL in (finding.example, *finding.notes)
    assert finding.example in {one.plan for one in records if isinstance(one, TranscriptRecord)}


def test_a_target_that_does_not_come_back_ends_the_run():
    with pytest.raises(TargetDied, match="accepts no more connections"):
        run("crash", restart=lambda: False)


def test_restarts_are_bounded(monkeypatch):
    monkeypatch.setattr("harness.engine.health.MOST_RESTARTS", 1)
    records = []
    with frail("every") as (running, transport), pytest.raises(TargetDied, match="restarted"):
        conform(running.target, RULES, transport, records.append, jobs=1, restart=running.restart)
    (finding,) = [one for one in records if isinstance(one, FindingRecord)]
    assert (finding.kind, finding.example) == ("crash", "9112-3.2-host-missing/1")
    assert finding.example in {one.plan for one in records if isinstance(one, TranscriptRecord)}
