"""The HTML report: whole, honest, linked, and inert whatever a target sends."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from pathlib import Path

import msgspec
import pytest

from harness.errors import StoreError
from harness.model.plan import Origin
from harness.model.verdict import Grade, Outcome
from harness.store.records import AnyRecord, ChosenPart
from harness.store.run_store import EndRecord, FindingRecord, LimitRecord, RunReader, TargetEndRecord
from reports import html as html_report
from reports import pages
from tests.reports import make_run
from tests.reports.document import Data, Document, rendered
from tests.reports.make_run import BOTH, END, GET, SPACE, UNTOUCHED, case, head, target, usual, verdict

TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "nav",
        "main",
        "section",
        "article",
    ),
    *("footer", "h1", "h2", "h3", "h4", "h5", "p", "a", "div", "span", "strong", "small", "mark", "br"),
    *(
        "pre",
        "code",
        "dl",
        "dt",
        "dd",
        "ul",
        "ol",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ),
    *("details", "summary", "form", "label", "input", "fieldset", "legend", "output", "button"),
    *("select", "option", "kbd", "noscript"),
    *("svg", "path", "rect", "circle", "text"),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return rendered(tmp_path_factory.mktemp("usual"), usual())


def test_the_page_needs_no_other_file(page: Document) -> None:
    assert page.all("src") == []
    assert not any(tag in ("link", "img", "iframe", "object") for tag, _ in page.elements)
    assert "url(" not in page.source
    assert "@import" not in page.source


def test_the_policy_allows_this_style_and_these_scripts_alone(page: Document) -> None:
    (policy,) = [
        attributes["content"]
        for _, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert len(page.styles) == 1
    assert len(page.scripts) == 2
    for text in (*page.styles, *page.scripts):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == 3
    assert "unsafe" not in policy
    assert page.all("style") == []


def test_ids_are_unique_and_every_link_leads_somewhere(page: Document) -> None:
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    cases = {f"case/{place}" for place in Data(page.blocks).places()}
    for link in page.all("href"):
        place = link[1:].partition("?")[0]
        assert link.startswith("https://www.rfc-editor.org/") or place in ids or place in cases, link


def test_every_rule_has_a_permalink_that_needs_no_script(page: Document) -> None:
    assert {f"rule/{part.id}" for part in make_run.RULES} <= set(page.all("id"))


def test_every_case_has_a_permalink(page: Document) -> None:
    places = Data(page.blocks).places()
    assert len(places) == len(set(places)) == 14
    assert f"nginx/{SPACE}/1" in places


def test_it_tells_what_ran_and_how_it_ended(page: Document) -> None:
    for told in (
        "wireproof run http://127.0.0.1:8080 level:MUST",
        "2026-09-22 12:00:00 UTC",
        "wireproof 0.1.0, Python 3.13.1",
        "exit 1 · findings that fail the run",
        "12.3 s",
        "6 of 577 requirements",
        "nginx/1.0",
        "answers after it",
        "runs/run.sqlite",
    ):
        assert told in page.text


def test_the_headline_counts_and_never_scores(page: Document) -> None:
    assert "1 breach, 2 risks, 1 unmet, 2 soft" in page.text
    assert "%" not in page.text


def test_findings_stand_before_the_rules_the_worst_first(page: Document) -> None:
    places = [
        page.source.index(f'id="{name}"') for name in ("findings", "f-bad", "f-risk", "f-unmet", "matrix")
    ]
    assert places == sorted(places)
    assert "hang" in page.text
    assert "stopped answering its baseline" in page.text
    assert "serves the field without its space" in page.text


def test_a_finding_needs_no_script_to_be_understood(page: Document) -> None:
    article = page.html[page.html.index(f'id="rule/{SPACE}"') :]
    article = article[: article.index("</article>")]
    for told in (
        "as the section demands",
        "<strong>400</strong>: the request is refused with 400",
        "200, and the connection stayed usable",
        "200 / kept",
        "X-A<mark",
        "serves the field without its space",
    ):
        assert told in article


def test_the_matrix_has_words_and_both_axes(page: Document) -> None:
    matrix = page.html[page.html.index('<section id="matrix"') :]
    row = matrix[matrix.index(f'href="#rule/{SPACE}"') :]
    row = row[: row.index("</tr>")]
    cells = re.findall(r'<td class="([^"]*)">(.*?)</td>', row, re.DOTALL)
    assert cells == [("s-bad", "✕&nbsp;breach\n200 kept"), ("s-conforms", "✓&nbsp;conforms\n400 closed")]


def test_headers_of_tables_have_a_scope(page: Document) -> None:
    heads = [attributes for tag, attributes in page.elements if tag == "th"]
    assert heads
    assert all(attributes.get("scope") in ("row", "col") for attributes in heads)


def test_the_requirements_stand_under_their_sections(page: Document) -> None:
    book = page.text[page.text.index("RFCs Requirements that bind") :]
    assert "5.1 Field Line Parsing" in book
    assert "1 of 1 covered" in book
    assert "The run does not tell which requirements no rule covers." in book


def test_uncovered_requirements_are_shown_with_the_reason(tmp_path: Path) -> None:
    part = make_run.RULES[0]
    rows = tuple(
        msgspec.structs.replace(
            make_run.requirement(part),
            id=f"9112-5.1-{name}",
            testable=name,
            summary=f"Is {name}.",
        )
        for name in ("black-box", "black-box-with-cooperation", "not-testable")
    )
    text = rendered(tmp_path, [head((part,), uncovered=rows), target(), END]).text
    assert "1 of 4 covered" in text
    assert "Is black-box.Not covered: no rule of this run asks for it." in text
    assert "Not covered: only the target's help shows it" in text
    assert "Is not-testable.Not covered: cannot be seen from outside." in text
    assert "The run does not tell" not in text


def test_a_waiver_is_shown_with_its_reason(tmp_path: Path) -> None:
    row = msgspec.structs.replace(
        make_run.requirement(make_run.RULES[0]), id="9112-5.1-z", waived="Nobody sees it."
    )
    page = rendered(tmp_path, [head(uncovered=(row,)), target(), END])
    assert "Waived: Nobody sees it." in page.text


def test_what_was_confirmed_is_told(tmp_path: Path) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.VIOLATES, "kept open", grade=Grade.BAD, confirmed=True)
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1"), given, END])
    assert "kept open 200 / kept seen again when it was repeated" in page.text
    assert Data(page.blocks).case(f"nginx/{BOTH}/1")["verdicts"][0][-1] == 1


def test_a_finding_may_have_no_example_or_one_that_left_no_record(tmp_path: Path) -> None:
    records = [
        FindingRecord("nginx", "died", "went away", example=""),
        FindingRecord("nginx", "crash", "fell", "gone"),
    ]
    page = rendered(tmp_path, [head(), target(), *records, END])
    assert "went away" in page.text
    assert "fell 1 case, for example gone." in page.text


def test_a_pass_on_the_case_of_another_rule_shows_no_answer(tmp_path: Path) -> None:
    given = verdict(SPACE, f"{BOTH}/1", Outcome.CONFORMS, "nothing amiss")
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1"), given, END])
    assert '<td class="s-conforms">✓&nbsp;conforms</td>' in page.html


def test_how_targets_ended_is_told_with_what_they_printed(tmp_path: Path) -> None:
    end = TargetEndRecord("nginx", 7, 1.5, "it is gone", ("a line", "<b>worker</b> exited\x1b[0m"))
    page = rendered(tmp_path, [head(), target(), target("hyper"), end, END])
    assert "exit 7 · the target died after 1.5 s: it is gone" in page.text
    assert "&lt;b&gt;worker&lt;/b&gt; exited\\u001b[0m" in page.html
    assert "This part of the run was cut off, or never begun." in page.text


def test_what_was_not_decided_is_told_with_its_reason(page: Document) -> None:
    run = page.text[page.text.index("Run Inconclusive") :]
    assert "a reset says nothing 1 A request without Host is refused on hyper" in run
    assert "CONNECTrefused with 405" in run
    assert "hyper A response bears a Date: no Date, sometimes" in run


def test_targets_that_were_chosen_and_never_reached_are_named(tmp_path: Path) -> None:
    page = rendered(tmp_path, [head(targets=(ChosenPart("far", "http://far/"),)), END])
    assert "far address unknownNothing was judged here." in page.text


def test_causes_stand_on_top_the_worst_first(page: Document) -> None:
    causes = page.text[page.text.index("Top causes") : page.text.index("Targets How the rules")]
    assert causes.index("serves the field without its space") < causes.index("A chunk-size line ends")
    assert "on nginx · 2 cases" in causes


def test_a_rule_without_verdicts_is_no_pass(page: Document) -> None:
    assert "not judged" in page.text
    (line,) = [attributes for _, attributes in page.elements if attributes.get("id") == f"rule/{UNTOUCHED}"]
    assert line["data-outcome"] == "none"
    assert "No case of this run showed what these rules ask for. That is no pass." in page.text


def test_a_run_that_was_cut_off_says_so(tmp_path: Path) -> None:
    page = rendered(tmp_path, usual()[:-1])
    assert "This run has no end" in page.text
    assert "cut off, or still running" in page.text


def test_a_run_may_be_cut_off_between_any_two_records(tmp_path: Path) -> None:
    records = usual(("nginx",))
    for length in range(1, len(records), 3):
        folder = tmp_path / str(length)
        folder.mkdir()
        assert "This run has no end" in rendered(folder, records[:length]).text


def test_verdicts_without_their_plan_or_target_are_still_told(tmp_path: Path) -> None:
    lonely = verdict("9112-1.1-unknown", "gone/1", Outcome.VIOLATES, "seen", "ghost", grade=Grade.BAD)
    page = rendered(tmp_path, [head(()), lonely])
    assert "1 breach" in page.text
    assert "ghost" in page.text
    assert Data(page.blocks).case("ghost/gone/1") == {"verdicts": [[0, 0, "seen", ""]]}


@pytest.mark.parametrize(
    ("records", "headline"),
    [
        ([head(), target(), END], "Nothing was judged"),
        ([head(())], "Nothing was judged"),
        (
            [
                head(),
                target(),
                *case(f"{BOTH}/1"),
                verdict(BOTH, f"{BOTH}/1", Outcome.INCONCLUSIVE, "silence"),
                END,
            ],
            "Nothing could be decided",
        ),
        (
            [
                head(),
                target(),
                *case(f"{BOTH}/1"),
                verdict(BOTH, f"{BOTH}/1", Outcome.CONFORMS, "closed"),
                END,
            ],
            "No violation was seen",
        ),
    ],
    ids=["no verdict", "no rule", "inconclusive", "conforms"],
)
def test_quiet_runs_read_well(tmp_path: Path, records: list[AnyRecord], headline: str) -> None:
    page = rendered(tmp_path, records)
    assert page.text.startswith(f"{headline} · wireproof")
    assert ("Passing is not proof: it says" in page.text) is (headline == "No violation was seen")


@pytest.mark.parametrize("code", [2, 3, 6, 7])
def test_a_run_that_was_broken_off_says_so(tmp_path: Path, code: int) -> None:
    page = rendered(tmp_path, [head(), target(), EndRecord("2026-09-22T12:00:12Z", code, 1.0, "why not")])
    assert "This run did not come to its end: exit" in page.text
    assert "why not" in page.text


def test_what_was_not_judged_is_counted(page: Document) -> None:
    assert "2 were not judged: no case of this run showed what they ask for, which is no pass." in page.text


def test_an_unknown_exit_code_is_shown_as_it_is(tmp_path: Path) -> None:
    page = rendered(tmp_path, [head(), EndRecord("2026-09-22T12:00:12Z", 99, 1.0, "for a reason")])
    assert "exit 99 · for a reason" in page.text


HOSTILE = [
    "</pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</title></style></script><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x1b[2J\x9b\u202e\u2066\u200f\u2028\ufeff\U000e0041",
    "&lt;b&gt; &amp; ]]> <!-- -->",
    "javascript:alert(1)",
    "`code` and `<b>` and ``",
    "`unclosed <i>",
    "Motörhead 馬鹿",
]


def hostile(text: str) -> list[AnyRecord]:
    """A run in which everything that can be foreign is this text."""
    octets = b"HTTP/1.1 200 OK\r\n" + text.encode("utf-8", "surrogatepass") + b"\xff\xfe\r\n\r\n"
    part = make_run.rule(
        SPACE, make_run.Level.MUST, text, security=text, area=text, why=text, url=text, covers=(text,)
    )
    where = f"name {text}"
    return [
        head((part,), command=text, id=text, python=text, started=text, wireproof=text),
        target(where, address=text, server=text, facts=((text, text),), not_applicable=((text, text),)),
        *case(text, where, octets, octets, title=text, control=text),
        *case(f"{text}/2", where, octets, octets, origin=Origin.FUZZ),
        verdict(SPACE, text, Outcome.VIOLATES, text, where, grade=Grade.RISK, seen=text, sent_span=(17, 19)),
        FindingRecord(where, text, text, text, "", 1, (text,)),
        FindingRecord(where, text, text, text, SPACE, 1, (text,)),
        LimitRecord(where, text, text, 1, note=text),
        LimitRecord(where, "request-line", text, note=text),
        LimitRecord(text, text, text, -5, up_to=-7),
        EndRecord(text, 1, 1.0, text),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(tmp_path: Path, text: str) -> None:
    page = rendered(tmp_path, hostile(text))
    assert {tag for tag, _ in page.elements} <= TAGS
    assert len(page.scripts) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", packed) for packed in page.blocks.values())
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "autofocus" not in {name for _, attributes in page.elements for name in attributes}
    assert all(link.startswith(("https://", "#")) for link in page.all("href"))
    texts = page.source + "".join(Data(page.blocks).strings)
    odd = {char for char in texts if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert odd <= {"\n"}
    assert text.replace("`", "") in page.text.replace("`", "") or not text.isprintable()


def test_backticks_set_code_apart() -> None:
    assert html_report._prose("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
    assert html_report._prose("a ` <b>") == "a ` &lt;b&gt;"
    assert html_report._prose("\x00") == "\\u0000"


def test_obs_text_is_never_decoded(tmp_path: Path) -> None:
    received = b"HTTP/1.1 200 OK\r\nX: \xe9\xff\xc3\xa9\r\n\r\n"
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1", received=received), END])
    assert "é" not in page.source
    data = Data(page.blocks)
    assert received in data.octets(data.case(f"nginx/{BOTH}/1")["received"])


def test_lone_surrogates_do_not_stop_the_report(tmp_path: Path) -> None:
    assert pages._shown("\ud800") == "\\ud800"
    assert pages._shown(None) == ""


def test_a_mebibyte_does_not_make_the_page_huge(tmp_path: Path) -> None:
    line = b"HTTP/1.1 200 OK\r\nX: " + bytes(range(33, 127)) * 11_200 + b"\r\n\r\n"
    records = [head(), target(), *case(f"{BOTH}/1", sent=GET + line, received=line), END]
    page = rendered(tmp_path, records)
    assert len(page.source) < 200_000
    data = Data(page.blocks)
    told = data.case(f"nginx/{BOTH}/1")
    _, _, length, total, ranges = told["received"]
    assert total == len(line) + len(make_run.OK)
    assert sum(end - start for start, end in ranges) == length <= 1 << 14
    assert ranges[0][0] == 0
    assert ranges[-1][1] == total
    assert "program" not in told


def test_a_report_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        RunReader(make_run.write_run(tmp_path, [head(), END])) as run,
        pytest.raises(StoreError, match="cannot write the report"),
    ):
        html_report.write(run, tmp_path / "file" / "index.html")


def test_a_failed_report_leaves_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "index.html"
    out.write_text("old")
    with (
        RunReader(make_run.write_run(tmp_path, [target()])) as run,
        pytest.raises(StoreError, match="no head"),
    ):
        html_report.write(run, out)
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_names_that_look_alike_get_links_of_their_own(tmp_path: Path) -> None:
    records = [
        head(),
        *(target(name) for name in ("a b", "a/b", "a_b")),
        *case("x y", "a b"),
        *case("x?y", "a b"),
        *case("x y", "a/b"),
        *case("x y", "a_b"),
        END,
    ]
    places = Data(rendered(tmp_path, records).blocks).places()
    assert len(set(places)) == 4
    assert all(re.fullmatch(r"a_b(~\d)?/x_y(~\d)?", place) for place in places)


def test_what_is_flaky_is_shown_and_fails_nothing(tmp_path: Path) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.VIOLATES, "once so, once so", grade=Grade.BAD, flaky=True)
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1"), given, END])
    assert "Flaky" in page.text
    assert "Repeating it gave another result" in page.text
    assert 'id="f-bad"' not in page.source
