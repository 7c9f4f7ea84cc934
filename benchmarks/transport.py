"""Exchanges per second of TcpTransport beside a plain blocking-socket loop, against the same C server.

Both do the same work in the same rounds, one after the other, in alternating order: on a new connection
connect, send, receive the response, close by RST (so that neither leaves TIME_WAIT behind); on a kept
connection send and receive. Ratios are medians of rounds. Everything is bounded in count and ends by
itself. Run it from the top folder: `python benchmarks/transport.py`; see README.md beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness.model.plan import AwaitResponse, Origin, Plan, Provenance, Send
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport

REQUEST = b"GET /keep HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: benchmark\r\nAccept: */*\r\n\r\n"
RESPONSE_SIZE = 137  # of c_server.c; checked before anything is measured
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
THREADS = 16
KEPT = 100  # exchanges on one kept connection

Work = Callable[[Address, int], None]


class Figures(NamedTuple):
    """What one round of one kind of work came to."""

    rate: float  # exchanges per second
    cpu: float  # microseconds of our own CPU, all threads together, for one exchange


class SizeWatch:
    """The cheapest watch there can be: what a response reader costs is no part of this measurement."""

    def __init__(self) -> None:
        self.finals = 0
        self._size = 0

    def feed(self, octets: bytes) -> None:
        """Count the octets; each RESPONSE_SIZE of them is one response."""
        self._size += len(octets)
        self.finals = self._size // RESPONSE_SIZE

    def end(self) -> None:
        """Nothing: no response here is delimited by the close."""


def receive_response(connection: socket.socket) -> None:
    """Block until one response is there."""
    missing = RESPONSE_SIZE
    while missing:
        octets = connection.recv(65536)
        if not octets:
            raise ConnectionError("the server closed within a response")
        missing -= len(octets)


def plain(address: Address, count: int) -> None:
    """The loop that TcpTransport is measured against, a new connection for each exchange."""
    for _ in range(count):
        with socket.socket() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.connect((address.host, address.port))
            connection.sendall(REQUEST)
            receive_response(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def plain_kept(address: Address, count: int) -> None:
    """The same on connections that carry KEPT exchanges each."""
    for _ in range(count // KEPT):
        with socket.socket() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.connect((address.host, address.port))
            for _ in range(KEPT):
                connection.sendall(REQUEST)
                receive_response(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def transport(address: Address, count: int) -> None:
    """TcpTransport with a plan of one exchange."""
    _execute(address, count, exchanges=1)


def transport_kept(address: Address, count: int) -> None:
    """TcpTransport with a plan of KEPT exchanges."""
    _execute(address, count // KEPT, exchanges=KEPT)


def _execute(address: Address, count: int, *, exchanges: int) -> None:
    tcp = TcpTransport(address)
    plan = Plan((Send(REQUEST), AwaitResponse()) * exchanges, Provenance(Origin.USER, "benchmark"))
    for _ in range(count):
        watch = SizeWatch()
        transcript = tcp.execute(plan, watch)
        if watch.finals != exchanges:
            raise ConnectionError(f"an exchange failed: {transcript.events[-3:]}")


@contextlib.contextmanager
def c_server() -> Iterator[Address]:
    """The C server, built into a temporary folder, in a process of its own that ends with its input."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "c_server"
        source = Path(__file__).with_name("c_server.c")
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", program, source], check=True)
        with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            try:
                yield Address("127.0.0.1", int(server.stdout.readline()))
            finally:
                server.stdin.close()


def measured(work: Work, address: Address, count: int, threads: int) -> Figures:
    """Do that many exchanges, shared by the threads, and tell their rate and what one cost us."""
    share = count // threads
    with ThreadPoolExecutor(threads) as pool:
        began, busy = time.perf_counter(), time.process_time()
        list(pool.map(work, [address] * threads, [share] * threads))
        elapsed, cpu = time.perf_counter() - began, time.process_time() - busy
    return Figures(share * threads / elapsed, cpu / (share * threads) * 1e6)


def compared(
    works: tuple[Work, Work], address: Address, count: int, *, threads: int, rounds: int
) -> list[tuple[Figures, Figures]]:
    """The figures of both in every round; who goes first alternates, and one round goes before uncounted."""
    found = []
    for number in range(rounds + 1):
        order = works if number % 2 else works[::-1]
        figures = {work: measured(work, address, count, threads) for work in order}
        found.append((figures[works[0]], figures[works[1]]))
    return found[1:]


def row(title: str, rounds: list[tuple[Figures, Figures]]) -> str:
    """One line of the table: medians, and the middle half of the ratios."""
    low, ratio, high = statistics.quantiles(ours.rate / theirs.rate for theirs, ours in rounds)
    columns = [statistics.median(figures[side].rate for figures in rounds) for side in (0, 1)]
    costs = [statistics.median(figures[side].cpu for figures in rounds) for side in (0, 1)]
    return (
        f"{title:34}{columns[0]:8.0f}{columns[1]:11.0f}{ratio:8.2f}  {low:.2f} to {high:.2f}"
        f"{costs[0]:9.0f}{costs[1]:11.0f}"
    )


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description="TcpTransport beside a plain socket loop")
    arguments.add_argument("--rounds", type=int, default=21)
    arguments.add_argument("--count", type=int, default=1600, help="exchanges of each in a round")
    chosen = arguments.parse_args()
    if chosen.count < 1 or chosen.count % (THREADS * KEPT):
        arguments.error(
            f"--count must be a multiple of {THREADS * KEPT}: {THREADS} threads, {KEPT} on each connection"
        )
    cases = [
        (f"{kind}, {threads} thread{'s' * (threads > 1)}", works, threads)
        for kind, works in {"new": (plain, transport), "kept": (plain_kept, transport_kept)}.items()
        for threads in (1, THREADS)
    ]
    print(f"{chosen.rounds} rounds of {chosen.count}{'exchanges per second':>33}{'our CPU, us each':>39}")
    sides = f"{'plain':>8}{'transport':>11}"
    print(f"{'connections':34}{sides}{'ratio':>8}  {'middle half':12} {sides}")
    with c_server() as address:
        transport(address, 10)  # fails if RESPONSE_SIZE is wrong
        for title, works, threads in cases:
            rounds = compared(works, address, chosen.count, threads=threads, rounds=chosen.rounds)
            print(row(title, rounds), flush=True)


if __name__ == "__main__":
    main()
