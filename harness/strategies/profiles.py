"""Profiles for properties over generated plans, and where their failing examples are kept.

The database of examples stands in a folder of the user's, so that what failed once is tried first the next
time, on this machine and, copied, on any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

PROFILES: Final = {"dev": 100, "ci": 200, "soak": 100_000}
"""How many examples each profile tries of each property."""

FOLDER: Final = ".hypothesis"


def register(folder: Path = Path()) -> None:
    """Make the profiles `dev`, `ci` (always the same examples) and `soak`; failures are kept below `folder`.

    None has a deadline: what an example takes is the target's affair.
    """
    kept = DirectoryBasedExampleDatabase(folder / FOLDER / "examples")
    for name, count in PROFILES.items():
        settings.register_profile(
            name,
            max_examples=count,
            deadline=None,
            derandomize=name == "ci",
            database=None if name == "ci" else kept,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
