"""Each specimen is wrong in exactly the ways that its docstring says, over real sockets."""

import inspect
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.__main__ import main
from server.specimens import UnknownSpecimen, all_specimens, named
from server.specimens.router import answer

ROOT = Path(__file__).parents[2]
Ask = Callable[[bytes], bytes]


class Running:
    """A specimen in a process of its own; what it says on standard error is kept."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", "--specimen", name, "--port", "0", "--until-eof"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def ask(self, octets: bytes) -> bytes:
        """All that comes back until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(octets)
            received = b""
            while came := client.recv(65_536):
                received += came
            return received

    def stop(self) -> str:
        """End it; what it said on standard error."""
        _, said = self.process.communicate(timeout=20)
        return said


@pytest.fixture(scope="module")
def specimens() -> Iterator[dict[str, Running]]:
    running = {name: Running(name) for name in all_specimens()}
    yield running
    for one in running.values():
        one.stop()


@pytest.fixture
def router(specimens: dict[str, Running]) -> Ask:
    return specimens["router"].ask


def get(target: str = "/", *lines: str, method: str = "GET", content: bytes = b"") -> bytes:
    head = "".join(f"{line}\r\n" for line in (f"{method} {target} HTTP/1.1", "Host: a", *lines))
    return head.encode() + b"\r\n" + content


def message(content: bytes, *lines: str) -> bytes:
    return get("/post-something", *lines, f"Content-Length: {len(content)}", method="POST", content=content)


def said(came: bytes) -> tuple[int, bytes]:
    """The status and the content of an answer whose lines end in LF."""
    head, _, content = came.partition(b"\n\n")
    match = re.match(rb"HTTP/1\.1 (\d{3}) OK\n", head)
    assert match, came
    return int(match[1]), content


@pytest.mark.parametrize("name", all_specimens())
def test_a_specimen_says_what_is_wrong_with_it(name: str) -> None:
    module = inspect.getmodule(named(name).handle)
    assert module is not None
    assert "wrong with it" in " ".join((module.__doc__ or "").split())
    assert named(name).summary.endswith(".")


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownSpecimen, match="did you mean router"):
        named("ruoter")
    with pytest.raises(UnknownSpecimen, match="did you mean one-page or pong or router"):
        named("x")


def test_pong_answers_whatever_comes(specimens: dict[str, Running]) -> None:
    with socket.create_connection(("127.0.0.1", specimens["pong"].port), timeout=20) as client:
        for octets in (b"ping", get(), b"\x00\xff"):
            client.sendall(octets)
            assert client.recv(100) == b"pong"


@pytest.mark.parametrize("octets", [get(), b"x", get() + get("/about"), get(method="HEAD")])
def test_one_page_answers_its_page_to_everything_and_closes(
    specimens: dict[str, Running], octets: bytes
) -> None:
    status, content = said(specimens["one-page"].ask(octets))
    assert (status, content) == (200, b"<h1>Hello, world</h1>\n")


@pytest.mark.parametrize(
    ("octets", "status", "content"),
    [
        (get(), 200, b"<h3>Home page</h3>"),
        (get("/about"), 200, b"<h3>About page</h3>"),
        (get("/nowhere"), 404, b"<h3>Nothing here</h3>"),
        (get("/", "Accept: application/json"), 200, b'{"message": "Home page"}'),
        (message(b'{"message": "hi"}'), 200, b"<h3>hi</h3>"),
        (message(b'{"message": "hi"}', "Accept: application/json"), 200, b'{"message": "hi"}'),
    ],
)
def test_the_router_routes(router: Ask, octets: bytes, status: int, content: bytes) -> None:
    assert said(router(octets)) == (status, content)


@pytest.mark.parametrize(
    "octets",
    [
        get(method="HEAD"),
        get(method="get"),
        get(method="BREW"),
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / http/9.9 x\r\nHost: a b\r\nHost: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a",
        get() + get("/about"),
    ],
)
def test_the_router_looks_at_nothing_but_the_path_of_one_read(router: Ask, octets: bytes) -> None:
    came = router(octets)
    assert said(came) == (200, b"<h3>Home page</h3>")
    assert b"Date" not in came
    assert b"Server: almost-an-nginx\n" in came


def test_the_router_counts_characters_and_escapes_nothing(router: Ask) -> None:
    came = router(message('{"message": "<b>Grüße"}'.encode()))
    assert b"Content-Length: 17\n" in came
    assert said(came)[1] == "<h3><b>Grüße</h3>".encode()


def test_the_router_takes_the_last_line_for_the_content(router: Ask) -> None:
    assert said(router(message(b'nonsense\n{"message": "last"}'))) == (200, b"<h3>last</h3>")


def test_the_router_takes_the_first_read_for_the_request(router: Ask) -> None:
    assert said(router(get()[:20])) == (200, b"<h3>Home page</h3>")


def test_the_router_answers_414_to_anything_large() -> None:
    # How much one read brings is the kernel's choice, so the octets are handed over without it.
    assert answer(get("/" + "a" * 65_536)).startswith("HTTP/1.1 414 OK\n")
    assert answer(get("/" + "a" * 65_000)).startswith("HTTP/1.1 404 OK\n")


@pytest.mark.parametrize(
    ("octets", "error"),
    [
        (b"GET\r\n\r\n", "IndexError"),
        (get("/", "X-A: \xe9").decode().encode("latin-1"), "UnicodeDecodeError"),
        (message(b"\xff"), "UnicodeDecodeError"),
        (message(b"{"), "JSONDecodeError"),
        (message(json.dumps({"massage": "hi"}).encode()), "KeyError"),
        (
            get("/post-something", "Transfer-Encoding: chunked", content=b"2\r\n{}\r\n0\r\n\r\n"),
            "JSONDecodeError",
        ),
    ],
)
def test_the_router_dies_of_what_it_does_not_expect(octets: bytes, error: str) -> None:
    running = Running("router")
    try:
        assert running.ask(octets) == b""
        assert said(running.ask(get())) == (200, b"<h3>Home page</h3>")
    finally:
        told = running.stop()
    assert "Traceback" in told
    assert error in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_specimen_serves_until_a_signal_comes_though_clients_stay(number: signal.Signals) -> None:
    running = Running("pong")
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.sendall(b"x")
        assert client.recv(4) == b"pong"
        running.process.send_signal(number)
        assert running.process.wait(20) == 0
    running.stop()


def test_a_client_that_is_gone_is_nobodys_fault() -> None:
    running = Running("pong")
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        client.sendall(b"x")
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.sendall(b"x")
        assert client.recv(4) == b"pong"
    assert "Traceback" not in running.stop()


def test_the_specimens_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-specimens"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "one-page",
        "pong",
        "router",
    ]


def test_a_wrong_name_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--specimen", "ruoter"])
    assert "did you mean router" in capsys.readouterr().err
