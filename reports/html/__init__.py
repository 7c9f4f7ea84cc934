"""The HTML report: one file that needs no other, made for reading, and safe against what it shows.

Static HTML has the essentials: overview, findings, matrix, requirements, run. What is big (all cases
with their octets) stands behind it in deflated blocks, which the script of the page unfolds on demand.

Everything that a target sent is foreign: strings pass `visible_text`, octets pass `narrate.escape`, and
both are escaped once, by the template's autoescape; the script makes text nodes of them and nothing
else. Behind that stands a content security policy that allows the style and the scripts of this page,
by their hashes, and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from jinja2 import Environment
from markupsafe import Markup, escape

from harness.model.limit import Found
from harness.model.requirement import Level
from harness.model.tally import Standing
from harness.narrate.escape import Kind, lines, visible_text
from harness.narrate.words import FATES, LEVELS, WORDS
from harness.store.run_store import RunReader
from reports.files import written
from reports.html.blocks import Blocks
from reports.html.index import write_data
from reports.html.links import web
from reports.html.page import VIOLATIONS, Page, told_exit
from reports.pages import environment, policy

ending = ".html"

_FOLDER = Path(__file__).with_name("templates")
MANY = 200
"""With more rules than that among the findings each is told in short."""

_SCRIPTS = ("dom", "blocks", "octets", "matrix", "rule", "case", "views")
_EARLY = "document.documentElement.classList.add('scripted');"
_HEADINGS = {
    Standing.BAD: "Breaches",
    Standing.RISK: "Risks",
    Standing.UNMET: "Unmet",
    Standing.SOFT: "Soft",
    Standing.FLAKY: "Flaky",
}
_WORDS = {
    "Standing": Standing,
    "Level": Level,
    "Kind": Kind,
    "Found": Found,
    "WORDS": WORDS,
    "LEVELS": LEVELS,
    "FATES": FATES,
    "VIOLATIONS": VIOLATIONS,
    "TOLD": tuple(_HEADINGS),
    "HEADINGS": _HEADINGS,
    "octet_lines": lines,
    "told_exit": told_exit,
    "MANY": MANY,
}


def write(run: RunReader, out: Path) -> None:
    """Write the page of a run to the file `out`, whole or not at all; StoreError says why not."""
    with written(out) as file:
        _write(run, file)


def _write(run: RunReader, file: IO[str]) -> None:
    """The blocks come last in the file and first in the making: the matrix tells what they found."""
    with tempfile.TemporaryFile("w+", encoding="ascii", newline="\n") as behind:
        page = Page(run)
        write_data(page, Blocks(behind))
        behind.seek(0)
        for part in _templates().get_template("page.html").generate(_names(page, behind)):
            file.write(part)


@cache
def _templates() -> Environment:
    templates = environment(_FOLDER)
    templates.globals.update(_WORDS)
    templates.filters["web"] = web
    templates.filters["prose"] = _prose
    templates.filters["number"] = "{:,}".format
    return templates


def _names(page: Page, behind: IO[str]) -> dict[str, object]:
    style = f":root{{--targets:{len(page.targets)}}}\n{_asset('page.css')}"
    script = '"use strict";\n' + "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)

    def case_link(target: str, plan: str, text: str) -> Markup:
        place = page.case_place(target, plan)
        if not place:
            return Markup("<code>{}</code>").format(visible_text(text))
        return Markup('<a href="#{}">{}</a>').format(place, visible_text(text))

    return {
        "page": page,
        "case_link": case_link,
        "style": Markup(style),
        "early": Markup(_EARLY),
        "script": Markup(script),
        "policy": policy(style, _EARLY, script),
        "blocks": _parts(behind),
    }


def _asset(name: str) -> str:
    """Our own style or script; the only text that is not escaped, for it is not data."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _parts(behind: IO[str]) -> Iterator[Markup]:
    """The blocks, a piece at a time; they are elements of our own making around base64."""
    while part := behind.read(1 << 16):
        yield Markup(part)


def _prose(text: str) -> Markup:
    """Text in which `backticks` set code apart, visible and escaped as everything else is."""
    parts = visible_text(text).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if index % 2 else part for index, part in enumerate(parts))
