"""What would fail a target is seen again, alone, before it counts; what rests on silence is waited for."""

import itertools

from harness.engine.conform import conform
from harness.engine.deadlines import PATIENT_SECONDS
from harness.model.plan import AwaitEnd
from harness.model.tally import Standing
from harness.model.verdict import Grade, Outcome
from harness.rules.rule import catalogue
from harness.store.records import PlanRecord, VerdictRecord
from harness.store.run_store import RunReader, RunWriter
from harness.transport.memory import MemoryTransport, VirtualClock
from tests.harness.engine.engine_support import (
    CLOSE,
    LIMITS,
    TARGET,
    answers,
    heads,
    lacks_host,
    reference,
    scripted,
    served,
)

HOST_MISSING = catalogue()["9112-3.2-host-missing"]
CLOSE_HONOURED = catalogue()["9112-9.6-close-honoured"]


def run(transport, rule=HOST_MISSING, **settings):
    records = []
    results = conform(TARGET, [rule], transport, records.append, jobs=1, **settings)
    return results, [one for one in records if isinstance(one, VerdictRecord)]


class Served:
    """A server that takes a request without Host for sound, as often as it is told to; else it says 400.

    `seen` counts how often it was asked so.
    """

    def __init__(self, times):
        self.times = times
        self.seen = 0

    def __call__(self, octets):
        answer = b""
        for head in heads(octets):
            self.seen += lacks_host(head)
            refused = lacks_host(head) and self.refuses()
            answer += answers(400) + CLOSE if refused else served(head)
            if answer.endswith(CLOSE):
                break
        return answer

    def refuses(self):
        return self.seen > self.times


def test_a_violation_that_is_seen_twice_more_is_confirmed():
    server = Served(times=10**9)
    results, verdicts = run(scripted(server))
    assert results.standing(HOST_MISSING.id) is Standing.BAD
    final = [one for one in verdicts if not one.provisional]
    assert {(one.outcome, one.confirmed, one.flaky) for one in final} == {(Outcome.VIOLATES, True, False)}
    plans = len({one.plan for one in final})
    assert server.seen == plans + 2  # one representative of the cause, twice


def test_a_violation_that_is_not_seen_again_is_flaky_and_fails_nothing():
    plans = len(HOST_MISSING.probes)
    results, verdicts = run(scripted(Served(times=plans)))
    assert results.standing(HOST_MISSING.id) is Standing.FLAKY
    final = [one for one in verdicts if not one.provisional and one.outcome is Outcome.VIOLATES]
    assert len(final) == plans
    assert all(one.flaky and not one.confirmed for one in final)
    assert "not seen again" in final[0].observed


def test_one_unlucky_plan_forgives_no_others():
    class Unlucky(Served):
        def refuses(self):
            return self.seen == len(HOST_MISSING.probes) + 1  # the first confirmation

    results, verdicts = run(scripted(Unlucky(times=0)))
    assert results.standing(HOST_MISSING.id) is Standing.BAD
    final = [one for one in verdicts if not one.provisional]
    assert sorted((one.flaky, one.confirmed) for one in final) == [(False, True), (True, False)]


def test_a_violation_is_written_at_once_and_again_when_it_is_settled(tmp_path):
    records = []
    conform(TARGET, [HOST_MISSING], reference("host-missing-accepted"), records.append, jobs=1)
    verdicts = [one for one in records if isinstance(one, VerdictRecord)]
    provisional = [one for one in verdicts if one.provisional]
    assert provisional
    last_plan = max(place for place, one in enumerate(records) if isinstance(one, PlanRecord))
    assert all(records.index(one) < last_plan + len(verdicts) for one in provisional)
    whole = stored(tmp_path / "whole", records)
    assert len(whole) == len([one for one in verdicts if not one.provisional])
    assert all(one.confirmed for one in whole if one.outcome is Outcome.VIOLATES)
    killed = stored(tmp_path / "killed", records[: records.index(provisional[-1]) + 1])
    assert sum(one.outcome is Outcome.VIOLATES for one in killed) == len(provisional)


def stored(path, records):
    """What the reader makes of these records."""
    writer = RunWriter(path)
    for one in records:
        writer.write(one)
    writer.close()
    with RunReader(path) as run:
        return list(run.verdicts())


class Waits:
    """A transport to peers that fall silent behind `Connection: close`; notes waits for the end."""

    def __init__(self, noted, limits=LIMITS):
        self.noted = noted
        self.limits = limits

    def limited(self, limits):
        return Waits(self.noted, limits)

    def execute(self, plan, watch):
        if plan.steps[-1] == AwaitEnd():
            self.noted.append(self.limits.end_seconds + self.limits.response_seconds)
        return MemoryTransport(SilentBehindClose, self.limits).execute(plan, watch)


class SilentBehindClose:
    """Answers up to the first request that says close, then nothing; the connection stays open."""

    ended = silent = False

    def receive(self, octets):
        answer = b""
        for head in heads(octets):
            answer += b"" if self.silent else served(head)
            self.silent = self.silent or b"close" in head.lower()
        self.ended = answer.endswith(CLOSE)
        return answer.removesuffix(CLOSE)


def test_what_had_to_close_and_did_not_is_waited_for_once_and_unmet_then():
    noted = []
    results, verdicts = run(Waits(noted), CLOSE_HONOURED)
    assert results.standing(CLOSE_HONOURED.id) is Standing.UNMET
    unmet = [one for one in verdicts if not one.provisional and one.outcome is Outcome.VIOLATES]
    assert {(one.grade, one.confirmed) for one in unmet} == {(Grade.UNMET, True)}
    assert len(unmet) > len(noted)  # one of each cause was waited for, the others inherit
    assert set(noted) == {PATIENT_SECONDS}


class Slow:
    """A peer that takes ten seconds to refuse a request without Host."""

    ended = False

    def __init__(self, clock):
        self._clock = clock
        self._due = None

    def receive(self, octets):
        if self._due or any(map(lacks_host, heads(octets))):
            self._due = self._due or self._clock() + 10.0
            return b""
        answer = b"".join(map(served, heads(octets)))
        self.ended = answer.endswith(CLOSE)
        return answer.removesuffix(CLOSE)

    def timeout(self):
        return self._due

    def tick(self):
        self._due, self.ended = None, True
        return answers(400)


def test_an_answer_that_only_needed_more_time_is_judged_as_any_other():
    clock = VirtualClock()
    results, verdicts = run(MemoryTransport(lambda: Slow(clock), LIMITS, clock))
    assert results.standing(HOST_MISSING.id) is Standing.CONFORMS
    assert {one.outcome for one in verdicts if one.provisional} == {Outcome.INCONCLUSIVE}


def test_when_the_time_is_up_what_is_left_is_told_as_not_run_and_what_was_seen_stays():
    ticks = itertools.count()
    results, verdicts = run(
        reference("host-missing-accepted"), max_seconds=1.0, clock=lambda: float(next(ticks) > 0)
    )
    assert results.standing(HOST_MISSING.id) is Standing.INCONCLUSIVE
    assert {one.observed for one in verdicts} == {"not run: the 1 s of the run were over"}
    assert results.cut_short
    assert {one.plan for one in verdicts} == {
        f"{HOST_MISSING.id}/{number}" for number in range(1, len(HOST_MISSING.probes) + 1)
    }


def test_a_violation_for_whose_confirmation_no_time_was_left_counts_as_it_was_seen():
    server = Served(times=10**9)
    plans = len(HOST_MISSING.probes)
    results, verdicts = run(scripted(server), max_seconds=1.0, clock=lambda: float(server.seen >= plans))
    assert results.standing(HOST_MISSING.id) is Standing.BAD
    assert server.seen == plans
    assert not any(one.confirmed or one.flaky for one in verdicts)
