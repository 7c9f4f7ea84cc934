"""Targets are addressed, started, and ended with us, whatever ends us."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import TargetUnavailable, UsageError
from harness.targets.address import at
from harness.targets.base import Process, Target
from harness.targets.command import spawned
from harness.targets.reference import reference

LISTENER = """
import signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else signal.SIG_DFL)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on", listener.getsockname()[1], flush=True)
while True:
    listener.accept()[0].close()
"""


@pytest.fixture
def listener(tmp_path):
    path = tmp_path / "listener.py"
    path.write_text(LISTENER)
    return f"{sys.executable} {path} {{port}}"


def refuses_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", 8000, "/"),
        ("http://127.0.0.1:8000/a/b?c=d", "127.0.0.1", 8000, "/a/b?c=d"),
        ("127.0.0.1:8000", "127.0.0.1", 8000, "/"),
        ("http://localhost", "localhost", 80, "/"),
        ("http://[::1]:8000/", "::1", 8000, "/"),
    ],
)
def test_a_url_names_a_target(url, host, port, path):
    target = at(url)
    assert (target.host, target.port, target.path) == (host, port, path)


def test_an_ipv6_authority_stands_in_brackets():
    assert Target("t", "::1", 80).authority == "[::1]:80"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://127.0.0.1", "only http://"),
        ("http://", "give a URL"),
        ("http://u@127.0.0.1/", "give a URL"),
        ("http://127.0.0.1:99999/", "Port out of range"),
        ("http://127.0.0.1/a b", "--path"),
        ("http://127.0.0.1/\u00e9", "--path"),
        ("http://192.0.2.1/", "--i-may-test 192.0.2.1"),
    ],
)
def test_an_address_that_will_not_do_is_told(url, says):
    with pytest.raises(UsageError, match=says):
        at(url)


def test_a_host_elsewhere_may_be_tested_by_who_says_so():
    assert at("http://192.0.2.1/", may_test="192.0.2.1").host == "192.0.2.1"


def test_a_path_may_be_given_apart():
    assert at("http://127.0.0.1:1/x", path="/y").path == "/y"


def test_a_command_is_started_and_ended(listener):
    with spawned(listener) as (target, process):
        assert process.alive
        assert not refuses_connections(target.port)
    assert not process.alive
    assert refuses_connections(target.port)


def test_a_command_that_will_not_end_is_killed(listener):
    with spawned(f"{listener} stubborn") as (target, process):
        assert process.alive
    assert not process.alive
    assert refuses_connections(target.port)


def test_what_a_command_printed_before_it_ended_is_shown():
    with (
        pytest.raises(TargetUnavailable, match=r"(?s)ended before it listened.*no such option"),
        spawned(f"{sys.executable} -c 'print(\"no such option\")' {{port}}"),
    ):
        pass


def test_a_command_that_is_not_there_is_told():
    with (
        pytest.raises(TargetUnavailable, match="cannot start no-such-command"),
        spawned("no-such-command {port}"),
    ):
        pass


@pytest.mark.parametrize(
    ("command", "says"), [("serve", "where the port goes"), ("serve 'x {port}", "quotation")]
)
def test_a_command_that_will_not_do_is_told(command, says):
    with pytest.raises(UsageError, match=says), spawned(command):
        pass


def test_the_reference_server_starts_on_a_port_of_its_own():
    with reference() as (target, process):
        assert target.name == "reference"
        assert not refuses_connections(target.port)
    assert not process.alive


def test_a_fault_that_is_not_there_is_told_in_the_servers_words():
    with (
        pytest.raises(TargetUnavailable, match=r"(?s)did not print.*host-twice-accepted"),
        reference("host-twice-accept"),
    ):
        pass


HARNESS = """
import sys
from harness.targets.base import Process
process = Process([sys.executable, "-P", "-m", "server", "--port", "0"])
print(process.wait_for_line("listening on ", 30), flush=True)
sys.stdin.read()
"""


def test_a_target_ends_when_we_are_killed():
    harness = subprocess.Popen(
        [sys.executable, "-c", HARNESS],
        cwd=Path.cwd(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert harness.stdout
    port = int(harness.stdout.readline().rpartition(":")[2])
    assert not refuses_connections(port)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        os.kill(harness.pid, signal.SIGKILL)
        harness.wait()
        assert connection.recv(1) == b""  # the server went, and closed what it had
    harness.stdin.close()
    harness.stdout.close()


def test_output_is_kept_to_its_last_lines():
    process = Process([sys.executable, "-c", "print(*range(1000), sep='\\n'); print('done')"])
    process.wait_for_line("done", 30)
    process.stop()
    assert len(process.lines) == 200
    assert process.output.endswith("done")
