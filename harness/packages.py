"""Guards against packages of the user's that bear the names of ours.

`reports`, `server` and `corpus` are generic names, and our users write servers: a server.py or reports/
of theirs may stand before ours on the path. Nothing of ours is used before it was looked at.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from harness.errors import HarnessError


def require_ours(module: ModuleType) -> None:
    """HarnessError, naming the file, if a top-level module is not the one that stands beside `harness`."""
    ours = Path(__file__).resolve().parent.parent / module.__name__
    found = Path(module.__file__ or "").resolve()
    if found.parent != ours:
        raise HarnessError(
            f"{found} hides the package `{module.__name__}` that belongs to wireproof ({ours}). "
            "Run from another folder, or rename it."
        )
