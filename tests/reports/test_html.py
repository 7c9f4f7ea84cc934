"""The HTML report: whole, honest, linked, and inert whatever a target sends."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from harness.errors import StoreError
from harness.model.plan import Origin
from harness.model.verdict import Grade, Outcome
from harness.store.records import AnyRecord
from harness.store.run_store import EndRecord, ExchangePart, FindingRecord, RunReader, TranscriptRecord
from reports import html as html_report
from tests.reports import make_run
from tests.reports.make_run import BOTH, END, GET, SPACE, UNTOUCHED, case, head, target, usual, verdict

VOID = {"meta", "br", "input", "path", "rect"}
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
    *("svg", "path", "rect"),
}


class Document(HTMLParser):
    """What a browser would build of the page, as far as these tests ask."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(name)) is not None]


def rendered(folder: Path, records: Iterable[AnyRecord]) -> Document:
    """The page of a run of these records."""
    with RunReader(make_run.write_run(folder, records)) as run:
        html_report.write(run, folder / "new" / "index.html")
    return Document((folder / "new" / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return rendered(tmp_path_factory.mktemp("usual"), usual())


def test_the_page_needs_no_other_file(page: Document) -> None:
    assert page.all("src") == []
    assert not any(tag in ("link", "img", "iframe", "object") for tag, _ in page.elements)
    assert "url(" not in page.source
    assert "@import" not in page.source


def test_the_policy_allows_this_style_and_this_script_alone(page: Document) -> None:
    (policy,) = [
        attributes["content"]
        for _, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        (text,) = ["".join(page.raw[kind])]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert page.all("style") == []


def test_ids_are_unique_and_every_link_leads_somewhere(page: Document) -> None:
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for link in page.all("href"):
        assert link.startswith("https://www.rfc-editor.org/") or link[1:] in ids, link


def test_every_rule_and_every_case_has_a_permalink(page: Document) -> None:
    ids = set(page.all("id"))
    assert {part.id for part in make_run.RULES} <= ids
    cases = {value for value in ids if value.startswith("case--")}
    assert len(cases) == 14
    assert f"case--nginx--{SPACE}_1" in cases


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
    ):
        assert told in page.text


def test_the_headline_counts_and_never_scores(page: Document) -> None:
    assert "1 breach, 2 risks, 1 unmet, 2 soft" in page.text
    assert "%" not in page.text


def test_findings_stand_before_the_rules_the_worst_first(page: Document) -> None:
    places = [
        page.source.index(f'id="{name}"') for name in ("findings", "f-bad", "f-risk", "f-unmet", "rules")
    ]
    assert places == sorted(places)
    assert "hang" in page.text
    assert "stopped answering its baseline" in page.text
    assert "serves the field without its space" in page.text


def test_a_case_is_told_from_every_side(page: Document) -> None:
    for told in (
        "200, and the connection stayed usable",
        "pause of 0.05 s",
        "sent 40 octets, our marker",
        "deadline passed while waiting for the end of the connection",
        "1 request, then rejected: illegal header line",
        "The sound twin control/get was answered: 200, kept.",
        f"wireproof run http://127.0.0.1:8080/ {SPACE}",
        "connection.setblocking(False)",
        "00000010 58 2d 41 20 3a",
        "chunked: the chunked coding decides, then the connection is closed seen: nginx, hyper",
    ):
        assert told in page.text
    assert "X-A<mark" in page.source


def test_a_rule_without_verdicts_is_no_pass(page: Document) -> None:
    assert "not judged" in page.text
    assert "The run holds no verdict of this rule. That is not a pass." in page.text
    (line,) = [attributes for _, attributes in page.elements if attributes.get("data-rule") == UNTOUCHED]
    assert line["data-standing"] == "none"


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
    assert "No transcript of this case is stored" in page.text


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
        EndRecord(text, 1, 1.0, text),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(tmp_path: Path, text: str) -> None:
    page = rendered(tmp_path, hostile(text))
    assert {tag for tag, _ in page.elements} <= TAGS
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "autofocus" not in {name for _, attributes in page.elements for name in attributes}
    assert all(link.startswith(("https://", "#")) for link in page.all("href"))
    odd = {char for char in page.source if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
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
    assert "\\xe9\\xff\\xc3\\xa9" in page.text


def test_lone_surrogates_do_not_stop_the_report(tmp_path: Path) -> None:
    assert html_report._shown("\ud800") == "\\ud800"
    assert html_report._shown(None) == ""


def test_a_mebibyte_does_not_make_the_page_huge(tmp_path: Path) -> None:
    line = b"HTTP/1.1 200 OK\r\nX: " + bytes(range(33, 127)) * 11_200 + b"\r\n\r\n"
    records = [head(), target(), *case(f"{BOTH}/1", sent=GET + line, received=line), END]
    page = rendered(tmp_path, records)
    assert len(page.source) < 200_000
    assert "octets left out" in page.text
    assert "Too long to print here; use the command." in page.text


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


def test_names_that_look_alike_get_ids_of_their_own(tmp_path: Path) -> None:
    records = [
        head(),
        target("a b"),
        target("a/b"),
        *case("x y", "a b"),
        *case("x/y", "a b"),
        *case("x y", "a/b"),
        END,
    ]
    page = rendered(tmp_path, records)
    assert len({value for value in page.all("id") if value.startswith("case--")}) == 3


@pytest.mark.parametrize(
    ("span", "marked"),
    [((9, 12), "200"), ((49, 52), "200"), ((0, 40), None), ((40, 80), None), ((38, 42), "ok")],
    ids=["first answer", "marker's answer", "all of the first", "all of the second", "across both"],
)
def test_what_was_received_is_parted_by_answers_and_marked(
    tmp_path: Path, span: tuple[int, int], marked: str | None
) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.VIOLATES, "seen", grade=Grade.BAD, received_span=span)
    records = [head(), target(), *case(f"{BOTH}/1"), given, END]
    page = rendered(tmp_path, records)
    (received,) = re.findall(r'aria-label="octets received">(.*?)</pre>', page.source, re.DOTALL)
    assert received.count('<span class="part">') == 2
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", received)[:1] == ([marked] if marked else [])


def test_many_answers_are_told_in_short(tmp_path: Path) -> None:
    records = case(f"{BOTH}/1")
    transcript = records[1]
    assert isinstance(transcript, TranscriptRecord)
    more = tuple(ExchangePart((0, 4), "kept", None, status) for status in (200, 201, 202, 404))
    records[1] = msgspec.structs.replace(transcript, exchanges=more)
    page = rendered(tmp_path, [head(), target(), *records, END])
    assert "200 … 404 (4)" in page.text


def test_what_is_flaky_is_shown_and_fails_nothing(tmp_path: Path) -> None:
    given = verdict(BOTH, f"{BOTH}/1", Outcome.VIOLATES, "once so, once so", grade=Grade.BAD, flaky=True)
    page = rendered(tmp_path, [head(), target(), *case(f"{BOTH}/1"), given, END])
    assert "Flaky" in page.text
    assert "Repeating it gave another result" in page.text
    assert 'id="f-bad"' not in page.source
