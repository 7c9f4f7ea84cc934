"""Markdown for the summary of a CI step: short, whole, and nothing in it that a target wrote."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.verdict import Grade, Outcome
from harness.store.records import FindingRecord, LimitRecord, TargetEndRecord
from harness.store.run_store import RunReader
from reports import markdown
from reports.marking import block, code, folded
from tests.reports.held_run import held_run
from tests.reports.make_run import (
    END,
    LINE,
    RULES,
    SPACE,
    case,
    head,
    measured,
    rule,
    target,
    usual,
    verdict,
    write_run,
)


def told(folder, records):
    out = folder / "summary.md"
    with RunReader(write_run(folder, records)) as run:
        markdown.write(run, out)
    return out.read_text()


def test_the_figures_come_first_and_the_worst_of_what_fails_next(tmp_path):
    text = told(tmp_path, usual())
    assert text.startswith("## ❌ HTTP/1.1 conformance: 1 breach, 2 risks, 1 unmet, 2 soft (exit 1)\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[0].startswith("| target | breach | risk |")
    assert rows[2].startswith("| `nginx` | 1 | 1 |")
    headings = re.findall(r"<summary>(.*?)</summary>", text)
    assert headings[0] == "HANG  nginx"
    assert headings[1] == f"✕ breach · {SPACE} · MUST · nginx · breaks the run"
    assert all(heading.endswith("warns") for heading in headings[2:])
    assert "X-A : b\\r\\n" in text


def test_a_run_that_did_not_fail_says_so(tmp_path):
    good = verdict(SPACE, f"{SPACE}/1", Outcome.CONFORMS, "refused", seen="400")
    end = TargetEndRecord("nginx", 0, 1.0)
    records = [head(), target(), *case(f"{SPACE}/1"), good, end, END.__class__(END.finished, 0, 1.0)]
    assert told(tmp_path, records).startswith("## ✅ HTTP/1.1 conformance: no violation (exit 0)")


def test_a_run_that_was_cut_off_is_not_green(tmp_path):
    text = told(tmp_path, [head(), target()])
    assert text.startswith("## ❌")
    assert "the run was cut off" in text
    assert "| `nginx` | cut off |" in text


def test_what_is_known_is_counted_apart_and_told_last(tmp_path):
    text = told(tmp_path, held_run())
    assert text.startswith(
        "## ❌ HTTP/1.1 conformance: 1 breach, 1 risk, 1 unmet, 1 soft, 2 known (exit 1)\n"
    )
    assert "| known |" in text
    assert "**Expired:**" in text
    assert "**Fixed, to be pruned:**" in text
    assert "why it may stay: `` upstream issue 31 | `soon` ``" in text
    headings = re.findall(r"<summary>(.*?)</summary>", text)
    assert [heading.endswith("known") for heading in headings[-2:]] == [True, True]


def test_it_never_is_too_much_for_a_step_summary(tmp_path):
    rules = tuple(rule(f"9112-5.1-rule-{number}", RULES[0].level, "x" * 200) for number in range(400))
    records = [head(rules), target()]
    for one in rules:
        plan = f"{one.id}/1"
        records += case(plan, sent=b"\x00" * 3000, received=b"\xff" * 3000)
        records.append(verdict(one.id, plan, Outcome.VIOLATES, "y" * 3000, grade=Grade.BAD))
    text = told(tmp_path, [*records, END])
    assert len(text.encode()) < 1 << 20
    left_out = int(re.search(r"and (\d+) more, which are in the HTML report", text)[1])
    assert text.count("<details>") + left_out == 400


def test_size_limits_are_a_table_behind_what_is_wrong(tmp_path):
    assert "Size limits" not in told(tmp_path, usual())
    (tmp_path / "measured").mkdir()
    text = told(tmp_path / "measured", measured(("nginx", "hyper", "last")))
    assert text.index("Size limits") > text.rindex("warns")
    rows = [line for line in text[text.index("Size limits") :].splitlines() if line.startswith("|")]
    assert rows[0] == "| octets, or lines | `nginx` | `hyper` |"
    assert rows[2] == f"| `{LINE}` | `at most 8,190, then 414, closes` | `at most 8,190, then 414, closes` |"
    for words in (
        "at most 127,917, then resets without an answer",
        "65,536 and less are answered alike",
        "unknown, 4,096 are taken: 8,192 octets were not answered in time",
        "unknown: content is not taken: answered 405",
    ):
        assert f"`{words}`" in text


HOSTILE = "```\n</details><script>alert(1)</script>\n| a | ![](//evil) \x1b[31m `` [x](y) @all"


def outside_code(text):
    """What Markdown would take for more than code."""
    kept, fence = [], ""
    for line in text.splitlines():
        ticks = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif ticks and line.endswith("text"):
            fence = ticks[0]
        else:
            kept.append(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(kept)


def test_nothing_that_a_target_wrote_is_markup(tmp_path):
    records = [
        head(command=HOSTILE),
        target(HOSTILE),
        *case(f"{SPACE}/1", HOSTILE, HOSTILE.encode(), HOSTILE.encode()),
    ]
    records.append(verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, HOSTILE, HOSTILE, grade=Grade.BAD))
    records.append(LimitRecord(HOSTILE, HOSTILE, HOSTILE, note=HOSTILE))
    end = TargetEndRecord(HOSTILE, 1, 1.0, output=(HOSTILE,))
    records += [FindingRecord(HOSTILE, "crash", HOSTILE, f"{SPACE}/1", notes=(HOSTILE,)), end, END]
    text = outside_code(told(tmp_path, records))
    for wrong in ("<script>", "![](", "[x](y)", "\x1b"):
        assert wrong not in re.sub(r"<summary>.*?</summary>", "", text)
    assert "<script>" not in text
    assert text.count("<details>") == text.count("</details>") == 3


@given(st.text(st.sampled_from("`| \\a\n\u202e")))
def test_code_cannot_be_broken_out_of(text):
    shown = code(text)
    assert "\n" not in shown
    assert outside_code(shown).strip() == ""
    assert not re.search(r"(?<!\\)\|", code(text, in_table=True))
    assert outside_code(block([text, text])) == ""


def test_a_heading_is_text():
    assert folded("<b> & `x`\n", "body").startswith(
        "<details><summary>&lt;b&gt; &amp; `x` </summary>\n\nbody"
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        RunReader(write_run(tmp_path, usual())) as run,
        pytest.raises(Exception, match="cannot write the report"),
    ):
        markdown.write(run, tmp_path / "file" / "summary.md")
