"""Where the servers of recipes are on this machine, whether they are there, and which version that is."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.targets.recipe_file import Recipe, Source, words_of

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where Debian's servers are, though few users have these on their path."""

MARK = "installed-by-wireproof"
"""A file that is written once an installation is whole; it holds what was asked for."""

_VERSION = re.compile(r"\d+(?:\.\d+)+[^\s,;()\"']*")
_NAME = re.compile(r"@?[\w./-]+")


def cache_folder(into: Path | None = None) -> Path:
    """Where servers of pip and npm are: `into`, else WIREPROOF_TARGETS, else the user's cache."""
    if into is None and (named := os.environ.get("WIREPROOF_TARGETS")):
        into = Path(named)
    if into is None:
        into = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "wireproof", "targets")
    return into.expanduser().absolute()


class Place:
    """One recipe on this machine, with what pip and npm installed under `root`."""

    def __init__(self, recipe: Recipe, root: Path) -> None:
        self.recipe = recipe
        self.folder = root / recipe.source.value / recipe.venv

    @property
    def python(self) -> Path:
        """The Python that runs it: of its virtual environment, or ours where it comes with Python."""
        if self.recipe.source is Source.PYTHON:
            return self.folder / "bin" / "python"
        return Path(sys.executable)

    @property
    def node_modules(self) -> Path:
        """Where npm put its packages."""
        return self.folder / "node_modules"

    @property
    def program(self) -> str:
        """The program of a Debian package, or nothing where it is not there."""
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS])
        return shutil.which(self.recipe.program, path=path) or "" if self.recipe.program else ""

    @property
    def asked_for(self) -> str:
        """What the mark of a whole installation says."""
        return "\n".join(self.recipe.packages) + "\n"

    @property
    def is_there(self) -> bool:
        """Whether it can be started."""
        if self.recipe.program and not self.program:
            return False
        if self.recipe.source not in (Source.PYTHON, Source.NPM):
            return True
        if self.recipe.source is Source.PYTHON and not self.python.exists():
            return False  # the Python that it was made with is gone
        try:
            return (self.folder / MARK).read_text("utf-8") == self.asked_for
        except OSError:
            return False

    def version(self) -> str:
        """What the server, or its package, calls its version; nothing where it does not say."""
        source = self.recipe.source
        if source is Source.BUNDLED:
            return platform.python_version()
        if source is Source.DEBIAN:
            return self._version_of_program()
        found = _NAME.match(self.recipe.packages[0])
        name = found[0] if found else ""
        return self._version_of_module(name) if source is Source.NPM else self._version_of_distribution(name)

    def _version_of_distribution(self, name: str) -> str:
        paths = [str(path) for path in self.folder.glob("lib/python*/site-packages")]
        found = importlib.metadata.distributions(name=name, path=paths)
        return next((one.version for one in found), "")

    def _version_of_module(self, name: str) -> str:
        try:
            described = json.loads((self.node_modules / name / "package.json").read_text("utf-8"))
        except (OSError, ValueError):
            return ""
        return str(described.get("version", ""))

    def _version_of_program(self) -> str:
        """Its own word; Debian's where that begins alike, since it tells the patches as well."""
        said = _VERSION.search(printed_by(words_of(self.recipe.version, self.values())))
        if said is None:
            return ""
        packaged = printed_by(["dpkg-query", "-W", "-f", "${Version}", self.recipe.packages[0]])
        upstream = packaged.rpartition(":")[2]
        return upstream if upstream.startswith(said[0]) else said[0]

    def values(self) -> Mapping[str, str]:
        """The placeholders that an installation has values for."""
        return {
            "program": self.program,
            "python": str(self.python),
            "bin": str(self.python.parent),
            "node_modules": str(self.node_modules),
        }


def printed_by(command: list[str]) -> str:
    """What a command printed, on either stream; nothing where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
