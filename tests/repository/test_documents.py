"""What the documents say is true: examples run, commands exist, rooms are those of the tree."""

import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli import cli
from harness.engine.conform import conform
from harness.rules.rule import Rule
from harness.store.run_store import RunReader, RunWriter
from harness.targets.base import Target
from harness.targets.recipe import started
from harness.targets.recipe_file import load
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from tests.harness.strategies.mutation_contract import check

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
RECIPES = re.findall(r"```toml\n(title.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
PLACES = ("*.md", "benchmarks/*.md", "corpus/*.md", "docs/*.md")
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for place in PLACES for path in ROOT.glob(place))


def test_the_rule_of_contributing_judges(tmp_path):
    room: dict = {"__name__": "example"}
    exec(compile(EXAMPLES[0], "CONTRIBUTING.md", "exec"), room)
    clock = VirtualClock(now=1_800_000_000.0)
    (example,) = [value.__wireproof_rule__ for value in room.values() if hasattr(value, "__wireproof_rule__")]
    assert isinstance(example, Rule)
    results = conform(
        Target("reference", "reference.invalid", 8000),
        [example],
        MemoryTransport(lambda: Connection(clock=clock), Limits(), clock),
        [].append,
        jobs=1,
    )
    assert results.standing(example.id).value == "conforms"


def test_the_report_of_contributing_writes(tmp_path):
    room: dict = {}
    exec(compile(EXAMPLES[1], "CONTRIBUTING.md", "exec"), room)
    RunWriter(tmp_path / "run.sqlite").close()
    with RunReader(tmp_path / "run.sqlite") as run:
        room["write"](run, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "0\n"


def test_the_recipe_of_contributing_starts(tmp_path):
    (example,) = RECIPES
    (tmp_path / "wsgiref.toml").write_text(example)
    with started(load(tmp_path / "wsgiref.toml")) as running:
        address = (running.target.host, running.target.port)
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(b"POST /echo HTTP/1.0\r\nContent-Length: 7\r\n\r\ncontent")
            assert connection.makefile("rb").read().endswith(b"\r\n\r\ncontent")


def test_the_mutations_of_contributing_keep_what_they_promise():
    room: dict = {}
    (family,) = (one for one in EXAMPLES if "MUTATIONS = (" in one)
    exec(compile(family, "CONTRIBUTING.md", "exec"), room)
    assert len(room["MUTATIONS"]) == 2
    for one in room["MUTATIONS"]:
        check(replace(one, family="half-spoken"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_commands_that_there_are(document):
    text = (ROOT / document).read_text()
    named = set(re.findall(r"(?:`|\$ )wireproof ([a-z]+)", text))
    assert named <= set(cli.commands)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_files_that_there_are(document):
    text = (ROOT / document).read_text()
    for link in re.findall(r"\]\(([^):#]+)\)", text):
        assert (ROOT / document).parent.joinpath(link).exists(), link


def test_every_command_stands_in_the_readme():
    text = (ROOT / "README.md").read_text()
    assert [name for name in cli.commands if f"wireproof {name}" not in text] == []


def test_modules_stay_small():
    sources = [path for room in ("harness", "server", "reports") for path in (ROOT / room).rglob("*.py")]
    long = {str(path.relative_to(ROOT)): lines for path in sources if (lines := length(path)) > 400}
    assert long == {}


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize(
    "words",
    [["-m", "harness", "list"], ["-m", "pytest", "harness", "--co", "-q", "-p", "no:hypothesispytest"]],
)
def test_neither_door_loads_hypothesis(words):
    """It takes a third of a second, and is for fuzzing alone. (Its own plugin loads it at the very end.)"""
    watched = "import sys, runpy\n" + (
        f"sys.argv = {words[1:]!r}\n"
        "try:\n    runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
        "except SystemExit:\n    pass\n"
        "print('hypothesis loaded:', 'hypothesis.core' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", watched], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert "hypothesis loaded: False" in said
