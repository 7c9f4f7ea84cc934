"""`python -m server` as its users meet it: in a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_support import request

from server.__main__ import main
from server.faults import all_faults

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """The process and its address, once it has said that it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "--port", "0", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        yield process, ("127.0.0.1", int(line.rsplit(":", 1)[1]))
    finally:
        process.kill()
        process.communicate()


def answer(address: tuple[str, int]) -> bytes:
    """All that comes back for a request that asks for close."""
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(request("/", "Connection: close"))
        received = b""
        while octets := client.recv(65_536):
            received += octets
        return received


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_comes(number: signal.Signals) -> None:
    with running() as (process, address):
        assert answer(address).endswith(b"<h3>Home page</h3>")
        process.send_signal(number)
        assert process.wait(20) == 0


def test_it_serves_until_its_input_ends_if_told_to() -> None:
    with running("--until-eof") as (process, address):
        assert answer(address).endswith(b"<h3>Home page</h3>")
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(20) == 0


def test_it_serves_with_a_fault() -> None:
    with running("--fault", "lower-case-version") as (_, address):
        assert answer(address).startswith(b"http/1.1 200 OK\r\n")


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1 port {port}: " in said
    assert os.strerror(98 if sys.platform == "linux" else 48).lower() in said.lower()


def test_a_host_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "999.999.999.999", "--port", "0"]) == 1
    assert "cannot listen on 999.999.999.999" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "host-mising-accepted"], "did you mean host-missing-accepted"),
        (["--port", "65536"], "is not a port"),
        (["--port", "x"], "is not a port"),
    ],
)
def test_a_wrong_command_line_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert said in capsys.readouterr().err


def test_the_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(all_faults())
