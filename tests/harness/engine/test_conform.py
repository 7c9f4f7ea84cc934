"""A run judges what it examines, writes it all down, and stops when the target is gone."""

import pytest

from harness.engine.conform import Progress, conform
from harness.errors import TargetDied, TargetUnavailable
from harness.model.plan import Origin
from harness.model.tally import Standing
from harness.model.transcript import Connected, ConnectFailed, Transcript
from harness.model.verdict import Outcome
from harness.rules.rule import catalogue
from harness.store.records import FindingRecord, PlanRecord, TargetRecord, TranscriptRecord, VerdictRecord
from tests.harness.engine.engine_support import TARGET, reference

HOST_RULES = [rule for rule in catalogue().values() if rule.id.startswith("9112-3.2-host-")]


def run(fault=None, rules=HOST_RULES, transport=None, **settings):
    records = []
    transport = transport or reference(fault or "")
    results = conform(TARGET, rules, transport, records.append, jobs=1, **settings)
    return results, records


def test_the_faultless_server_conforms():
    results, _ = run()
    assert [results.standing(rule.id) for rule in HOST_RULES] == [Standing.CONFORMS] * len(HOST_RULES)


def test_a_fault_shows_in_its_rule_alone():
    results, _ = run("host-twice-accepted")
    assert {rule.id: results.standing(rule.id) for rule in HOST_RULES} == {
        "9112-3.2-host-invalid": Standing.CONFORMS,
        "9112-3.2-host-missing": Standing.CONFORMS,
        "9112-3.2-host-twice": Standing.BAD,
    }


def test_a_server_that_refuses_everything_conforms_to_nothing():
    results, _ = run("answers-400-to-everything")
    verdicts = [one.verdict for judged in results.by_rule.values() for one in judged]
    assert {one.outcome for one in verdicts} == {Outcome.INCONCLUSIVE}


def test_a_server_that_closes_at_everything_is_not_judged_at_all():
    with pytest.raises(TargetUnavailable, match="without an answer"):
        run("closes-silently-always")


def test_each_plan_is_written_with_what_happened_and_what_is_said_of_it():
    _, records = run()
    plans = [one.id for one in records if isinstance(one, PlanRecord)]
    assert len(set(plans)) == len(plans)
    assert [one.plan for one in records if isinstance(one, TranscriptRecord)] == plans
    assert {one.plan for one in records if isinstance(one, VerdictRecord)} <= set(plans)
    assert [one.name for one in records if isinstance(one, TargetRecord)] == ["reference"]
    twins = {one.control for one in records if isinstance(one, PlanRecord) and one.control}
    assert twins <= set(plans)
    # One sound GET serves all three rules; the baseline is the twin of what is no request.
    assert [one for one in twins if not one.startswith("control/")] == ["calibration/baseline"]
    assert len(twins) == 2


def test_progress_reaches_its_end():
    steps: list[Progress] = []
    run(on_progress=steps.append)
    assert steps[0].done == 0
    assert (steps[-1].done, steps[-1].total) == (steps[-1].total, len(steps) - 1)


class Dying:
    """A transport to a server that is gone after so many probes."""

    def __init__(self, probes):
        self._left = probes
        self._alive = reference()

    def execute(self, plan, watch):
        self._left -= plan.provenance.origin is Origin.PROBE
        if self._left < 0:
            return Transcript((ConnectFailed(0.0, "ECONNREFUSED"),))
        transcript = self._alive.execute(plan, watch)
        assert isinstance(transcript.events[0], Connected)
        return transcript


def test_a_target_that_dies_ends_the_run_and_is_a_finding():
    records = []
    with pytest.raises(TargetDied, match="accepts no more connections"):
        conform(TARGET, HOST_RULES, Dying(2), records.append, jobs=1)
    (finding,) = [one for one in records if isinstance(one, FindingRecord)]
    assert finding.kind == "crash"
    assert [one for one in records if isinstance(one, VerdictRecord)]  # what was gathered stays
