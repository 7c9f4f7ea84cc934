"""Requests per second of the reference server beside servers of others: one run, interleaved, as ratios.

Keep-alive, 64 connections, GET of one small page, by wrk (`apt-get install wrk`). The measure is a bare
`asyncio.Protocol` that answers whatever ends in an empty line: what asyncio gives when there is no HTTP
at all. uvicorn (with h11, with httptools) and aiohttp take part where they are installed. Each server is
a process of its own; all run from the beginning, and one after the other is asked, in every round in
another order.

The reference server takes part twice: wrk says the same on and on; "varied" is the same server asked for
another target each time, so that no answer could come from memory. The CPU column is what one request
costs the server, which is steady on a busy machine too (Linux). Run it from the top folder:
`python benchmarks/throughput.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness.targets.process import child_environment
from harness.targets.ready import free_port

PAGE = b"<h3>Home page</h3>"
BARE = "bare asyncio.Protocol"
OURS = "reference server"
VARIED = "reference server, varied"
VARIED_SCRIPT = """
local count = 0
request = function()
  count = count + 1
  return wrk.format("GET", "/?" .. count)
end
"""
"""For wrk: each request has another query."""


class Bare(asyncio.Protocol):
    """Answers at CRLF CRLF, reads nothing, checks nothing."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with no octets."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._octets = transport, b""

    def data_received(self, octets: bytes) -> None:
        """One answer for each empty line."""
        self._octets += octets
        *requests, self._octets = self._octets.split(b"\r\n\r\n")
        self._transport.write(self.ANSWER * len(requests))


async def serve_bare(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


async def application(
    scope: dict[str, str], receive: Callable[..., object], send: Callable[..., object]
) -> None:
    """The page as an ASGI application."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(PAGE))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[misc]
    await send({"type": "http.response.body", "body": PAGE})  # type: ignore[misc]


def serve_aiohttp(port: int) -> None:
    """The page by aiohttp."""
    from aiohttp import web  # noqa: PLC0415 - where it is installed

    async def page(_: web.Request) -> web.Response:
        return web.Response(body=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


def commands() -> dict[str, str]:
    """How each server is started, those of others where they are installed."""
    here = f"{sys.executable} {Path(__file__).resolve()}"
    app = f"--app-dir {Path(__file__).parent} throughput:application"
    uvicorn = f"{sys.executable} -m uvicorn {app} --port {{port}}"
    quiet = "--no-access-log --log-level error --loop asyncio --lifespan off"
    found = {
        BARE: f"{here} --serve bare --port {{port}}",
        OURS: f"{sys.executable} -P -m server --port {{port}}",
    }
    if importlib.util.find_spec("uvicorn"):
        found["uvicorn, h11"] = f"{uvicorn} {quiet} --http h11"
        if importlib.util.find_spec("httptools"):
            found["uvicorn, httptools"] = f"{uvicorn} {quiet} --http httptools"
    if importlib.util.find_spec("aiohttp"):
        found["aiohttp"] = f"{here} --serve aiohttp --port {{port}}"
    return found


class Started(NamedTuple):
    """A server that runs."""

    url: str
    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9


class Figures(NamedTuple):
    """What one measurement came to: requests per second, and microseconds of the server's CPU for each."""

    rate: float
    cpu: float


@contextlib.contextmanager
def all_started() -> Iterator[dict[str, Started]]:
    """All servers by name, each in a process of its own that ends with the block."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name, command in commands().items():
            port = free_port()
            process = stack.enter_context(
                subprocess.Popen(command.format(port=port).split(), env=child_environment())
            )
            stack.callback(process.terminate)
            wait_until_it_listens(port)
            found[name] = Started(f"http://127.0.0.1:{port}/", process.pid)
        found[VARIED] = found[OURS]
        yield found


def wait_until_it_listens(port: int) -> None:
    """Try to connect, for 20 seconds at most."""
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nobody listens on port {port}")


def measured(server: Started, seconds: int, connections: int, script: str = "") -> Figures:
    """Let wrk ask for that many seconds, by a script if there is one."""
    options = ["-s", script] if script else []
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *options, server.url]
    before = server.cpu
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    cpu = server.cpu - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{server} is not well:\n{said}")
    found = re.search(r"(\d+) requests in [\s\S]*Requests/sec:\s+([\d.]+)", said)
    assert found
    return Figures(float(found[2]), cpu / int(found[1]) * 1e6)


def compared(
    servers: dict[str, Started], rounds: int, seconds: int, connections: int
) -> dict[str, list[Figures]]:
    """The figures of all rounds; each begins with another server, and one goes before uncounted."""
    names = list(servers)
    found: dict[str, list[Figures]] = {name: [] for name in names}
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(VARIED_SCRIPT)
        script.flush()
        for number in range(rounds + 1):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                by = script.name if name == VARIED else ""
                found[name].append(measured(servers[name], seconds, connections, by))
    return {name: figures[1:] for name, figures in found.items()}


def table(found: dict[str, list[Figures]]) -> Iterator[str]:
    """Medians of all rounds, and the ratios to the bare protocol within each round."""
    rates = f"{'requests/s':>12}{'ratio':>8}  {'lowest, highest':16}"
    yield f"{'server':26}{rates}{'CPU, us each':>13}{'ratio':>8}"
    for name, figures in found.items():
        pairs = list(zip(figures, found[BARE], strict=True))
        ratios = [one.rate / bare.rate for one, bare in pairs]
        costs = [bare.cpu / one.cpu for one, bare in pairs]
        rate, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
        between = f"{min(ratios):.2f}, {max(ratios):.2f}"
        yield (
            f"{name:26}{rate:12.0f}{statistics.median(ratios):8.2f}  {between:16}{cpu:13.0f}"
            f"{statistics.median(costs):8.2f}"
        )


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description="requests per second beside servers of others")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=2, help="of each measurement")
    arguments.add_argument("--connections", type=int, default=64)
    arguments.add_argument("--serve", choices=["bare", "aiohttp"], help=argparse.SUPPRESS)
    arguments.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.serve == "bare":
        asyncio.run(serve_bare(chosen.port))
    elif chosen.serve == "aiohttp":
        serve_aiohttp(chosen.port)
    elif not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    else:
        began = time.monotonic()
        with all_started() as servers:
            found = compared(servers, chosen.rounds, chosen.seconds, chosen.connections)
        print("\n".join(table(found)))
        print(f"{chosen.rounds} rounds of {chosen.seconds} s, {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
