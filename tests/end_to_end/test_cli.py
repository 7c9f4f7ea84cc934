"""The command line as its users meet it: real processes, real sockets, documented exit codes."""

import json
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from harness.store.run_store import RunReader, find_run
from tests.end_to_end.command_line import ENVIRONMENT, WIREPROOF, wireproof


@contextmanager
def listening(answer):
    """A listener that hands each connection to `answer` in a thread; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_the_reference_server_conforms(tmp_path):
    said = wireproof("run", cwd=tmp_path)
    assert "report  wireproof-report/index.html" in said
    assert (tmp_path / "wireproof-report" / "index.html").stat().st_size > 10_000
    with RunReader(find_run("last", tmp_path / "wireproof-report")) as run:
        assert run.end.exit_code == 0
        assert {one.outcome for one in run.verdicts()} - {"NOT_APPLICABLE"} == {"CONFORMS"}


def test_a_broken_server_fails_and_the_octets_are_shown(tmp_path):
    said = wireproof("run", "--fault", "host-twice-accepted", cwd=tmp_path, code=1)
    assert "BREACH  9112-3.2-host-twice  MUST" in said
    assert "Host: " in said
    assert "1 breach" in said


def test_a_missed_should_fails_only_where_that_is_asked_for(tmp_path):
    words = ("--fault", "leading-empty-line-refused", "9112-2.2-leading-empty-line")
    assert "1 soft" in wireproof("run", *words, cwd=tmp_path)
    wireproof("run", *words, "--strict", cwd=tmp_path, code=1)


def test_a_run_whose_time_was_over_too_soon_fails(tmp_path):
    said = wireproof("run", "--max-time", "0.01s", cwd=tmp_path, code=1)
    assert "not run: the 0.01 s of the run were over" in said


def test_a_server_that_refuses_everything_proves_nothing_and_fails(tmp_path):
    said = wireproof("run", "--fault", "answers-400-to-everything", cwd=tmp_path, code=1)
    assert "cannot tell" in said
    assert "its answers prove nothing" in said
    assert "1 breach" not in said


def test_records_are_written_as_they_come(tmp_path):
    wireproof("run", "9112-3.2-host-*", "--ndjson", "run.ndjson", cwd=tmp_path)
    records = [json.loads(line) for line in (tmp_path / "run.ndjson").read_text().splitlines()]
    assert records[0]["type"] == "run"
    assert records[-1]["type"] == "end"
    assert {one["rule"] for one in records if one["type"] == "verdict"} == {
        "9112-3.2-host-invalid",
        "9112-3.2-host-missing",
        "9112-3.2-host-twice",
    }


def test_a_stored_run_is_told_again(tmp_path):
    wireproof("run", "9112-3.2-host-*", cwd=tmp_path)
    assert "3 rules: 3 conform" in wireproof("report", cwd=tmp_path)
    wireproof("report", "last", "--html", "again.html", "--ndjson", "again.ndjson", cwd=tmp_path)
    assert "9112-3.2-host-twice" in (tmp_path / "again.html").read_text()
    assert (tmp_path / "again.ndjson").read_text().count('"type":"verdict"') > 10


def test_rules_are_listed_and_explained(tmp_path):
    assert "9112-3.2-host-twice" in wireproof("list", "area:host", cwd=tmp_path)
    said = wireproof("explain", "9112-3.2-host-twice", cwd=tmp_path)
    assert "https://www.rfc-editor.org/rfc/rfc9112#section-3.2" in said
    assert "two different Hosts" in said


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run", "--nonsense"), 4, "No such option"),
        (("nonsense",), 4, "No such command"),
        (("run", "--jobs", "x"), 4, "not a valid integer"),
        (("run", "nonsense"), 5, "matches no rule"),
        (("run", "colour:red"), 4, "not one of level, area, security"),
        (("explain", "9112-3.2-host-twise"), 5, "Did you mean 9112-3.2-host-twice?"),
        (("run", "http://127.0.0.1:1/"), 6, "ECONNREFUSED"),
        (("run", "https://127.0.0.1:1/"), 4, "only http://"),
        (("run", "http://192.0.2.1/"), 4, "--i-may-test"),
        (("limits", "http://127.0.0.1:1/", "--fault", "x"), 4, "not several"),
        (("run", "--spawn", "no-such-command {port}"), 6, "cannot start"),
        (("run", "--fault", "host-twice-accept"), 6, "host-twice-accepted"),
        (("run", "--out", "/dev/null/x"), 4, "cannot write to the output folder"),
        (("run", "--ndjson", "/dev/null/x"), 4, "cannot write NDJSON"),
        (("report", "last~3"), 4, "no last~3"),
        (("report", "no-such-run.sqlite"), 4, "no run file"),
    ],
)
def test_bad_input_is_told_with_its_exit_code(tmp_path, words, code, says):
    assert says in wireproof(*words, cwd=tmp_path, code=code)


def test_a_port_that_speaks_something_else_is_told(tmp_path):
    def greet(connection):
        connection.sendall(b"220 mail.invalid ESMTP ready\r\n")
        connection.recv(4096)
        connection.close()

    with listening(greet) as port:
        said = wireproof("run", f"http://127.0.0.1:{port}/", cwd=tmp_path, code=6)
    assert "does not answer GET / in HTTP/1.1" in said
    assert "220 mail.invalid" in said


def test_a_server_that_never_answers_is_told(tmp_path):
    def keep_silent(connection):
        with connection:
            while connection.recv(1 << 16):
                pass

    with listening(keep_silent) as port:
        said = wireproof("run", f"http://127.0.0.1:{port}/", "--timeout", "0.2", cwd=tmp_path, code=6)
    assert "did not answer GET / within" in said


def test_a_server_that_closes_without_a_word_is_told(tmp_path):
    with listening(lambda connection: connection.close()) as port:
        said = wireproof("run", f"http://127.0.0.1:{port}/", cwd=tmp_path, code=6)
    assert "the connection without an answer" in said


SLOW = """
import socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = listener.accept()
    connection.settimeout(0.1)
    try:
        while connection.recv(65536):
            time.sleep(0.02)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    except OSError:
        pass
    connection.close()
"""


@contextmanager
def under_way(tmp_path):
    """A run against a slow server that is past its calibration."""
    (tmp_path / "slow.py").write_text(SLOW)
    command = [*WIREPROOF, "run", "--jobs", "1", "--spawn", f"{sys.executable} slow.py {{port}}"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    for line in process.stdout:
        if line.strip().startswith("pipelining"):
            break
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_had_and_reports_it(tmp_path, how):
    with under_way(tmp_path) as process:
        wait_for_a_verdict(tmp_path)
        process.send_signal(how)
        said = process.stdout.read()
        assert process.wait() == 2, said
    assert "interrupted; what was gathered is kept" in said
    with RunReader(find_run("last", tmp_path / "wireproof-report")) as run:
        assert run.end.reason == "interrupted"
        assert list(run.verdicts())
    assert "interrupted" in (tmp_path / "wireproof-report" / "index.html").read_text()


def test_a_killed_run_can_still_be_told(tmp_path):
    with under_way(tmp_path) as process:
        wait_for_a_verdict(tmp_path)
        process.kill()
        process.wait()
    assert "the run was cut off" in wireproof("report", cwd=tmp_path)


def wait_for_a_verdict(folder):
    """Until the run file shows one to others: what a kill cannot take away any more."""
    path = find_run("last", folder / "wireproof-report")
    while True:
        with RunReader(path) as run:
            if list(run.verdicts()):
                return


def test_serve_serves_until_it_is_told_to_stop(tmp_path):
    process = subprocess.Popen(
        [*WIREPROOF, "serve", "--port", "0"], cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    port = int(process.stdout.readline().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"<h3>Home page</h3>" in connection.makefile("rb").read()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) in (0, 130, -signal.SIGINT)
    process.stdout.close()


def test_packages_of_the_users_with_our_names_do_no_harm(tmp_path):
    (tmp_path / "server.py").write_text("raise RuntimeError('the wrong server')\n")
    (tmp_path / "corpus").mkdir()
    assert "conform" in wireproof("run", "9112-3.2", cwd=tmp_path)


def test_reports_that_hide_ours_are_named(tmp_path):
    (tmp_path / "reports.py").write_text("")
    said = wireproof("run", "9112-3.2", cwd=tmp_path, code=3)
    assert "reports.py hides the package" in said


def test_octets_are_judged_without_a_server(tmp_path):
    (tmp_path / "no-host.req").write_bytes(b"GET / HTTP/1.1\r\n\r\n")
    (tmp_path / "sound.req").write_bytes(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert "host-missing" in wireproof("judge", "no-host.req", cwd=tmp_path)
    told = json.loads(wireproof("judge", "no-host.req", "--json", cwd=tmp_path))
    assert [(one["end"], one["statuses"]) for one in told["readings"]] == [("rejected", [400])]
    lines = wireproof("judge", ".", cwd=tmp_path).splitlines()
    assert len(lines) == 2
    assert "nothing amiss" in lines[1]


def test_octets_from_standard_input_are_judged(tmp_path):
    said = subprocess.run(
        [*WIREPROOF, "judge", "-"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        input=b"GET / HTTP/1.1\nHost: a\r\n\r\n",
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()
    assert "bare-lf-line-end" in said
    assert "2 permitted readings" in said


def test_a_file_that_cannot_be_judged_is_told(tmp_path):
    assert "cannot read no-such-file" in wireproof("judge", "no-such-file", cwd=tmp_path, code=4)
