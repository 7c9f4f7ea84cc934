"""A target that we started: its output is kept, and it ends with us, even when we are killed.

It lives under a guardian that ends it, and everything it started, once its standard input closes
(`guard.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.errors import TargetUnavailable

OUTPUT_LINES = 200
"""How many of the last lines that a started target prints are kept."""

GUARD_SECONDS = 60.0
"""How long a guardian may take to end what it guards: it needs few, but for a machine that is very busy."""

PATIENCE = 5.0
"""How long the rest of the output is waited for once the guardian has ended."""

ROOT = Path(__file__).resolve().parents[2]
"""The folder of our packages: first on the path of a server of ours, so that a server.py of the user's hides
none. A server of others is told nothing of it."""

GUARD = Path(__file__).with_name("guard.py")


class Process:
    """A target that we started. Its output is kept; `stop` ends it and everything it started."""

    def __init__(
        self, command: Sequence[str], cwd: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self.command = tuple(command)
        self.lines: deque[str] = deque(maxlen=OUTPUT_LINES)
        self._cwd, self._environment = cwd, dict(environment or {})
        self._news = threading.Condition()
        self._start()

    def _start(self) -> None:
        guard = [sys.executable, "-P", str(GUARD), *self.command]
        try:
            self._guard = subprocess.Popen(
                guard,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self._cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self._environment},
                text=True,
                errors="backslashreplace",
            )
        except OSError as error:
            raise TargetUnavailable(f"cannot start {self.command[0]}: {error.strerror}") from error
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start_again(self, command: Sequence[str] = ()) -> None:
        """End it, and start the same command again, or this one; its output is kept behind the old."""
        self.stop()
        self.command = tuple(command) or self.command
        self._start()

    def _read(self) -> None:
        assert self._guard.stdout
        for line in self._guard.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait_for_line(self, prefix: str, seconds: float) -> str:
        """The rest of the first line that begins so; TargetUnavailable shows its output, if none comes."""
        with self._news:
            self._news.wait_for(lambda: self._with(prefix) is not None or not self.alive, seconds)
            found = self._with(prefix)
        if found is None:
            raise TargetUnavailable(
                f"{self.told} did not print `{prefix}` within {seconds:g} s.{self.output}"
            )
        return found

    def _with(self, prefix: str) -> str | None:
        return next((line[len(prefix) :] for line in self.lines if line.startswith(prefix)), None)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._guard.poll() is None

    def wait(self) -> None:
        """Until it ends by itself."""
        self._guard.wait()

    @property
    def told(self) -> str:
        """The command, to be shown in a message."""
        return " ".join(self.command)

    @property
    def output(self) -> str:
        """The last lines that it printed, indented, or nothing."""
        return "".join(f"\n    {line}" for line in list(self.lines)[-10:])

    def stop(self, patience: float = PATIENCE) -> None:
        """End it: the guardian sees its standard input close, ends the process group, and ends.

        A guardian that does not is killed. What it could not end then may hold on to our end of the output:
        that is waited for so many seconds, and no longer.
        """
        if self._guard.stdin:
            self._guard.stdin.close()
        try:
            self._guard.wait(GUARD_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        self._reader.join(patience)
        if self._guard.stdout and not self._reader.is_alive():  # closing would wait for the reader
            self._guard.stdout.close()


def child_environment() -> dict[str, str]:
    """What a server of ours is started with: our packages first on the path, output unbuffered."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
