"""Baselines, comparisons and reports as their users meet them: real runs against broken servers.

The command is called in this process, from its entry point: starting Python anew each time would take longer
than all that is looked at here.
"""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest
import xmlschema

from harness.cli import main
from harness.store.run_store import RunReader, find_run

BROKEN = ("run", "--fault", "host-twice-accepted", "--name", "mine", "9112-3.2-host-*")
SOUND = ("run", "--name", "mine", "9112-3.2-host-*")
BASELINE = ("--baseline", "wireproof-baseline.toml")
SCHEMA = Path("tests/reports/junit.xsd").absolute()


def wireproof(*words, cwd, code=0):
    """Run a command to its end; what it said, after its exit code was compared."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["wireproof", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    text = said.buffer.getvalue().decode()
    assert ended.value.code == code, text
    return text


def explained(folder, **more):
    """Give the entries a reason, and whatever else."""
    file = folder / "wireproof-baseline.toml"
    text = re.sub(r'reason = ""', 'reason = "issue 31"  # said upstream', file.read_text())
    file.write_text(text + "".join(f"{name} = {value}\n" for name, value in more.items()))
    return file


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with a run that failed, taken into a baseline with a reason."""
    folder = tmp_path_factory.mktemp("kept")
    wireproof(*BROKEN, cwd=folder, code=1)
    said = wireproof("baseline", "update", cwd=folder)
    assert "added     9112-3.2-host-twice  breach  mine" in said
    assert "1 entry without a reason" in said
    explained(folder)
    return folder


def test_what_is_known_fails_no_more_and_is_told_with_its_reason(kept):
    said = wireproof(*BROKEN, *BASELINE, cwd=kept)
    assert "KNOWN  9112-3.2-host-twice  breach  mine: issue 31" in said
    assert "BREACH" not in said
    assert re.search(r"3 rules: 1 known, 2 conform in .* exit 0", said)
    wireproof("report", "--junit", "j.xml", "--markdown", "s.md", "--github", "g.log", cwd=kept)
    xmlschema.validate(kept / "j.xml", SCHEMA)
    assert "known breach: issue 31" in (kept / "j.xml").read_text()
    assert (
        (kept / "s.md")
        .read_text()
        .startswith("## ✅ HTTP/1.1 conformance: no new violation, 1 known (exit 0)")
    )
    assert (kept / "g.log").read_text() == ""


def test_what_is_known_is_not_taken_twice(kept):
    before = (kept / "wireproof-baseline.toml").read_text()
    assert "0 added, 0 extended, 1 in all" in wireproof("baseline", "update", cwd=kept)
    assert "baseline: 0 new, 1 known" in wireproof("baseline", "check", cwd=kept)
    assert (kept / "wireproof-baseline.toml").read_text() == before


def test_what_is_new_fails_beside_what_is_known(kept, tmp_path):
    file = str(kept / "wireproof-baseline.toml")
    words = (*BROKEN[:-1], "--fault", "host-missing-accepted", BROKEN[-1], "--baseline", file)
    said = wireproof(*words, cwd=tmp_path, code=1)
    assert "KNOWN  9112-3.2-host-twice" in said
    assert "BREACH  9112-3.2-host-missing" in said
    said = wireproof("baseline", "check", "--file", file, cwd=tmp_path, code=1)
    assert "NEW  9112-3.2-host-missing  breach  reference+host-missing-accepted" in said
    assert "baseline: 1 new, 1 known" in said


def test_what_expired_fails_again_with_a_clear_word(kept, tmp_path):
    (tmp_path / "wireproof-baseline.toml").write_text((kept / "wireproof-baseline.toml").read_text())
    explained(tmp_path, expires="2020-01-31")
    said = wireproof(*BROKEN, *BASELINE, cwd=tmp_path, code=1)
    assert "EXPIRED  9112-3.2-host-twice  breach  mine: since 2020-01-31; issue 31" in said
    assert "expired   known until 2020-01-31" in said
    assert "1 expired" in wireproof("baseline", "check", cwd=tmp_path, code=1)
    assert "0 added, 0 extended" in wireproof("baseline", "update", cwd=tmp_path)


def test_what_is_fixed_is_told_and_taken_out_when_asked(kept, tmp_path):
    file = tmp_path / "wireproof-baseline.toml"
    file.write_text((kept / "wireproof-baseline.toml").read_text())
    said = wireproof(*SOUND, *BASELINE, cwd=tmp_path)
    assert "FIXED  9112-3.2-host-twice  breach  mine" in said
    assert "wireproof baseline prune" in said
    assert "1 fixed" in wireproof("baseline", "check", cwd=tmp_path)
    said = wireproof("baseline", "prune", cwd=tmp_path)
    assert "taken out  9112-3.2-host-twice  breach  mine: issue 31" in said
    assert "[[known]]" not in file.read_text()


def test_what_a_run_did_not_look_at_stays(kept, tmp_path):
    file = tmp_path / "wireproof-baseline.toml"
    file.write_text((kept / "wireproof-baseline.toml").read_text())
    wireproof("run", "--name", "mine", "9112-3.2-host-missing", cwd=tmp_path)
    assert "not decided by this run: 9112-3.2-host-twice" in wireproof("baseline", "check", cwd=tmp_path)
    assert "0 taken out, 0 lessened, 1 left" in wireproof("baseline", "prune", cwd=tmp_path)


def test_two_runs_are_compared(kept, tmp_path):
    wireproof(*SOUND, cwd=tmp_path)
    with RunReader(find_run("last", kept / "wireproof-report")) as run:
        broken = run.path
    said = wireproof(
        "compare", "last", broken, "--markdown", "c.md", "--html", "c.html", cwd=tmp_path, code=1
    )
    assert "NEW  9112-3.2-host-twice  mine: conforms → breach" in said
    assert "1 target, 3 cells compared: 1 new, 0 fixed, 0 changed, exit 1" in said
    assert "conforms → breach" in (tmp_path / "c.md").read_text()
    assert "conforms → breach" in (tmp_path / "c.html").read_text()
    assert "1 fixed, 0 changed, exit 0" in wireproof("compare", broken, cwd=tmp_path)
    wireproof(*SOUND[:1], *SOUND[3:], cwd=tmp_path)
    said = wireproof("compare", "last~1", "last", cwd=tmp_path, code=5)
    assert "no judged target in common: mine in the first, reference in the second" in said


def test_several_reports_are_written_at_once_and_to_standard_output(kept, tmp_path):
    folder = kept / "wireproof-report"
    wireproof(*BROKEN, *BASELINE, cwd=kept)
    words = (
        "--out",
        folder,
        "--html",
        "h.html",
        "--text",
        "t.txt",
        "--ndjson",
        "n.ndjson",
        "--markdown",
        "-",
    )
    said = wireproof("report", "last", *words, cwd=tmp_path)
    assert "## ✅ HTTP/1.1 conformance" in said
    for name in ("h.html", "t.txt", "n.ndjson"):
        assert "9112-3.2-host-twice" in (tmp_path / name).read_text()
    assert "--junit FILE" in wireproof("report", "--help", cwd=tmp_path)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*SOUND, *BASELINE), "there is no baseline wireproof-baseline.toml"),
        (("baseline", "check"), "there is no baseline"),
        (("baseline", "prune", "--file", "x.toml"), "there is no baseline x.toml"),
        (("baseline", "update"), "holds 0 runs"),
        (("compare", "last~7"), "there is no last~7"),
    ],
)
def test_what_is_not_there_is_told(tmp_path, words, says):
    assert says in wireproof(*words, cwd=tmp_path, code=4)


def test_a_baseline_that_cannot_be_read_is_told_before_anything_runs(tmp_path):
    (tmp_path / "wireproof.toml").write_text('baseline = "wireproof-baseline.toml"\n')
    (tmp_path / "wireproof-baseline.toml").write_text("[[known]]\ntarget = 1\n")
    said = wireproof(*SOUND, cwd=tmp_path, code=4)
    assert "wireproof-baseline.toml: entry 1: target: Expected `str`, got `int`" in said
    assert not (tmp_path / "wireproof-report").exists()
