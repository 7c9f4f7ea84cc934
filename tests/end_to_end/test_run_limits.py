"""`wireproof run --limits` from the command line to its files, gone on with, and asked for by a file."""

import json

from harness.store.run_store import RunReader, RunWriter, find_run
from tests.end_to_end.command_line import wireproof

RULE = "9112-3.2-host-missing"
TWO = (
    "--name",
    "a",
    "--name",
    "b",
    "--fault",
    "host-twice-accepted",
    "--fault",
    "leading-empty-line-refused",
)


def last(cwd):
    return RunReader(find_run("last", cwd / "wireproof-report"))


def test_limits_are_in_every_file_and_a_line_a_target(tmp_path):
    said = wireproof(
        "run", "--limits", RULE, "--ndjson", "run.ndjson", "--name", "ours", cwd=tmp_path, code=0
    )
    assert said.count("limits") == 1
    assert "  limits       10 found\n" in said
    lines = [json.loads(line) for line in (tmp_path / "run.ndjson").read_text().splitlines()]
    (line,) = [one for one in lines if one["type"] == "limit" and one["name"] == "request-line"]
    assert line["beyond"] == {"then": "closes", "status": 414}
    page = (tmp_path / "wireproof-report" / "index.html").read_text()
    assert '<section id="limits"' in page
    assert f"</svg>{line['most']:,}</td>" in page
    wireproof("report", "last", "--markdown", "run.md", cwd=tmp_path, code=0)
    assert f"at most {line['most']:,}, then 414, closes" in (tmp_path / "run.md").read_text()


def test_a_file_may_ask_for_them(tmp_path):
    (tmp_path / "wireproof.toml").write_text(f"limits = true\nselect = '{RULE}'\n")
    wireproof("run", cwd=tmp_path, code=0)
    with last(tmp_path) as run:
        assert run.run.limits
        assert len(run.limits()) == 10


def test_what_was_found_stays_when_a_run_is_gone_on_with(tmp_path):
    wireproof("run", *TWO, "--limits", RULE, cwd=tmp_path, code=0)
    with last(tmp_path) as run:
        path, before = run.path, run.limits()
    RunWriter(path, keep={"a"}).close()  # as if it had been cut off behind the first
    refused = wireproof("run", *TWO, RULE, "--resume", cwd=tmp_path, code=4)
    assert "it was made with --limits" in refused
    said = wireproof("run", *TWO, RULE, "--limits", "--resume", cwd=tmp_path, code=0)
    assert "a: judged before" in said
    with last(tmp_path) as run:
        assert run.path == path
        assert run.limits() == before
