"""docs/ci.md: its commands are carried out as they stand there, against a server of our own."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from harness.store.baseline import load
from tests.end_to_end.test_baseline_commands import wireproof

TEXT = Path("docs/ci.md").read_text()
STEPS = re.findall(r"^ +run: (wireproof .*)$", TEXT, re.MULTILINE)
CONSOLE = re.findall(r"^\$ (wireproof .*?)(?:  +#.*)?$", TEXT, re.MULTILINE)
FEW = "9112-3.2-host-*"
"""So many rules as it takes to fail; the document has them all."""


def carried_out(command, folder, code=0):
    """A command of the document against the reference server with a fault, in the place of ./server."""
    command = command.replace(' >> "$GITHUB_STEP_SUMMARY"', "")
    words = [found for word in shlex.split(command)[1:] for found in sorted(folder.glob(word)) or [word]]
    if words[0] == "run":
        words.append(FEW)
    return wireproof(*words, cwd=folder, code=code)


def server(folder, name="server", fault=""):
    """`./NAME --port N`, which is what the document starts."""
    fault_words = f" --fault {fault}" if fault else ""
    script = f'#!/bin/sh\nPYTHONPATH={Path.cwd()} exec {sys.executable} -m server "$@"{fault_words}\n'
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def test_the_workflow_does_what_it_says(tmp_path):
    server(tmp_path, fault="host-twice-accepted")
    first, update, again = CONSOLE[:3]
    carried_out(first, tmp_path, code=1)
    carried_out(update, tmp_path)
    carried_out(again, tmp_path)
    judge, summary, github, junit = STEPS
    assert judge == again
    assert carried_out(summary, tmp_path).startswith("## ✅ HTTP/1.1 conformance: no new violation, 1 known")
    assert carried_out(github, tmp_path) == ""
    carried_out(junit, tmp_path)
    assert (tmp_path / "wireproof-report" / "junit.xml").exists()


def test_the_releases_are_compared(tmp_path):
    server(tmp_path, "old")
    server(tmp_path, "new", fault="host-twice-accepted")
    old, new, compare = CONSOLE[3:]
    carried_out(old, tmp_path)
    carried_out(new, tmp_path, code=1)
    assert "1 new, 0 fixed, 0 changed, exit 1" in carried_out(compare, tmp_path, code=1)
    assert (tmp_path / "changes.md").exists()


def test_the_entry_that_is_shown_is_one(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1])
    (one,) = load(path).known
    assert one.reason.startswith("issue 31")


CASE = """\
id = "host-twice"
title = "Two equal Hosts"
provokes = ["9112-3.2-host-twice"]
[[step]]
send = ["GET {path} HTTP/1.1\\r\\n", "Host: {host}\\r\\n", "Host: {host}\\r\\n", "\\r\\n"]
[[step]]
await = "response"
"""


def test_the_plugin_takes_the_same_file(tmp_path):
    """Rules and cases of which all is known that is wrong are expected failures."""
    known = re.search(r"```toml\n(.*?)expires", TEXT, re.DOTALL)[1]
    (tmp_path / "known.toml").write_text(known)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "host-twice.toml").write_text(CASE)
    words = {"fault": "host-twice-accepted", "name": "server", "select": FEW, "corpus": tmp_path / "cases"}
    words |= {"out": tmp_path / "out", "baseline": tmp_path / "known.toml"}
    suite = ("-p", "no:cacheprovider", "-rx", "harness/test_conformance.py", "harness/test_corpus.py")
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *suite),
            *(f"--wireproof-{name}={value}" for name, value in words.items()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "2 passed, 2 xfailed" in ended.stdout
    assert ended.stdout.count("known: 9112-3.2-host-twice (bad): issue 31") == 2
