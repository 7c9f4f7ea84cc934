"""The HTML report: one file that needs no other, made for reading, and safe against what it shows.

Everything that a target sent is foreign: strings pass `visible_text`, octets pass `narrate.escape`, and
both are escaped once, by the template's autoescape. Behind that stands a content security policy that
allows the one style and the one script of this page, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.errors import StoreError
from harness.model.requirement import Level
from harness.model.tally import Standing
from harness.narrate.escape import Kind, lines, visible_text
from harness.narrate.wire_story import ARROWS
from harness.narrate.words import FATES, LEVELS, WORDS
from harness.store.run_store import RunReader
from reports.html.case import LINE_LIMIT
from reports.html.page import VIOLATIONS, Page

ending = ".html"

_FOLDER = Path(__file__).with_name("templates")
_WORDS = {
    "Standing": Standing,
    "Level": Level,
    "Kind": Kind,
    "WORDS": WORDS,
    "LEVELS": LEVELS,
    "FATES": FATES,
    "ARROWS": ARROWS,
    "VIOLATIONS": VIOLATIONS,
    "LINE_LIMIT": LINE_LIMIT,
    "octet_lines": lines,
}


def write(run: RunReader, out: Path) -> None:
    """Write the page of a run to the file `out`, whole or not at all; StoreError says why not."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                for part in _environment().get_template("page.html").generate(**_names(run)):
                    file.write(part)
            Path(name).chmod(0o644)
            Path(name).replace(out)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write the report {out}: {error.strerror}") from error


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_WORDS)
    environment.filters["link"] = _link
    environment.filters["prose"] = _prose
    environment.filters["number"] = "{:,}".format
    return environment


def _names(run: RunReader) -> dict[str, object]:
    style, script = _asset("page.css"), _asset("page.js")
    return {"page": Page(run), "style": style, "script": script, "policy": _policy(style, script)}


def _asset(name: str) -> Markup:
    """Our own style or script; the only text that is not escaped, for it is not data."""
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shown(value: object) -> object:
    """What the template puts out: foreign text made visible, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible_text(value)
    return value


def _prose(text: str) -> Markup:
    """Text in which `backticks` set code apart, visible and escaped as everything else is."""
    parts = visible_text(text).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if index % 2 else part for index, part in enumerate(parts))


def _link(url: str) -> str:
    """The address, if it is one of the web's; anything else leads nowhere."""
    return url if url.startswith("https://") else "#"
