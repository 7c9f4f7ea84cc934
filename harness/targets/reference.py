"""The bundled servers, each in a process of its own on a free loopback port: the reference server, sound or
with a fault, and the specimens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from harness.targets.base import Running, Target
from harness.targets.process import Process, child_environment
from harness.targets.ready import READY_SECONDS, wait_until_it_answers


@contextmanager
def reference(fault: str = "", path: str = "/", specimen: str = "") -> Iterator[Running]:
    """Start it, with a named fault if one is given, or a specimen in its place; it ends with the block, or
    with us."""
    words = ["--fault", fault] if fault else ["--specimen", specimen] if specimen else []
    process = Process(_command("0", words), environment=child_environment())
    try:
        url = urlsplit(process.wait_for_line("listening on ", READY_SECONDS))
        assert url.hostname
        assert url.port
        target = Target(bundled_name(fault, specimen), url.hostname, url.port, path, " ".join(words))
        wait_until_it_answers(process, target.host, target.port, path)
        yield Running(target, process, _command(str(url.port), words))
    finally:
        process.stop()


def _command(port: str, words: list[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "server", "--port", port, *words]


def bundled_name(fault: str = "", specimen: str = "") -> str:
    """What such a target is called, before it runs as well."""
    if specimen:
        return f"specimen+{specimen}"
    return f"reference+{fault}" if fault else "reference"
