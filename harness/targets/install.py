"""Installs the servers of recipes: pip into virtual environments of their own, npm into folders, apt-get.

Each can be done again: what is whole is left alone, what was cut short is completed. The output is kept in
a log beside the installation and shown where it failed.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.errors import TargetUnavailable
from harness.targets.installed import MARK, Place
from harness.targets.recipe_file import Recipe, Source

SHOWN_LINES = 12
"""How many of the last lines of a log are shown where an installation failed."""


class NotInstalled(TargetUnavailable):
    """An installation that failed, or that only the user can do; the message says what to do."""


def install(recipe: Recipe, root: Path) -> bool:
    """Install what is missing; False where all was there. NotInstalled shows the end of its log."""
    place = Place(recipe, root)
    if place.is_there:
        return False
    log = root / f"{recipe.name}.log"
    root.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    _INSTALLERS[recipe.source](place, log)
    if not place.is_there:
        raise NotInstalled(f"{recipe.name}: installed, but {recipe.program} is not on the path. See {log}")
    return True


def how(recipe: Recipe) -> str:
    """What installs it, as a shell takes it: what a user could do by hand."""
    packages = shlex.join(recipe.packages)
    return {
        Source.PYTHON: f"pip install {packages}",
        Source.NPM: f"npm install {packages}",
        Source.DEBIAN: f"apt-get install --no-install-recommends {packages}",
        Source.BUNDLED: "comes with Python",
    }[recipe.source]


def _by_pip(place: Place, log: Path) -> None:
    for command in pip_commands(place, has_pip=importlib.util.find_spec("pip") is not None):
        _run(command, log, place)
    (place.folder / MARK).write_text(place.asked_for, "utf-8")


def pip_commands(place: Place, *, has_pip: bool) -> list[list[str]]:
    """What makes the virtual environment, if there is none that works, and what installs into it.

    The pip of our own Python serves, if it has one: another in each environment costs most of the time.
    """
    ours = [sys.executable, "-m"]
    pip = [*ours, "pip", "--python", str(place.python)] if has_pip else [str(place.python), "-m", "pip"]
    make = [*ours, "venv", "--clear", *(["--without-pip"] if has_pip else []), str(place.folder)]
    quiet = ["--disable-pip-version-check", "--no-input"]
    fill = [*pip, "install", *quiet, *place.recipe.packages]
    works = place.python.exists() and (has_pip or (place.folder / "bin" / "pip").exists())
    return [fill] if works else [make, fill]


def _by_npm(place: Place, log: Path) -> None:
    if not shutil.which("npm"):
        raise NotInstalled(f"{place.recipe.name}: npm is not here: apt-get install npm")
    place.folder.mkdir(parents=True, exist_ok=True)
    (place.folder / "package.json").write_text('{"private": true}\n', "utf-8")  # else npm looks further up
    _run(["npm", "install", "--no-fund", "--no-audit", *place.recipe.packages], log, place)
    (place.folder / MARK).write_text(place.asked_for, "utf-8")


def _by_apt(place: Place, log: Path) -> None:
    """As root, or by a sudo that asks nothing."""
    by_hand = how(place.recipe)
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get"):
        raise NotInstalled(
            f"{place.recipe.name}: apt-get is not here; put {place.recipe.program} on the path"
        )
    if as_root and not _works([*as_root, "true"]):
        raise NotInstalled(f"{place.recipe.name}: this needs root: sudo {by_hand}")
    options = ["-y", "--no-install-recommends"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    command = [*as_root, *quiet, "apt-get", "install", *options, *place.recipe.packages]
    if not _works(command, log):  # the lists of packages may be old, or not there at all
        _run([*as_root, "apt-get", "update"], log, place)
        _run(command, log, place)


def _by_python(place: Place, log: Path) -> None:
    """Nothing to do: it came with the Python that runs us."""


_INSTALLERS = {
    Source.PYTHON: _by_pip,
    Source.NPM: _by_npm,
    Source.DEBIAN: _by_apt,
    Source.BUNDLED: _by_python,
}


def _works(command: Sequence[str], log: Path | None = None, cwd: Path | None = None) -> bool:
    with (log or Path(os.devnull)).open("ab") as out:
        out.write(f"$ {shlex.join(command)}\n".encode())
        out.flush()
        try:
            done = subprocess.run(
                command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False
            )
        except OSError as error:
            out.write(f"{command[0]}: {error.strerror}\n".encode())
            return False
    return done.returncode == 0


def _run(command: Sequence[str], log: Path, place: Place) -> None:
    """Carry it out, its output at the end of the log. NotInstalled where it failed."""
    if not _works(command, log, place.folder if place.folder.is_dir() else None):
        lines = log.read_text("utf-8", "backslashreplace").splitlines()[-SHOWN_LINES:]
        shown = "".join(f"\n    {line}" for line in lines)
        raise NotInstalled(f"{place.recipe.name} could not be installed (whole log: {log}):{shown}")
