"""Two runs compared, as one page that needs no other and no script."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from markupsafe import Markup

from harness.model.comparison import Comparison
from harness.model.verdict import Grade
from reports.comparison import told
from reports.files import written
from reports.pages import environment, policy

_FOLDER = Path(__file__).with_name("templates")


def write(found: Comparison, grades: Collection[Grade], out: Path) -> None:
    """Write the page to the file `out`, whole or not at all; StoreError says why not."""
    style = (_FOLDER / "comparison.css").read_text(encoding="utf-8")
    page = environment(_FOLDER).get_template("comparison.html")
    with written(out) as file:
        file.write(
            page.render(
                found=found,
                told=told,
                figures=told.figures(found, grades),
                fails=found.fails(grades),
                style=Markup(style),
                policy=policy(style),
            )
        )
