"""`wireproof baseline`: a file of known deviations, so that only new ones fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness import __version__
from harness.commands.options import out_option
from harness.commands.terminal import say
from harness.errors import ExitCode

if TYPE_CHECKING:
    from harness.model.baseline import Held, Key, Known
    from harness.store.baseline import BaselineFile
    from reports.text import Line


@click.group()
def baseline() -> None:
    """Keep a file of known deviations, with reasons: `wireproof run --baseline FILE` fails on new ones only.

    RUN is a file, `last` (as without any) or `last~N`. An entry excuses one rule on one target, in one grade
    or a milder one, for the rows of the ledger that it names. With `expires = 2030-01-31` it fails again from
    that day on.
    """


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    file = click.option(
        "--file",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path("wireproof-baseline.toml"),
        show_default=True,
        help="The file of known deviations.",
    )
    return click.argument("name", metavar="[RUN]", default="last")(file(out_option(command)))


@baseline.command()
@_options
def update(name: str, file: Path, out: Path) -> None:
    """Take the new deviations of a run into the file. What is there stays as it is."""
    from harness.narrate.escape import visible_text
    from harness.store.baseline import load
    from reports.text.baseline import entry, without_reason

    kept = load(file, may_be_new=True)
    held = _held(name, out, kept)
    new = [replace(one, observed=visible_text(one.observed).replace("\n", " ")) for one in held.new]
    added, extended = kept.add(new, since=__version__)
    if added or extended or not file.exists():
        kept.write()
    for one in _of(kept, added):
        say(f"added     {entry(one)}")
    for one in _of(kept, extended):
        say(f"extended  {entry(one)}")
    _tell_left(held)
    if missing := without_reason(kept.known):
        say(f"{missing}: write down why it may stay")
    say(f"{file}: {len(added)} added, {len(extended)} extended, {len(kept.known)} in all", bold=True)


@baseline.command()
@_options
def check(name: str, file: Path, out: Path) -> int:
    """Tell what is new, expired and fixed in a run. Exit code 1 by anything new or expired."""
    from harness.store.baseline import load
    from reports.text.baseline import checked

    held = _held(name, out, load(file))
    _say(list(checked(held)))
    return ExitCode.FAILED if held.new or held.expired else ExitCode.OK


@baseline.command()
@_options
def prune(name: str, file: Path, out: Path) -> None:
    """Take what is fixed out of the file. What a run does not decide stays."""
    from harness.store.baseline import load
    from reports.text.baseline import entry

    kept = load(file)
    held = _held(name, out, kept)
    kept.remove(one.key for one in held.fixed)
    kept.lessen({each.known.key: each.requirements for each in held.lessened})
    if held.fixed or held.lessened:
        kept.write()
    for one in held.fixed:
        say(f"taken out  {entry(one)}{f': {one.reason}' if one.reason else ''}")
    for each in held.lessened:
        say(f"lessened   {entry(each.known)}: {', '.join(each.requirements)} stay")
    figures = f"{len(held.fixed)} taken out, {len(held.lessened)} lessened, {len(kept.known)} left"
    say(f"{file}: {figures}", bold=True)


def _held(name: str, out: Path, kept: BaselineFile) -> Held:
    """The run held against the file, as of today."""
    import reports
    from harness.packages import require_ours
    from harness.store.baseline import today
    from harness.store.comparing import held
    from harness.store.run_store import RunReader, find_run

    require_ours(reports)
    with RunReader(find_run(name, out)) as run:
        found = held(run, kept.held_on(today()))
    assert found
    return found


def _of(kept: BaselineFile, keys: list[Key]) -> list[Known]:
    return [one for one in kept.known if one.key in keys]


def _tell_left(held: Held) -> None:
    from reports.text.baseline import left

    _say(list(left(held)))


def _say(lines: list[Line]) -> None:
    for line in lines:
        say(line.text, line.colour, bold=line.bold)
