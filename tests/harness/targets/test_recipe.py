"""A recipe is started with its files, its backend and its version, and ends with its block."""

import socket
from pathlib import Path

import pytest

from harness.errors import TargetUnavailable
from harness.targets.recipe import started
from harness.targets.recipe_file import Recipe, Source

SHOWS = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write("|".join([os.environ["GREETING"], os.getcwd(), *sys.argv[1:]]).encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
RECIPE = Recipe(
    name="shows",
    title="Shows how it was started",
    source=Source.BUNDLED,
    start="{python} {work}/in/serve.py {port} 'to {backend_port}' {apps}",
    files={"in/serve.py": SHOWS, "plain": "on {port}, { 1 }"},
    settings={"GREETING": "hello from {port}"},
    content_path="/take",
)


def got(target):
    with socket.create_connection((target.host, target.port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return connection.makefile("rb").read().partition(b"\r\n\r\n")[2].decode()


def test_it_is_started_with_all_that_it_names(tmp_path):
    with started(RECIPE) as running:
        target = running.target
        greeting, work, port, backend, _ = got(target).split("|")
        assert greeting == f"hello from {target.port}"
        assert port == str(target.port)
        backend_port = int(backend.removeprefix("to "))
        socket.create_connection(("127.0.0.1", backend_port), timeout=30).close()
        assert Path(work, "plain").read_text() == f"on {target.port}, {{ 1 }}"
        assert (target.name, target.again, target.content_path) == ("shows", "--recipe shows", "/take")
        assert target.version
        assert running.restart()
        assert got(target).split("|")[3] == backend
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", backend_port), timeout=30)
    assert not Path(work).exists()


def test_what_is_asked_for_goes_before_the_recipe():
    with started(RECIPE, path="/there", name="mine") as running:
        assert (running.target.path, running.target.name) == ("/there", "mine")


def test_what_is_not_installed_is_told_with_how_to_get_it(tmp_path):
    recipe = Recipe(name="demo", title="", source=Source.PYTHON, start="{port}", packages=("demo",))
    with (
        pytest.raises(TargetUnavailable, match=r"^demo is not installed: wireproof targets install demo$"),
        started(recipe, into=tmp_path),
    ):
        pass


def test_what_ends_at_once_is_told_with_what_it_said():
    recipe = Recipe(name="x", title="", source=Source.BUNDLED, start="{python} -c 'print(\"no: {port}\")'")
    with pytest.raises(TargetUnavailable, match=r"(?s)ended before it answered.*no: \d+"), started(recipe):
        pass
