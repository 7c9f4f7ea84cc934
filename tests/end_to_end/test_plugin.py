"""`pytest harness` as its users meet it: items, outcomes, exit codes, files; also under xdist."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.store.run_store import RunReader, find_run
from tests.end_to_end.command_line import ROOT, ended

OURS = ("--pyargs", "harness.test_conformance")
HOST_RULES = ["9112-3.2-host-invalid", "9112-3.2-host-missing", "9112-3.2-host-twice"]


def run_pytest(*words, out, code=0, cwd=ROOT, suite=("harness/test_conformance.py",)):
    """Run pytest to its end; its output, after its exit code was compared."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *suite, "--wireproof-out", str(out)]
    done = ended(*command, *words, code=code, cwd=cwd, seconds=180)
    return done.stdout + done.stderr


def verdicts(out):
    with RunReader(find_run("last", out)) as run:
        return {one.rule for one in run.verdicts()}, run.end


def test_each_rule_is_an_item(tmp_path):
    said = run_pytest("-v", "--wireproof-select", "9112-3.2-host-*", out=tmp_path)
    for rule in HOST_RULES:
        assert f"test_conformance.py::{rule}@reference PASSED" in said
    assert "3 passed" in said
    assert f"report  {tmp_path}/index.html" in said
    assert verdicts(tmp_path)[0] == set(HOST_RULES)


def test_a_violation_fails_its_item_and_shows_what_was_seen(tmp_path):
    words = ("--wireproof-fault", "host-twice-accepted", "--wireproof-select", "9112-3.2-host-*")
    said = run_pytest(*words, out=tmp_path, code=1)
    assert "1 failed, 2 passed" in said
    assert "9112-3.2-host-twice (MUST, bad)" in said
    assert "observed   answered 200" in said
    assert "Traceback" not in said
    assert verdicts(tmp_path)[1].exit_code == 1


def test_a_missed_should_warns_and_fails_only_where_that_is_asked_for(tmp_path):
    words = ("--wireproof-fault", "leading-empty-line-refused", "--wireproof-select", "9112-2.2")
    assert "WireproofWarning: 9112-2.2-leading-empty-line" in run_pytest(*words, out=tmp_path)
    run_pytest(*words, "--wireproof-strict", out=tmp_path, code=1)


def test_what_is_not_known_is_skipped_and_nothing_known_fails(tmp_path):
    words = ("-rs", "--wireproof-fault", "answers-400-to-everything", "--wireproof-select", "9112-3.2-host-*")
    said = run_pytest(*words, out=tmp_path, code=1)
    assert "3 skipped" in said
    assert "inconclusive: 400, but its sound twin is refused alike" in said


def test_a_target_that_is_not_there_is_told_once(tmp_path):
    said = run_pytest("--wireproof-target", "http://127.0.0.1:1/", out=tmp_path, code=6)
    assert "Is the server running" in said
    assert "1 failed in" in said  # no other item was tried
    assert verdicts(tmp_path)[1].exit_code == 6


def test_a_selector_that_matches_nothing_is_told_before_anything_runs(tmp_path):
    assert "'nonsense' matches no rule" in run_pytest("--wireproof-select", "nonsense", out=tmp_path, code=5)


def test_under_xdist_the_controller_alone_writes(tmp_path):
    words = ("-n", "2", "--junitxml", tmp_path / "junit.xml", "--wireproof-select", "9112-3.2-host-*")
    assert "3 passed" in run_pytest(*words, "--wireproof-ndjson", tmp_path / "x.ndjson", out=tmp_path)
    assert verdicts(tmp_path)[0] == set(HOST_RULES)
    with RunReader(find_run("last", tmp_path)) as run:
        assert [one.name for one in run.targets()] == ["reference"]
    assert (tmp_path / "x.ndjson").read_text().count('"type":"end"') == 1
    cases = ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase")
    assert sorted(case.attrib["name"] for case in cases) == [f"{rule}@reference" for rule in HOST_RULES]
    assert "wireproof-records" not in (tmp_path / "junit.xml").read_text()


def test_each_target_has_items_of_its_own_and_one_that_is_not_there_ends_none_but_its_own(tmp_path):
    targets = ("--wireproof-fault", "host-twice-accepted", "--wireproof-target", "http://127.0.0.1:1/")
    words = (*targets, "--wireproof-spawn", f"{sys.executable} -P -m server --port {{port}}")
    rules = ("--wireproof-select", "9112-3.2-host-twice", "--wireproof-select", "9112-3.2-host-missing")
    said = run_pytest("-rA", *words, *rules, "--wireproof-name", "away", out=tmp_path, code=1)
    assert "2 failed, 3 passed, 1 skipped" in said
    assert "FAILED harness/test_conformance.py::9112-3.2-host-twice@reference+host-twice-accepted" in said
    assert "cannot connect to http://127.0.0.1:1/" in said
    assert "away cannot be tested" in said
    assert "UNREACHABLE  away: cannot connect" in said
    with RunReader(find_run("last", tmp_path)) as run:
        names = ["away", Path(sys.executable).name, "reference+host-twice-accepted"]
        assert [(one.target, one.exit_code) for one in run.target_ends()] == list(
            zip(names, [6, 0, 1], strict=True)
        )
        assert run.end.exit_code == 1


def test_under_xdist_nothing_is_kept_twice_and_all_targets_are(tmp_path):
    words = (
        "-n",
        "2",
        "--wireproof-fault",
        "host-twice-accepted",
        "--wireproof-fault",
        "host-missing-accepted",
    )
    run_pytest(*words, "--wireproof-select", "9112-3.2-host-missing", out=tmp_path, code=1)
    with RunReader(find_run("last", tmp_path)) as run:
        plans = [(plan.target, plan.id) for plan in run.plans()]
        assert len(plans) == len(set(plans))
        names = {"reference+host-twice-accepted", "reference+host-missing-accepted"}
        assert {one.target for one in run.target_ends()} == {one.name for one in run.targets()} == names
        assert len(run.target_ends()) == 2


def test_settings_of_the_folder_count_here_too(tmp_path):
    (tmp_path / "wireproof.toml").write_text(
        "specimen = 'one-page'\nfault = 'host-twice-accepted'\nselect = '9112-3.2-host-twice'\n"
    )
    words = ("-q", "-p", "harness.plugin", "--wireproof-specimen", "pong", "--collect-only")
    said = run_pytest(*words, out=tmp_path / "out", cwd=tmp_path, suite=OURS)
    assert "9112-3.2-host-twice@specimen+pong" in said
    assert "one-page" not in said
    assert "1 test collected" in said
    (tmp_path / "wireproof.toml").write_text("faults = 'x'\n")
    said = run_pytest(*words, out=tmp_path / "out", cwd=tmp_path, suite=("--pyargs", "harness"), code=4)
    assert "there is no key faults. Did you mean fault?" in said


def test_from_elsewhere_our_packages_are_found_past_the_users_own(tmp_path):
    (tmp_path / "server.py").write_text("raise RuntimeError('the wrong server')\n")
    (tmp_path / "corpus").mkdir()
    words = ("-q", "-p", "harness.plugin", "--wireproof-select", "9112-3.2-host-*")
    said = run_pytest(*words, out=tmp_path / "out", cwd=tmp_path, suite=OURS)
    assert "3 passed" in said


@pytest.mark.parametrize("words", [(), ("-k", "twice")])
def test_a_session_without_items_of_ours_leaves_no_trace(tmp_path, words):
    (tmp_path / "test_theirs.py").write_text("def test_twice():\n    pass\n")
    said = run_pytest("-q", "-p", "harness.plugin", *words, out=tmp_path / "out", cwd=tmp_path, suite=(".",))
    assert "1 passed" in said
    assert "wireproof" not in said
    assert not (tmp_path / "out").exists()
