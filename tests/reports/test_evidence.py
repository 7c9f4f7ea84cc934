"""What shows a verdict: whole where it is short, cut where it is long, silent where there is nothing."""

from harness.store.run_store import EventPart, RunReader, TranscriptRecord
from reports.cells import cells
from reports.evidence import evidence, wire
from tests.reports.held_run import held_run
from tests.reports.make_run import END, HOST, SPACE, case, head, target, write_run


def test_a_long_story_is_cut_in_its_middle(tmp_path):
    plan, transcript = case(f"{SPACE}/1")
    events = [EventPart(number / 10, ("aborted", "half-closed")[number % 2]) for number in range(60)]
    long = TranscriptRecord(plan.id, "nginx", tuple(events), transcript.ended, "kept")
    with RunReader(write_run(tmp_path, [head(), target(), plan, long, END])) as run:
        told = list(wire(run, "nginx", plan.id))
        assert list(wire(run, "nginx", "no/such")) == []
    assert len(told) == 25
    assert " more …" in told[12]


def test_an_entry_that_expired_is_part_of_it(tmp_path):
    with RunReader(write_run(tmp_path, held_run())) as run:
        (cell,) = [one for one in cells(run) if one.rule.id == HOST and one.target == "nginx"]
        assert "expired    known until 2026-09-22: until autumn" in evidence(run, cell)
