"""Going on with a run: which one, what of it stays, and what cannot be gone on with."""

import pytest

from harness.errors import StoreError, UsageError
from harness.model.plan import Origin
from harness.model.verdict import Grade
from harness.rules.rule import catalogue
from harness.session import GRADES, UNFINISHED, Session, TargetChoice, named, resumed
from harness.store.records import (
    EndRecord,
    PlanRecord,
    StepPart,
    TargetEndRecord,
    TargetRecord,
    decode,
)
from harness.store.run_store import RunReader, RunWriter, new_run_path

RULES = list(catalogue().values())[:3]
CHOICES = named([TargetChoice(fault=fault) for fault in ("a", "b", "c")])
A, B, C = (choice.name for choice in CHOICES)
BAD = GRADES["bad"]


def about(target, *, ended=True):
    """Some records about a target."""
    plan = PlanRecord("rule/1", target, Origin.PROBE, "", (StepPart("send", octets=target.encode()),))
    return [TargetRecord(target, ""), plan, *([TargetEndRecord(target, 0, 1.5)] if ended else [])]


def cut_off(out, *records, end=None, choices=CHOICES, rules=RULES):
    """A run that has these records, and no end unless there is one."""
    session = Session(rules, out=out, command="wireproof run --fault a", targets=choices)
    for record in [*records, *([end] if end else [])]:
        session.write(record)
    session._writer.close()
    return session.path


def again(out, name=UNFINISHED, choices=CHOICES, rules=RULES, *, fail_on=BAD, limits=False):
    return resumed(name, out, choices, rules, fail_on, limits=limits)


def test_what_has_its_end_stays_and_all_else_is_dropped(tmp_path):
    cut_off(tmp_path, *about(A), *about(B, ended=False))
    before = again(tmp_path)
    assert before.names == {A}
    with Session(RULES, out=tmp_path, command="", targets=CHOICES, resumed=before) as session:
        for record in [*about(B), *about(C)]:
            session.write(record)
        session.finish(0)
    with RunReader(before.path) as run:
        assert [plan.target for plan in run.plans()] == [A, B, C]
        assert [end.target for end in run.target_ends()] == [A, B, C]
        assert [plan.steps[0].octets for plan in run.plans()] == [A.encode(), B.encode(), C.encode()]
        assert run.end.seconds >= 1.5
        assert run.run.command == "wireproof run --fault a"


def test_ndjson_has_the_whole_run_and_nothing_twice(tmp_path):
    cut_off(tmp_path, *about(A), *about(B, ended=False), end=EndRecord("", 2, 1.0, "interrupted"))
    lines = tmp_path / "run.ndjson"
    before = again(tmp_path)
    with Session(RULES, out=tmp_path, ndjson=lines, command="", targets=CHOICES, resumed=before) as session:
        session.write(about(B)[0])
        session.finish(0)
    with RunReader(before.path) as run:
        assert [decode(line) for line in lines.read_bytes().splitlines()] == list(run.records())
        assert [target.name for target in run.targets()] == [A, B]


def test_the_newest_that_was_cut_off_is_gone_on_with(tmp_path):
    everything = [*about(A), *about(B), *about(C)]
    older = cut_off(tmp_path, *about(A))
    cut_off(tmp_path, *everything, end=EndRecord("", 0, 1.0))
    new_run_path(tmp_path)  # killed before it had a file to speak of
    assert again(tmp_path).path == older
    assert again(tmp_path, str(older)).path == older


def test_an_interrupted_run_is_not_finished(tmp_path):
    path = cut_off(tmp_path, *about(A), *about(B, ended=False), end=EndRecord("", 2, 1.0, "interrupted"))
    assert again(tmp_path).path == path


def test_a_finished_run_is_not_gone_on_with(tmp_path):
    path = cut_off(tmp_path, *about(A), *about(B), *about(C), end=EndRecord("", 0, 1.0))
    with pytest.raises(UsageError, match="is finished"):
        again(tmp_path, str(path))
    with pytest.raises(UsageError, match="was cut off"):
        again(tmp_path)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"choices": CHOICES[:2]}, r"its targets are reference\+a \(--fault a\)"),
        ({"rules": RULES[:2]}, "it has 3 rules, not the 2"),
        ({"fail_on": tuple(Grade)}, "it fails on bad"),
        ({"limits": True}, "it was made without --limits"),
    ],
)
def test_another_question_is_refused_and_the_words_are_told(tmp_path, other, says):
    cut_off(tmp_path, *about(A))
    with pytest.raises(UsageError, match=says) as error:
        again(tmp_path, **other)
    assert "wireproof run --fault a" in str(error.value)


def test_a_run_that_is_still_written_is_left_alone(tmp_path):
    session = Session(RULES, out=tmp_path, command="", targets=CHOICES)
    session.write(about(A)[0])
    with pytest.raises(StoreError, match="still being written"):
        RunWriter(session.path, keep=())
    session.finish(0)
    RunWriter(session.path, keep=()).close()


def test_a_sink_that_cannot_be_written_leaves_the_run_as_it_was(tmp_path):
    path = cut_off(tmp_path, *about(A), *about(B, ended=False))
    with pytest.raises(StoreError, match="cannot write NDJSON"):
        Session(RULES, out=tmp_path, ndjson=tmp_path / "no" / "x", command="", resumed=again(tmp_path))
    with RunReader(path) as run:
        assert [target.name for target in run.targets()] == [A, B]
