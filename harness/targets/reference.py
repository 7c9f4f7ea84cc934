"""The bundled servers, each in a process of its own on a free loopback port: the reference server, sound or
with a fault, and the specimens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from harness.targets.base import Process, Target

READY_SECONDS = 15.0
"""How long it may take to listen; a loaded machine is slow to start Python."""


@contextmanager
def reference(fault: str = "", path: str = "/", specimen: str = "") -> Iterator[tuple[Target, Process]]:
    """Start it, with a named fault if one is given, or a specimen in its place; it ends with the block, or
    with us."""
    words = ["--fault", fault] if fault else ["--specimen", specimen] if specimen else []
    process = Process([sys.executable, "-P", "-m", "server", "--port", "0", *words])
    try:
        url = urlsplit(process.wait_for_line("listening on ", READY_SECONDS))
        assert url.hostname
        assert url.port
        yield Target(bundled_name(fault, specimen), url.hostname, url.port, path, " ".join(words)), process
    finally:
        process.stop()


def bundled_name(fault: str = "", specimen: str = "") -> str:
    """What such a target is called, before it runs as well."""
    if specimen:
        return f"specimen+{specimen}"
    return f"reference+{fault}" if fault else "reference"
