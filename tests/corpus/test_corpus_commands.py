"""`wireproof corpus`: files in and out, and what lint says of them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import cli
from harness.errors import HarnessError
from harness.model.case import Case
from harness.model.plan import AwaitResponse, Pause, Send
from harness.store.case_file import write
from harness.store.corpus import entries, home, save

GET = b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def corpus(*words: object) -> tuple[int, str]:
    """The exit code and what was said. Errors of ours are what `main` would show."""
    result = CliRunner().invoke(cli, ["corpus", *map(str, words)], standalone_mode=False)
    if isinstance(result.exception, HarnessError):
        return int(result.exception.exit_code), str(result.exception)
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


def kept(root: Path, name: str, *steps: object, **settings: object) -> Path:
    case = Case(name, name.capitalize(), steps or (Send(GET),), **settings)  # type: ignore[arg-type]
    path = home(root, case)
    save(path, case)
    return path


def test_a_case_stands_in_the_folder_of_its_section(tmp_path):
    assert kept(tmp_path, "one", cites="RFC 9112 6.1") == tmp_path / "rfc9112" / "6.1" / "one.toml"
    assert kept(tmp_path, "two") == tmp_path / "two.toml"
    assert [entry.case.id for entry in entries(tmp_path)] == ["one", "two"]


def test_a_sound_corpus_has_no_complaints(tmp_path):
    kept(tmp_path, "one", provokes=("9110-15-final-response",))
    assert corpus("lint", tmp_path) == (0, "1 case, 0 complaints\n")


COUNTED = b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 6\r\n\r\n{host}"


@pytest.mark.parametrize(
    ("steps", "settings", "told"),
    [
        ((Send(GET),), {"provokes": ("9112-0-none",)}, "provokes 9112-0-none, which is no rule"),
        ((Send(GET),), {"cites": "section 6"}, "cites 'section 6'"),
        ((Send(COUNTED),), {}, "{host} at octet 57 stands in content"),
        ((Send(b"{marker}{marker}"),), {}, "more than once"),
        ((Send(GET, (6,)),), {}, "split at 6 falls into a token"),
        ((Pause(1.0),), {}, "sends nothing at all"),
        ((AwaitResponse(1), Send(GET)), {}, "waits for an answer before"),
        ((Send(GET), Pause(1.0)), {}, "ends with a pause"),
    ],
)
def test_lint_says_what_is_wrong(tmp_path, steps, settings, told):
    kept(tmp_path, "one", *steps, **settings)
    code, text = corpus("lint", tmp_path)
    assert code == 1
    assert told in text


def test_octet_by_octet_goes_through_tokens_too(tmp_path):
    kept(tmp_path, "one", Send(GET, tuple(range(1, len(GET)))))
    assert corpus("lint", tmp_path)[0] == 0


def test_lint_tells_doubles_equal_ids_wrong_names_and_unreadable_files_and_goes_on(tmp_path):
    kept(tmp_path, "one")
    kept(tmp_path, "two")
    kept(tmp_path, "one", cites="RFC 9112 3")
    (tmp_path / "three.toml").write_text(write(Case("other", "Other", (Send(b"x"),))))
    (tmp_path / "bad.toml").write_text("id = ")
    code, text = corpus("lint", tmp_path)
    assert code == 1
    for told in ("does the same as", "has the id of", "not called after its id, other.toml", "no TOML"):
        assert told in text


def test_lint_brings_files_to_the_canonical_form(tmp_path):
    path = kept(tmp_path, "one")
    canonical = path.read_text()
    path.write_text(canonical.replace(" = ", "=") + "# a remark\n")
    assert "not in the canonical form" in corpus("lint", tmp_path)[1]
    assert corpus("lint", "--fix", tmp_path)[0] == 0
    assert path.read_text() == canonical


def test_add_takes_what_is_new_and_sound(tmp_path):
    root = tmp_path / "corpus"
    new = kept(tmp_path / "in", "new", Send(b"NEW" + GET), cites="RFC 9112 3")
    assert corpus("add", new, "--to", root)[0] == 0
    assert (root / "rfc9112" / "3" / "new.toml").read_text() == new.read_text()
    code, text = corpus("add", new, "--to", root)
    assert code == 1
    assert "does the same as" in text
    other = kept(tmp_path / "in", "new", Send(b"OTHER" + GET), cites="RFC 9112 3")
    assert "give it another id" in corpus("add", other, "--to", root)[1]
    wrong = kept(tmp_path / "in", "wrong", Send(GET), provokes=("none",))
    assert "which is no rule" in corpus("add", wrong, "--to", root)[1]


def test_raw_files_go_in_and_out_unchanged(tmp_path):
    raw = tmp_path / "raw"
    (raw / "a").mkdir(parents=True)
    octets = {
        "a/one.http": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "two.bin": bytes(range(256)) * 3,
        "3": b"A" * 70_000,
    }
    for name, sent in octets.items():
        (raw / name).write_bytes(sent)
    (raw / "double").write_bytes(octets["3"])
    (raw / "empty").write_bytes(b"")
    (raw / "token").write_bytes(b"GET {path}")
    (raw / ".hidden").write_bytes(b"x")
    code, text = corpus("import", raw, "--to", tmp_path / "cases")
    assert code == 1
    for told in ("empty is empty", "{path} at octet 4", "does the same as", "3 cases in"):
        assert told in text
    assert corpus("lint", tmp_path / "cases")[0] == 0
    assert corpus("export", tmp_path / "cases", "--to", tmp_path / "out")[0] == 0
    out = {path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert out == set(octets.values())


def test_equal_names_get_numbers(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("one.a", "one.b"):
        (raw / name).write_bytes(name.encode())
    assert corpus("import", raw, "--to", tmp_path / "cases")[0] == 0
    assert sorted(path.name for path in (tmp_path / "cases").iterdir()) == ["one-2.toml", "one.toml"]


def test_export_fills_in_what_it_is_told(tmp_path):
    kept(tmp_path / "in", "one", Send(GET + b"{marker}"))
    corpus("export", tmp_path / "in", "--to", tmp_path / "out", "--host", "h:1", "--path", "/{host}")
    assert (tmp_path / "out" / "one.http").read_bytes() == b"GET /{host} HTTP/1.1\r\nHost: h:1\r\n\r\n"


def test_dedup_finds_and_deletes(tmp_path):
    kept(tmp_path, "one")
    later = kept(tmp_path, "two")
    assert corpus("dedup", tmp_path)[0] == 1
    assert later.exists()
    assert corpus("dedup", "--delete", tmp_path)[0] == 0
    assert not later.exists()
    assert corpus("dedup", tmp_path) == (0, "0 doubles\n")


def test_what_cannot_be_is_told(tmp_path):
    assert corpus("lint", tmp_path / "nowhere")[0] == 4
    assert corpus("import", tmp_path, "--to", tmp_path / "out")[0] == 4
