"""Options that several commands have, and the target that they choose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.session import TargetChoice

Command = TypeVar("Command", bound=Callable[..., Any])

_KINDS: Final = {
    "spawn": ("CMD", "Start this command; {port} in it is a free port."),
    "recipe": ("NAME", "Start this server by its recipe (wireproof targets list); `all` means each of them."),
    "fault": ("NAME", "Break the reference server on purpose."),
    "specimen": ("NAME", "Judge a bundled naive server."),
}
"""How a target is named, beside its URL."""

_UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}

_MANNER: Final = (
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


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases of click
    """`90`, `60s`, `10m`, `1h`: seconds as a number."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds of what the user wrote."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip())
        if not found or found[2] not in _UNITS or not float(found[1]):
            self.fail(f"{value!r} is no time; write it like 90, 60s, 10m or 1h", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


def target_options(command: Command) -> Command:
    """Which server a command talks to, and how: what `chosen` makes a target of, with timeout and jobs."""
    kinds = [
        click.option(f"--{kind}", default="", metavar=what, help=told)
        for kind, (what, told) in _KINDS.items()
    ]
    name = click.option("--name", default="", help="What to call the target in what is told.")
    return _with((*kinds, name, *_MANNER), command)


def several_targets_options(command: Command) -> Command:
    """The same for a command that talks to several servers, one after the other: see `all_chosen`."""
    kinds = [
        click.option(f"--{kind}", multiple=True, metavar=what, help=f"{told} May be repeated.")
        for kind, (what, told) in _KINDS.items()
    ]
    name = click.option(
        "--name",
        multiple=True,
        help="What to call the targets in what is told, one name a target in their order.",
    )
    return _with((*kinds, name, *_MANNER), command)


def _with(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def chosen(url: str, options: Mapping[str, Any]) -> TargetChoice:
    """The one target that a command was given; without any the reference server."""
    several = {kind: (options[kind],) if options[kind] else () for kind in _KINDS}
    names = {"name": (options["name"],) if options["name"] else ()}
    choices = all_chosen([url] if url else [], {**options, **several, **names})
    if len(choices) > 1:
        given = ", ".join(choice.again for choice in choices)
        raise UsageError(f"one target at a time, not several of them: {given}")
    return choices[0]


def all_chosen(urls: Sequence[str], options: Mapping[str, Any]) -> list[TargetChoice]:
    """All targets that a command was given, each with a name of its own: URLs first, then by kind.

    Without any it is the reference server. UsageError for what cannot be a target.
    """
    from harness.session import TargetChoice, named
    from harness.targets.recipe import find

    common = {"path": options["path"], "may_test": options["may_test"]}
    choices = [TargetChoice(url=url, **common) for url in urls]
    for kind in _KINDS:
        values = options[kind]
        if kind == "recipe" and values:
            values = [recipe.name for recipe in find(values)]
        choices += [TargetChoice(**{kind: value}, **common) for value in values]
    return named(choices or [TargetChoice(**common)], options["name"])


def is_url(word: str) -> bool:
    """Whether a word of a command line names a server: a URL, or host:port."""
    host, colon, port = word.partition("/")[0].rpartition(":")
    return "://" in word or (bool(colon) and bool(host) and port.isdigit())


def with_settings(options: dict[str, Any]) -> dict[str, Any]:
    """The options of the command that runs now, with the file of the current folder for all not given.

    `url` and `select` are there as options too; `resources` is where the target has those of the contract.
    """
    from harness.session import merged

    context = click.get_current_context()
    given = {
        _KEYS.get(name, name.replace("_", "-")): value
        for name, value in options.items()
        if value and context.get_parameter_source(name) in (None, ParameterSource.COMMANDLINE)
    }
    held = merged(given)
    for name in options:
        key = _KEYS.get(name, name.replace("_", "-"))
        if key in held:
            options[name] = held[key]
    paths = {name: Path(options[name]) for name in ("out", "ndjson", "baseline") if options.get(name)}
    return {**options, **paths, "resources": held.get("resources", {})}


_KEYS: Final = {"may_test": "i-may-test"}
"""Keys of settings that are not their option's name."""


def fail_on_option(told: str, *, default: str | None = "bad") -> Callable[[Command], Command]:
    """The least grade that fails, `told` in the words of the command."""
    choice = click.Choice(("bad", "unmet", "risk", "soft"))
    return click.option("--fail-on", type=choice, default=default, show_default=bool(default), help=told)


strict_option = click.option("--strict", is_flag=True, help="The same as --fail-on soft.")
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("wireproof-report"),
    show_default=True,
    help="Folder for run files and the report.",
)
baseline_option = click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Known deviations (wireproof baseline): only new ones fail.",
)
ndjson_option = click.option(
    "--ndjson", type=click.Path(dir_okay=False, path_type=Path), help="Write every record to this file."
)
