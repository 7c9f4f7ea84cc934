"""The reference server under a crowd, and with much content: rates, latencies and memory, in one run.

The crowd: 5,000 idle connections, and 200 slow ones that send an octet a second, half of them within a
header section, half within content. Beside it 64 busy connections ask by wrk (`apt-get install wrk`),
something else each time, so that nothing is answered from memory; with the crowd and without it in turn.
Then 2 GiB go up and down again through /echo, counted, in one request. The server is a process of its own
with the default limits but for the number of connections, the idle time and the size of content. Linux
only; it wants 12,000 descriptors. Run it from the top folder: `python benchmarks/load.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import resource
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from server.limits import Limits
from server.tcp import serve

LIMITS = Limits(connections=10_000, idle_timeout=3600, content=8 << 30)
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
SLOW_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
SLOW_CONTENT = b"POST /inspect HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
VARIED = 'local n = 0 request = function() n = n + 1 return wrk.format("GET", "/?" .. n) end'
"""For wrk: each request has another query."""


class Served(NamedTuple):
    """The server under load."""

    pid: int
    port: int

    def connected(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    @property
    def resident(self) -> float:
        """MiB of memory in use."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024


class Figures(NamedTuple):
    """What wrk saw: requests per second, and the latency in ms that half and 99 % of them kept."""

    rate: float
    half: float
    most: float


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """The server in a process of its own, which ends with the block."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Served(process.pid, int(process.stdout.readline().rsplit(":", 1)[1]))
        finally:
            process.terminate()


@contextlib.contextmanager
def crowd(server: Served, idle: int, slow: int) -> Iterator[None]:
    """Idle connections that were served once, and slow ones that send an octet a second."""
    with contextlib.ExitStack() as stack:
        for _ in range(idle):
            stream = stack.enter_context(server.connected())
            stream.sendall(REQUEST)
            assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")
        slow_ones = [stack.enter_context(server.connected()) for _ in range(slow)]
        for number, stream in enumerate(slow_ones):
            stream.sendall(SLOW_CONTENT if number % 2 else SLOW_HEAD)
        over = threading.Event()
        dripping = threading.Thread(target=drip, args=(slow_ones, over))
        dripping.start()
        try:
            yield
        finally:
            over.set()
            dripping.join()


def drip(streams: list[socket.socket], over: threading.Event) -> None:
    """An octet a second on each stream."""
    while not over.wait(1):
        for stream in streams:
            stream.sendall(b"x")


def busy(server: Served, script: str, seconds: int, connections: int) -> Figures:
    """Ask for that many seconds by wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script]
    url = f"http://127.0.0.1:{server.port}/"
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=60).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"the server is not well:\n{said}")
    half, most = (_milliseconds(said, percent) for percent in ("50%", "99%"))
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found
    return Figures(float(found[1]), half, most)


def _milliseconds(said: str, percent: str) -> float:
    found = re.search(rf"{percent}\s+([\d.]+)(us|ms|s)\s", said)
    assert found, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def measure_crowd(server: Served, rounds: int, seconds: int, idle: int, slow: int) -> None:
    """Busy connections alone and in the crowd, in turn."""
    alone, crowded, resident = [], [], 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(VARIED)
        script.flush()
        busy(server, script.name, 1, 64)
        before = server.resident
        for number in range(rounds):
            if number % 2:
                alone.append(busy(server, script.name, seconds, 64))
            with crowd(server, idle, slow):
                crowded.append(busy(server, script.name, seconds, 64))
                resident = max(resident, server.resident)
            if not number % 2:
                alone.append(busy(server, script.name, seconds, 64))
    print(f"{'64 busy connections':34}{'requests/s':>12}{'50 %, ms':>10}{'99 %, ms':>10}")
    for name, figures in (("alone", alone), (f"beside {idle} idle, {slow} slow ones", crowded)):
        rate, half, most = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name:34}{rate:12.0f}{half:10.1f}{most:10.1f}")
    kept = [one.rate / other.rate for one, other in zip(crowded, alone, strict=True)]
    between = f"{min(kept):.2f} to {max(kept):.2f}"
    print(f"rate kept: {statistics.median(kept):.2f} ({between}); at least 0.67 is wanted")
    print(f"memory: {before:.1f} MiB before, {resident:.1f} MiB in the crowd")


def measure_content(server: Served, mebioctets: int) -> None:
    """So much up and down again through /echo."""
    before, began = server.resident, time.monotonic()
    received, most = echoed(server, mebioctets)
    seconds = time.monotonic() - began
    print(
        f"{mebioctets} MiB up and down in {seconds:.1f} s ({mebioctets / seconds:.0f} MiB/s each way), "
        f"{received >> 20} MiB came back"
    )
    print(f"memory: {before:.1f} MiB before, {most:.1f} MiB at most, {server.resident:.1f} MiB after")


def echoed(server: Served, mebioctets: int) -> tuple[int, float]:
    """How many octets came back until the close, and the most MiB of memory in use meanwhile."""
    piece, sent, received, most = bytes(1 << 20), 0, 0, 0.0
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    unsent = memoryview(head % (mebioctets << 20))
    both = selectors.EVENT_READ | selectors.EVENT_WRITE
    with server.connected() as stream, selectors.DefaultSelector() as selector:
        stream.setblocking(False)
        selector.register(stream, both)
        while found := selector.select(30):
            if found[0][1] & selectors.EVENT_READ:
                octets = stream.recv(1 << 20)
                received += len(octets)
                if not octets:
                    break
            if found[0][1] & selectors.EVENT_WRITE:
                unsent = unsent[stream.send(unsent) :]
                if not unsent and sent < mebioctets:
                    unsent, sent, most = memoryview(piece), sent + 1, max(most, server.resident)
                elif not unsent:
                    selector.modify(stream, selectors.EVENT_READ)
    return received, most


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="the reference server under load")
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--seconds", type=int, default=3, help="of each measurement")
    arguments.add_argument("--idle", type=int, default=5000)
    arguments.add_argument("--slow", type=int, default=200)
    arguments.add_argument("--mebioctets", type=int, default=2048)
    arguments.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if chosen.serve:
        asyncio.run(serve(limits=LIMITS))
        return
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    with served() as server:
        measure_crowd(server, chosen.rounds, chosen.seconds, chosen.idle, chosen.slow)
        measure_content(server, chosen.mebioctets)


if __name__ == "__main__":
    main()
