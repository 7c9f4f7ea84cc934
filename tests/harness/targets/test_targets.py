"""Targets are addressed, started, and ended with us, whatever ends us."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.errors import TargetUnavailable, UsageError
from harness.targets.address import at
from harness.targets.base import Running, Target
from harness.targets.command import spawned
from harness.targets.process import Process
from harness.targets.ready import free_port, wait_until_it_answers
from harness.targets.reference import reference

LISTENER = """
import signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else signal.SIG_DFL)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on", listener.getsockname()[1], flush=True)
while True:
    connection = listener.accept()[0]
    if connection.recv(4096):
        connection.sendall(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")
    connection.close()
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
    with spawned(listener) as running:
        assert running.process.alive
        assert not refuses_connections(running.target.port)
    assert not running.process.alive
    assert refuses_connections(running.target.port)


def test_a_command_that_will_not_end_is_killed(listener):
    with spawned(f"{listener} stubborn") as running:
        assert running.process.alive
    assert not running.process.alive
    assert refuses_connections(running.target.port)


def test_what_a_command_printed_before_it_ended_is_shown():
    with (
        pytest.raises(TargetUnavailable, match=r"(?s)ended before it answered.*no such option"),
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
    with reference() as running:
        assert running.target.name == "reference"
        assert not refuses_connections(running.target.port)
    assert not running.process.alive


def test_a_fault_that_is_not_there_is_told_in_the_servers_words():
    with (
        pytest.raises(TargetUnavailable, match=r"(?s)did not print.*host-twice-accepted"),
        reference("host-twice-accept"),
    ):
        pass


HARNESS = """
import sys
from harness.targets.process import Process, child_environment
server = [sys.executable, "-P", "-m", "server", "--port", "0"]
process = Process(server, environment=child_environment())
print(process.wait_for_line("listening on ", 30), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_target_ends_when_we_are_killed(number):
    """SIGKILL for us alone; the others to our whole process group, as a terminal sends them."""
    harness = subprocess.Popen(
        [sys.executable, "-c", HARNESS],
        cwd=Path.cwd(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert harness.stdout
    port = int(harness.stdout.readline().rpartition(":")[2])
    assert not refuses_connections(port)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        (os.kill if number is signal.SIGKILL else os.killpg)(harness.pid, number)
        harness.wait(60)
        assert connection.recv(1) == b""  # the server went, and closed what it had
    harness.stdin.close()
    harness.stdout.close()


def test_output_is_kept_to_its_last_lines():
    process = Process([sys.executable, "-c", "print(*range(1000), sep='\\n'); print('done')"])
    process.wait_for_line("done", 30)
    process.stop()
    assert len(process.lines) == 200
    assert process.output.endswith("done")


@contextmanager
def started(kind, listener):
    with spawned(listener) if kind == "command" else reference() as running:
        yield running


@pytest.mark.parametrize("kind", ["command", "reference"])
def test_a_target_of_ours_is_started_again_on_its_port(kind, listener):
    with started(kind, listener) as running:
        running.process.wait_for_line("listening on ", 30)
        assert running.restart()
        assert running.process.alive
        assert not refuses_connections(running.target.port)
    assert not running.process.alive
    assert len([line for line in running.process.lines if "listening on" in line]) == 2
    assert refuses_connections(running.target.port)


@pytest.mark.parametrize("kind", ["command", "reference"])
def test_a_target_that_died_is_started_again(kind, listener):
    with started(kind, listener) as running:
        running.process.stop()
        assert refuses_connections(running.target.port)
        assert running.restart()
        assert not refuses_connections(running.target.port)


def test_a_target_that_others_started_is_left_alone(listener):
    with spawned(listener) as running:
        assert not Running(at(running.target.address)).restart()
        assert running.process.alive


TAKER = """
import socket, struct, sys
listener = socket.create_server(("127.0.0.1", 0))
print("listening on", listener.getsockname()[1], flush=True)
held = []
while True:
    held.append(listener.accept()[0])
    held[-1].recv(4096)
    if sys.argv[1] == "resets":
        held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if sys.argv[1] != "holds":
        held.pop().close()
"""


@pytest.mark.parametrize(
    ("habit", "does"),
    [
        ("holds", r"listens on port \d+, but did not answer GET /x within"),
        ("closes", r"accepts connections on port \d+ and closes them without an answer to GET /x within"),
        ("resets", r"accepts connections on port \d+ and resets them without an answer to GET /x within"),
    ],
)
def test_what_listens_and_answers_nothing_is_not_ready(habit, does):
    process = Process([sys.executable, "-c", TAKER, habit])
    try:
        port = int(process.wait_for_line("listening on ", 30))
        with pytest.raises(TargetUnavailable, match=does):
            wait_until_it_answers(process, "127.0.0.1", port, "/x", seconds=0.5)
    finally:
        process.stop()


def test_a_free_port_is_none_that_the_kernel_gives_to_others():
    """Those of outgoing connections: one could be in use when our server comes to listen."""
    given = [socket.create_server(("127.0.0.1", 0)) for _ in range(20)]
    least = min(one.getsockname()[1] for one in given)
    for one in given:
        one.close()
    ports = {free_port() for _ in range(50)}
    assert len(ports) > 25
    assert max(ports) < least


def test_what_does_not_listen_is_not_ready():
    process = Process([sys.executable, "-c", "import signal; signal.pause()"])
    try:
        with pytest.raises(TargetUnavailable, match=r"did not listen on port \d+ within"):
            wait_until_it_answers(process, "127.0.0.1", free_port(), seconds=0.2)
    finally:
        process.stop()


DAEMON = """
import os, signal, sys
inner, outer = os.pipe()
if os.fork():
    os.read(inner, 1)
    if "stays" in sys.argv:
        signal.pause()
    os._exit(0)
os.setsid()
print("daemon", os.getpid(), flush=True)
os.write(outer, b".")
signal.pause()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans fall to us on Linux alone")
@pytest.mark.parametrize("word", ["stays", "goes"])
def test_what_left_the_process_group_ends_as_well(word):
    """A daemon, beside the command that started it, and behind it."""
    process = Process([sys.executable, "-c", DAEMON, word])
    pid = int(process.wait_for_line("daemon ", 30))
    if word == "goes":
        process.wait()
    process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_nothing_is_waited_for_that_a_killed_guardian_could_not_end():
    """It holds on to the output for ever, and whoever reads that to its end waits as long."""
    process = Process([sys.executable, "-c", DAEMON, "goes"])
    pid = int(process.wait_for_line("daemon ", 30))
    process._guard.kill()
    process.stop(patience=0.1)
    assert not process.alive
    os.kill(pid, signal.SIGKILL)
    process._reader.join(30)
    process._guard.stdout.close()
