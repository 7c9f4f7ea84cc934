"""The text of a run: sections, what did not conform, figures; one target or several, wide or narrow."""

import pytest

from harness.model.verdict import Grade, Outcome
from harness.store.records import ChosenPart, FindingRecord, TargetEndRecord
from harness.store.run_store import RunReader
from reports.text import Manner, summary
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
    target,
    usual,
    verdict,
    write_run,
)


def told(folder, records, **manner):
    (folder / "run.sqlite").unlink(missing_ok=True)
    with RunReader(write_run(folder, records)) as run:
        return [line.text for line in summary(run, Manner(**manner))]


def blocks(lines):
    """Runs of lines between empty ones."""
    return [block.split("\n") for block in "\n".join(lines).strip().split("\n\n")]


def test_each_section_is_one_line_with_a_letter_a_rule(tmp_path):
    lines = told(tmp_path, usual(("nginx",)))
    assert f"RFC 9112 5.1      {'F':24} 0/1" in lines
    assert f"RFC 9112 6.1      {'.':24} 1/1" in lines
    assert f"RFC 9110 9.3.2    {'-':24} 0/1" in lines


def test_of_several_targets_the_letter_is_the_worst(tmp_path):
    assert f"RFC 9112 5.1      {'F':24} 1/2" in told(tmp_path, usual(("nginx", "hyper")))


def test_what_fails_is_told_whole_and_last_what_warns_in_brief(tmp_path):
    parts = blocks(told(tmp_path, usual(("nginx",))))
    heads = [part[0].split("  ")[:2] for part in parts]
    violations = [one for one in heads if one[0] in ("BREACH", "RISK", "UNMET", "SOFT", "FLAKY")]
    assert violations == [
        ["SOFT", DATE],
        ["UNMET", HOST],
        ["RISK", LENIENT],
        ["BREACH", SPACE],
    ]
    lengths = {part[0].split()[0]: len(part) for part in parts}
    assert lengths["RISK"] == lengths["UNMET"] == 3
    assert 8 <= lengths["BREACH"] <= 12


def test_nothing_takes_more_than_twelve_lines_unless_all_is_asked_for(tmp_path):
    names = [f"server-{number}" for number in range(8)]
    records = [head()]
    for number, name in enumerate(names):
        records += [target(name), *case(f"{SPACE}/1", name)]
        records.append(
            verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, f"answered {200 + number}", name, grade=Grade.BAD)
        )
    lines = told(tmp_path, [*records, END])
    (block,) = (part for part in blocks(lines) if part[0].startswith("BREACH"))
    assert len(block) <= 12
    assert sum(line.startswith("  observed") for line in block) == 3
    assert "  observed  and 6 more" in block
    verbose = told(tmp_path, [*records, END], verbose=True)
    assert sum(line.startswith("  observed") for line in verbose) == 8


def test_what_targets_show_alike_is_told_once_with_their_names(tmp_path):
    lines = told(tmp_path, usual(("nginx", "hyper")))
    assert sum(line.startswith("RISK") for line in lines) == 1
    assert f"RISK  {LENIENT}  nginx, hyper" in lines


def test_equal_reasons_of_not_knowing_are_one_line(tmp_path):
    records = [head(), target()]
    for name in (SPACE, BOTH, HOST):
        records += [*case(f"{name}/1"), verdict(name, f"{name}/1", Outcome.INCONCLUSIVE, "cannot tell")]
    lines = told(tmp_path, [*records, END])
    assert f"  {'3 rules':42} cannot tell" in lines


def test_the_last_line_has_the_figures(tmp_path):
    lines = told(tmp_path, usual(("nginx",)))
    assert lines[-1].startswith(f"{len(RULES)} rules: 1 breach, 1 risk, 1 unmet, ")
    assert lines[-1].endswith("with nothing to judge in 12.3 s, exit 1")


def several_targets():
    chosen = tuple(ChosenPart(name) for name in ("nginx", "hyper", "gone", "never"))
    return [
        head(targets=chosen),
        *usual(("nginx", "hyper"))[1:-1],
        target("gone", address="", facts=()),
        FindingRecord("gone", "unreachable", "cannot start gone", ""),
        TargetEndRecord("nginx", 1, 3.25),
        TargetEndRecord("gone", 6, 0.5, "cannot start gone", ("a line of its output",)),
    ]


def test_several_targets_have_a_table_and_a_line_for_all(tmp_path):
    lines = told(tmp_path, [*several_targets(), END])
    rows = {line.split()[0]: line.split() for line in lines[-8:] if line}
    assert rows["target"][:3] == ["target", "breach", "risk"]
    assert rows["nginx"][1] == "1"
    assert rows["nginx"][-4:] == ["exit", "1", "3.2", "s"]
    assert rows["hyper"][-4:] == ["cut", "off", "0.0", "s"]
    assert rows["gone"][-1] == "unreachable"
    assert "never: not judged" in lines
    assert "UNREACHABLE  gone: cannot start gone" in lines
    assert lines[-1].startswith(f"4 targets, {len(RULES)} rules each: 1 breach, 2 risks, ")


def test_where_the_table_does_not_fit_each_target_is_a_line(tmp_path):
    lines = told(tmp_path, [*several_targets(), END], width=40)
    assert "gone: nothing judged, unreachable, exit 6" in lines
    assert not any(line.startswith("target ") for line in lines)


def test_a_run_that_was_cut_off_says_so(tmp_path):
    assert told(tmp_path, several_targets())[-1].endswith("; the run was cut off")
    only_begun = told(tmp_path, [head(targets=(ChosenPart("a"), ChosenPart("b")))])
    assert only_begun[-1] == f"2 targets, {len(RULES)} rules each: nothing judged; the run was cut off"


@pytest.mark.parametrize("width", [0, 40])
def test_what_targets_say_cannot_break_out_of_its_line(tmp_path, width):
    hostile = "two\nlines \x1b[31mred \u202eback"
    records = [head(), target(), *case(f"{SPACE}/1"), FindingRecord("nginx", "died", hostile, "")]
    records.append(verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, hostile, grade=Grade.BAD))
    for line in told(tmp_path, [*records, END], width=width):
        assert "\n" not in line
        assert "\x1b" not in line
        assert "\u202e" not in line
