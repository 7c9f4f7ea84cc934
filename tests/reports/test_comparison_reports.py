"""Two runs compared, told as text, Markdown and HTML."""

import re
from html.parser import HTMLParser

import pytest

from harness.model.verdict import Grade, Outcome
from harness.store.comparing import compare
from harness.store.records import FindingRecord
from harness.store.run_store import RunReader
from reports.comparison import html, markdown, text
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

BAD = (Grade.BAD,)


def compared(folder, before, after):
    for name, records in (("before", before), ("after", after)):
        (folder / name).mkdir(exist_ok=True)
        write_run(folder / name, records)
    with (
        RunReader(folder / "before" / "run.sqlite") as old,
        RunReader(folder / "after" / "run.sqlite") as new,
    ):
        return compare(old, new)


def lines(found, **manner):
    return [line.text for line in text.lines(found, BAD, **manner)]


def one(name, outcome, observed="", grade=None, *, port=8080, plan=None, extra=b""):
    """One rule judged on nginx by one plan, whose octets name the port that it happened to have."""
    plan = plan or f"{name}/1"
    sent = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n" % (port, extra)
    return [*case(plan, sent=sent), verdict(name, plan, outcome, observed or outcome.lower(), grade=grade)]


@pytest.fixture
def found(tmp_path):
    before = [head(), target()]
    before += one(SPACE, Outcome.CONFORMS)
    before += one(BOTH, Outcome.VIOLATES, "served", Grade.BAD)
    before += one(HOST, Outcome.CONFORMS)
    before += one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK)
    before += one(LENIENT, Outcome.CONFORMS, plan=f"{LENIENT}/2")
    after = [head(id="later"), target(address="http://127.0.0.1:65000")]
    after += one(SPACE, Outcome.VIOLATES, "200, and it went on", Grade.BAD, port=65000)
    after += one(BOTH, Outcome.CONFORMS, port=65000)
    after += one(HOST, Outcome.INCONCLUSIVE, "a reset says nothing", port=65000)
    after += one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK, port=65000)
    after += one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK, port=65000, plan=f"{LENIENT}/2")
    after.append(FindingRecord("nginx", "crash", "accepts no more", f"{SPACE}/1"))
    return compared(tmp_path, [*before, END], [*after, END])


def test_text_tells_what_is_new_last_and_the_figures_at_the_end(found):
    told = lines(found)
    heads = [line.split("  ")[0] for line in told if re.match("[A-Z]+  ", line)]
    assert heads == ["CHANGED", "CHANGED", "FIXED", "NEW", "NEW"]
    assert f"NEW  {SPACE}  nginx: conforms → breach" in told
    assert f"FIXED  {BOTH}  nginx: breach → conforms" in told
    assert f"CHANGED  {HOST}  nginx: conforms → inconclusive" in told
    assert f"CHANGED  {LENIENT}  nginx: risk, in 1 other case (1 worse)" in told
    assert f"  case      {LENIENT}/2: conforms → risk" in told
    assert "NEW  crash  nginx: accepts no more" in told
    assert (
        told[-1] == "1 target, 6 cells compared: 1 new, 1 fixed, 2 changed, "
        "1 newly crashed, hung or unreachable, exit 1"
    )


def test_equal_runs_differ_in_nothing(tmp_path):
    found = compared(tmp_path, usual(), usual())
    assert lines(found)[-1] == "2 targets, 12 cells compared: 0 new, 0 fixed, 0 changed, exit 0"


def test_a_plan_that_sends_something_else_now_is_not_compared(tmp_path):
    old = [*one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK), *one(LENIENT, Outcome.CONFORMS, plan="x/2")]
    new = [
        *one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK),
        *one(LENIENT, Outcome.VIOLATES, "read", Grade.RISK, plan="x/2", extra=b"X: y\r\n"),
    ]
    found = compared(tmp_path, [head(), target(), *old, END], [head(), target(), *new, END])
    assert found.changes == ()


def test_what_only_one_run_has_is_named(tmp_path):
    before = [head(RULES[:3]), target("old"), *one(SPACE, Outcome.CONFORMS), target(), END]
    after = [head(RULES[1:]), target(), *one(DATE, Outcome.CONFORMS), END]
    told = lines(compared(tmp_path, before, after))
    assert "targets of the first run alone: old" in told
    assert f"rules of the first run alone: {SPACE}" in told
    assert any(line.startswith("rules of the second run alone: ") and DATE in line for line in told)


def test_many_changes_are_told_in_part_unless_all_are_asked_for(tmp_path):
    names = [f"t{number}" for number in range(30)]
    before, after = [head()], [head()]
    for name in names:
        plan = f"{HOST}/1"
        before += [target(name), *case(plan, name), verdict(HOST, plan, Outcome.CONFORMS, "x", name)]
        after += [target(name), *case(plan, name), verdict(HOST, plan, Outcome.INCONCLUSIVE, "y", name)]
    found = compared(tmp_path, [*before, END], [*after, END])
    assert "CHANGED  and 10 more; -v tells them all" in lines(found)
    assert sum(line.startswith("CHANGED") for line in lines(found, verbose=True)) == 30


def test_markdown_has_the_verdict_first_and_folds_each_change(found, tmp_path):
    markdown.write(found, BAD, tmp_path / "x.md")
    said = (tmp_path / "x.md").read_text()
    assert said.startswith("## ❌ 1 target, 6 cells compared: 1 new, ")
    assert "### New violations: 1" in said
    assert f"<summary>{SPACE} · nginx · conforms → breach</summary>" in said
    assert said.count("<details>") == 4


class Page(HTMLParser):
    """Tags, and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def page(found, path):
    html.write(found, BAD, path)
    parser = Page()
    parser.feed(path.read_text())
    return parser


def test_the_page_needs_no_other_and_no_script(found, tmp_path):
    read = page(found, tmp_path / "x.html")
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe"}
    policy = next(one["content"] for tag, one in read.tags if tag == "meta" and "content" in one)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    words = "".join(read.text)
    for told in ("New violations: 1", "Fixed: 1", "Changed otherwise: 2", "conforms → breach", "crash"):
        assert told in words


def test_the_page_of_equal_runs_says_so(tmp_path):
    read = page(compared(tmp_path, usual(), usual()), tmp_path / "x.html")
    assert "Nothing differs" in "".join(read.text)


HOSTILE = "<script>alert(1)</script>\x00\u202e\n```"


def test_what_targets_say_is_text_everywhere(tmp_path):
    records = [head(command=HOSTILE), target(HOSTILE), *case(f"{SPACE}/1", HOSTILE)]
    bad = verdict(SPACE, f"{SPACE}/1", Outcome.VIOLATES, HOSTILE, HOSTILE, grade=Grade.BAD)
    good = verdict(SPACE, f"{SPACE}/1", Outcome.CONFORMS, HOSTILE, HOSTILE)
    crash = FindingRecord(HOSTILE, "crash", HOSTILE, "")
    found = compared(tmp_path, [*records, good, END], [*records, bad, crash, END])
    read = page(found, tmp_path / "x.html")
    assert "script" not in {tag for tag, _ in read.tags}
    for line in ["".join(read.text), *lines(found, verbose=True)]:
        assert "\x00" not in line
        assert "\u202e" not in line
    markdown.write(found, BAD, tmp_path / "x.md")
    assert "\n<script>" not in (tmp_path / "x.md").read_text()


def test_markdown_never_is_too_much_for_a_step_summary(tmp_path):
    rules = tuple(rule(f"9112-5.1-rule-{number}", RULES[0].level, "x" * 200) for number in range(400))
    before, after = [head(rules), target(), target("gone"), *case("p/1", "gone")], [head(rules), target()]
    before.append(verdict(rules[0].id, "p/1", Outcome.CONFORMS, "x", "gone"))
    for one in rules:
        plan = f"{one.id}/1"
        before += [*case(plan), verdict(one.id, plan, Outcome.CONFORMS, "z" * 3000)]
        after += [*case(plan), verdict(one.id, plan, Outcome.VIOLATES, "y" * 3000, grade=Grade.BAD)]
    markdown.write(compared(tmp_path, [*before, END], [*after, END]), BAD, tmp_path / "x.md")
    said = (tmp_path / "x.md").read_text()
    assert len(said.encode()) < 1 << 20
    assert "* targets of the first run alone: `gone`" in said
    assert said.count("<details>") + int(re.search(r"and (\d+) more: `wireproof compare -v`", said)[1]) == 400


def test_more_cases_than_fit_are_counted(tmp_path):
    plans = [f"{LENIENT}/{number}" for number in range(5)]
    before = [record for plan in plans for record in one(LENIENT, Outcome.CONFORMS, plan=plan)]
    after = [record for plan in plans for record in one(LENIENT, Outcome.VIOLATES, "", Grade.RISK, plan=plan)]
    told = lines(compared(tmp_path, [head(), target(), *before, END], [head(), target(), *after, END]))
    assert sum(line.startswith("  case      ") for line in told) == 4
    assert "  case      and 2 more" in told
