"""A server that we start by a command: `--spawn 'CMD {port}'`."""

from __future__ import annotations

import shlex
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import TargetUnavailable, UsageError
from harness.targets.base import Process, Target

READY_SECONDS = 20.0
"""How long it may take until it accepts a connection."""

_POLL_SECONDS = 0.05


@contextmanager
def spawned(command: str, path: str = "/", name: str = "") -> Iterator[tuple[Target, Process]]:
    """Start it on a free loopback port, which stands for `{port}`; it ends with the block, or with us."""
    if "{port}" not in command:
        raise UsageError(f"--spawn {command!r}: say where the port goes with {{port}}")
    port = free_port()
    try:
        words = [word.replace("{port}", str(port)) for word in shlex.split(command)]
    except ValueError as error:
        raise UsageError(f"--spawn {command!r}: {error}") from None
    process = Process(words)
    try:
        _wait_until_it_listens(process, port)
        again = f"--spawn {shlex.quote(command)}"
        yield Target(name or Path(words[0]).name, "127.0.0.1", port, path, again), process
    finally:
        process.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_listens(process: Process, port: int) -> None:
    due = time.monotonic() + READY_SECONDS
    while time.monotonic() < due:
        if not process.alive:
            raise TargetUnavailable(
                f"{process.told} ended before it listened on port {port}.{process.output}"
            )
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise TargetUnavailable(
        f"{process.told} did not listen on port {port} within {READY_SECONDS:g} s.{process.output}"
    )
