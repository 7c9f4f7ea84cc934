"""The file of known deviations: nothing that people wrote is ever lost, and diffs stay small."""

import difflib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError, UsageError
from harness.model.baseline import Deviation, Known
from harness.model.verdict import Grade
from harness.store.baseline import BaselineFile, load, read

DAY = date(2026, 11, 24)

FILE = """\
# Our own heading.

# Agreed with the team of nginx.
[[known]]  # the worst
target = "nginx"
rule = "9112-5.1-space-before-colon"
grade = "bad"
requirements = [
  "9112-5.1-a",  # the obvious one
]
reason = '''
Fixed upstream in 1.31: # not a comment
[[known]]
'''
expires = 2027-01-01

# --- what follows is older ---

# Nobody sends it.
[[known]]
rule = "9112-7.1-lenient"  # any order of keys will do
target = "nginx"
grade = "risk"
requirements = ["9112-7.1-a", "9112-7.1-b"]
# a comment at its end
"""


def deviation(rule, grade=Grade.BAD, rows=("row-a",), target="nginx"):
    return Deviation(target, rule, grade, tuple(rows), f"{rule}/1", "answered 200")


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "known.toml"
    file.write_text(FILE)
    return file


def changed(before, after):
    """The lines that go and those that come."""
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_what_people_wrote_reads_back_and_is_written_as_it_is(path):
    file = load(path)
    assert file.known == (
        Known(
            "nginx",
            "9112-5.1-space-before-colon",
            Grade.BAD,
            ("9112-5.1-a",),
            reason="Fixed upstream in 1.31: # not a comment\n[[known]]\n",
            expires=date(2027, 1, 1),
        ),
        Known("nginx", "9112-7.1-lenient", Grade.RISK, ("9112-7.1-a", "9112-7.1-b")),
    )
    file.write()
    assert path.read_text() == FILE


def test_what_is_new_comes_where_it_sorts_and_touches_nothing_else(path):
    file = load(path)
    added, extended = file.add([deviation("9112-6.1-both"), deviation("9112-2.2-x", target="zoo")], "0.1.0")
    file.write()
    assert (len(added), extended) == (2, [])
    assert all(line[0] == "+" for line in changed(FILE, path.read_text()))
    assert [one.rule for one in load(path).known] == [
        "9112-5.1-space-before-colon",
        "9112-6.1-both",
        "9112-7.1-lenient",
        "9112-2.2-x",
    ]
    assert "# Nobody sends it.\n[[known]]\nrule =" in path.read_text()


def test_further_rows_come_into_the_entry_that_there_is(path):
    file = load(path)
    added, extended = file.add([deviation("9112-5.1-space-before-colon", rows=("9112-5.1-b",))], "0.2.0")
    file.write()
    assert (added, len(extended)) == ([], 1)
    assert load(path).known[0].requirements == ("9112-5.1-a", "9112-5.1-b")
    difference = changed(FILE, path.read_text())
    assert all("requirements" in line or "9112-5.1" in line or line == "- ]" for line in difference)
    assert "# the obvious one" in path.read_text()
    again = load(path)
    assert again.add([deviation("9112-5.1-space-before-colon", rows=("9112-5.1-b",))], "0.2.0") == ([], [])


def test_what_is_taken_out_takes_its_own_comments_and_no_others(path):
    file = load(path)
    file.remove([file.known[0].key])
    file.write()
    text = path.read_text()
    assert "Agreed with" not in text
    for kept in ("# Our own heading.", "# --- what follows is older ---", "# Nobody sends it.", "at its end"):
        assert kept in text
    assert [one.rule for one in load(path).known] == ["9112-7.1-lenient"]
    last = load(path)
    last.remove([last.known[0].key])
    last.write()
    assert load(path).known == ()
    assert "# --- what follows is older ---" in path.read_text()


def test_loose_comments_behind_a_middle_entry_stay(path):
    file = load(path)
    file.add([deviation("9112-4-first"), deviation("9112-6.1-both")], "0.1.0")
    file.remove([one.key for one in file.known if one.rule != "9112-4-first"])
    file.write()
    assert "# --- what follows is older ---" in path.read_text()
    assert [one.rule for one in load(path).known] == ["9112-4-first"]


def test_an_entry_can_be_left_less(path):
    file = load(path)
    file.lessen({file.known[1].key: ("9112-7.1-b",)})
    file.write()
    assert load(path).known[1].requirements == ("9112-7.1-b",)
    assert changed(FILE, path.read_text()) == [
        '- requirements = ["9112-7.1-a", "9112-7.1-b"]',
        '+ requirements = ["9112-7.1-b"]',
    ]


def test_line_ends_stay_as_they_are(path):
    path.write_bytes(FILE.replace("\n", "\r\n").encode())
    file = load(path)
    file.add([deviation("9112-6.1-both")], "0.1.0")
    file.write()
    written = path.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    assert len(load(path).known) == 3


def test_a_new_file_has_a_heading_and_sorted_entries(tmp_path):
    file = load(tmp_path / "new.toml", may_be_new=True)
    assert file.known == ()
    file.add(
        [deviation("9112-9.1-x"), deviation("9112-10.1-x"), deviation("9112-9.1-x", Grade.SOFT)], "0.1.0"
    )
    file.write()
    text = (tmp_path / "new.toml").read_text()
    assert text.startswith("# Known deviations")
    assert text.endswith('reason = ""\n')
    known = load(tmp_path / "new.toml").known
    assert [(one.rule, one.grade) for one in known] == [
        ("9112-9.1-x", Grade.BAD),
        ("9112-9.1-x", Grade.SOFT),
        ("9112-10.1-x", Grade.BAD),
    ]
    assert (known[0].example, known[0].observed, known[0].since) == ("9112-9.1-x/1", "answered 200", "0.1.0")


def test_a_file_of_comments_alone_takes_entries(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("# by hand")
    file = load(path)
    file.add([deviation("9112-9.1-x")], "0.1.0")
    file.write()
    assert path.read_text().startswith("# by hand\n\n[[known]]\n")


encodable = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(name=encodable, rows=st.lists(encodable.filter(bool), min_size=1, max_size=3, unique=True))
def test_whatever_is_observed_reads_back(name, rows):
    with TemporaryDirectory() as folder:
        file = load(Path(folder) / "x.toml", may_be_new=True)
        file.add([Deviation(f"t{name}", "9112-1-x", Grade.BAD, tuple(rows), "9112-1-x/1", name)], "0.1.0")
        file.write()
        assert load(file.path).known == file.known


def test_an_edit_that_would_do_harm_is_not_made(path):
    path.write_text(
        FILE.replace("[[known]]\n'''\nexpires = 2027-01-01\n", "\n# the end'''\n").replace(
            "\n# --- what follows is older ---\n\n# Nobody sends it.\n", ""
        )
    )
    before = path.read_text()
    assert load(path).known[0].reason.endswith("# the end")
    file = load(path)
    file.add([deviation("9112-6.1-both")], "0.1.0")
    with pytest.raises(StoreError, match="edit it by hand"):
        file.write()
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[known]]\ntarget = 1", "entry 1: target: Expected `str`"),
        (FILE.replace('"risk"', '"bda"'), "entry 2: grade: Invalid enum value 'bda'"),
        (FILE.replace("expires", "expire"), "unknown field `expire`"),
        (FILE.replace("2027-01-01", "soon"), "no TOML"),
        (FILE.replace("2027-01-01", '"soon"'), "entry 1: expires: "),
        (FILE.replace('["9112-7.1-a", "9112-7.1-b"]', "[]"), "entry 2: requirements: "),
        (FILE.replace('target = "nginx"\nrule', "rule"), "missing required field `target`"),
        (
            FILE + FILE.partition("heading.\n")[2],
            "two entries for 9112-5.1-space-before-colon (bad) on nginx",
        ),
        ("known = [{target='a', rule='b', grade='bad', requirements=['c']}]", "under [[known]]"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(path, text, says):
    path.write_text(text)
    with pytest.raises(UsageError) as raised:
        read(path, DAY)
    assert says in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path):
    with pytest.raises(UsageError, match="wireproof baseline update"):
        read(tmp_path / "no.toml")
    (tmp_path / "bad.toml").write_bytes(b"# \xff")
    with pytest.raises(UsageError, match="UTF-8"):
        read(tmp_path / "bad.toml")
    with pytest.raises(StoreError, match="cannot write the baseline"):
        BaselineFile(tmp_path / "no" / "x.toml").write()
