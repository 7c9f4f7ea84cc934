"""`wireproof doctor` says what a server is like, as a user sees it."""

import json
import socket
import subprocess
import sys

from harness.targets.process import ROOT, child_environment

WIREPROOF = [sys.executable, "-m", "harness", "doctor"]


def doctor(*words, code=0, folder=ROOT):
    ran = subprocess.run(
        [*WIREPROOF, *words],
        cwd=folder,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    return ran.stdout + ran.stderr


def test_the_reference_server_lacks_nothing():
    first, *lines, last = doctor().splitlines()
    assert first.startswith("reference http://127.0.0.1:")
    assert "  content      POST /echo is answered 200, and echoed" in lines
    assert "  half-close   requests are answered behind a half-close" in lines
    assert last.startswith("all ")
    assert last.endswith(" rules apply")


def test_a_naive_server_is_told_what_is_missing():
    said = doctor("--specimen", "router")
    assert "  persistence  a second request is not served" in said
    assert "not applicable here:" in said
    assert "what to do:\n  Serve /echo" in said


def test_a_server_that_answers_everything_alike_is_told_so():
    assert "No answer of this server proves anything" in doctor("--specimen", "one-page")


def test_programs_get_the_same_as_one_object():
    found = json.loads(doctor("--json", "--specimen", "router"))
    assert found["facts"]["server"] == "almost-an-nginx"
    assert found["target"] == "specimen+router"
    assert {"rule", "probes", "of", "why"} == set(found["not_applicable"][0])
    assert found["indiscriminate"] is False
    assert found["advice"]


def test_a_server_that_is_not_there():
    assert "ECONNREFUSED" in doctor("http://127.0.0.1:1/", code=6)


def test_a_server_that_keeps_silent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        said = doctor(f"127.0.0.1:{port}", "--timeout", "0.2", code=6)
    assert "accepts connections but did not answer GET / within" in said


def test_the_echo_may_stand_elsewhere(tmp_path):
    (tmp_path / "wireproof.toml").write_text('[resources]\necho = "/somewhere"\n')
    said = subprocess.run(
        WIREPROOF,
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert "POST /somewhere is answered 404" in said
