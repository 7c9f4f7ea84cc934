"""The asyncio shell around `Connection`: it moves octets and keeps time, and knows nothing of HTTP.

What it takes care of: back-pressure (nothing is read while too much waits to be sent), a close in stages so
that the last response is not lost to a reset (RFC 9112 9.6), an answer to a peer that has half-closed,
deadlines, a bound on connections, and a shutdown that lets responses in progress go out.
"""

import asyncio
import contextlib
import signal

from server.clock import Clock, steady_clock
from server.connection import Connection
from server.faults.fault import Fault
from server.limits import Limits
from server.resource import Resources
from server.response import error
from server.response_writer import write_response

BACKLOG = 1024
HIGH_WATER = 256 * 1024
"""Octets that may wait to be sent before reading pauses."""


class Shell(asyncio.Protocol):
    """One TCP connection: its transport, its `Connection`, and one timer for all that can take too long."""

    _transport: asyncio.Transport

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._limits = server.limits
        self._connection = server.new_connection()
        self._timer: asyncio.TimerHandle | None = None
        self._wakes_at = float("inf")
        self._unsent_before = 0
        self._lingering = False
        self._lingering_room = server.limits.linger_octets

    @property
    def unsent(self) -> int:
        """Octets that wait to be sent."""
        return self._transport.get_write_buffer_size()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place among the connections, or answer 503 if there is none (RFC 9112 9.4)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)
        octets = b"" if self._server.admit(self) else self._server.refusal(self._connection)
        self._deliver(octets)

    def data_received(self, octets: bytes) -> None:
        """Hand octets on, and send what comes back; behind the last response they are thrown away."""
        if not self._lingering:
            self._deliver(self._connection.receive(octets))
            return
        self._lingering_room -= len(octets)
        if self._lingering_room < 0:
            self._transport.close()

    def eof_received(self) -> bool:
        """RFC 9112 9.6: a half-close does not say that the response is unwanted; it goes out first."""
        if not self._lingering:
            self._deliver(self._connection.receive(b""))
        return False

    def connection_lost(self, reason: Exception | None) -> None:
        """Give the place back."""
        if self._timer is not None:
            self._timer.cancel()
        self._server.dismiss(self)

    def _deliver(self, octets: bytes) -> None:
        if octets:
            self._transport.write(octets)
        if self._connection.due < self._wakes_at:
            if self._connection.ended:
                self._linger()
            else:
                self._wake_at(self._connection.due)

    # Back-pressure -------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Too much waits to be sent: read no more until it has gone."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """There is room again; the peer is not to blame for the time between."""
        self._transport.resume_reading()
        self._connection.restart_time()

    # Closing -------------------------------------------------------------------------------------

    def _linger(self) -> None:
        """RFC 9112 9.6: close the sending side, read on for a bounded time and amount, then close."""
        self._lingering = True
        self._transport.resume_reading()
        self._wake_at(self._server.clock() + self._limits.linger_timeout)
        with contextlib.suppress(OSError):  # the peer has gone already
            self._transport.write_eof()

    def retire(self) -> None:
        """End after the request in progress; now, if there is none."""
        self._connection.retire()
        if self._connection.ended and not self._lingering:
            self._transport.close()

    def abort(self) -> None:
        """Close now, whatever is unsent."""
        self._transport.abort()

    # Time ----------------------------------------------------------------------------------------

    def _wake_at(self, moment: float) -> None:
        """Have one timer. It is seldom set anew: when it wakes too early, it learns what has become due."""
        if self._timer is not None:
            self._timer.cancel()
        self._wakes_at = moment
        self._timer = self._server.loop.call_later(moment - self._server.clock(), self._wake)

    def _wake(self) -> None:
        """A moment has come: of the peer's reading, of lingering, or of the connection itself."""
        self._timer = None
        self._wakes_at = float("inf")
        before, self._unsent_before = self._unsent_before, self.unsent
        if self.unsent and self.unsent == before:
            self._transport.abort()
        elif self.unsent:
            self._wake_at(self._server.clock() + self._limits.write_timeout)
        elif self._lingering:
            self._transport.close()
        else:
            self._deliver(self._connection.tick())


class Server:
    """A listening socket and the connections it has brought."""

    def __init__(
        self,
        limits: Limits | None = None,
        clock: Clock = steady_clock,
        resources: Resources | None = None,
        fault: Fault | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.clock = clock
        self._resources = resources
        self._fault = fault
        self.shells: set[Shell] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes any free one. Raises OSError if the address cannot be had."""
        self.loop = asyncio.get_running_loop()
        self._listener = await self.loop.create_server(lambda: Shell(self), host, port, backlog=BACKLOG)
        self.host, self.port = self._listener.sockets[0].getsockname()[:2]

    @property
    def url(self) -> str:
        """The http URI of the root."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Accept no more, let responses in progress go out within a bounded time, close (RFC 9112 9.5)."""
        self._listener.close()
        for shell in list(self.shells):
            shell.retire()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.shutdown_timeout):
                await self._empty.wait()
        for shell in list(self.shells):
            shell.abort()
        await self._empty.wait()

    # For the shells ------------------------------------------------------------------------------

    def new_connection(self) -> Connection:
        """A connection with all that this server was given."""
        return Connection(self.limits, self.clock, self._resources, self._fault)

    def admit(self, shell: Shell) -> bool:
        """Whether there is a place for one more; it is counted in any case, until it is dismissed."""
        self.shells.add(shell)
        self._empty.clear()
        return len(self.shells) <= self.limits.connections

    def refusal(self, connection: Connection) -> bytes:
        """The end of a connection for which there is no place: 503."""
        connection.retire()
        response = error(503, "Too many connections are open.", None)
        return write_response(response, None, persists=False, now=self.clock())

    def dismiss(self, shell: Shell) -> None:
        """A connection is gone."""
        self.shells.discard(shell)
        if not self.shells:
            self._empty.set()


async def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    limits: Limits | None = None,
    resources: Resources | None = None,
    fault: Fault | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`; says where on standard output.

    Raises OSError if the address cannot be had.
    """
    server = Server(limits, resources=resources, fault=fault)
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start(host, port)
    print(f"listening on {server.url}", flush=True)
    await stop.wait()
    await server.stop()
