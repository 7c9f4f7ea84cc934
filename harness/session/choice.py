"""Which servers a run is about: what the user said of each, what it is called, and how it is opened."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from harness.errors import TargetUnavailable, UsageError
from harness.targets.address import at
from harness.targets.base import Running
from harness.targets.command import spawned
from harness.targets.recipe import find, started
from harness.targets.reference import bundled_name, reference


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """What the user said about one target; nothing means the reference server."""

    url: str = ""
    spawn: str = ""
    fault: str = ""
    path: str = ""
    may_test: str = ""
    name: str = ""
    specimen: str = ""
    recipe: str = ""

    @property
    def again(self) -> str:
        """The words that name it to `wireproof run`, as a shell takes them."""
        if self.url:
            return shlex.quote(self.url)
        kinds = ("spawn", "recipe", "fault", "specimen")
        return next(
            (f"--{kind} {shlex.quote(getattr(self, kind))}" for kind in kinds if getattr(self, kind)), ""
        )

    @property
    def default_name(self) -> str:
        """What it is called where the user does not say: known before it runs."""
        if self.url:
            parts = _split(self.url)
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            return f"{host}:{parts.port or 80}"
        if self.spawn:
            return Path(_words(self.spawn)[0]).name
        return self.recipe or bundled_name(self.fault, self.specimen)


def named(choices: Sequence[TargetChoice], names: Sequence[str] = ()) -> list[TargetChoice]:
    """The choices, each checked and with a name that no other has: what the user calls it, or its own.

    Names of the user's are for the targets in their order. UsageError for what cannot be a target,
    for a name given twice, and for more names than targets.
    """
    for choice in choices:
        _check(choice)
    if len(names) > len(choices):
        raise UsageError(f"{len(names)} names for {len(choices)} targets: {', '.join(names)}")
    if len(set(names)) < len(names):
        raise UsageError(f"two targets cannot have one name: {', '.join(names)}")
    others = distinct([choice.default_name for choice in choices[len(names) :]], taken=names)
    return [replace(choice, name=name) for choice, name in zip(choices, [*names, *others], strict=True)]


def distinct(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The names, and where one is taken before, that name with the first number that makes it another."""
    found = list(taken)
    for name in names:
        numbered = (f"{name}-{number}" for number in count(2))
        found.append(name if name not in found else next(one for one in numbered if one not in found))
    return found[len(taken) :]


def _check(choice: TargetChoice) -> None:
    """Bad words are told before anything is started. A host that cannot be found now may be there later."""
    if choice.url:
        with suppress(TargetUnavailable):
            at(choice.url, path=choice.path or None, may_test=choice.may_test)
    elif choice.recipe:
        find([choice.recipe])
    elif choice.spawn:
        _words(choice.spawn)
        if "{port}" not in choice.spawn:
            raise UsageError(f"--spawn {choice.spawn!r}: say where the port goes with {{port}}")


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--spawn {command!r}: {error}") from None
    if not words:
        raise UsageError(f"--spawn {command!r}: give a command")
    return words


def _split(url: str) -> SplitResult:
    return urlsplit(url if "//" in url else f"//{url}", scheme="http")


@contextmanager
def opened(choice: TargetChoice) -> Iterator[Running]:
    """The target, started if it is ours to start, and ended with the block."""
    with _running(choice) as running:
        target = replace(running.target, name=choice.name) if choice.name else running.target
        yield replace(running, target=target)


@contextmanager
def _running(choice: TargetChoice) -> Iterator[Running]:
    if choice.url:
        yield Running(at(choice.url, path=choice.path or None, may_test=choice.may_test))
    elif choice.spawn:
        with spawned(choice.spawn, choice.path or "/") as running:
            yield running
    elif choice.recipe:
        (recipe,) = find([choice.recipe])
        with started(recipe, path=choice.path) as running:
            yield running
    else:
        with reference(choice.fault, choice.path or "/", choice.specimen) as running:
            yield running
