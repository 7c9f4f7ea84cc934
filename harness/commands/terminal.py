"""What the commands have in common on a terminal: what it can show, progress, and how a run is told."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness.engine.conform import Progress
    from reports.text import Line

_HANGING = " " * 12
"""How far the lines behind the first of a wrapped one are set in: behind its label."""

_PLAIN = str.maketrans(
    {"·": "-", "…": "...", "→": "->", "\N{EN DASH}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'"}
)
"""Our own letters, for terminals that have US-ASCII alone."""


def say(text: str, colour: str = "", *, bold: bool = False) -> None:
    """One line on standard output, in letters that it has; coloured on a terminal, unless NO_COLOR is set."""
    encoding = sys.stdout.encoding or "ascii"
    if not _can_show(text, encoding):
        text = text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    click.secho(text, fg=colour or None, bold=bold or None, color=False if plain else None)


def tell_run(path: Path, *, verbose: bool, files: Sequence[str] = ()) -> None:
    """Tell a stored run on standard output: where its files are last but one, the figures last."""
    from harness.store.run_store import RunReader
    from reports.text import Manner, summary

    columns = width()
    with RunReader(path) as stored:
        lines = list(summary(stored, Manner(verbose, can_show_glyphs(), columns)))
    for line in lines[:-1]:
        _say_wrapped(line, columns)
    for file in files:
        say(file)
    say(lines[-1].text, lines[-1].colour, bold=lines[-1].bold)


def _say_wrapped(line: Line, columns: int) -> None:
    """A line in the width of the terminal, set in behind its label. Words stay whole, to be copied."""
    parts = [line.text]
    if columns and len(line.text) > columns:
        hanging = _HANGING if columns > 2 * len(_HANGING) else "  "
        parts = textwrap.wrap(
            line.text, columns, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        )
    for part in parts:
        say(part, line.colour, bold=line.bold)


def width() -> int:
    """The columns of the terminal, or what COLUMNS says; 0 where lines may be as long as they are."""
    if os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty():
        return max(20, shutil.get_terminal_size().columns)
    return 0


def can_show_glyphs() -> bool:
    """Whether standard output can show more than US-ASCII."""
    return _can_show("␍␊✕…", sys.stdout.encoding or "ascii")


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def shows_progress() -> bool:
    """Whether somebody watches: a terminal that can redraw a line, and no CI that keeps what it is sent."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """A progress bar where somebody watches; nothing anywhere else, so that logs stay readable."""
    if not shows_progress():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("probing", total=None)

        def tell(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done)

        yield tell


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: with its end record and its report."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before: Any = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
