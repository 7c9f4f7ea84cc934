"""What a campaign finds, as files that last: the case, its story with versions, and a program that shows it.

`FOLDER/ID.toml` goes into a corpus as it is; `ID.txt` is for reading, `ID.py` for running anywhere. They are
written the moment a finding is there, each whole or not at all, so that no end of the campaign loses one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.model.case import Case
from harness.store.corpus import ENDING, save, write_raw

FOLDER: Final = "findings"


def keep(folder: Path, case: Case, story: Sequence[str], program: str) -> Path:
    """Write the three files; the path of the case. StoreError says why one could not be written."""
    path = folder / f"{case.id}{ENDING}"
    write_raw(path.with_suffix(".txt"), ("\n".join(story) + "\n").encode())
    write_raw(path.with_suffix(".py"), program.encode())
    save(path, case)
    return path
