"""The report in a real browser, opened from a file: nothing leaves, nothing foreign runs, all is usable."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api as playwright

from harness.store.run_store import RunReader
from reports import html as html_report
from tests.reports.make_run import BOTH, SPACE, usual, write_run
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
CASE = f"case--nginx--{SPACE}_1"

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
        """Open the file, run the scripts in order and return what they gave; the console stays silent."""
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
        answers = [page.evaluate(script) for script in scripts]
        inside.close()
        assert said == []
        assert [url.partition("#")[0] for url in asked] == [file.as_uri()]
        return answers


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("report"), "usual", usual())


def written(folder: Path, name: str, records: Any) -> Path:
    (folder / name).mkdir()
    out = folder / f"{name}.html"
    with RunReader(write_run(folder / name, records)) as run:
        html_report.write(run, out)
    return out


LINES = "[...document.querySelectorAll('tr.line')].filter(e => e.offsetParent).map(e => e.dataset.rule)"
COUNT = "document.getElementById('count').textContent"
CHECK = "document.querySelector('input[value=\"{}\"]').click()"
SEARCH = (
    "(() => {{ const box = document.getElementById('words-wanted'); box.value = '{}';"
    " box.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
)


def test_it_opens_in_silence_and_asks_for_nothing(browser: Browser, report: Path) -> None:
    assert browser.ask(report, "document.querySelector('h1').textContent") == [
        "1 breach, 2 risks, 1 unmet, 2 soft"
    ]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_a_target_sends_does_not_run(browser: Browser, tmp_path: Path, number: int) -> None:
    page = written(tmp_path, "hostile", hostile(HOSTILE[number]))
    assert browser.ask(page, "document.scripts.length", "document.images.length") == [1, 0]


def test_an_injected_script_would_not_run(browser: Browser, report: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.html"
    injection = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
    forged.write_text(report.read_text(encoding="utf-8").replace("</main>", f"{injection}</main>"))
    with pytest.raises(AssertionError, match="Content Security Policy"):
        browser.ask(forged, "window.ran")


def test_filters_narrow_the_rules_and_the_details(browser: Browser, report: Path) -> None:
    everything, _, bad, count, _, must, _, back = browser.ask(
        report,
        LINES,
        CHECK.format("bad"),
        LINES,
        COUNT,
        CHECK.format("risk"),
        LINES,
        "document.querySelector('#filter [type=reset]').click()",
        f"new Promise(done => setTimeout(() => done({LINES})))",
    )
    assert len(everything) == 6
    assert bad == [SPACE]
    assert count == "1 of 6 rules"
    assert len(must) == 2
    assert back == everything


def test_search_and_differing(browser: Browser, report: Path) -> None:
    shown = "[...document.querySelectorAll('details.rule[data-for]')].filter(e => e.offsetParent).length"
    answers = browser.ask(
        report, SEARCH.format("content-length END"), LINES, shown, SEARCH.format("zzz"), LINES
    )
    assert answers[1:3] == [[BOTH], 1]
    assert answers[4] == []
    differing = browser.ask(report, CHECK.format("yes"), LINES)[1]
    assert BOTH not in differing
    assert SPACE in differing


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_permalink_opens_its_case(browser: Browser, report: Path, script: bool) -> None:
    place = f"document.getElementById('{CASE}')"
    visible, top = browser.ask(
        report,
        f"{place}.checkVisibility()",
        f"{place}.getBoundingClientRect().top",
        fragment=f"#{CASE}",
        java_script_enabled=script,
    )
    assert visible
    assert 0 <= top < 400


def test_without_script_the_essentials_are_there(browser: Browser, report: Path) -> None:
    text, controls = browser.ask(
        report,
        "document.body.innerText",
        "[...document.querySelectorAll('button, input')].filter(e => e.checkVisibility()).length",
        java_script_enabled=False,
    )
    for told in ("1 breach", "Breaches", "200, and the connection stayed usable", "Every rule in detail"):
        assert told in text
    assert controls == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_runs_out_of_the_page(browser: Browser, report: Path, width: int, scheme: str) -> None:
    (over,) = browser.ask(
        report,
        "(document.querySelectorAll('details').forEach(e => e.open = true),"
        " document.documentElement.scrollWidth - innerWidth)",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    assert over <= 0


CONTRAST = """(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  document.querySelectorAll('details').forEach(e => e.open = true);
  const poor = new Set();
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.top, .skip, [aria-hidden=true]') || !element.checkVisibility()) continue;
    if (![...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort();
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, report: Path, scheme: str) -> None:
    assert browser.ask(report, CONTRAST, color_scheme=scheme) == [[]]


def test_dark_is_dark(browser: Browser, report: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    assert browser.ask(report, ground, color_scheme="light") != browser.ask(
        report, ground, color_scheme="dark"
    )


def test_copying_gives_the_command(browser: Browser, report: Path) -> None:
    copied = browser.ask(
        report,
        "(() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; })()",
        "document.querySelector('button.copy').click()",
        "window.copied",
    )[-1]
    assert copied == "wireproof run http://127.0.0.1:8080 level:MUST"


def test_the_slash_key_goes_to_the_search(browser: Browser, report: Path) -> None:
    press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}))"
    assert browser.ask(report, press, "document.activeElement.id")[-1] == "words-wanted"


def test_paper_is_white_whatever_the_screen(browser: Browser, report: Path) -> None:
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    assert browser.ask(report, colours, color_scheme="dark", media="print") == [
        ["rgb(255, 255, 255)", "rgb(29, 31, 33)"]
    ]
