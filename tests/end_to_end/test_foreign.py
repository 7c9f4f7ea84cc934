"""Servers of others are judged to the end, and are none the worse for it.

What they break is theirs: here only stands that a run completes, decides most of what it asks, and
that deviations known from elsewhere are seen without being coded for.
"""

import shutil
import sys
from pathlib import Path

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.conform import conform
from harness.model.tally import Standing
from harness.rules.rule import catalogue
from harness.session import limits_for
from harness.targets.command import spawned
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport

pytestmark = pytest.mark.foreign
APPS = Path(__file__).with_name("apps")
RULES = list(catalogue().values())
UVICORN = f"{sys.executable} -m uvicorn --app-dir {APPS} asgi_app:app --port {{port}} --log-level warning"


def standings(command: str) -> dict[str, Standing | None]:
    """How each rule stands on the server that the command starts, which must answer as before afterwards."""
    with spawned(command) as (target, process):
        transport = TcpTransport(Address(target.host, target.port), limits_for(2.0))
        before = calibrate(target, transport).facts
        results = conform(target, RULES, transport, [].append)
        assert process.alive
        after = calibrate(target, transport).facts
    assert [fact for fact in after if fact[0] != "marker"] == [fact for fact in before if fact[0] != "marker"]
    found = {rule.id: results.standing(rule.id) for rule in RULES}
    undecided = [rule for rule, standing in found.items() if standing is Standing.INCONCLUSIVE]
    assert undecided == []
    return found


def broken(found: dict[str, Standing | None]) -> set[str]:
    return {rule for rule, standing in found.items() if standing is Standing.BAD}


@pytest.mark.needs("uvicorn")
def test_uvicorn_with_h11_keeps_a_connection_behind_length_and_coding():
    assert "9112-6.1-length-and-coding" in broken(standings(f"{UVICORN} --http h11"))


@pytest.mark.needs("uvicorn")
def test_uvicorn_with_httptools_serves_requests_without_host():
    found = broken(standings(f"{UVICORN} --http httptools"))
    assert {"9112-3.2-host-missing", "9112-3.2-host-twice"} <= found


@pytest.mark.needs("node")
def test_node_is_judged_to_the_end():
    found = standings(f"node {APPS / 'node_app.js'} {{port}}")
    assert found["9112-6.1-length-and-coding"] is Standing.CONFORMS


@pytest.mark.needs("nginx")
def test_nginx_is_judged_to_the_end(tmp_path):
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text("<h3>Home page</h3>\n")
    shutil.copy(APPS / "nginx.conf", tmp_path / "template")
    start = tmp_path / "start.sh"
    start.write_text(
        f'cd {tmp_path} && sed "s/PORT/$1/" template > nginx.conf\n'
        f"PATH=$PATH:/usr/sbin exec nginx -p {tmp_path} -c nginx.conf\n"
    )
    found = standings(f"sh {start} {{port}}")
    assert found["9112-6.3-content-length-invalid"] is Standing.CONFORMS
