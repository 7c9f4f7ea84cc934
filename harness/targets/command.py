"""A server that we start by a command: `--spawn 'CMD {port}'`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import UsageError
from harness.targets.base import Running, Target
from harness.targets.process import Process
from harness.targets.ready import free_port, wait_until_it_answers


@contextmanager
def spawned(command: str, path: str = "/", name: str = "") -> Iterator[Running]:
    """Start it on a free loopback port, which stands for `{port}`; it ends with the block, or with us."""
    if "{port}" not in command:
        raise UsageError(f"--spawn {command!r}: say where the port goes with {{port}}")
    port = free_port()
    try:
        words = [word.replace("{port}", str(port)) for word in shlex.split(command)]
    except ValueError as error:
        raise UsageError(f"--spawn {command!r}: {error}") from None
    again = f"--spawn {shlex.quote(command)}"
    target = Target(name or Path(words[0]).name, "127.0.0.1", port, path, again)
    process = Process(words)
    try:
        wait_until_it_answers(process, target.host, port, path)
        yield Running(target, process)
    finally:
        process.stop()
