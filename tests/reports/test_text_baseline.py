"""The text of a run that was held against a baseline."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from harness.model.baseline import Baseline, Known
from harness.model.verdict import Grade, Outcome
from harness.store.comparing import held
from harness.store.run_store import RunReader
from reports.text import Manner, summary
from reports.text.baseline import checked, without_reason
from tests.reports.held_run import KNOWN, held_run
from tests.reports.make_run import (
    BOTH,
    DATE,
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


def told(folder, records, **manner):
    (folder / "run.sqlite").unlink(missing_ok=True)
    with RunReader(write_run(folder, records)) as run:
        return [line.text for line in summary(run, Manner(**manner))]


def test_what_is_known_is_a_line_with_its_reason(tmp_path):
    lines = told(tmp_path, held_run())
    assert f"KNOWN  {LENIENT}  risk  nginx: upstream issue 31 | `soon`" in lines
    assert f"KNOWN  {DATE}  soft  nginx: no reason is given" in lines
    assert f"RISK  {LENIENT}  hyper" in lines
    assert f"BREACH  {SPACE}  MUST  nginx" in lines


def test_what_expired_is_told_whole_and_what_is_fixed_is_to_be_pruned(tmp_path):
    lines = told(tmp_path, held_run(), verbose=True)
    assert f"EXPIRED  {HOST}  unmet  nginx: since 2026-09-22; until autumn" in lines
    assert f"FIXED  {BOTH}  breach  nginx: not seen any more" in lines
    assert "  take out what is fixed: wireproof baseline prune" in lines
    assert "  expired   known until 2026-09-22: until autumn" in lines


def test_what_is_known_is_counted_apart(tmp_path):
    lines = told(tmp_path, held_run())
    heads = next(line for line in lines if line.startswith("target ")).split()
    nginx = next(line for line in lines if line.startswith("nginx ")).split()
    assert (nginx[heads.index("known")], nginx[heads.index("risk")]) == ("2", "0")
    assert "2 known, 1 breach, 1 risk, 1 unmet, 1 soft, " in lines[-1]
    assert any(line.startswith("nginx: 2 known, 1 breach") for line in told(tmp_path, held_run(), width=40))


def test_without_a_baseline_nothing_is_said_of_one(tmp_path):
    text = "\n".join(told(tmp_path, usual()))
    assert "known" not in text.lower()
    assert "prune" not in text


def test_a_letter_is_small_where_all_that_is_wrong_is_known(tmp_path):
    lines = told(
        tmp_path,
        [
            held_run()[0],
            *(
                one
                for one in held_run()[1:]
                if getattr(one, "target", "") != "hyper" and getattr(one, "name", "") != "hyper"
            ),
        ],
    )
    assert any(line.startswith("RFC 9112 7.1 ") and line.split()[3] == "r" for line in lines)
    assert any(line.startswith("RFC 9112 5.1 ") and line.split()[3] == "F" for line in lines)


def test_a_check_tells_new_expired_fixed_and_its_figures(tmp_path):
    with RunReader(write_run(tmp_path, held_run())) as run:
        found = held(run)
    lines = [line.text for line in checked(found)]
    assert f"NEW  {SPACE}  breach  nginx" in lines
    assert any(line.startswith(f"EXPIRED  {HOST}") for line in lines)
    assert lines[-1] == "baseline: 4 new, 2 known, 1 expired, 1 fixed"


def test_a_run_without_a_baseline_is_held_against_none(tmp_path):
    with RunReader(write_run(tmp_path, [head()])) as run:
        assert held(run) is None


def test_entries_without_a_reason_are_counted():
    assert without_reason(KNOWN) == "1 entry without a reason"
    assert without_reason(KNOWN * 2) == "2 entries without a reason"
    assert without_reason(KNOWN[:1]) == ""


def many(number):
    """So many rules on nginx that are known."""
    rules = tuple(rule(f"9112-5.1-rule-{one}", RULES[0].level, "x") for one in range(number))
    known = tuple(Known("nginx", one.id, Grade.BAD, one.covers, reason=one.id) for one in rules)
    records = [head(rules, baseline=Baseline("file", date(2026, 9, 22), known)), target()]
    for one in rules:
        plan = f"{one.id}/1"
        said = verdict(one.id, plan, Outcome.VIOLATES, "y", grade=Grade.BAD)
        records += [*case(plan), msgspec.structs.replace(said, covers=one.covers)]
    return [*records, END]


@pytest.mark.parametrize(("number", "told_in_short"), [(13, 13), (20, 12)])
def test_many_known_ones_are_told_in_part_unless_all_are_asked_for(tmp_path, number, told_in_short):
    lines = [line for line in told(tmp_path, many(number)) if line.startswith("KNOWN")]
    assert len([line for line in lines if "rule-" in line]) == told_in_short
    assert lines[told_in_short:] == ["KNOWN  and 8 more; -v tells them all"] * (number == 20)
    lines = told(tmp_path, many(number), verbose=True)
    assert len([line for line in lines if line.startswith("KNOWN")]) == number


def test_what_is_fixed_in_part_says_which_rows(tmp_path):
    known = replace(KNOWN[0], requirements=("9112-7.1-a", "9112-7.1-b"))
    conforms = verdict(LENIENT, f"{LENIENT}/2", Outcome.CONFORMS, "refused")
    records = held_run((known,))
    records.insert(-1, msgspec.structs.replace(conforms, covers=("9112-7.1-b",)))
    assert f"FIXED  {LENIENT}  risk  nginx: 9112-7.1-b of it, not all" in told(tmp_path, records)
