"""What is asked of the kernel in octets, and what it says in numbers: options, queues, error names."""

from __future__ import annotations

import errno
import fcntl
import functools
import socket
import struct
import sys
import termios
from typing import Final

RESETS: Final = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
"""Errors of a read that tell that the peer reset the connection."""

_LINGER_FOR_NOTHING: Final = struct.pack("ii", 1, 0)  # struct linger: on, 0 seconds


def reset_on_close(stream: socket.socket) -> None:
    """Let `close` send RST instead of FIN; no TIME_WAIT is left behind."""
    try:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_FOR_NOTHING)
    except OSError:  # some systems refuse it on a connection that the peer has reset already
        return


@functools.lru_cache(64)
def timeval(seconds: float) -> bytes:
    """The C struct timeval of a socket's time-out; never 0, which would mean no time-out at all."""
    return struct.pack("ll", *divmod(max(round(seconds * 1_000_000), 1), 1_000_000))


def unacknowledged(stream: socket.socket) -> int:
    """How many octets the peer's kernel has not acknowledged; 0 where the system does not tell."""
    try:
        answer = fcntl.ioctl(stream, termios.TIOCOUTQ, bytes(4))  # SIOCOUTQ: the same number on Linux
    except OSError:
        return 0
    return int.from_bytes(answer, sys.byteorder)


def error_name(failure: OSError) -> str:
    """The system's name for a failure: ECONNREFUSED, ETIMEDOUT, EAI_NONAME ..."""
    if isinstance(failure, socket.gaierror):
        names = (name for name in dir(socket) if name.startswith("EAI_"))
        return next((name for name in names if getattr(socket, name) == failure.errno), "EAI_FAIL")
    return errno.errorcode.get(failure.errno or 0, type(failure).__name__)
