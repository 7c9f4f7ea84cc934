"""What imaginary and hostile servers do with a connection: one function a habit, found by its name.

Each is given a connected socket and may do with it whatever it likes; the process is its own. Where a
habit wants a request first, it takes any octets for one. Those that are called `turns-...` are sound, and
turn hostile behind TURN_AFTER connections: calibration sees nothing of it.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
import struct
import threading
from collections.abc import Callable

from server.connection import Connection

Handle = Callable[[socket.socket], None]

TURN_AFTER = 150
"""More connections than calibration makes, and fewer than a run."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

ALERT = b"<script>alert('wireproof')</script>"
NASTY = (
    ALERT
    + b"\"'></td></script><!--<img src=x onerror=alert(1)>&lt;{{7*7}}\x1b[31m\x00\x07\x7f\xe2\x80\xae\xff"
)
"""Markup, quotes, a template, a terminal's colour, NUL, BEL, DEL, RIGHT-TO-LEFT OVERRIDE, and no UTF-8."""


def everything_refused(connection: socket.socket) -> None:
    if connection.recv(1 << 16):
        connection.sendall(REFUSAL)


def everything_served(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        connection.sendall(OK)


def closes(connection: socket.socket) -> None:
    connection.recv(1 << 16)


def says_nothing(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass


def resets(connection: socket.socket) -> None:
    connection.recv(1 << 16)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def random_octets(connection: socket.socket) -> None:
    drawn = random.Random(len(connection.recv(1 << 16)))
    connection.sendall(drawn.randbytes(drawn.randrange(1, 4000)))


def endless(beginning: bytes, part: bytes) -> Handle:
    """Answers with a beginning, and the part behind it again and again."""

    def handle(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(beginning)
        while True:
            connection.sendall(part * (4096 // len(part) + 1))

    return handle


def one_octet_a_second(connection: socket.socket) -> None:
    connection.recv(1 << 16)
    for octet in itertools.cycle(OK):
        connection.sendall(bytes([octet]))
        threading.Event().wait(1)


def a_megabyte_of_status_line(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        connection.sendall(b"HTTP/1.1 200 " + b"A" * (1 << 20) + b"\r\nContent-Length: 0\r\n\r\n")


def markup(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        fields = b"".join(name + b": " + NASTY + b"\r\n" for name in (b"Server", b"Date", b"X-A", b"Allow"))
        content = NASTY * 3
        connection.sendall(
            b"HTTP/1.1 200 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (NASTY, fields, len(content), content)
        )


def served(connection: socket.socket, *, dies: bool = False) -> None:
    """As the reference server serves; one that dies ends its process instead of refusing a request."""
    inside = Connection()
    while not inside.ended:
        octets = connection.recv(1 << 16)
        answer = inside.receive(octets)
        if dies and b"HTTP/1.1 400" in answer:
            os._exit(3)
        connection.sendall(answer)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(1 << 16):  # RFC 9112 9.6: so that the last answer is not lost to a reset
        pass


_connections = itertools.count(1)


def turns(hostile: Handle) -> Handle:
    """Sound for TURN_AFTER connections, and then as that habit has it."""
    return lambda connection: served(connection) if next(_connections) <= TURN_AFTER else hostile(connection)


def dies_of_the_first_malformed_request(connection: socket.socket) -> None:
    served(connection, dies=True)


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MANY_FIELDS = endless(HEAD, b"X-Wireproof: hostile\r\n")

HABITS: dict[str, Handle] = {
    "refuses-everything": everything_refused,
    "serves-everything": everything_served,
    "closes": closes,
    "silent": says_nothing,
    "resets": resets,
    "random": random_octets,
    "endless-fields": MANY_FIELDS,
    "endless-chunks": endless(CHUNKED, b"6\r\nwire\r\n\r\n"),
    "endless-interim": endless(b"", CONTINUE),
    "drips": one_octet_a_second,
    "long-status-line": a_megabyte_of_status_line,
    "markup": markup,
    "turns-silent": turns(says_nothing),
    "turns-resets": turns(resets),
    "turns-endless": turns(MANY_FIELDS),
    "turns-interim": turns(endless(b"", CONTINUE)),
    "dies": dies_of_the_first_malformed_request,
}
