"""Annotations of a GitHub workflow: at most ten, the new ones first, and none that a target wrote."""

from harness.model.verdict import Grade, Outcome
from harness.store.run_store import RunReader
from reports import github
from reports.github import MOST, annotation
from tests.reports.held_run import held_run
from tests.reports.make_run import (
    BOTH,
    END,
    HOST,
    LENIENT,
    RULES,
    SPACE,
    case,
    head,
    rule,
    target,
    usual,
    verdict,
    write_run,
)


def told(folder, records):
    out = folder / "github.log"
    with RunReader(write_run(folder, records)) as run:
        github.write(run, out)
    return out.read_text().splitlines()


def test_crashes_and_what_fails_are_errors_and_come_first(tmp_path):
    lines = told(tmp_path, usual())
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::error", *["::warning"] * 5]
    assert lines[0] == "::error title=hang of nginx::stopped answering its baseline"
    assert lines[1].startswith(f"::error title=breach {SPACE} on nginx::Whitespace between")
    assert "Observed: 200, and the connection stayed usable" in lines[1]


def test_what_is_known_is_not_told_and_what_expired_or_is_fixed_is(tmp_path):
    lines = told(tmp_path, held_run())
    assert not any(LENIENT in line and "on nginx" in line for line in lines)
    assert any(HOST in line and "known until 2026-09-22" in line for line in lines)
    assert lines[-1] == f"::notice title={BOTH} on nginx::fixed: wireproof baseline prune"


def test_there_are_ten_and_the_last_says_how_many_more(tmp_path):
    rules = tuple(rule(f"9112-5.1-rule-{number}", RULES[0].level, "x") for number in range(15))
    records = [head(rules), target()]
    for number, one in enumerate(rules):
        grade = Grade.BAD if number == 14 else Grade.SOFT
        records += [*case(f"{one.id}/1"), verdict(one.id, f"{one.id}/1", Outcome.VIOLATES, "y", grade=grade)]
    lines = told(tmp_path, [*records, END])
    assert len(lines) == MOST
    assert lines[0].startswith("::error title=breach 9112-5.1-rule-14 ")
    assert lines[-1] == "::notice title=wireproof::and 6 more, which are in the report"


def test_text_of_others_cannot_end_an_annotation_nor_begin_one():
    one = annotation("error", "50%, a: b\r\n::error::x", "100% sure:\r\n::error::no, really")
    assert one == (
        "::error title=50%25%2C a%3A b\\u000d %3A%3Aerror%3A%3Ax::100%25 sure:\\u000d ::error::no, really"
    )
    assert "\n" not in one
