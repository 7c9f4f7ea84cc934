"""Many connections at once, idle, slow and busy; and large content: all are served, in flat memory.

Hundreds here; `benchmarks/load.py` does the same with thousands, and with gibioctets.
"""

import re
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest
from server_support import request

IDLE, SLOW, BUSY = 400, 40, 16
ROUNDS = 50
SOON = 60.0  # seconds that nothing here should ever take
REQUEST = request()


class Served:
    """A reference server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.pid = process.pid
        self.address = ("127.0.0.1", int(process.stdout.readline().rsplit(":", 1)[1]))

    def connected(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=SOON)

    @property
    def resident(self) -> int:
        """Octets of memory in use."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) << 10

    @property
    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9


@pytest.fixture(name="served")
def _served() -> Iterator[Served]:
    command = [sys.executable, "-P", "-m", "server", "--port", "0"]
    with subprocess.Popen(
        command, env={"PYTHONPATH": str(Path.cwd())}, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Served(process)
        process.terminate()


def answers(stream: socket.socket, octets: bytes, count: int = 1) -> bytes:
    """Send and receive until that many home pages have come."""
    stream.sendall(octets)
    received = b""
    while received.count(b"<h3>Home page</h3>") < count:
        more = stream.recv(65536)
        assert more
        received += more
    return received


@contextmanager
def crowd(served: Served) -> Iterator[list[socket.socket]]:
    """Idle connections, half of which have been served before; slow ones, each within a request."""
    with ExitStack() as stack:
        idle = [stack.enter_context(served.connected()) for _ in range(IDLE)]
        for stream in idle[::2]:
            answers(stream, REQUEST)
        slow = [stack.enter_context(served.connected()) for _ in range(SLOW)]
        for stream in slow:
            stream.sendall(REQUEST[:5])
        yield slow


def busy_cost(served: Served, streams: list[socket.socket], slow: list[socket.socket]) -> float:
    """CPU seconds of the server for ROUNDS requests on each stream, and an octet on each slow one."""
    before = served.cpu
    for number in range(ROUNDS):
        for stream in streams:
            stream.sendall(request(f"/?{number}"))
        for stream in streams:
            assert b" 200 OK\r\n" in stream.recv(65536)
    for stream in slow:
        stream.sendall(REQUEST[5:6])
    return served.cpu - before


def test_busy_connections_lose_little_among_idle_and_slow_ones(served: Served) -> None:
    """Measured as the server's CPU for each request, which other work on the machine does not change."""
    alone, crowded = [], []
    with ExitStack() as stack:
        streams = [stack.enter_context(served.connected()) for _ in range(BUSY)]
        busy_cost(served, streams, [])
        for _ in range(5):
            alone.append(busy_cost(served, streams, []))
            with crowd(served) as slow:
                crowded.append(busy_cost(served, streams, slow))
                for stream in slow:
                    answers(stream, REQUEST[6:])
    assert median(crowded) < 1.5 * median(alone)


def test_hundreds_of_idle_connections_cost_little_memory_each(served: Served) -> None:
    with served.connected() as stream:
        answers(stream, REQUEST)
    before = served.resident
    with crowd(served) as slow:
        answers(slow[-1], REQUEST[5:])
        assert served.resident - before < (IDLE + SLOW) * 32_768


@pytest.mark.parametrize("framing", ["Content-Length", "chunked"])
def test_content_flows_up_and_down_in_flat_memory(served: Served, framing: str) -> None:
    piece, pieces = bytes(range(256)) * 1024, 256
    head, content, end = {
        "Content-Length": (f"Content-Length: {len(piece) * pieces}", piece, b""),
        "chunked": ("Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(piece), piece), b"0\r\n\r\n"),
    }[framing]
    last = end + request("/", "Connection: close")
    with served.connected() as stream:
        answers(stream, REQUEST)
        before = served.resident
        stream.sendall(request("/echo", head, method="POST"))
        received, most = echoed(served, stream, [content] * pieces + [last])
    assert received >= len(piece) * pieces
    assert most - before < 8 << 20


def echoed(served: Served, stream: socket.socket, pieces: list[bytes]) -> tuple[int, int]:
    """How many octets came back until the close, and the most memory in use meanwhile."""
    received, most, unsent, waiting = 0, 0, memoryview(b""), iter(pieces)
    stream.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while found := selector.select(SOON):
            if found[0][1] & selectors.EVENT_READ:
                octets = stream.recv(1 << 18)
                received += len(octets)
                if not octets:
                    break
            if found[0][1] & selectors.EVENT_WRITE:
                if not unsent:
                    most = max(most, served.resident)
                    unsent = memoryview(next(waiting, b""))
                if unsent:
                    unsent = unsent[stream.send(unsent) :]
                else:
                    selector.modify(stream, selectors.EVENT_READ)
    return received, max(most, served.resident)
