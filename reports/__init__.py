"""Reports: one renderer a module, discovered, each `write(run, out)` from a stored run to one file.

A module of this package is a renderer when it says which `ending` its file has and how to `write` it.
Reports know values, the run store and the narration, and nothing of rules, targets or the engine.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.store.run_store import RunReader


@dataclass(frozen=True, slots=True)
class Renderer:
    """A report format: its name (as in `--html`), the ending of its files, and its writer.

    `write(run, out)` makes the file `out` whole or not at all; StoreError says why it could not.
    """

    name: str
    ending: str
    write: Callable[[RunReader, Path], None]


def renderers() -> dict[str, Renderer]:
    """All report formats of this package by name."""
    found = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        if hasattr(module, "ending") and hasattr(module, "write"):
            found[module_info.name] = Renderer(module_info.name, module.ending, module.write)
    return found
