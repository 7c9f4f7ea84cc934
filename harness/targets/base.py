"""What the harness tests: an address, the path of a resource, and perhaps a process of our own.

One file a kind of target stands beside this one. A target that we start ends with us, even when we are
killed: it lives under a guardian that ends it once its standard input closes (`guard.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import TargetUnavailable

OUTPUT_LINES = 200
"""How many of the last lines that a started target prints are kept."""

ROOT = Path(__file__).resolve().parents[2]
"""The folder of our packages: first on a child's path, so that a server.py of the user's hides none."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send requests, and the resource that they ask for by default.

    `again` are the words that name the same target to `wireproof run`, as a shell takes them.
    """

    name: str
    host: str
    port: int
    path: str = "/"
    again: str = ""

    @property
    def authority(self) -> str:
        """The value of Host: an IPv6 address in brackets, the port always named."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """As a URL."""
        return f"http://{self.authority}{self.path}"


class Process:
    """A target that we started. Its output is kept; `stop` ends it and everything it started."""

    def __init__(self, command: Sequence[str], cwd: Path | None = None) -> None:
        self.command = tuple(command)
        self.lines: deque[str] = deque(maxlen=OUTPUT_LINES)
        guard = [sys.executable, "-P", "-m", "harness.targets.guard", *command]
        try:
            self._guard = subprocess.Popen(
                guard,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=child_environment(),
                text=True,
                errors="backslashreplace",
            )
        except OSError as error:
            raise TargetUnavailable(f"cannot start {command[0]}: {error.strerror}") from error
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

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

    @property
    def told(self) -> str:
        """The command, to be shown in a message."""
        return " ".join(self.command)

    @property
    def output(self) -> str:
        """The last lines that it printed, indented, or nothing."""
        return "".join(f"\n    {line}" for line in list(self.lines)[-10:])

    def stop(self) -> None:
        """End it: the guardian sees its standard input close, ends the process group, and ends."""
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait()
        self._reader.join()
        if self._guard.stdout:
            self._guard.stdout.close()


def child_environment() -> dict[str, str]:
    """Ours, with our packages first on the path and output unbuffered."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
