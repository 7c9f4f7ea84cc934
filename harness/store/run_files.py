"""Where run files stand: `OUT/runs/<UTC>-<id>.sqlite`, how one is named, and who may write to it."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import StoreError


def new_run_path(out: Path, now: datetime | None = None) -> Path:
    """A fresh path in `out`/runs, which is made; StoreError says why it cannot be written.

    Paths sort by time, to the microsecond: a run may be over within the second in which the next begins.
    """
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S.%fZ")
    runs = out / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        path = runs / f"{stamp}-{secrets.token_hex(3)}.sqlite"
        path.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(
            f"cannot write to the output folder {out}: {error.strerror}. Name another with --out DIR."
        ) from error
    return path


def all_runs(out: Path) -> list[Path]:
    """The runs of `out`, the oldest first."""
    return sorted((out / "runs").glob("*.sqlite"))


def is_run_name(word: str) -> bool:
    """Whether a word can name a run: `last`, `last~N`, or the path of a run file."""
    return re.fullmatch(r"last(~\d+)?", word) is not None or word.endswith(".sqlite")


def find_run(name: str, out: Path) -> Path:
    """The run that `name` means: a path, `last`, or `last~N` (N runs before the last one in `out`)."""
    match = re.fullmatch(r"last(?:~(\d+))?", name)
    if not match:
        path = Path(name)
        if path.is_file():
            return path
        raise StoreError(f"no run file {name}. Give a path, `last` or `last~N`.")
    runs = all_runs(out)
    back = int(match[1] or 0)
    if back >= len(runs):
        raise StoreError(
            f"{out}/runs holds {len(runs)} runs, so there is no {name}. Make one: wireproof run."
        )
    return runs[-1 - back]


class RunLock:
    """The right to write to a run, held by one process; a kill gives it back.

    It is a lock on a file beside the run, never on the run itself: closing any handle of a file drops the
    locks that SQLite holds on it in the same process.
    """

    def __init__(self, run: Path) -> None:
        self._path = run.with_name(f"{run.name}-lock")
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"cannot write to {self._path}: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise StoreError(f"{run} is still being written by another wireproof") from error

    def release(self) -> None:
        """Let others write."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)
