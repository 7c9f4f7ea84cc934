"""Whether a target that we started is ready: it answers a real GET. A port that is open may still be a
listener whose workers are not there yet."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from pathlib import Path

from harness.errors import TargetUnavailable
from harness.targets.process import Process

READY_SECONDS = 20.0
"""How long it may take until it answers; a loaded machine is slow to start a server."""

_ATTEMPT_SECONDS = 3.0
_POLL_SECONDS = 0.05
_FIRST_PORT = 10_000
_PORTS_TRIED = 100


def wait_until_it_answers(
    process: Process, host: str, port: int, path: str = "/", *, seconds: float = READY_SECONDS
) -> None:
    """Ask until any octet of an answer comes. TargetUnavailable, with its output, if none comes."""
    due = time.monotonic() + seconds
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
    did = absent = f"did not listen on port {port}"
    while (left := due - time.monotonic()) > 0:
        if not process.alive:
            raise TargetUnavailable(
                f"{process.told} ended before it answered on port {port}.{process.output}"
            )
        try:
            with socket.create_connection((host, port), timeout=min(left, _ATTEMPT_SECONDS)) as connection:
                if connection.getsockname() == connection.getpeername():
                    continue  # nobody listens, and the kernel joined our connection to itself
                if did is absent:
                    did = f"listens on port {port}, but did not answer GET {path}"
                connection.sendall(request)
                if connection.recv(1):
                    return
                did = f"accepts connections on port {port} and closes them without an answer to GET {path}"
        except ConnectionResetError:
            did = f"accepts connections on port {port} and resets them without an answer to GET {path}"
        except OSError:
            pass
        time.sleep(_POLL_SECONDS)
    raise TargetUnavailable(f"{process.told} {did} within {seconds:g} s.{process.output}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now, and that the kernel gives nobody who asks for any.

    Of those it gives one to each outgoing connection: it may be taken when our server comes to listen.
    """
    dice = random.SystemRandom()
    for _ in range(_PORTS_TRIED):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", dice.randrange(_FIRST_PORT, _first_given())))
            port: int = probe.getsockname()[1]
            return port
    raise TargetUnavailable(f"found no free port of 127.0.0.1 in {_PORTS_TRIED} attempts")


def _first_given() -> int:
    """Where the range begins out of which the kernel gives ports (Linux; elsewhere IANA's)."""
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except OSError:
        return 49152
    return first if first > 2 * _FIRST_PORT else 1 << 16
