"""`wireproof replay`, and the corpus in `pytest harness`: real processes, real sockets."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOST_TWICE = ROOT / "corpus" / "rfc9112" / "3.2" / "host-twice-differing.toml"
FAULT = ("--fault", "host-twice-accepted")


def told(*words: object, code: int = 0) -> str:
    """What the command says, after its exit code was compared."""
    ended = subprocess.run(
        [sys.executable, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def replay(*words: object, code: int = 0) -> str:
    return told("-m", "harness", "replay", *words, code=code)


def test_the_bundled_corpus_finds_nothing_at_the_reference_server(tmp_path):
    said = replay("--out", tmp_path)
    assert "FAILED" not in said
    assert " replayed: " in said


def test_a_case_fails_where_the_server_is_broken_and_says_by_what(tmp_path):
    said = replay(HOST_TWICE, *FAULT, "--times", 2, "--out", tmp_path, code=1)
    assert "FAILED    host-twice-differing" in said
    assert "9112-3.2-host-twice (bad)" in said
    assert (tmp_path / "index.html").exists()


def test_what_a_run_found_is_replayed_against_any_target(tmp_path):
    rule = "9112-3.2-host-twice"
    told("-m", "harness", "run", *FAULT, rule, "--out", tmp_path, code=1)
    run = next((tmp_path / "runs").glob("*.sqlite"))
    assert f"FAILED    {rule}/" in replay(run, *FAULT, "--out", tmp_path, code=1)
    assert "FAILED" not in replay(run, "--out", tmp_path)


def test_a_raw_folder_needs_no_expectation(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "twice").write_bytes(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    (raw / "sound").write_bytes(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    said = replay(raw, *FAULT, "--out", tmp_path, code=1)
    assert "FAILED    twice" in said
    assert "conforms  sound" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nowhere"], 4, "no case, no folder and no run"),
        (["http://127.0.0.1:9", HOST_TWICE], 6, "cannot connect"),
        (["127.0.0.1:1", "127.0.0.1:2"], 4, "one target at a time"),
    ],
)
def test_what_cannot_be_is_told(tmp_path, words, code, said):
    assert said in replay(*words, "--out", tmp_path, code=code)


def test_an_empty_folder_is_nothing_to_replay(tmp_path):
    assert "nothing to replay" in replay(tmp_path, code=5)


def test_pytest_has_an_item_a_case(tmp_path):
    words = ("-m", "pytest", "-p", "no:cacheprovider", "harness/test_corpus.py", "-k", "host-twice", "-v")
    said = told(*words, *("--wireproof-fault", "host-twice-accepted", "--wireproof-out", tmp_path), code=1)
    assert "test_corpus.py::host-twice-differing@reference+host-twice-accepted FAILED" in said
    assert "9112-3.2-host-twice (MUST, bad)" in said
    assert "Traceback" not in said


def test_pytest_replays_a_folder_of_ones_own(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text(HOST_TWICE.read_text().replace("host-twice-differing", "mine"))
    words = ("-m", "pytest", "-p", "no:cacheprovider", "harness/test_corpus.py", "-v")
    said = told(*words, "--wireproof-corpus", own, "--wireproof-out", tmp_path)
    assert "test_corpus.py::mine@reference PASSED" in said
    assert "1 passed" in said
