"""One run over several targets: each in its turn, whatever becomes of the others, also when it is cut off."""

import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest

from harness.errors import StoreError
from harness.store.run_store import RunReader, find_run
from tests.end_to_end.command_line import ENVIRONMENT, WIREPROOF, wireproof

RULES = ("9112-3.2-host-invalid", "9112-3.2-host-missing")
SERVER = """
import socket, sys, threading
from pathlib import Path
name, port = sys.argv[1], int(sys.argv[2])
print("this is", name, flush=True)
with socket.create_server(("127.0.0.1", port)) as listener:
    while True:
        connection, _ = listener.accept()
        with connection:
            octets = connection.recv(65536)
            head = octets.partition(b"\\r\\n\\r\\n")[0]
            hostless = head.startswith(b"GET / HTTP/1.1") and b"Host:" not in head
            if hostless and Path(f"hang-{name}").exists():
                threading.Event().wait()
            if hostless and Path(f"die-{name}").exists():
                sys.exit("no more")
            status = b"200 OK" if octets.startswith(b"GET / ") else b"404 Not Found"
            fields = b"Connection: close\\r\\nContent-Length: 0\\r\\n\\r\\n"
            connection.sendall(b"HTTP/1.1 " + status + b"\\r\\n" + fields)
"""
"""What hangs or dies, where a file of that name is there, does so by a request without Host."""


def several(*names):
    """The words that start these servers."""
    started = [f"--spawn={sys.executable} server.py {name} {{port}}" for name in names]
    return [*started, *(f"--name={name}" for name in names), "--jobs", "1", *RULES]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    return tmp_path


def last(cwd):
    return RunReader(find_run("last", cwd / "wireproof-report"))


def test_each_is_judged_and_all_are_told_in_one_run(tmp_path):
    faults = ("--fault", "host-twice-accepted", "--fault", "leading-empty-line-refused")
    words = (*faults, "--specimen", "pong", "http://127.0.0.1:1/", "--spawn", "no-such-command {port}")
    rules = ("9112-3.2-host-missing", "9112-3.2-host-twice", "9112-2.2-leading-empty-line")
    said = wireproof("run", *words, *rules, cwd=tmp_path, code=1)
    with last(tmp_path) as run:
        codes = {end.target: end.exit_code for end in run.target_ends()}
        assert codes == {
            "127.0.0.1:1": 6,
            "no-such-command": 6,
            "reference+host-twice-accepted": 1,
            "reference+leading-empty-line-refused": 0,
            "specimen+pong": 6,
        }
        assert [one.name for one in run.run.targets] == list(codes) == [one.name for one in run.targets()]
        assert Counter(one.kind for one in run.findings()) == {"unreachable": 3}
        unreached = next(one for one in run.target_ends() if one.target == "no-such-command")
        assert "ended before it answered" in unreached.reason
        assert any("cannot start no-such-command" in line for line in unreached.output)
    lines = said.splitlines()
    assert lines[-1].startswith("5 targets, 3 rules each: 1 breach, 1 soft, 4 conform in ")
    assert lines[-1].endswith("exit 1")
    table = {line.split()[0]: line for line in lines[-10:] if "exit" in line}
    assert table["reference+host-twice-accepted"].split()[1:6] == ["1", "0", "2", "exit", "1"]
    assert table["specimen+pong"].endswith("unreachable")


def test_what_several_targets_do_alike_is_told_once(tmp_path):
    words = ("--fault", "host-twice-accepted") * 2
    said = wireproof("run", *words, "9112-3.2-host-*", cwd=tmp_path, code=1)
    both = "reference+host-twice-accepted, reference+host-twice-accepted-2"
    assert said.count("BREACH") == 1
    assert f"BREACH  9112-3.2-host-twice  MUST  {both}" in said
    assert said.count("observed  ") == 1


def test_one_that_dies_ends_for_itself_alone(folder):
    (folder / "die-b").touch()
    said = wireproof("run", *several("a", "b", "c"), cwd=folder, code=1)
    with last(folder) as run:
        ends = {end.target: end for end in run.target_ends()}
        assert list(ends) == ["a", "b", "c"]
        assert ends["a"].exit_code == ends["c"].exit_code == 1
        assert ends["a"].output == ("this is a",)
        assert "no more" in ends["b"].output
        assert ends["b"].exit_code == 1
        assert {(one.target, one.kind) for one in run.findings()} == {("b", "crash")}
    assert "CRASH  b: accepts no more connections" in said


def test_a_run_that_was_killed_is_gone_on_with(folder):
    words = several("a", "b", "c", "d", "e")
    (folder / "hang-c").touch()
    with subprocess.Popen(
        [*WIREPROOF, "run", *words], cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL
    ) as process:
        wait_for_a_plan_of(RULES[0], "c", folder, process)
        process.send_signal(signal.SIGKILL)
    said = wireproof("report", cwd=folder, code=0)
    assert "d: not judged" in said
    assert "the run was cut off" in said
    (folder / "hang-c").unlink()

    said = wireproof("run", "--resume", *words, "--ndjson", "run.ndjson", cwd=folder, code=1)
    assert said.splitlines()[1:3] == ["a: judged before", "b: judged before"]
    with last(folder) as run:
        assert [end.target for end in run.target_ends()] == [*"abcde"]
        assert [target.name for target in run.targets()] == [*"abcde"]
        plans = Counter(plan.target for plan in run.plans())
        assert len(set(plans.values())) == 1, plans
        assert len({(plan.target, plan.id) for plan in run.plans()}) == plans.total()
        assert len(set(Counter(one.target for one in run.verdicts()).values())) == 1
        assert run.end.exit_code == 1
        records = [json.loads(line) for line in (folder / "run.ndjson").read_text().splitlines()]
        assert len(records) == len(list(run.records()))
    assert len(list((folder / "wireproof-report" / "runs").iterdir())) == 1


def wait_for_a_plan_of(rule, target, folder, process):
    """Until the run file is there and shows one to others: what a kill cannot take away any more."""
    while process.poll() is None:
        with suppress(StoreError), RunReader(find_run("last", folder / "wireproof-report")) as run:
            if run.plan(target, f"{rule}/1"):
                return
    raise AssertionError("it ended before it could be killed")
