"""The fuzz suite as its users meet it: what it loads, how each property fails, and what is kept of that."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.store import case_file

ROOT = Path(__file__).resolve().parents[2]
MORTAL = Path(__file__).with_name("mortal_server.py")
SUITE = "harness/test_fuzz.py"

SPLIT = "test_requests_are_served_alike_however_they_are_split"
PIPELINED = "test_pipelined_requests_are_answered_as_one_by_one"
CHUNKS = "test_content_is_the_same_in_any_chunks"
SPELLING = "test_spelling_of_field_lines_does_not_matter"
PERMITTED = "test_mutated_requests_get_only_permitted_reactions"
LIVES_ON = "test_the_target_and_its_other_connections_live_on"
ONE_CONNECTION = "test_one_connection_over_many_steps"

BROKEN = (
    (SPLIT, "first-read-taken-for-head"),
    (SPLIT, "later-reads-lost"),
    (PIPELINED, "responses-reordered"),
    (CHUNKS, "last-chunk-ends-request"),
    (SPELLING, "space-before-value-required"),
    (SPELLING, "tab-kept-in-value"),
    (PERMITTED, "lf-line-ends"),
    (ONE_CONNECTION, "first-read-taken-for-head"),
    (ONE_CONNECTION, "responses-reordered"),
    (ONE_CONNECTION, "request-after-close-processed"),
    (ONE_CONNECTION, "content-length-error-keeps-open"),
)
"""A property, and a fault that it does not hold for."""

PROFILES = """
from hypothesis import Phase, settings

FEW = {"derandomize": True, "database": None, "stateful_step_count": 10}
settings.register_profile("few", max_examples=10, **FEW)
settings.register_profile("found", max_examples=300, phases=[Phase.generate], **FEW)
"""

SPY = """
import sys

def pytest_sessionfinish(session):
    print("\\nHYPOTHESIS", "hypothesis" in sys.modules)
"""


def run_pytest(tmp_path, *words, code=0, cwd=ROOT, **settings):
    """Run pytest to its end; its output, after its exit code was compared."""
    (tmp_path / "profiles_of_the_test.py").write_text(PROFILES)
    (tmp_path / "spy_of_the_test.py").write_text(SPY)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
        "PYTHONIOENCODING": "utf-8",
        "CI": "",  # in CI pytest repeats failures in its summary, and the suite has another profile
        **settings,
    }
    out = ("--wireproof-out", str(tmp_path / "out"))
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *out, *map(str, words)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def profile(name):
    return ("-p", "profiles_of_the_test", "--hypothesis-profile", name)


@pytest.mark.parametrize("words", [(), ("-m", "not fuzz")])
def test_hypothesis_is_loaded_only_where_fuzzing_is_asked_for(tmp_path, words):
    select = ("--wireproof-select", "9112-3.2-host-twice")
    said = run_pytest(tmp_path, "-q", "-p", "spy_of_the_test", *select, *words, "harness")
    assert "HYPOTHESIS False" in said
    assert "passed" in said


def test_fuzzing_is_a_marker_away(tmp_path):
    words = ("-q", "-p", "spy_of_the_test", "--collect-only", "-m", "fuzz", "--hypothesis-profile", "soak")
    said = run_pytest(tmp_path, *words, "harness")
    assert "HYPOTHESIS True" in said
    names = {SPLIT, PIPELINED, CHUNKS, SPELLING, PERMITTED, LIVES_ON, ONE_CONNECTION}
    assert set(re.findall(r"test_fuzz\.py::(\w+)$", said, re.MULTILINE)) == names


def test_a_sound_server_has_every_property(tmp_path):
    said = run_pytest(tmp_path, "-q", *profile("few"), "--hypothesis-show-statistics", SUITE)
    assert "7 passed" in said
    assert "in two pieces" in said  # an event of the statistics
    assert not (tmp_path / "out").exists()


def test_each_property_can_fail_and_its_example_is_told_and_kept(tmp_path):
    faults = dict.fromkeys(fault for _, fault in BROKEN)
    targets = [word for fault in faults for word in ("--wireproof-fault", fault)]
    items = [f"{SUITE}::{name}[reference+{fault}]" for name, fault in BROKEN]
    said = run_pytest(tmp_path, "-q", "-rA", *profile("found"), *targets, *items, code=1)
    assert [item for item in items if f"FAILED {item}" not in said] == []
    assert "Traceback" not in said
    assert "Request(" not in said  # octets are shown as octets
    assert said.count("@reproduce_failure") == len(BROKEN)
    told = re.findall(r"^  case      (.+)$", said, re.MULTILINE)
    assert len(told) == len(BROKEN)
    kept = sorted((tmp_path / "out" / "findings").glob("*.toml"))
    assert {Path(path) for path in told} == set(kept)  # of each item the last one alone
    assert all(case_file.read(path).steps for path in kept)
    assert all(path.with_suffix(".txt").is_file() and path.with_suffix(".py").is_file() for path in kept)


def test_a_failing_example_is_made_small(tmp_path):
    words = ("-q", *profile("few"), "--wireproof-fault", "space-before-value-required")
    said = run_pytest(tmp_path, *words, f"{SUITE}::{SPELLING}", code=1)
    one, other = r"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n", r"GET {path} HTTP/1.1\r\nHost:{host}\r\n\r\n"
    assert f"drawn={one} | {other}," in said
    (path,) = (tmp_path / "out" / "findings").glob("*.toml")
    assert case_file.read(path).octets == b"GET {path} HTTP/1.1\r\nHost:{host}\r\n\r\n{marker}"


def test_a_server_that_dies_is_seen_by_all_who_depend_on_it_and_is_started_again(tmp_path):
    spawn = ("--wireproof-spawn", f"{sys.executable} {MORTAL} {{port}}")
    rule = ("--wireproof-select", "9112-3.2-host-twice")  # one that this server keeps
    items = (*rule, f"{SUITE}::{PERMITTED}", f"{SUITE}::{LIVES_ON}")
    said = run_pytest(tmp_path, "-q", *profile("found"), *spawn, *items, code=1)
    assert "2 failed" in said
    assert said.count("the target accepts no more connections (ECONNREFUSED)") >= 2


AUTHORS = """
import subprocess, sys
import pytest

@pytest.fixture(scope="session")
def wireproof_address():
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "server", "--port", "0", "--fault", "host-twice-accepted"],
        stdout=subprocess.PIPE, text=True,
    ) as server:
        yield server.stdout.readline().split()[-1]
        server.terminate()

def test_mine(wireproof_target):
    assert wireproof_target.address.startswith("http://127.0.0.1:")
    seen = wireproof_target.examine(b"GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n")
    assert [one.status for one in seen.responses.finals] == [200, 404]
    assert not wireproof_target.violations(seen)

def test_what_is_wrong_with_it(wireproof_target):
    seen = wireproof_target.examine(b"GET / HTTP/1.1\\r\\nHost: {host}\\r\\nHost: {host}\\r\\n\\r\\n")
    assert [one.rule for one in wireproof_target.violations(seen)] == ["9112-3.2-host-twice"]
"""


def test_authors_test_their_own_application(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "test_theirs.py").write_text(AUTHORS)
    words = ("-q", "-p", "harness.plugin", "test_theirs.py")
    assert "2 passed" in run_pytest(tmp_path, *words, cwd=tmp_path / "theirs")


AWAY = """
import pytest

@pytest.fixture(scope="session")
def wireproof_address():
    return "http://127.0.0.1:1/"

def test_mine(wireproof_target):
    pass

def test_theirs():
    pass
"""


def test_an_application_that_is_not_there_is_told_without_a_traceback(tmp_path):
    (tmp_path / "test_theirs.py").write_text(AWAY)
    words = ("-q", "-p", "harness.plugin", "test_theirs.py")
    said = run_pytest(tmp_path, *words, cwd=tmp_path, code=6)
    assert "wireproof: cannot connect to http://127.0.0.1:1/" in said
    assert "Traceback" not in said
    assert "During handling" not in said
    assert "1 passed, 1 error" in said


def test_an_address_and_several_targets_are_one_too_many(tmp_path):
    (tmp_path / "test_theirs.py").write_text(AWAY)
    several = ("--wireproof-fault", "host-twice-accepted", "--wireproof-specimen", "pong")
    words = ("-q", "-p", "harness.plugin", "test_theirs.py")
    said = run_pytest(tmp_path, *words, *several, cwd=tmp_path, code=4)
    assert "leave one of the two out" in said
