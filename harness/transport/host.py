"""Puts sans-I/O peers behind a real listening socket, so that what runs in memory runs over TCP as well.

For tests and for `harness.testing`: one thread per connection, on the loopback interface only. It is as
careful as a client has to be: it never blocks in a send, and it reads no more while too much is unsent.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from harness.transport.base import Address
from harness.transport.kernel import reset_on_close
from harness.transport.memory import Peer

HELD: Final = 1 << 18
"""Octets that may wait to be sent before reading stops."""


@contextlib.contextmanager
def hosted(make_peer: Callable[[], Peer], listener: socket.socket | None = None) -> Iterator[Address]:
    """Serve each connection by a peer of its own until the block is left; yields where.

    The peers' clock is `time.monotonic`. Without a listener of your own, a free port of 127.0.0.1 is taken.
    """
    listener = listener or socket.create_server(("127.0.0.1", 0))
    stop, stopped = socket.socketpair()  # every poll also looks at `stop`
    threads: list[threading.Thread] = []

    def welcome() -> None:
        while _poll((listener, select.POLLIN), (stop, select.POLLIN)).get(stop) is None:
            stream, _ = listener.accept()
            thread = threading.Thread(target=_Hosting(stream, make_peer(), stop).run, daemon=True)
            threads.append(thread)
            thread.start()

    with listener, stop:
        threads.append(threading.Thread(target=welcome, daemon=True))
        threads[0].start()
        try:
            yield Address(*listener.getsockname()[:2])
        finally:
            stopped.close()
            for thread in threads:
                thread.join()


def _poll(*wanted: tuple[socket.socket, int], seconds: float | None = None) -> dict[socket.socket, int]:
    poll = select.poll()
    for stream, interest in wanted:
        poll.register(stream, interest)
    found = dict(poll.poll(None if seconds is None else max(seconds, 0) * 1000))
    return {stream: found[stream.fileno()] for stream, _ in wanted if stream.fileno() in found}


class _Hosting:
    """One connection and its peer."""

    def __init__(self, stream: socket.socket, peer: Peer, stop: socket.socket) -> None:
        self._stream = stream
        self._peer = peer
        self._stop = stop
        self._unsent = bytearray()
        self._half_closed = False

    def run(self) -> None:
        """Serve until the peer ended, the client is gone, or the host stops."""
        self._stream.setblocking(False)
        self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._stream, contextlib.suppress(OSError):
            while self._unsent or not self._peer.ended:
                ready = _poll(
                    (self._stream, self._interest), (self._stop, select.POLLIN), seconds=self._seconds
                )
                if self._stop in ready:
                    return
                self._go_on(ready.get(self._stream, 0))
            if getattr(self._peer, "reset", False):
                reset_on_close(self._stream)

    @property
    def _interest(self) -> int:
        listening = getattr(self._peer, "listening", True) and not (self._half_closed or self._peer.ended)
        reading = select.POLLIN if listening and len(self._unsent) < HELD else 0
        return reading | (select.POLLOUT if self._unsent else 0)

    @property
    def _seconds(self) -> float | None:
        due = self._peer.timeout() if hasattr(self._peer, "timeout") and not self._peer.ended else None
        return None if due is None else due - time.monotonic()

    def _go_on(self, ready: int) -> None:
        if ready & (select.POLLERR | select.POLLHUP) and not ready & select.POLLIN:
            raise ConnectionResetError
        if ready & select.POLLIN:
            octets = self._stream.recv(65536)
            self._half_closed = not octets
            self._unsent += self._peer.receive(octets)
        if not ready and hasattr(self._peer, "tick"):
            self._unsent += self._peer.tick()
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                del self._unsent[: self._stream.send(self._unsent)]
