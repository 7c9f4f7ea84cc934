"""A target is judged as ever, whether its size limits are looked for or not: real servers, over TCP."""

import sys
from pathlib import Path

from harness.engine.ladders import LADDERS
from harness.errors import ExitCode
from harness.model.tally import Standing
from harness.rules.rule import catalogue
from harness.session import Listener, Manner, TargetChoice, judge
from harness.store.records import FindingRecord, LimitRecord, TargetEndRecord, VerdictRecord

FRAIL = Path(__file__).parents[1] / "engine" / "frail_server.py"
RULES = [catalogue()["9112-3.2-host-twice"]]


def judged(choice, *, limits, listener=None):
    """How it went, and all records."""
    records = []
    course = judge(choice, RULES, records.append, Manner(timeout=1.0, limits=limits), listener=listener)
    return course, records


def of_type(records, kind):
    return [one for one in records if isinstance(one, kind)]


def verdicts(records):
    return sorted((one.rule, one.plan, one.outcome) for one in of_type(records, VerdictRecord))


def test_the_limits_of_the_reference_server_stand_between_its_verdicts_and_its_end():
    heard = []
    course, records = judged(
        TargetChoice(name="ours"),
        limits=True,
        listener=Listener(on_limits=heard.extend),
    )
    limits = {one.name: one for one in of_type(records, LimitRecord)}
    assert [one.name for one in heard] == list(limits)
    assert {one.target for one in limits.values()} == {"ours"}
    assert (limits["request-line"].beyond.status, limits["header section"].beyond.status) == (414, 431)
    kinds = [type(one) for one in records]
    last_verdict = len(kinds) - kinds[::-1].index(VerdictRecord)
    assert kinds[last_verdict:] == [*[LimitRecord] * len(limits), TargetEndRecord]
    assert course.end.exit_code == ExitCode.OK


def test_without_being_asked_for_there_are_none():
    _, records = judged(TargetChoice(), limits=False)
    assert of_type(records, LimitRecord) == []


def test_a_target_that_dies_of_a_size_keeps_its_verdicts_and_has_crashed(monkeypatch):
    few = tuple(ladder for ladder in LADDERS if ladder.name in ("field value", "chunk extension"))
    monkeypatch.setattr("harness.engine.sizes.LADDERS", few)
    dies = TargetChoice(spawn=f"{sys.executable} {FRAIL} {{port}} large", name="frail")
    _, before = judged(dies, limits=False)
    course, records = judged(dies, limits=True)
    assert verdicts(records) == verdicts(before) != []
    assert course.failure is None
    assert course.results.standing(RULES[0].id) is Standing.BAD
    assert {one.kind for one in of_type(records, FindingRecord) if not one.rule} == {"crash"}
    assert course.end.exit_code == ExitCode.FAILED
    assert records[-1] == course.end
    died, fine = of_type(records, LimitRecord)
    assert (died.most, died.note) == (12_800, "the target accepts no more connections (ECONNREFUSED)")
    assert (fine.most, fine.note) == (1 << 20, "")
