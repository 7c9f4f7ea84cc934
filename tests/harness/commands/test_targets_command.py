"""`wireproof targets` lists, installs and starts."""

import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from harness.commands.targets import targets
from harness.errors import ExitCode
from harness.targets.recipe_file import recipes


def said(*words, into):
    return CliRunner().invoke(targets, [*words, "--into", str(into)], standalone_mode=False)


def test_the_list_says_what_is_there_and_how_to_get_the_rest(tmp_path):
    lines = said("list", into=tmp_path).output.splitlines()
    assert len(lines) == len(recipes())
    told = {line.split()[0]: line for line in lines}
    assert told.keys() == recipes().keys()
    assert told["waitress"].endswith("Waitress: not installed (pip install waitress)")
    assert told["http-server"].endswith(sys.version.split()[0])


def test_what_is_there_is_not_installed_again(tmp_path):
    result = said("install", "http-server", into=tmp_path)
    assert result.output == f"http-server {sys.version.split()[0]}, was there\n"
    assert result.return_value == ExitCode.OK


def test_what_fails_is_told_and_the_rest_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = said("install", "bun", "http-server", into=tmp_path / "root")
    assert "wireproof: bun: npm is not here" in result.stderr
    assert "http-server" in result.stdout
    assert result.return_value == ExitCode.TARGET_UNREACHABLE


class TestStart:
    @pytest.fixture
    def start(self):
        return [sys.executable, "-m", "harness", "targets", "start"]

    def test_what_is_not_installed_has_a_line_and_a_code(self, start, tmp_path):
        done = subprocess.run(
            [*start, "waitress", "--into", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == "wireproof: waitress is not installed: wireproof targets install waitress\n"
        assert done.returncode == ExitCode.TARGET_UNREACHABLE

    def test_it_runs_until_ctrl_c(self, start):
        running = subprocess.Popen([*start, "http-server"], stdout=subprocess.PIPE, text=True)
        assert running.stdout
        assert running.stdout.readline().startswith("http-server 3.")
        assert running.stdout.readline().startswith("listening on http://127.0.0.1:")
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
        running.stdout.close()

    def test_what_ends_by_itself_is_told(self, start):
        running = subprocess.Popen(
            [*start, "http-server"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.readline()
        for pid in _descendants(running.pid):
            os.kill(pid, signal.SIGKILL)
        assert running.wait(60) == ExitCode.TARGET_DIED
        assert "http-server ended by itself" in running.stderr.read()
        running.stdout.close()
        running.stderr.close()


def _descendants(pid):
    """The guardian's child: the server itself."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    (guardian,) = children.stdout.split()
    server = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", guardian], capture_output=True, text=True, check=True
    )
    return [int(one) for one in server.stdout.split()]
