"""`wireproof fuzz` against the reference server: what it tells, keeps and exits with, however it ends."""

import os
import runpy
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.store.case_file import read
from harness.store.corpus import paths
from harness.store.run_store import RunReader, find_run
from harness.targets.process import child_environment
from harness.targets.reference import reference

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ["--fault", "host-twice-accepted", "--families", "host", "--seed", "1"]


def command(*words, out):
    """The words that start it."""
    return [sys.executable, "-P", "-m", "harness", "fuzz", *words, "--out", str(out)]


def wireproof(*words, out, **more):
    """The command, in a process of its own."""
    return subprocess.run(
        command(*words, out=out),
        capture_output=True,
        text=True,
        env=child_environment(),
        timeout=120,
        check=False,
        **more,
    )


@contextmanager
def finding(out):
    """A campaign of a minute that has told its first finding; it does not outlive the block."""
    words = command(*BROKEN, "--max-time", "60s", out=out)
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=child_environment()
    ) as process:
        try:
            while "again     python" not in process.stdout.readline():
                assert process.poll() is None
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """A campaign that finds something, and its folder."""
    out = tmp_path_factory.mktemp("fuzzed")
    return wireproof(*BROKEN, "--max-exchanges", "60", "--max-time", "60s", out=out), out


def test_a_finding_fails_and_is_told_as_a_wire_story(fuzzed):
    done, _ = fuzzed
    assert done.returncode == ExitCode.FAILED, done.stderr
    assert "BAD  9112-3.2-host-twice  host-twice" in done.stdout
    assert "our marker" in done.stdout
    assert "seed 1" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("run     ")


def test_a_finding_is_kept_as_a_case_a_story_and_a_program(fuzzed):
    _, out = fuzzed
    (case, *_) = [read(path) for path in paths(out / "findings")]
    assert case.provokes == ("9112-3.2-host-twice",)
    assert case.octets.lower().count(b"host:") == 2
    story = (out / "findings" / f"{case.id}.txt").read_text()
    assert "wireproof" in story
    assert case.provenance in story


def test_the_run_is_a_run_as_any_other(fuzzed):
    _, out = fuzzed
    with RunReader(find_run("last", out)) as run:
        assert run.end.exit_code == ExitCode.FAILED
        finding = next(one for one in run.findings() if one.rule)
        target = run.targets()[0].name
        assert run.transcript(target, finding.example)
        assert [one.confirmed for one in run.verdicts(target, finding.example)] == [True]
    assert "9112-3.2-host-twice" in (out / "index.html").read_text()


def test_the_reproducer_shows_it_again_without_us(fuzzed, capsys):
    _, out = fuzzed
    kept = [one for one in map(read, paths(out / "findings")) if one.title.endswith("kept")]
    program = out / "findings" / f"{kept[0].id}.py"
    with reference("host-twice-accepted") as running:
        source = program.read_text()
        port = next(line for line in source.splitlines() if line.startswith("HOST, PORT = "))
        program.write_text(source.replace(port, f"HOST, PORT = '127.0.0.1', {running.target.port}"))
        runpy.run_path(str(program))
    told = capsys.readouterr().out
    assert told.count("HTTP/1.1 ") == 2
    assert "HTTP/1.1 404" in told  # the marker, which a server that refuses two Host lines never answers


def test_what_was_kept_is_known_the_next_time(fuzzed, tmp_path):
    _, out = fuzzed
    done = wireproof(*BROKEN, "--max-exchanges", "60", "--known", str(out / "findings"), out=tmp_path)
    assert done.returncode == ExitCode.OK, done.stdout
    assert not (tmp_path / "findings").exists()


def test_the_faultless_server_has_no_findings(tmp_path):
    done = wireproof("--seed", "3", "--max-exchanges", "300", "--strict", out=tmp_path)
    assert done.returncode == ExitCode.OK, done.stdout
    assert "0 findings" in done.stdout


def test_kill_keeps_what_was_found(tmp_path):
    with finding(tmp_path) as process:
        wait_until(lambda: findings(tmp_path))
        process.send_signal(signal.SIGKILL)
    assert paths(tmp_path / "findings")
    with RunReader(find_run("last", tmp_path)) as run:
        assert run.end is None
        assert [one.kind for one in run.findings()] == ["violation"] * len(run.findings())


def findings(out):
    """Those that are committed."""
    with RunReader(find_run("last", out)) as run:
        return run.findings()


def wait_until(condition, seconds=20):
    """Until the run file has it: it is committed within two seconds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_interrupting_ends_with_report_and_findings(tmp_path):
    with finding(tmp_path) as process:
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert (tmp_path / "index.html").exists()
    with RunReader(find_run("last", tmp_path)) as run:
        assert run.end.exit_code == ExitCode.INTERRUPTED
        assert run.findings()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--max-time", "soon"], "'soon' is no time"),
        (["--families", "cheese"], "no mutation is called 'cheese'"),
        (["http://127.0.0.1:1/", "--max-time", "1s"], "127.0.0.1:1"),
    ],
)
def test_what_cannot_be_is_said(words, told, tmp_path):
    done = wireproof(*words, out=tmp_path)
    assert done.returncode in (ExitCode.USAGE_ERROR, ExitCode.TARGET_UNREACHABLE)
    assert told in done.stderr + done.stdout
