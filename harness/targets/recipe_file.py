"""A real server by name: how it is installed, configured and started, as a file in `recipes/`.

One new server is one new file, `recipes/NAME.toml`; what its keys mean stands at `Recipe`, what may stand
in braces at `PLACEHOLDERS`. CONTRIBUTING.md has a whole example.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from harness.errors import UsageError

FOLDER = Path(__file__).with_name("recipes")
APPS = Path(__file__).with_name("apps")
"""Applications of the echo contract (docs/echo-contract.md), one a way of being called."""

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "port": "the port of 127.0.0.1 to listen on",
    "backend_port": "the port of a reference server, which is started for a recipe that names it",
    "apps": "the folder of the applications of the echo contract",
    "work": "a scratch folder of its own, with the files of [files] in it",
    "program": "the program itself, found on the path",
    "python": "the Python of its virtual environment",
    "bin": "the folder of the commands of its virtual environment",
    "node_modules": "the folder that npm installed into",
}
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Source(StrEnum):
    """Where a server comes from."""

    PYTHON = "python"
    DEBIAN = "debian"
    NPM = "npm"
    BUNDLED = "bundled with Python"


Resource = Literal["page", "echo", "inspect", "static", "empty", "redirect", "chunked"]
"""What the echo contract asks of a server."""


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One server, as its file tells it; `name` is that of the file.

    `packages` are what is installed, the server itself first; Python packages of one `environment` go into
    one virtual environment, without it into one of the recipe's name. `program` is the command of a Debian
    package, `version` how it is asked for its version. `start` is the command, `files` (by name) are written
    to the scratch folder, `settings` are environment variables; all three have placeholders. `path` is a
    page, `content_path` takes content by POST, if anything does; `lacks` names what of the echo contract it
    cannot serve. `note` says what a reader of a report
    should know.
    """

    name: str
    title: str
    source: Source
    start: str
    packages: tuple[str, ...] = ()
    environment: str = ""
    program: str = ""
    version: str = ""
    files: dict[str, str] = {}
    settings: dict[str, str] = {}
    path: str = "/"
    content_path: str = ""
    lacks: tuple[Resource, ...] = ()
    note: str = ""

    @property
    def venv(self) -> str:
        """The name of its virtual environment."""
        return self.environment or self.name

    @property
    def has_backend(self) -> bool:
        """Whether it stands in front of a reference server."""
        return any("backend_port" in _PLACEHOLDER.findall(text) for text in self.texts().values())

    def texts(self) -> dict[str, str]:
        """Everything that has placeholders, by where it stands."""
        return {
            "start": self.start,
            **{f"files.{name}": text for name, text in self.files.items()},
            **{f"settings.{name}": text for name, text in self.settings.items()},
        }


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values of its placeholders; other braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def words_of(command: str, values: Mapping[str, str]) -> list[str]:
    """A command as words, split as a shell does before it is filled: a value with spaces stays one word."""
    return [filled(word, values) for word in shlex.split(command)]


@cache
def recipes() -> Mapping[str, Recipe]:
    """Every recipe by name, in alphabetical order. UsageError for a file that will not do."""
    return {path.stem: load(path) for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem)}


def find(names: Iterable[str]) -> list[Recipe]:
    """The recipes of these names, `all` of them by that word. UsageError names what is unknown."""
    known = recipes()
    wanted = dict.fromkeys(one for name in names for one in (known if name == "all" else [name]))
    if unknown := [name for name in wanted if name not in known]:
        raise UsageError(f"no recipe is called {', '.join(unknown)}. There are: {', '.join(known)}")
    return [known[name] for name in wanted]


def load(path: Path) -> Recipe:
    """The recipe in a file. UsageError tells the file, the key, the value, and what to do."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}. A recipe is a TOML file in UTF-8.") from None
    if "name" in raw:
        raise UsageError(f"{path}: name = {raw['name']!r}: a recipe is called as its file is; leave it out")
    try:
        recipe = msgspec.convert({**raw, "name": path.stem}, Recipe)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {_told(error, raw)}") from None
    for key, text in recipe.texts().items():
        _check_placeholders(path, key, text)
    _check_whole(path, recipe)
    return recipe


def _told(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> str:
    """msgspec's words, with the value that it is about and what may stand there."""
    message, _, where = str(error).partition(" - at `$.")
    key = where.rstrip("`").partition(".")[0].partition("[")[0]
    shown = f"{key} = {raw[key]!r}: {message}" if key in raw else message
    if "unknown field" in message:
        return f"{shown}. A recipe has {', '.join(Recipe.__struct_fields__[1:])}."
    if key == "source":
        return f"{shown}. It is one of {', '.join(map(repr, map(str, Source)))}."
    return shown


def _check_placeholders(path: Path, key: str, text: str) -> None:
    if unknown := [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]:
        known = "; ".join(f"{{{name}}} {what}" for name, what in PLACEHOLDERS.items())
        raise UsageError(
            f"{path}: {key} = {text.strip()[:200]!r}: there is no {{{unknown[0]}}}. There are: {known}. "
            "Braces of a server's own need a space inside."
        )


def _check_whole(path: Path, recipe: Recipe) -> None:
    """What one key demands of another."""
    try:
        words = shlex.split(recipe.start)
    except ValueError as error:
        raise UsageError(f"{path}: start = {recipe.start!r}: {error}") from None
    wrong = ""
    if not words:
        wrong = f"start = {recipe.start!r}: say how it is started"
    elif not any("port" in _PLACEHOLDER.findall(text) for text in recipe.texts().values()):
        wrong = "{port} stands neither in start nor in files nor in settings: say where it goes"
    elif recipe.source is Source.DEBIAN and not (recipe.packages and recipe.program and recipe.version):
        wrong = "a Debian package is named by packages, its command by program, its version by a command"
    elif recipe.source in (Source.PYTHON, Source.NPM) and not recipe.packages:
        wrong = "packages = []: say what is installed, the server itself first"
    elif any(Path(name).is_absolute() or ".." in Path(name).parts for name in recipe.files):
        wrong = f"files = {list(recipe.files)}: give names below {{work}}, where they are written"
    if wrong:
        raise UsageError(f"{path}: {wrong}")
