"""`wireproof baseline` on stored runs: entries that grow and entries that shrink."""

import msgspec
import pytest

from harness.model.verdict import Grade, Outcome
from harness.store.baseline import load
from tests.end_to_end.test_baseline_commands import wireproof
from tests.reports.make_run import END, LENIENT, case, head, target, verdict, write_run

ROWS = ("9112-7.1-a", "9112-7.1-b")


def stored(folder, name, *judged):
    """A run of one plan, on which the rule said these outcomes of these rows."""
    records = [head(), target(), *case(f"{LENIENT}/1")]
    for outcome, rows in judged:
        grade = Grade.RISK if outcome is Outcome.VIOLATES else None
        said = verdict(LENIENT, f"{LENIENT}/1", outcome, "seen\n\u202e", grade=grade)
        records.append(msgspec.structs.replace(said, covers=rows))
    runs = folder / "wireproof-report" / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    write_run(runs, [*records, END]).rename(runs / f"{name}.sqlite")


@pytest.fixture
def folder(tmp_path):
    stored(tmp_path, "1", (Outcome.VIOLATES, ROWS[:1]))
    stored(tmp_path, "2", (Outcome.VIOLATES, ROWS))
    stored(tmp_path, "3", (Outcome.VIOLATES, ROWS[1:]), (Outcome.CONFORMS, ROWS[:1]))
    return tmp_path


def test_an_entry_grows_and_shrinks_with_what_is_seen(folder):
    file = folder / "wireproof-baseline.toml"
    said = wireproof("baseline", "update", "last~2", cwd=folder)
    assert f"added     {LENIENT}  risk  nginx" in said
    assert load(file).known[0].observed == "seen \\u202e"
    assert "1 new" in wireproof("baseline", "check", "last~1", cwd=folder, code=1)
    said = wireproof("baseline", "update", "last~1", cwd=folder)
    assert f"extended  {LENIENT}  risk  nginx" in said
    assert "0 added, 1 extended, 1 in all" in said
    assert load(file).known[0].requirements == ROWS
    said = wireproof("baseline", "check", cwd=folder)
    assert "9112-7.1-a of it, not all" in said
    assert "baseline: 0 new, 1 known, 1 fixed" in said
    said = wireproof("baseline", "prune", cwd=folder)
    assert f"lessened   {LENIENT}  risk  nginx: 9112-7.1-b stay" in said
    assert load(file).known[0].requirements == ROWS[1:]
