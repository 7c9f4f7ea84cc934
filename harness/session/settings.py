"""What stands in `wireproof.toml`, or under `[tool.wireproof]` in `pyproject.toml`, of the current folder.

The keys are the long options of `wireproof run` without their dashes, `url` and `select` for the words,
and the table `[resources]`. What is said on the command line goes before the file.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from harness.errors import UsageError

TARGET_KEYS: Final = ("url", "spawn", "recipe", "fault", "specimen", "name")
"""What says which targets: any of them on the command line stands for all of them in the file."""

Words = str | list[str]
UrlPath = Annotated[str, Meta(pattern="^/[!-~]*$")]


class Resources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a target serves the resources of docs/echo-contract.md."""

    echo: UrlPath = ""
    inspect: UrlPath = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """All keys, with what may stand there. Defaults are those of the options, and do not matter here."""

    url: Words = ""
    spawn: Words = ""
    recipe: Words = ""
    fault: Words = ""
    specimen: Words = ""
    name: Words = ""
    select: Words = ""
    exclude: Words = ""
    path: UrlPath = ""
    timeout: Annotated[float, Meta(ge=0.05, le=600)] = 2.0
    jobs: Annotated[int, Meta(ge=1, le=256)] = 8
    fail_on: Literal["bad", "unmet", "risk", "soft"] = "bad"
    strict: bool = False
    out: str = ""
    ndjson: str = ""
    baseline: str = ""
    limits: bool = False
    i_may_test: str = ""
    resources: Resources = Resources()


_LISTS: Final = frozenset(
    field.encode_name for field in msgspec.structs.fields(Settings) if field.type == Words
)


def merged(given: Mapping[str, Any], folder: Path | None = None) -> dict[str, Any]:
    """What holds: `given`, the options that the user did name, by key, and what the file says of all others.

    Keys that neither names are not there; what may be several is a tuple, `resources` a dictionary.
    UsageError for a file that cannot be read, naming it, the key, and what may stand there.
    """
    file = _file(folder or Path())
    said = _checked(*file) if file else {}
    if any(key in given for key in TARGET_KEYS):
        said = {key: value for key, value in said.items() if key not in TARGET_KEYS}
    return {**said, **given}


def _file(folder: Path) -> tuple[str, dict[str, Any]] | None:
    """The name of the file that counts, and its table; `wireproof.toml` goes before `pyproject.toml`."""
    own, project = folder / "wireproof.toml", folder / "pyproject.toml"
    if own.is_file():
        return str(own), _read(own)
    if project.is_file():
        table = _read(project).get("tool", {}).get("wireproof")
        return (f"{project}: [tool.wireproof]", table) if table is not None else None
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}. It is to be a TOML file in UTF-8.") from None


def _checked(name: str, table: dict[str, Any]) -> dict[str, Any]:
    known = [field.encode_name for field in msgspec.structs.fields(Settings)]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"{name}: there is no key {key}.{hint} There are: {', '.join(known)}")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        key = where.rstrip("`")
        shown = f"{key} = {table[key]!r}: " if key in table else f"{key}: " if key else ""
        raise UsageError(f"{name}: {shown}{what}") from None
    return {key: _value(key, getattr(settings, key.replace("-", "_"))) for key in table}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, Resources):
        return {name: text for name, text in msgspec.structs.asdict(value).items() if text}
    if key in _LISTS:
        return (value,) if isinstance(value, str) else tuple(value)
    return value
