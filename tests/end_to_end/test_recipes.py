"""Servers of others, started by their recipes: they serve what these say of the echo contract, are judged to
the end and none the worse for it, and do not outlive us.

What they break is theirs: here only stands that deviations known from elsewhere are seen without being coded
for.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.conform import conform
from harness.model.tally import Standing
from harness.rules.rule import catalogue
from harness.session import limits_for
from harness.targets.installed import Place, cache_folder
from harness.targets.recipe import recipes, started
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport
from tests.echo_contract import CHECKS, Ask, answered

pytestmark = pytest.mark.foreign
RULES = list(catalogue().values())
REQUIRED = (
    *(
        "apache2",
        "apache2-proxy",
        "gunicorn-asgi",
        "gunicorn-gthread",
        "gunicorn-sync",
        "haproxy",
        "http-server",
    ),
    *("nginx", "nginx-proxy", "node", "uvicorn-h11", "uvicorn-httptools"),
)
"""What `.ci/run` installs. Others are tested where they happen to be."""


def needed(*names):
    return [pytest.param(name, marks=pytest.mark.needs(f"recipe {name}")) for name in names]


def here():
    others = [name for name in recipes() if name not in REQUIRED]
    return [name for name in others if Place(recipes()[name], cache_folder()).is_there]


def asking(target) -> Ask:
    """Over a connection each, read to its end."""

    def ask(method, path, *lines, content=None):
        head = [f"{method} {path} HTTP/1.1", f"Host: {target.authority}", *lines, "Connection: close"]
        if content is not None:
            head.append(f"Content-Length: {len(content)}")
        octets = "".join(f"{line}\r\n" for line in head).encode("latin-1") + b"\r\n" + (content or b"")
        with socket.create_connection((target.host, target.port), timeout=20) as connection:
            connection.sendall(octets)
            return answered(connection.makefile("rb").read(), method)

    return ask


@pytest.mark.parametrize("name", [*needed(*REQUIRED), *here()])
def test_it_serves_what_its_recipe_says(name):
    recipe = recipes()[name]
    with started(recipe) as running:
        assert running.target.version[0].isdigit()
        ask = asking(running.target)
        for resource, check in CHECKS.items():
            if resource in recipe.lacks:
                with pytest.raises((AssertionError, ValueError)):  # what it lacks is still missing
                    check(ask)
            else:
                check(ask)
        if recipe.content_path:
            assert ask("POST", recipe.content_path, content=b"content").status == 200
        assert running.restart()
        CHECKS["page"](ask)


def standings(name: str, *rules: str) -> dict[str, Standing | None]:
    """How these rules stand, or all, on the server of a recipe, which must still answer afterwards."""
    wanted = [rule for rule in RULES if not rules or rule.id in rules]
    with started(recipes()[name]) as running:
        target = running.target
        transport = TcpTransport(Address(target.host, target.port), limits_for(2.0))
        results = conform(target, wanted, transport, [].append)
        assert running.process.alive
        calibrate(target, transport)  # raises where it answers no more
    found = {rule.id: results.standing(rule.id) for rule in wanted}
    undecided = [rule for rule, standing in found.items() if standing is Standing.INCONCLUSIVE]
    assert len(undecided) <= len(found) / 20, undecided
    return found


def broken(found: dict[str, Standing | None]) -> set[str]:
    return {rule for rule, standing in found.items() if standing is Standing.BAD}


@pytest.mark.needs("recipe uvicorn-h11")
def test_uvicorn_with_h11_keeps_a_connection_behind_length_and_coding():
    assert broken(standings("uvicorn-h11", "9112-6.1-length-and-coding"))


@pytest.mark.needs("recipe uvicorn-httptools")
def test_uvicorn_with_httptools_serves_requests_without_host():
    known = {"9112-3.2-host-missing", "9112-3.2-host-twice"}
    assert broken(standings("uvicorn-httptools", *known)) == known


@pytest.mark.needs("recipe node")
def test_node_is_judged_to_the_end():
    assert standings("node")["9112-6.1-length-and-coding"] is Standing.CONFORMS


@pytest.mark.needs("recipe nginx")
def test_nginx_is_judged_to_the_end():
    assert standings("nginx")["9112-6.3-content-length-invalid"] is Standing.CONFORMS


HARNESS = """
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
from harness.targets.recipe import find, started

def port(recipe):
    running.append(started(recipe))
    return running[-1].__enter__().target.port

running = []
with ThreadPoolExecutor(4) as pool:
    print(json.dumps(list(pool.map(port, find(sys.argv[1:])))), flush=True)
sys.stdin.read()
"""


def descendants(pid: int) -> set[tuple[int, str]]:
    """Every process below one, with when it began: a number alone may be given again."""
    below: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            below.setdefault(int(fields[1]), []).append((int(stat.parent.name), fields[19]))
    found, parents = set(), [pid]
    while parents:
        children = below.get(parents.pop(), [])
        found |= set(children)
        parents += [child for child, _ in children]
    return found


def alive(process: tuple[int, str]) -> bool:
    try:
        fields = Path(f"/proc/{process[0]}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return fields[0] != "Z" and fields[19] == process[1]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
@pytest.mark.needs(*(f"recipe {name}" for name in REQUIRED))
def test_nothing_is_left_running_when_we_are_killed():
    """Even where a server has workers: all end with the guardian, which ends when our pipe to it closes."""
    with subprocess.Popen(
        [sys.executable, "-c", HARNESS, *REQUIRED],
        cwd=Path.cwd(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as harness:
        ports = json.loads(harness.stdout.readline())
        started_processes = descendants(harness.pid)
        assert len(started_processes) > 2 * len(REQUIRED)  # each has its guardian, and some have workers
        os.kill(harness.pid, signal.SIGKILL)
        harness.wait()
    due = time.monotonic() + 30
    while (left := [one for one in started_processes if alive(one)]) and time.monotonic() < due:
        signal.sigtimedwait([], 0.05)
    assert left == []
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
