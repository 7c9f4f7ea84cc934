"""The reproducer is run as its user runs it, against a real socket, and must send the plan's octets."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence

import pytest

from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Send, Step
from harness.narrate.snippet import host_and_port, literal, snippet

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
EVERY_OCTET = bytes(range(256))


class Server:
    """Takes one connection, keeps what it gets to the end of it, and answers the first octets."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(20)
        self.port: int = self.socket.getsockname()[1]
        self.octets = b""
        self.reset = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.socket.accept()
        connection.settimeout(20)
        with connection:
            try:
                while octets := connection.recv(65536):
                    if not self.octets:
                        connection.sendall(ANSWER)
                    self.octets += octets
            except ConnectionResetError:
                self.reset = True


def run(steps: Sequence[Step]) -> tuple[Server, str]:
    """The snippet of the steps, run in a process of its own."""
    server = Server()
    source = snippet(steps, "127.0.0.1", server.port, "a title\nimport os")
    done = subprocess.run(
        [sys.executable, "-I", "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    server.thread.join(20)
    server.socket.close()
    assert done.stderr == ""
    return server, done.stdout


@pytest.mark.parametrize(
    "steps",
    [
        (Send(GET), AwaitResponse(), HalfClose(), AwaitEnd()),
        (Send(GET, cuts=(1, 2, 16, 26)), HalfClose()),
        (Send(GET[:7]), Pause(0.05), Send(GET[7:]), HalfClose()),
        (Send(EVERY_OCTET), Send(b"A" * 300_000 + b"'\"\\" + b"B" * 40 + b"\r\n"), HalfClose()),
    ],
    ids=["answer", "cuts", "pause", "any octets"],
)
def test_the_program_sends_exactly_the_octets_of_the_plan(steps: tuple[Step, ...]) -> None:
    server, printed = run(steps)
    assert server.octets == b"".join(step.octets for step in steps if isinstance(step, Send))
    assert f"< {ANSWER!r}" in printed
    assert "< closed (FIN)" in printed
    assert not server.reset


def test_the_program_aborts_where_the_plan_does() -> None:
    server, _ = run((Send(GET), Pause(0.05), Abort()))
    assert server.octets == GET
    assert server.reset


def test_the_program_hands_over_the_same_pieces_in_the_same_order() -> None:
    steps = (Send(GET, cuts=(3, 9)), Pause(0.25), Send(b"X" * 50), HalfClose())
    calls = [
        ast.unparse(node.value)
        for node in ast.walk(ast.parse(snippet(steps, "h", 1)))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    told = [call for call in calls if call.startswith(("send(", "listen(0.25", "connection.shutdown"))]
    assert told == [
        f"send({GET[:3]!r})",
        f"send({GET[3:9]!r})",
        f"send({GET[9:]!r})",
        "listen(0.25)",
        "send(b'X' * 50)",
        "connection.shutdown(socket.SHUT_WR)",
    ]


@pytest.mark.parametrize(
    "octets",
    [b"", b"\r\n", b"a" * 39, b"a" * 40, b"x" + b"a" * 50 + b"y\nz", b"a" * 50 + b"b" * 50, EVERY_OCTET * 3],
    ids=len,
)
def test_a_literal_is_worth_its_octets(octets: bytes) -> None:
    assert eval(literal(octets), {"__builtins__": {}}) == octets
    assert literal(octets).isascii()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:8080/x", ("127.0.0.1", 8080)),
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("http://example.test", ("example.test", 80)),
        ("http://[::1]:9/", ("::1", 9)),
        ("in memory", None),
        ("http://h:port", None),
        ("", None),
    ],
)
def test_an_address_has_a_host_and_a_port_or_is_none(address: str, expected: object) -> None:
    assert host_and_port(address) == expected
