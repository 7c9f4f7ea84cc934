"""Plans over TCP: plain sockets, one connection and one thread per plan."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any, Final

from harness.errors import HarnessError
from harness.model.plan import Plan
from harness.model.transcript import ConnectFailed, Transcript
from harness.transport.base import Address, Clock, Limits, Watch, check_plan
from harness.transport.connection import Connection
from harness.transport.kernel import error_name, timeval
from harness.transport.stepwise import Stepwise

_OUT_OF_TIME: Final = frozenset({errno.EINPROGRESS, errno.EAGAIN})
_OURS: Final = frozenset({errno.EADDRNOTAVAIL, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_Resolved = tuple[socket.AddressFamily, tuple[Any, ...]]


class TcpTransport:
    """Connects to one address, anew for each plan. May be used by many threads at once."""

    def __init__(self, address: Address, limits: Limits | None = None, clock: Clock = time.monotonic) -> None:
        self.address = address
        self.limits = limits or Limits()
        self._clock = clock
        self._connect_seconds = min(self.limits.connect_seconds, self.limits.total_seconds)
        self._connect_timeout = timeval(self._connect_seconds)
        self._known: _Resolved | None = None

    def __repr__(self) -> str:
        return f"TcpTransport({self.address}, {self.limits!r})"

    def limited(self, limits: Limits) -> TcpTransport:
        """The same to the same address, with those limits."""
        return TcpTransport(self.address, limits, self._clock)

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        """Carry out a plan on a new connection: see `base.Transport.execute`."""
        check_plan(plan, watch)
        start = self._clock()
        known = self._known
        try:
            stream = self._connect(start) if known is None else _connect(known, self._connect_timeout)
        except OSError as failure:
            self._known = None
            if failure.errno in _OURS:
                raise HarnessError(
                    f"this machine cannot connect to {self.address} ({error_name(failure)}): too many "
                    "descriptors or local ports in use, or no address of that family; use fewer jobs"
                ) from failure
            return Transcript((ConnectFailed(self._clock() - start, error_name(failure)),))
        return Connection(stream, plan, watch, limits=self.limits, clock=self._clock, start=start).run()

    def begin(self, watch: Watch) -> Stepwise:
        """A new connection, to be taken step by step. Raises OSError where there is none."""
        start = self._clock()
        return Stepwise(self._connect(start), watch, limits=self.limits, clock=self._clock, start=start)

    def _connect(self, start: float) -> socket.socket:
        """Connect to the first address of the name that takes us, and keep to it as long as it does.

        Raises OSError. The time that resolving a name takes is the system's own and not limited here.
        """
        failure = OSError(errno.EADDRNOTAVAIL, "the name has no address")
        for resolved in _resolve(self.address):
            try:
                stream = _connect(resolved, timeval(start + self._connect_seconds - self._clock()))
                _refuse_ourselves(stream)
            except OSError as refusal:
                failure = refusal
            else:
                self._known = resolved
                return stream
        raise failure


def _resolve(address: Address) -> list[_Resolved]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except UnicodeError as failure:  # what cannot be a host name at all: an empty or overlong label
        raise socket.gaierror(socket.EAI_NONAME, str(failure)) from failure
    return [(family, where) for family, _, _, _, where in found]


def _connect(resolved: _Resolved, timeout: bytes) -> socket.socket:
    """A connected, blocking socket without Nagle's delay, or OSError. `timeout` is a timeval."""
    family, address = resolved
    stream = socket.socket(family, socket.SOCK_STREAM)
    try:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # One system call connects and waits: on Linux the time-out of sends holds for connecting too.
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        failure = stream.connect_ex(address)
        if failure:
            raise OSError(errno.ETIMEDOUT if failure in _OUT_OF_TIME else failure, os.strerror(failure))
    except BaseException:
        stream.close()
        raise
    return stream


def _refuse_ourselves(stream: socket.socket) -> None:
    """With nobody listening on an ephemeral port, the kernel may pick that very port for our side.

    Then we are connected to ourselves, to an echo that no peer sent. It cannot happen while there is a
    listener, and so is looked for on the first connection and again after each one that failed.
    """
    if stream.getsockname() == stream.getpeername():
        stream.close()
        raise OSError(errno.ECONNREFUSED, "connected to itself")
