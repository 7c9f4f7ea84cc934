"""Two runs compared, as one page that needs no other and no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.model.comparison import Comparison
from harness.model.verdict import Grade
from harness.narrate.escape import visible_text
from reports.comparison import told
from reports.files import written

_FOLDER = Path(__file__).with_name("templates")


def write(found: Comparison, grades: Collection[Grade], out: Path) -> None:
    """Write the page to the file `out`, whole or not at all; StoreError says why not."""
    style = (_FOLDER / "comparison.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = _environment().get_template("comparison.html")
    with written(out) as file:
        file.write(
            page.render(
                found=found,
                told=told,
                figures=told.figures(found, grades),
                fails=found.fails(grades),
                style=Markup(style),
                policy=policy,
            )
        )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Foreign text made visible; our own style stays as it is."""
    return visible_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value
