"""Exchanges a second of `wireproof fuzz` beside what others would take for the job, in one run.

    python benchmarks/others.py [--rounds N] [--count N]

All talk to the C server of this folder, which gives every request the same answer, so that what is measured
is the tester. In every round, one after the other: a bare blocking-socket client in 16 threads; a campaign
of ours (generated, sent, judged by all rules and tallied; nothing shrunk, and what breaks rules, since the C
server is none of HTTP, not investigated); boofuzz without loggers, a new connection for each case, its
answer received; schemathesis with a schema of GET / that has a query and a field, its answer validated, on
one kept connection; a test as one would first write it down: `@given` a request, asyncio sends it, the h11
client reads the answer, all by pytest-asyncio. Each makes its own requests; all but ours are sequential by
design, and one process each. Rates are medians of the rounds, and shares medians of those within a round.

boofuzz and schemathesis are measured where they are installed (`pip install boofuzz schemathesis`): run this
with the Python of an environment that has them beside wireproof's own dependencies. Needs cc.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import importlib.util
import io
import os
import statistics
import string
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import h11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzzing import campaign
from transport import THREADS, c_server, measured, plain

from harness.engine.fuzzing import campaign as module
from harness.transport.base import Address

Rate = Callable[[Address, int], float]
"""So many exchanges with the server there, as a number a second."""

MUCH: Final = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))

SCHEMA: Final = {
    "openapi": "3.0.3",
    "info": {"title": "The C server", "version": "1"},
    "paths": {
        "/": {
            "get": {
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                    {"name": "X-Note", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "always the same",
                        "content": {"text/plain": {"schema": {"type": "string"}}},
                    }
                },
            }
        }
    },
}


def bare(address: Address, count: int) -> float:
    """A socket, a request, its answer: what the machine can do."""
    return measured(plain, address, count, THREADS).rate


def ours(address: Address, count: int) -> float:
    """A campaign, as `python benchmarks/fuzzing.py rate` has it."""
    return campaign(address, count, shrink_tries=0).plans


def boofuzz(address: Address, count: int) -> float:
    """Strings in the target and in two fields are fuzzed; what boofuzz would write to its database is not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tool: Any = importlib.import_module("boofuzz")
        request = tool.Request(
            "get",
            children=(
                tool.Static(default_value="GET /"),
                tool.String("target", "index"),
                tool.Static(default_value=" HTTP/1.1\r\nHost: "),
                tool.String("host", "127.0.0.1"),
                tool.Static(default_value="\r\nUser-Agent: "),
                tool.String("agent", "benchmark"),
                tool.Static(default_value="\r\n\r\n"),
            ),
        )
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            session = tool.Session(
                index_end=count,
                web_port=None,
                fuzz_loggers=[],
                db_filename=str(Path(folder) / "run.db"),
                receive_data_after_fuzz=True,
            )
            session._fuzz_data_logger = tool.FuzzLogger(fuzz_loggers=[])
            session.add_target(tool.Target(connection=tool.TCPSocketConnection(address.host, address.port)))
            session.connect(request)
            began = time.perf_counter()
            session.fuzz()
            elapsed = time.perf_counter() - began
    if session.num_cases_actually_fuzzed != count:
        raise RuntimeError(f"boofuzz had {session.num_cases_actually_fuzzed} cases, not {count}")
    return count / elapsed


def schemathesis(address: Address, count: int) -> float:
    """Cases of the schema by its strategy, called and validated, within one session of requests."""
    tool: Any = importlib.import_module("schemathesis")
    requests: Any = importlib.import_module("requests")
    operation = tool.openapi.from_dict(SCHEMA)["/"]["GET"]
    done = 0
    with requests.Session() as session:

        @settings(MUCH, max_examples=count)
        @given(operation.as_strategy())
        def holds(case: Any) -> None:
            nonlocal done
            case.call_and_validate(base_url=f"http://{address.host}:{address.port}", session=session)
            done += 1

        began = time.perf_counter()
        holds()
        elapsed = time.perf_counter() - began
    return done / elapsed


TOKENS = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=12)
REQUESTS = st.builds(
    lambda method, path, fields: h11.Request(
        method=method, target=f"/{path}", headers=[("Host", "127.0.0.1"), *fields]
    ),
    st.sampled_from(["GET", "DELETE", "OPTIONS"]),
    TOKENS,
    st.lists(st.tuples(TOKENS.map("X-{}".format), TOKENS), max_size=5),
)


class Plain:
    """The plain test as a plugin of pytest: the server that it talks to, and when its examples were over."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.moments: list[float] = []

    @pytest.fixture(scope="session")
    def server(self) -> Plain:
        """What the test is given."""
        return self


@given(asked=REQUESTS)
async def test_a_request_is_answered(server: Plain, asked: h11.Request) -> None:
    """The test that anyone would write first."""
    reader, writer = await asyncio.open_connection(server.address.host, server.address.port)
    client = h11.Connection(h11.CLIENT)
    writer.write(client.send(asked) + client.send(h11.EndOfMessage()))
    status = 0
    while not isinstance(event := client.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            client.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            status = event.status_code
    writer.close()
    await writer.wait_closed()
    assert status == 200
    server.moments.append(time.perf_counter())


def given_and_h11(address: Address, count: int) -> float:
    """The plain test under pytest, whose start and end are not counted."""
    plugin = Plain(address)
    settings.register_profile("benchmark", MUCH, max_examples=count)
    words = ["-c", os.devnull, "--rootdir", str(Path(__file__).parent), "-q", "-p", "no:cacheprovider"]
    words += ["-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
    words += ["--hypothesis-profile", "benchmark", __file__]
    with contextlib.redirect_stdout(io.StringIO()) as told:
        code = pytest.main(words, plugins=[plugin])
    if code:
        raise RuntimeError(f"the plain test failed: {told.getvalue()[-2000:]}")
    return (len(plugin.moments) - 1) / (plugin.moments[-1] - plugin.moments[0])


TESTERS: Final[dict[str, tuple[Rate, str]]] = {
    "wireproof fuzz": (ours, ""),
    "boofuzz without loggers": (boofuzz, "boofuzz"),
    "schemathesis": (schemathesis, "schemathesis"),
    "@given, asyncio, h11": (given_and_h11, ""),
}
"""Each with the package that it needs beyond what the project depends on."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=1000, help="exchanges of each tester in a round")
    chosen = parser.parse_args()
    module.MOST_OF_A_RULE = 0  # type: ignore[misc]
    absent = [needs for _, needs in TESTERS.values() if needs and not importlib.util.find_spec(needs)]
    if absent:
        print(f"not installed, so left out: {', '.join(absent)} (pip install {' '.join(absent)})")
    testers = {name: rate for name, (rate, needs) in TESTERS.items() if needs not in absent}
    rounds: list[dict[str, float]] = []
    with c_server() as address:
        for _ in range(chosen.rounds + 1):
            figures = {"a bare client, 16 threads": bare(address, 8 * chosen.count // THREADS * THREADS)}
            rounds.append(figures | {name: rate(address, chosen.count) for name, rate in testers.items()})
    for name in rounds[0]:
        rates = [figures[name] for figures in rounds[1:]]  # the first round warms up
        shares = [figures[name] / figures["a bare client, 16 threads"] for figures in rounds[1:]]
        share = statistics.median(shares)
        print(f"{name:28}{statistics.median(rates):9,.0f} exchanges/s{share:8.3f} of a bare client")


if __name__ == "__main__":
    main()
