"""Options that several commands have, and the target that they choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.session import TargetChoice

Command = TypeVar("Command", bound=Callable[..., Any])

_TARGET_OPTIONS: Final = (
    click.option(
        "--spawn", default="", metavar="CMD", help="Start this command; {port} in it is a free port."
    ),
    click.option("--fault", default="", metavar="NAME", help="Break the reference server on purpose."),
    click.option("--specimen", default="", metavar="NAME", help="Judge a bundled naive server."),
    click.option("--name", default="", help="What to call the target in what is told."),
    click.option("--path", default="", help="The resource to ask for.  [default: / or that of the URL]"),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0.05, max=600),
        default=2.0,
        show_default=True,
        metavar="SECONDS",
        help="How long an answer may take.",
    ),
    click.option(
        "--jobs", type=click.IntRange(1, 256), default=8, show_default=True, help="Connections at a time."
    ),
    click.option(
        "--i-may-test", "may_test", default="", metavar="HOST", help="Test a host that is not this machine."
    ),
)


def target_options(command: Command) -> Command:
    """Which server a command talks to, and how: what `chosen` makes a target of, with timeout and jobs."""
    for option in reversed(_TARGET_OPTIONS):
        command = option(command)
    return command


def chosen(url: str, options: Mapping[str, Any]) -> TargetChoice:
    """The target that a command was given; without any the reference server."""
    from harness.session import TargetChoice

    if sum(map(bool, (url, options["spawn"], options["fault"], options["specimen"]))) > 1:
        raise UsageError("give a URL, --spawn, --fault or --specimen, not several of them")
    named = {name: options[name] for name in ("spawn", "fault", "specimen", "path", "may_test", "name")}
    return TargetChoice(url=url, **named)


out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("wireproof-report"),
    show_default=True,
    help="Folder for run files and the report.",
)
ndjson_option = click.option(
    "--ndjson", type=click.Path(dir_okay=False, path_type=Path), help="Write every record to this file."
)
