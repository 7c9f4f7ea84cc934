"""`wireproof serve`: the bundled servers."""

from __future__ import annotations

import sys
from typing import Any

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."
)
@click.option("--fault", default="", metavar="NAME", help="Break it on purpose; --list-faults names them.")
@click.option("--list-faults", is_flag=True, help="List the faults and exit.")
@click.option(
    "--specimen",
    default="",
    metavar="NAME",
    help="Serve a naive server instead; --list-specimens names them.",
)
@click.option("--list-specimens", is_flag=True, help="List the specimens and exit.")
def serve(**options: Any) -> None:
    """Serve the reference server, sound or broken, or a specimen, until Ctrl-C."""
    import os

    from harness.targets.process import child_environment

    words = [sys.executable, "-P", "-m", "server"]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        words += [option] if value is True else [option, str(value)] if value not in (False, "") else []
    os.execve(sys.executable, words, child_environment())
