"""The file of known deviations: TOML, made to be reviewed, and written by people as much as by us.

Whatever people write stays: reasons, dates, comments, the order and the look of what is there. An entry is
a `[[known]]` table with the comment lines that stand right above it; it is only ever edited in itself, added
where it sorts, or taken out whole. Comments apart from it, behind an empty line, belong to nobody and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import tomlkit

from harness.errors import StoreError, UsageError
from harness.model.baseline import Baseline, Deviation, Key, Known, order
from harness.model.verdict import Grade

_HEADING: Final = """\
# Known deviations: `wireproof run --baseline FILE` does not fail because of them.
# Give each its reason; with `expires = 2030-01-31` it fails again from that day on.
"""
_OBSERVED_SHOWN: Final = 200

_Text = Annotated[str, msgspec.Meta(min_length=1)]

# A line that opens an entry, or what may hold such a line without opening one: strings and comments.
_TOKENS: Final = re.compile(
    r'"""(?s:\\.|[^\\])*?"""+|\'\'\'(?s:.)*?\'\'\'+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
    r"|(?P<entry>(?m:^)[ \t]*\[\[[ \t]*known[ \t]*\]\])|#[^\n]*"
)
_LOOSE_ENDING: Final = re.compile(r"(?m)^[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*\Z")
_LEAD: Final = re.compile(r"(?m)(?:^[ \t]*#[^\n]*\n)+\Z")


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[known]]` table."""

    target: _Text
    rule: _Text
    grade: Grade
    requirements: Annotated[list[_Text], msgspec.Meta(min_length=1)]
    reason: str = ""
    since: str = ""
    expires: date | None = None
    example: str = ""
    observed: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    known: list[_Entry] = []


@dataclass(slots=True)
class _Piece:
    """An entry with its own text; what stands loose behind it, comments and empty lines, is `behind`."""

    known: Known
    text: str
    behind: str = "\n"


@dataclass(slots=True)
class BaselineFile:
    """A file of known deviations, to be edited: `heading` is what stands above the first entry."""

    path: Path
    heading: str = _HEADING + "\n"
    pieces: list[_Piece] = field(default_factory=list)
    line_end: str = "\n"

    @property
    def known(self) -> tuple[Known, ...]:
        """The entries in the order of the file."""
        return tuple(piece.known for piece in self.pieces)

    def held_on(self, day: date) -> Baseline:
        """The entries as what a run of that day is held against."""
        return Baseline(str(self.path), day, self.known)

    def add(self, new: Iterable[Deviation], since: str) -> tuple[list[Key], list[Key]]:
        """Take in what is new: rows into the entry that there is, else an entry; the keys of both."""
        added, extended = [], []
        there = {piece.known.key: piece for piece in self.pieces}
        for one in new:
            if one.key in there:
                piece = there[one.key]
                rows = [*dict.fromkeys([*piece.known.requirements, *one.requirements])]
                if len(rows) > len(piece.known.requirements):
                    _set_rows(piece, rows)
                    extended.append(one.key)
            else:
                self._insert(_entry_for(one, since))
                added.append(one.key)
        return added, extended

    def remove(self, keys: Iterable[Key]) -> None:
        """Take entries out; comments that stand apart from them stay."""
        gone = set(keys)
        for piece in [piece for piece in self.pieces if piece.known.key in gone]:
            at = self.pieces.index(piece)
            del self.pieces[at]
            if not piece.behind.strip():
                continue
            if at:
                self.pieces[at - 1].behind = self.pieces[at - 1].behind.rstrip("\n") + "\n" + piece.behind
            else:
                self.heading += piece.behind.lstrip("\n")

    def lessen(self, left: Mapping[Key, Sequence[str]]) -> None:
        """Leave these entries no more than the rows that are named."""
        for piece in self.pieces:
            if piece.known.key in left:
                _set_rows(piece, left[piece.known.key])

    def write(self) -> None:
        """Write the file, whole or not at all. StoreError says why it could not.

        It is read back before: an edit that would spoil what people wrote is not made.
        """
        if not self._reads_back():
            raise StoreError(
                f"{self.path} cannot be edited without harm to what stands in it: edit it by hand"
            )
        beside = self.path.with_name(f".{self.path.name}.new")
        try:
            beside.write_text(self.text, "utf-8", newline=self.line_end)
            beside.replace(self.path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StoreError(f"cannot write the baseline {self.path}: {error.strerror}") from error

    @property
    def text(self) -> str:
        """What is written; it reads back as the same entries."""
        text = self.heading + "".join(piece.text + piece.behind for piece in self.pieces)
        return text.rstrip("\n") + "\n"

    def _reads_back(self) -> bool:
        try:
            return tuple(map(_known, _decoded(self.path, self.text).known)) == self.known
        except UsageError:
            return False

    def _insert(self, known: Known) -> None:
        """Before the first entry that sorts behind it, so that what is there keeps its order."""
        if not self.pieces and self.heading.strip() and not self.heading.endswith("\n\n"):
            self.heading += "\n"
        later = (at for at, piece in enumerate(self.pieces) if order(piece.known.key) > order(known.key))
        at = next(later, len(self.pieces))
        if at and at == len(self.pieces) and not self.pieces[-1].behind:
            self.pieces[-1].behind = "\n"
        self.pieces.insert(at, _Piece(known, _told(known)))


def today() -> date:
    """The day by which entries expire, in UTC as all times of runs."""
    return datetime.now(UTC).date()


def load(path: Path, *, may_be_new: bool = False) -> BaselineFile:
    """The file, to be edited; an empty one where there is none yet and that may be.

    UsageError says what is wrong with it, and where.
    """
    if not path.exists():
        if may_be_new:
            return BaselineFile(path)
        raise UsageError(f"there is no baseline {path}. Make it from a run: wireproof baseline update")
    return _parsed(path, *_read(path))


def read(path: Path, day: date | None = None) -> Baseline:
    """The entries of a file that is there, on that day or today. UsageError says what is wrong with it."""
    return load(path).held_on(day or today())


def _read(path: Path) -> tuple[str, str]:
    """Its text with plain line ends, and the line end that it has."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the baseline {path}: {error}. It is to be TOML in UTF-8.") from error
    line_end = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    return text if text.endswith("\n") or not text else f"{text}\n", line_end


def _parsed(path: Path, text: str, line_end: str) -> BaselineFile:
    known = [_known(entry) for entry in _decoded(path, text).known]
    _check_twice(path, known)
    starts = [found.start() for found in _TOKENS.finditer(text) if found["entry"] is not None]
    if len(starts) != len(known):
        raise UsageError(f"{path}: write each entry as a table of its own, under [[known]]")
    starts = [start - len(_lead(text[:start])) for start in starts]
    heading = text[: starts[0]] if starts else text
    ends = [*starts[1:], len(text)][: len(starts)]
    pieces = [_piece(one, text[start:end]) for one, start, end in zip(known, starts, ends, strict=True)]
    return BaselineFile(path, heading, pieces, line_end)


def _decoded(path: Path, text: str) -> _File:
    try:
        return msgspec.toml.decode(text, type=_File)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.known[")
        number = where.partition("]")[0]
        entry = f"entry {int(number) + 1}: " if number.isdigit() else ""
        field_name = where.partition("].")[2].strip("`")
        raise UsageError(f"{path}: {entry}{field_name and f'{field_name}: '}{what}") from None
    except msgspec.DecodeError as error:
        raise UsageError(f"{path}: no TOML: {error}") from None


def _known(entry: _Entry) -> Known:
    values: dict[str, Any] = msgspec.structs.asdict(entry)
    return Known(**{**values, "requirements": tuple(entry.requirements)})


def _check_twice(path: Path, known: Sequence[Known]) -> None:
    seen: set[Key] = set()
    for one in known:
        if one.key in seen:
            raise UsageError(
                f"{path}: two entries for {one.rule} ({one.grade}) on {one.target}. Make one of them."
            )
        seen.add(one.key)


def _lead(before: str) -> str:
    """The comment lines that stand right above; the heading of the file is never of them."""
    found = _LEAD.search(before)
    return found[0] if found and found.start() > 0 else ""


def _piece(known: Known, text: str) -> _Piece:
    loose = _LOOSE_ENDING.search(text)
    end = loose.start() if loose else len(text)
    return _Piece(known, text[:end], text[end:])


def _entry_for(one: Deviation, since: str) -> Known:
    observed = one.observed
    if len(observed) > _OBSERVED_SHOWN:
        observed = observed[: _OBSERVED_SHOWN - 1] + "…"
    return Known(
        one.target,
        one.rule,
        one.grade,
        one.requirements,
        since=since,
        example=one.example,
        observed=observed,
    )


def _told(known: Known) -> str:
    """An entry of our own making."""
    values = {
        "target": known.target,
        "rule": known.rule,
        "grade": str(known.grade),
        "requirements": list(known.requirements),
        "observed": known.observed,
        "example": known.example,
        "since": known.since,
        "reason": known.reason,
    }
    lines = [f"{name} = {tomlkit.item(value).as_string()}\n" for name, value in values.items()]
    return "[[known]]\n" + "".join(lines)


def _set_rows(piece: _Piece, rows: Sequence[str]) -> None:
    """Change the rows of an entry, and nothing else of its text."""
    document = tomlkit.parse(piece.text)
    held: Any = document["known"][0]["requirements"]
    for row in [row for row in held if row not in rows]:
        held.remove(row)
    for row in rows:
        if row not in held:
            held.append(row)
    piece.text = tomlkit.dumps(document)
    piece.known = replace(piece.known, requirements=tuple(map(str, held)))
