"""What is printed on terminals of all kinds: colour, progress, narrow ones, and those without UTF-8."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "--fault", "host-twice-accepted", "9112-3.2-host-twice")
ESCAPE = b"\x1b["


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A folder with a run in it, and what was printed by it through a pipe."""
    folder = tmp_path_factory.mktemp("terminals")
    return folder, piped(folder, *RUN)


def environment(**more):
    """Ours without what speaks of terminals."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "COLUMNS", "NO_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", **more}


def piped(folder, *words, **more):
    """The octets of a command on a pipe."""
    command = [sys.executable, "-m", "harness", *words]
    ended = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, timeout=60, check=False
    )
    assert b"Traceback" not in ended.stderr
    assert ended.stderr == b""
    return ended.stdout


def on_a_terminal(folder, *words, code=6, **more):
    """The octets of a command whose standard output and error are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "harness", *words]
    with subprocess.Popen(
        command, cwd=folder, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # how Linux tells that nobody has the other end open any more
            while piece := os.read(ours, 65536):
                said += piece
        assert process.wait(timeout=60) == code
    os.close(ours)
    assert b"Traceback" not in said
    return said


def test_a_log_has_neither_colour_nor_progress(stored):
    _, said = stored
    assert ESCAPE not in said
    assert b"\r" not in said
    assert "rules ·".encode() not in said.splitlines()[-1]
    assert said.splitlines()[-1].startswith(b"1 rule: 1 breach in ")


def test_a_terminal_without_utf_8_gets_us_ascii(stored):
    folder, _ = stored
    for said in (
        piped(folder, *RUN, PYTHONIOENCODING="ascii"),
        piped(folder, "report", PYTHONIOENCODING="ascii"),
    ):
        assert said.isascii()
        assert b"BREACH  9112-3.2-host-twice" in said
        assert b"\\xb7" not in said
        assert b"octets left out" in said


def test_a_narrow_terminal_breaks_lines_between_words(stored):
    folder, _ = stored
    lines = piped(folder, "report", COLUMNS="40").decode().splitlines()
    assert all(len(line) <= 40 or " " not in line.strip() for line in lines[:-1])
    assert "            https://www.rfc-editor.org/rfc/rfc9112#section-3.2" in lines
    assert lines[-1].startswith("1 rule: 1 breach in ")


def test_a_terminal_gets_colour_and_a_bar_that_leaves_nothing_behind(stored):
    folder, _ = stored
    said = on_a_terminal(folder, *RUN, code=1)
    assert b"\x1b[31m\x1b[1mBREACH" in said
    assert b"probing" in said
    assert b"\x1b[2K" in said  # the bar's line is cleared


@pytest.mark.parametrize(
    ("more", "colour", "bar"),
    [({"NO_COLOR": "1"}, False, True), ({"CI": "true"}, True, False), ({"TERM": "dumb"}, False, False)],
    ids=["NO_COLOR", "CI", "dumb"],
)
def test_what_the_environment_says_of_colour_and_progress_counts(stored, more, colour, bar):
    folder, _ = stored
    said = on_a_terminal(folder, "run", "http://127.0.0.1:1/", **more)
    assert (b"\x1b[31m" in said) is colour
    assert (b"probing" in said) is bar


def test_a_file_of_settings_is_read_and_the_command_line_goes_before(stored):
    folder = stored[0] / "project"
    folder.mkdir()
    (folder / "wireproof.toml").write_text(
        "fault = 'host-twice-accepted'\nselect = ['9112-3.2-host-twice', '9112-2.2-leading-empty-line']\n"
        "out = 'here'\n[resources]\necho = '/nowhere'\n"
    )
    said = piped(folder, "run")
    assert b"2 rules: 1 breach, 1 conforms in " in said
    assert b"POST /nowhere" in said
    assert (folder / "here" / "index.html").exists()
    assert b"UNREACHABLE  127.0.0.1:1: " in piped(folder, "run", "http://127.0.0.1:1/", "--jobs", "1")
