"""Foreign text in Markdown: inside code, of which it cannot break out, and so it is no markup of any kind."""

from __future__ import annotations

import re
from html import escape

from harness.narrate.escape import visible_text


def code(text: str, *, in_table: bool = False) -> str:
    """Text as a code span in one line; in a table a bar would end its cell, wherever it stands."""
    shown = visible_text(text).replace("\n", " ")
    if in_table:
        shown = shown.replace("|", "\\|")
    if not shown.strip():
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    padding = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def block(lines: list[str]) -> str:
    """Lines as a fenced block of plain text."""
    shown = [visible_text(line).replace("\n", " ") for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return "\n".join([f"{fence}text", *shown, fence])


def folded(heading: str, body: str) -> str:
    """Markdown behind a heading that opens it; the heading is plain text."""
    shown = escape(visible_text(heading).replace("\n", " "))
    return f"<details><summary>{shown}</summary>\n\n{body}\n\n</details>\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table; the first column is set left, the others right. Cells are Markdown already."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
