"""Servers of a few lines on real sockets, each with one habit of its own, for calibration to find out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from harness.targets.base import Target
from harness.transport.base import Address, Limits
from harness.transport.tcp import TcpTransport

QUICK = Limits(response_seconds=0.3, end_seconds=0.3, octets=1 << 13)
PATIENT = Limits(response_seconds=20.0, end_seconds=20.0, total_seconds=60.0)
"""For what is to be answered on a busy machine too."""

Handle = Callable[[socket.socket], None]


class Listening:
    """Where a small server listens, and the connections that it has."""

    def __init__(self, port: int, limits: Limits) -> None:
        self.target = Target("small", "127.0.0.1", port)
        self.transport = TcpTransport(Address("127.0.0.1", port), limits)
        self.connections: list[socket.socket] = []
        self.accepted = 0

    def hang_up(self) -> None:
        """End every connection that there is."""
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def listening(handle: Handle, *, at_once: int = 64, limits: Limits = QUICK) -> Iterator[Listening]:
    """Hand each connection to `handle`, so many at a time; the others wait to be accepted."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Listening(listener.getsockname()[1], limits)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.accepted += 1
                server.connections.append(connection)
                with connection, contextlib.suppress(OSError):  # it may be gone already
                    handle(connection)
                server.connections.remove(connection)

        threads = [threading.Thread(target=serve) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                while thread.is_alive():
                    server.hang_up()  # again, for those that were accepted meanwhile
                    thread.join(0.1)


def requests(connection: socket.socket) -> Iterator[bytes]:
    """Each request, head and counted content, until the peer closes."""
    octets = b""
    while True:
        while b"\r\n\r\n" not in octets or len(octets) < _length(octets):
            more = connection.recv(1 << 16)
            if not more:
                return
            octets += more
        length = _length(octets)
        one, octets = octets[:length], octets[length:]
        yield one


def _length(octets: bytes) -> int:
    head, _, _ = octets.partition(b"\r\n\r\n")
    counts = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(head) + 4 + (int(counts[0]) if counts and counts[0].strip().isdigit() else 0)


def response(content: bytes = b"", status: bytes = b"200 OK", *fields: bytes) -> bytes:
    """A response whose content is counted."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(content), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def pages(one: bytes) -> bytes:
    """The sound answer to one request: `/` is there, nothing else is, and what is no request is refused."""
    if b" HTTP/1." not in one:
        return response(b"", b"400 Bad Request")
    method, target, _ = one.split(b" ", 2)
    found = target.partition(b"?")[0] == b"/"
    answer = response(b"page\n", b"200 OK" if found else b"404 Not Found")
    return answer.removesuffix(b"page\n") if method == b"HEAD" else answer


def keeps(answer: Callable[[bytes], bytes]) -> Handle:
    """Serves one request after the other on each connection."""

    def handle(connection: socket.socket) -> None:
        for one in requests(connection):
            connection.sendall(answer(one))

    return handle
