"""The report in a real browser, opened from a file: nothing leaves, nothing foreign runs, all is usable."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api as playwright

from harness.model.requirement import Level
from harness.narrate.escape import lines
from harness.store.run_store import RunReader
from reports import html as html_report
from tests.reports.held_run import held_run
from tests.reports.make_run import (
    BOTH,
    DATE,
    END,
    HOST,
    LENIENT,
    SPACE,
    case,
    head,
    measured,
    rule,
    target,
    usual,
    write_run,
)
from tests.reports.test_html import HOSTILE, hostile

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CASE = f"#case/nginx/{SPACE}/1"
VIEWS = ["", "#findings", "#matrix", "#rfc", "#run", f"#rule/{SPACE}", f"{CASE}?beside=hyper"]

pytestmark = pytest.mark.browser


class Browser:
    """Chromium in a thread of its own: Playwright's plain interface refuses to run beside an event loop."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.thread.submit(self._start).result()

    def _start(self) -> None:
        self.driver = playwright.sync_playwright().start()
        self.chromium = self.driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

    def close(self) -> None:
        self.thread.submit(self.chromium.close).result()
        self.thread.submit(self.driver.stop).result()
        self.thread.shutdown()

    def ask(self, file: Path, *scripts: str, fragment: str = "", **context: Any) -> list[Any]:
        """Open the file, run the scripts in order and return what they gave; the console stays silent.

        A script that begins with `press:` is keys to press, one with `pdf` prints to PDF.
        """
        return self.thread.submit(self._ask, file, scripts, fragment, context).result()

    def _ask(self, file: Path, scripts: tuple[str, ...], fragment: str, context: dict[str, Any]) -> list[Any]:
        media = context.pop("media", None)
        inside = self.chromium.new_context(**context)
        page = inside.new_page()
        page.emulate_media(media=media, color_scheme=context.get("color_scheme"))
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{file.as_uri()}{fragment}")
        answers = [self._answer(page, script) for script in scripts]
        inside.close()
        assert said == []
        assert [url.partition("#")[0] for url in asked] == [file.as_uri()]
        return answers

    def _answer(self, page: playwright.Page, script: str) -> Any:
        if script == "pdf":
            return page.pdf()[:5]
        if script.startswith("press:"):
            return [page.keyboard.press(key) for key in script.removeprefix("press:").split()]
        return page.evaluate(script)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("report"), "usual", usual())


@pytest.fixture(scope="module")
def with_limits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the size limits of more targets than a screen is high."""
    names = tuple(f"a-server-of-the-long-name-{number}" for number in range(40))
    return written(tmp_path_factory.mktemp("limits"), "limits", measured(names))


def written(folder: Path, name: str, records: Any) -> Path:
    (folder / name).mkdir()
    out = folder / f"{name}.html"
    with RunReader(write_run(folder / name, records)) as run:
        html_report.write(run, out)
    return out


def until(condition: str, then: str = "true") -> str:
    """A script that waits for a condition, and gives what `then` says."""
    return (
        f"new Promise((done) => {{ const look = () => ({condition}) ? done({then})"
        " : requestAnimationFrame(look); look(); })"
    )


def go(fragment: str) -> str:
    """A script that goes to a view and waits until it is there."""
    name = fragment.strip("#") or "overview"
    ready = (
        "document.documentElement.dataset.view === 'detail' && document.title.length > 0"
        f" && location.hash === {json.dumps(fragment)} && !!document.querySelector('#detail h2')"
        if name.startswith(("rule/", "case/"))
        else f"document.documentElement.dataset.view === {json.dumps(name.partition('?')[0])}"
    )
    return (
        f"(() => {{ location.hash = {json.dumps(fragment)};"
        f" document.querySelector('#detail').replaceChildren(); return {until(ready)}; }})()"
    )


DETAIL = until("document.querySelector('#detail h2')", "document.querySelector('#detail').innerText")
SHOWN = "[...document.querySelectorAll('#matrix tr[data-rule]')].filter(e => e.offsetParent)"
LINES = f"{SHOWN}.map(e => e.querySelector('code').textContent)"
COUNT = "document.getElementById('count').textContent"
CHECK = "document.querySelector('input[value=\"{}\"]').click()"
FOCUS = "document.activeElement.closest('tr')?.querySelector('code').textContent + ' '"
FOCUS += " + document.activeElement.cellIndex"


def search(words: str) -> str:
    """A script that searches, and waits for the words behind the page to be unfolded."""
    return (
        "(() => { const box = document.getElementById('q'); box.focus();"
        f" box.value = {json.dumps(words)}; box.dispatchEvent(new Event('input', {{bubbles: true}}));"
        f" return {until('matrix.words')}; }})()"
    )


def choose(name: str, value: str) -> str:
    """A script that chooses from a list."""
    return (
        f"(() => {{ const list = document.getElementById('{name}'); list.value = '{value}';"
        " list.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_it_opens_in_silence_and_asks_for_nothing(browser: Browser, report: Path) -> None:
    assert browser.ask(report, "document.querySelector('h1').textContent", *map(go, VIEWS))[0] == (
        "1 breach, 2 risks, 1 unmet, 2 soft"
    )


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_a_target_sends_does_not_run(browser: Browser, tmp_path: Path, number: int) -> None:
    page = written(tmp_path, "hostile", hostile(HOSTILE[number]))
    first = "theIndex().then((index) => { location.hash = `{}`; return 1; })"
    inert = (
        "[document.images.length,"
        " document.querySelectorAll('[onerror],[onload],[onfocus],[autofocus]').length,"
        " [...document.scripts].filter((one) => !one.type).length,"
        " [...document.links].filter((one) => !/^(https:|file:)/.test(one.href)).length]"
    )
    answers = browser.ask(
        page,
        go("#matrix"),
        inert,
        first.replace("{}", "#rule/${index.rules[0][0]}"),
        DETAIL,
        inert,
        first.replace("{}", "#${casePlace(index, 0)}"),
        until("document.querySelector('#detail .wire')"),
        "document.querySelectorAll('#detail summary, #detail [role=tab]').forEach((one) => one.click())",
        inert,
    )
    assert answers[1] == answers[4] == answers[8] == [0, 0, 2, 0]


def test_an_injected_script_would_not_run(browser: Browser, report: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.html"
    injection = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
    forged.write_text(report.read_text(encoding="utf-8").replace("</main>", f"{injection}</main>"))
    with pytest.raises(AssertionError, match="Content Security Policy"):
        browser.ask(forged, "window.ran")


def test_filters_narrow_the_matrix_and_the_address_keeps_them(browser: Browser, report: Path) -> None:
    asked = browser.ask(
        report,
        LINES,
        CHECK.format("bad"),
        LINES,
        COUNT,
        CHECK.format("risk"),
        LINES,
        CHECK.format("MUST"),
        LINES,
        "location.hash",
        "document.querySelector('#filter [type=reset]').click()",
        until("location.hash === '#matrix'"),
        LINES,
        fragment="#matrix",
    )
    assert len(asked[0]) == 6
    assert asked[2] == [SPACE]
    assert asked[3] == "1 of 6 rules"
    assert len(asked[5]) == 2
    assert asked[7] == [SPACE]
    assert asked[8] == "#matrix?level=MUST&outcome=bad,risk"
    assert asked[11] == asked[0]


def test_a_link_reproduces_the_filter(browser: Browser, report: Path) -> None:
    fragment = "#matrix?q=colon&outcome=bad,conforms&level=MUST&area=fields&security=smuggling&differing=yes"
    shown, words, checked, count = browser.ask(
        report,
        until("matrix.words && document.getElementById('count').textContent.includes('of')", LINES),
        "document.getElementById('q').value",
        "[...document.querySelectorAll('#filter input:checked')].map((one) => one.value)",
        COUNT,
        fragment=fragment,
    )
    assert shown == [SPACE]
    assert words == "colon"
    assert checked == ["MUST", "yes", "bad", "conforms"]
    assert count == "1 of 6 rules"


def test_a_big_matrix_unfolds_bit_by_bit_and_filters_at_once(browser: Browser, tmp_path: Path) -> None:
    rules = tuple(
        rule(
            f"9112-{2 + number // 12}.1-r{number}",
            Level.SHOULD if number % 3 else Level.MUST,
            f"Rule {number}",
        )
        for number in range(120)
    )
    page = written(tmp_path, "big", [head(rules), *(target(f"t{number}") for number in range(30)), END])
    rows = "document.querySelectorAll('#matrix tr[data-rule]').length"
    begun, everything, count = browser.ask(page, rows, until(f"{rows} === 120"), COUNT, fragment="#matrix")
    assert begun >= 12
    assert everything is True
    assert count == "120 rules"
    count, shown = browser.ask(page, COUNT, f"{SHOWN}.length", fragment="#matrix?level=MUST")
    assert count == "40 of 120 rules"
    assert shown == 40


def test_search_looks_into_requirements_and_cases(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        search("content-length END"),
        LINES,
        search("tab before"),
        LINES,
        search("zzz"),
        LINES,
        "[...document.querySelectorAll('#matrix .part')].filter((one) => !one.hidden).length",
        fragment="#matrix",
    )
    assert answers[1] == [BOTH]
    assert answers[3] == [SPACE]
    assert answers[5] == []
    assert answers[6] == 0


def test_only_what_is_new_against_the_baseline(browser: Browser, tmp_path: Path) -> None:
    held = written(tmp_path, "held", held_run())
    shown, kept = browser.ask(held, LINES, COUNT, fragment="#matrix?baseline=new")
    assert sorted(shown) == sorted([HOST, SPACE, LENIENT, DATE])
    assert kept == "4 of 6 rules"


def test_area_security_and_differing(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        choose("area", "host"),
        LINES,
        choose("area", ""),
        choose("security", "any"),
        LINES,
        choose("security", ""),
        CHECK.format("yes"),
        LINES,
        fragment="#matrix",
    )
    assert answers[1] == [HOST]
    assert len(answers[4]) == 3
    assert answers[7] == [HOST, SPACE]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_permalink_of_a_rule_shows_it(browser: Browser, report: Path, script: bool) -> None:
    seen = "document.body.innerText" if not script else DETAIL
    (text,) = browser.ask(report, seen, fragment=f"#rule/{SPACE}", java_script_enabled=script)
    for told in ("Whitespace between a field name and its colon", "the request is refused with 400"):
        assert told in text


def test_the_page_of_a_rule(browser: Browser, report: Path) -> None:
    text, ticked, links = browser.ask(
        report,
        DETAIL,
        "document.querySelector('#detail .permitted .seen').innerText",
        "[...document.querySelectorAll('#detail td.outcome a')].map((one) => one.hash)",
        fragment=f"#rule/{SPACE}",
    )
    for told in (
        "as the section demands",
        "serves the field without its space",
        "2 breaches",
        "Tab before a colon",
    ):
        assert told in text
    assert "seen on hyper" in ticked
    assert CASE in links


def test_the_page_of_a_case(browser: Browser, report: Path) -> None:
    text, marked, hexed, escaped, _, program, reference = browser.ask(
        report,
        DETAIL,
        "document.querySelector('#detail pre.octets mark').textContent",
        "(() => { document.querySelectorAll('#detail [role=tab]')[2].click();"
        " return document.querySelector('#detail pre.hex').innerText; })()",
        "(() => { document.querySelectorAll('#detail [role=tab]')[1].click();"
        " return document.querySelector('#detail pre.octets').innerText; })()",
        "document.querySelectorAll('#detail details').forEach((one) => { one.open = true; })",
        "document.querySelector('#detail .program code').textContent",
        "document.querySelector('#detail .code code').textContent",
        fragment=CASE,
    )
    for told in (
        "200, and the connection stayed usable",
        "Its sound twin A sound GET was answered 200 kept.",
        "pause of 0.05 s",
        "sent 40 octets, our marker",
        "deadline passed while waiting for the end of the connection",
        "1 request, then rejected: illegal header line",
        "space-before-colon 9112-5.1-a",
        "From octet 49 on it is our marker",
    ):
        assert told in text
    assert marked == " "
    assert "00000010  58 2d 41 20 3a" in hexed
    assert escaped.startswith("GET / HTTP/1.1\\r\\nX-A : b\\r\\n")
    assert program.startswith(f"# {SPACE}/1: Space before a colon\nimport select\n")
    assert "b'X-A : b\\r\\n'" in program
    assert reference == f"wireproof run http://127.0.0.1:8080/ {SPACE}"


def test_two_targets_stand_side_by_side(browser: Browser, report: Path) -> None:
    change = (
        "(() => { const list = document.querySelectorAll('#detail .choices select')[1];"
        " list.selectedIndex = 1; list.dispatchEvent(new Event('change')); })()"
    )
    answers = browser.ask(
        report,
        DETAIL,
        change,
        until("document.querySelectorAll('#detail .column').length === 2", "location.hash"),
        "[...document.querySelectorAll('#detail .column h3')].map((one) => one.innerText)",
        "[...document.querySelectorAll('#detail .answer')].map((one) => one.innerText)",
        fragment=CASE,
    )
    assert answers[2] == f"{CASE}?beside=hyper"
    assert [one.split()[0] for one in answers[3]] == ["nginx", "hyper"]
    assert [one.split()[-2:] for one in answers[4]] == [["200", "kept"], ["400", "closed"]]


@pytest.mark.parametrize("fragment", ["#rule/no", "#case/nginx/no", "#case/no/no", "#%E0%A4%A"])
def test_a_link_to_what_is_not_there_says_so(browser: Browser, report: Path, fragment: str) -> None:
    said = until(
        "document.documentElement.classList.contains('routed')", "document.querySelector('main').innerText"
    )
    (text,) = browser.ask(report, said, fragment=fragment)
    assert ("This run has no" in text) is not fragment.startswith("#%")


OCTETS = [
    (b"GET / HTTP/1.1\r\nX: \x00\x1b\\\r\n\r\n", None),
    (b"a\r\nb\nc\rd\r\r\n\n\xff\xfe\xc3\xa9\t", (1, 2)),
    (b"a\r\nb", (2, 3)),
    (b"abc", (1, 1)),
    (b"abc", (3, 3)),
    (b"\r\n\r\n", (0, 0)),
    (b"<script>alert(1)</script>\xe2\x80\xae", (3, 9)),
    (bytes(range(256)), (10, 200)),
]


def drawing(octets: bytes, span: tuple[int, int] | None) -> str:
    """A script that draws octets as lines, and gives their pieces and how many line breaks there are."""
    part = f"{{start: 0, octets: new Uint8Array({list(octets)})}}"
    return (
        f"theIndex().then(({{alphabet}}) => {{ const part = {part}; const span = {json.dumps(span)};"
        f" const rows = asLines(alphabet, {{total: {len(octets)}, parts: [part]}}, span);"
        " return [pieces(alphabet, part, span, true).map(({text, kind, marked}) => [text, kind, marked]),"
        " rows.filter((one) => one === '\\n').length]; })"
    )


def test_octets_read_as_in_the_terminal(browser: Browser, report: Path) -> None:
    drawn = browser.ask(report, *(drawing(octets, span) for octets, span in OCTETS))
    for (octets, span), (given, breaks) in zip(OCTETS, drawn, strict=True):
        rows = lines(octets, span)
        assert _joined(given) == _joined([[one.text, one.kind, one.marked] for row in rows for one in row])
        assert breaks == len(rows) - 1


def _joined(pieces: list[list[Any]]) -> list[list[Any]]:
    """Neighbours of one kind joined: where runs are parted is each renderer's own."""
    found: list[list[Any]] = []
    for text, kind, marked in pieces:
        if found and found[-1][1:] == [kind, marked] and kind != "point":
            found[-1][0] += text
        else:
            found.append([text, kind, marked])
    return found


def test_what_was_cut_is_told_in_every_view(browser: Browser, tmp_path: Path) -> None:
    long = b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n"
    page = written(tmp_path, "long", [head(), target(), *case(f"{BOTH}/1", received=long), END])
    views = [
        f"(() => {{ const tabs = document.querySelectorAll('#detail [role=tab]'); tabs[{number}].click();"
        " return document.querySelectorAll('#detail pre.octets')[1].innerText; })()"
        for number in (3, 4, 5)
    ]
    answers = browser.ask(page, DETAIL, *views, fragment=f"#case/nginx/{BOTH}/1")
    for text in answers[1:]:
        assert "octets left out" in text
        assert len(text) < 120_000


def test_without_script_the_essentials_are_there(browser: Browser, report: Path) -> None:
    text, walked, controls = browser.ask(
        report,
        "document.body.innerText",
        "document.getElementById('matrix').querySelector('td.s-bad').textContent.replace('\\n', ' ')",
        "[...document.querySelectorAll('button, input, select')].filter(e => e.checkVisibility()).length",
        java_script_enabled=False,
    )
    for told in (
        "1 breach",
        "Breaches",
        "200, and the connection stayed usable",
        "the request is refused with 400",
        "wireproof report runs/run.sqlite",
        "RFC 9112",
        "a reset says nothing",
    ):
        assert told in text
    assert controls == 0
    assert walked == "✕\u00a0breach 200 kept"


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_runs_out_of_the_page(browser: Browser, report: Path, width: int) -> None:
    over = (
        "(document.querySelectorAll('details').forEach(e => e.open = true),"
        " document.documentElement.scrollWidth - innerWidth)"
    )
    scripts = [script for view in VIEWS for script in (go(view), over)]
    answers = browser.ask(report, *scripts, viewport={"width": width, "height": 800})
    assert [one for one in answers[1::2] if one > 0] == []


AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SERIOUS = """axe.run(document, {resultTypes: ["violations"], RULES}).then(({violations}) => violations
  .filter(({impact}) => ["serious", "critical"].includes(impact))
  .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | ")}`))"""


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("light", ""), ("dark", 'runOnly: ["color-contrast"]')],
    ids=["light, all rules", "dark, contrast"],
)
def test_axe_finds_nothing_serious(browser: Browser, report: Path, scheme: str, rules: str) -> None:
    opened = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    serious = SERIOUS.replace("RULES", rules)
    scripts = [script for view in VIEWS for script in (go(view), opened, serious)]
    answers = browser.ask(report, f"{AXE}; true", *scripts, color_scheme=scheme)
    assert [one for one in answers[3::3] if one] == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_axe_finds_nothing_serious_in_the_size_limits(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    _, found = browser.ask(
        written(tmp_path, "axe", measured()),
        f"{AXE}; true",
        SERIOUS.replace("RULES", ""),
        fragment="#limits",
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    assert found == []


MARKS = (
    "[...document.querySelectorAll('#limits .chart .mark')].map((one) => one.getBoundingClientRect().right)"
)
BESIDE = (
    "[...document.querySelectorAll('#limits td.size')].every((cell) => {"
    " const range = document.createRange(); range.selectNodeContents(cell.lastChild);"
    " const figure = range.getBoundingClientRect();"
    " return [...cell.querySelectorAll('.mark, .taken')]"
    ".every((one) => one.getBoundingClientRect().right <= figure.left); })"
)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_the_charts_of_size_limits_fit_and_their_figures_stand_free(
    browser: Browser, with_limits: Path, width: int, script: bool
) -> None:
    over, marks, beside = browser.ask(
        with_limits,
        "document.documentElement.scrollWidth - innerWidth",
        MARKS,
        BESIDE,
        fragment="#limits",
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
    )
    assert over <= 0
    assert len(marks) == 39 * 4
    assert max(marks) < width
    assert beside is True


def test_the_size_limits_are_a_view_and_are_printed(browser: Browser, with_limits: Path) -> None:
    link = "document.querySelector('nav a[href=\"#limits\"]').click()"
    seen = browser.ask(
        with_limits,
        link,
        until("document.documentElement.dataset.view === 'limits'", "document.activeElement.textContent"),
        VISIBLE,
    )
    assert seen[1:] == ["Size limits", ["limits"]]
    assert browser.ask(with_limits, VISIBLE, media="print")[0] == [
        "overview",
        "findings",
        "matrix",
        "rfc",
        "limits",
        "run",
    ]


def test_dark_is_dark_and_can_be_chosen(browser: Browser, report: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    press = "document.getElementById('scheme').click()"
    light = browser.ask(report, ground, press, ground, press, ground, color_scheme="light")
    dark = browser.ask(report, ground, press, ground, color_scheme="dark")
    assert light[0] == light[4] == dark[2] == "rgb(251, 250, 247)"
    assert light[2] == dark[0] == "rgb(20, 23, 26)"


def test_copying_gives_the_command(browser: Browser, report: Path) -> None:
    spy = "(() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; })()"
    copied = browser.ask(report, spy, "document.querySelector('button.copy').click()", "window.copied")[-1]
    assert copied == "wireproof run http://127.0.0.1:8080 level:MUST"
    copied = browser.ask(
        report,
        spy,
        DETAIL,
        "document.querySelector('#detail .octet-box .copy').click()",
        "window.copied",
        fragment=CASE,
    )[-1]
    assert copied.startswith("GET / HTTP/1.1\\r\\nX-A : b\\r\\n")


def test_the_matrix_is_walked_by_keys(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        "document.querySelector('#matrix tbody td').focus()",
        "press:ArrowDown ArrowRight",
        FOCUS,
        "press:ArrowRight ArrowRight ArrowLeft",
        FOCUS,
        "press:Enter",
        until("document.querySelector('#detail .column')", "location.hash"),
        "press:Escape",
        until("document.documentElement.dataset.view === 'matrix'", "location.hash.slice(0, 7)"),
        fragment="#matrix",
    )
    assert answers[2] == f"{SPACE} 2"
    assert answers[4] == f"{SPACE} 1"
    assert answers[6] == CASE
    assert answers[8] == "#matrix"


def test_a_cell_without_a_case_leads_to_its_rule(browser: Browser, report: Path) -> None:
    last = "[...document.querySelectorAll('#matrix tbody td')].at(-1).click()"
    (_, place) = browser.ask(
        report, last, until("location.hash.startsWith('#rule/')", "location.hash"), fragment="#matrix"
    )
    assert place == "#rule/9110-9.3.2-head"


def test_the_slash_key_searches_from_anywhere_and_escape_leaves(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        "press:/",
        "[document.activeElement.id, document.documentElement.dataset.view, location.hash]",
        "press:d a t e",
        LINES,
        "press:Escape",
        "[document.getElementById('q').value, document.activeElement.id]",
        "press:Escape",
        "document.activeElement.id",
        fragment="#run",
    )
    assert answers[1] == ["q", "matrix", "#matrix"]
    assert answers[3] == [DATE]
    assert answers[5] == ["", "q"]
    assert answers[7] != "q"


def test_tabs_are_walked_by_keys(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        DETAIL,
        "document.querySelector('#detail [role=tab]').focus()",
        "press:ArrowLeft",
        "[document.activeElement.textContent, document.activeElement.getAttribute('aria-selected')]",
        fragment=CASE,
    )
    assert answers[3] == ["Hex", "true"]


def test_focus_follows_the_view(browser: Browser, report: Path) -> None:
    answers = browser.ask(
        report,
        "document.querySelector('nav a[href=\"#findings\"]').click()",
        until("document.documentElement.dataset.view === 'findings'", "document.activeElement.textContent"),
        "document.querySelector('[aria-current]').textContent",
        go(f"#rule/{SPACE}"),
        "[document.activeElement.tagName, document.title]",
    )
    assert answers[1] == answers[2] == "Findings"
    assert answers[4] == ["H2", "Whitespace between a field name and its colon is refused · wireproof"]


VISIBLE = "[...document.querySelectorAll('.view')].filter((e) => e.checkVisibility()).map((e) => e.id)"


def test_paper_is_white_and_has_everything(browser: Browser, report: Path) -> None:
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    rows = "document.querySelectorAll('#matrix tr[data-rule]').length"
    given = browser.ask(report, colours, VISIBLE, "pdf", rows, color_scheme="dark", media="print")
    assert given == [
        ["rgb(255, 255, 255)", "rgb(29, 31, 33)"],
        ["overview", "findings", "matrix", "rfc", "run"],
        b"%PDF-",
        6,
    ]


def test_a_case_is_printed_alone(browser: Browser, report: Path) -> None:
    assert browser.ask(report, DETAIL, VISIBLE, media="print", fragment=CASE)[1] == ["detail"]
