"""Whatever a port does instead of answering, calibration ends, and says what came."""

import contextlib
import re
import socket
import struct

import pytest

from harness.engine.calibrate import calibrate
from harness.errors import TargetUnavailable
from tests.harness.engine.calibration.small_servers import listening, requests

STUCK = 20.0
"""Seconds after which a peer that nobody ends would end by itself."""


def says(*pieces):
    """Says this to the first request, and then waits for us to go."""

    def handle(connection):
        next(requests(connection))
        for piece in pieces:
            connection.sendall(piece)
        connection.settimeout(STUCK)
        connection.recv(1)

    return handle


def says_and_closes(octets):
    def handle(connection):
        next(requests(connection))
        connection.sendall(octets)

    return handle


def for_ever(head, octets):
    """Says this again and again, until we have gone."""

    def handle(connection):
        next(requests(connection))
        connection.sendall(head)
        while True:
            connection.sendall(octets)

    return handle


def drips(connection):
    """One octet of a header section whenever there is time for it."""
    next(requests(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    connection.settimeout(0.02)
    while True:
        with contextlib.suppress(TimeoutError):
            if not connection.recv(1):
                return
        connection.sendall(b"a")


def resets(connection):
    next(requests(connection))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("handle", "why"),
    [
        (says(), "accepts connections but did not answer GET / within N s. Give a slow server"),
        (lambda _: None, "the connection without an answer"),
        (says_and_closes(b""), "closed the connection without an answer"),
        (resets, "reset the connection without an answer to GET /."),
        (drips, "answers GET / with 'HTTP/1.1 200 OK\\r\\nX: a"),
        (drips, "and the answer has no end within N s (--timeout"),
        (
            for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            "interim responses (100) and no final one within",
        ),
        (
            says(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
            "1 interim response (103) and no final one within",
        ),
        (for_ever(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"), "the answer has no end within 8,192 octets."),
        (
            for_ever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
            "the answer has no end within 8,192 octets.",
        ),
        (
            says_and_closes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
            "the answer has no end before the connection is closed.",
        ),
        (says(b"H"), "answers GET / with 'H', and the answer has no end within N s"),
        (says(b"220 mail.invalid ESMTP\r\n"), "does not answer GET / in HTTP/1.1: it sent '220 mail.invalid"),
        (for_ever(b"", bytes(range(128, 256))), "does not answer GET / in HTTP/1.1: it sent '\\x80"),
    ],
)
def test_a_port_without_an_answer(handle, why):
    told = re.escape(why).replace("N", r"\d+\.\d")
    with listening(handle) as server, pytest.raises(TargetUnavailable, match=told):
        calibrate(server.target, server.transport)
