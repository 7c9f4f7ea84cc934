"""Groups of tests that need more than Python: run where their part is there, named where it is not.

With WIREPROOF_REQUIRE_ALL set (CI sets it) a missing part is a failure, never a skip.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from harness.targets.installed import Place, cache_folder
from harness.targets.recipe_file import Recipe, recipes

# Where others wait for the outcome the examples are the same every time; searching on is for developers.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# What the terminal of whoever runs the tests is like is nobody's business: commands are tested as in a pipe.
for _name in ("COLUMNS", "NO_COLOR"):
    os.environ.pop(_name, None)

# A shell has what runs in the background ignore Ctrl-C, and so would commands that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

REQUIRE_ALL = bool(os.environ.get("WIREPROOF_REQUIRE_ALL"))


@dataclass(frozen=True)
class Part:
    """Something that a group of tests needs: how to see whether it is here, and how to get it."""

    is_here: Callable[[], bool]
    remedy: str


def _command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") for name in names)


def _recipe(recipe: Recipe) -> Part:
    return Part(lambda: Place(recipe, cache_folder()).is_there, f"wireproof targets install {recipe.name}")


PARTS = {
    "chromium": Part(_command("chromium", "chromium-browser"), "apt-get install chromium"),
    "npm": Part(_command("npm"), "apt-get install npm"),
    "cc": Part(_command("cc"), "apt-get install gcc libc6-dev"),
    "curl": Part(_command("curl"), "apt-get install curl"),
    "nc": Part(_command("nc"), "apt-get install netcat-openbsd"),
    "http": Part(lambda: importlib.util.find_spec("httpie") is not None, "pip install --group dev"),
    **{f"recipe {name}": _recipe(recipe) for name, recipe in recipes().items()},
}
GROUPS = {"browser": ("chromium",)}
"""Markers that stand for parts of their own."""

_NOT_INSTALLED = " is not installed: "


def pytest_configure(config: pytest.Config) -> None:
    """The markers of this suite."""
    config.addinivalue_line("markers", "browser: opens pages in a real Chromium")
    config.addinivalue_line("markers", "foreign: runs against servers of others")
    config.addinivalue_line("markers", "needs(part, ...): runs only where these parts are installed")


def _missing(item: pytest.Item) -> list[str]:
    wanted = {part for marker in item.iter_markers("needs") for part in marker.args}
    wanted |= {part for group, parts in GROUPS.items() if item.get_closest_marker(group) for part in parts}
    return sorted(part for part in wanted if not PARTS[part].is_here())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, an item whose part is missing."""
    for part in _missing(item):
        reason = f"{part}{_NOT_INSTALLED}{PARTS[part].remedy}"
        if REQUIRE_ALL:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the groups that could not run here, whichever process was to run them."""
    left_out: dict[str, set[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if _NOT_INSTALLED in reason:
            left_out.setdefault(reason, set()).add(Path(report.fspath).stem)
    if left_out:
        terminalreporter.section("not run here")
        for reason, modules in sorted(left_out.items()):
            terminalreporter.line(f"{reason} (needed by {', '.join(sorted(modules))})")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required, any skip at all is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
