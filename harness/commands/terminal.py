"""What the commands have in common on a terminal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness.engine.conform import Progress


def tell_run(path: Path, *, verbose: bool) -> None:
    """Tell a stored run on standard output."""
    from harness.store.run_store import RunReader
    from reports.text import summary

    with RunReader(path) as stored:
        for line in summary(stored, verbose=verbose, glyphs=can_show_glyphs()):
            click.secho(line.text, fg=line.colour or None, bold=line.bold)


def can_show_glyphs() -> bool:
    """Whether standard output can show the pictures of control characters."""
    try:
        "␍␊✕".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@contextmanager
def progress() -> Iterator[Any]:
    """A progress bar on a terminal; nothing anywhere else, so that logs stay readable."""
    if not sys.stderr.isatty():
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

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
