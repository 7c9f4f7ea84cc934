"""A corpus: a folder of case files, by section; and raw folders, one file a connection's octets, in and out.

Everything is in the order of the paths, so that two machines replay the same cases in the same order.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import corpus
from harness.errors import BadCase, StoreError
from harness.model.case import MARKER, Case
from harness.model.plan import Send
from harness.packages import require_ours
from harness.store import case_file

ENDING: Final = ".toml"


def bundled() -> Path:
    """The corpus that comes with wireproof; HarnessError where a package of the user's hides it."""
    require_ours(corpus)
    return Path(corpus.__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A case and where it stands."""

    path: Path
    case: Case


def paths(place: Path) -> list[Path]:
    """The case files of a folder and of all below it, or that one file. BadCase where there is nothing."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise BadCase(f"{place} is neither a case file nor a folder of them")
    return sorted(one for one in place.rglob(f"*{ENDING}") if one.is_file())


def entries(place: Path) -> Iterator[Entry]:
    """The cases of a folder, in the order of their paths. BadCase by the first that cannot be read."""
    return (Entry(path, case_file.read(path)) for path in paths(place))


def home(root: Path, case: Case) -> Path:
    """Where a case stands: `root/rfc9112/6.1/ID.toml` after what it cites, else `root/ID.toml`."""
    found = re.fullmatch(r"RFC (\d{4}) ([\dA-Z][\d.]*)", case.cites)
    folder = root / f"rfc{found[1]}" / found[2] if found else root
    return folder / f"{case.id}{ENDING}"


def save(path: Path, case: Case) -> None:
    """Write a case file whole or not at all. StoreError says why it could not."""
    write_raw(path, case_file.write(case).encode("ascii"))


def remove(path: Path) -> None:
    """Delete a case file. StoreError says why it could not."""
    try:
        path.unlink()
    except OSError as error:
        raise StoreError(f"cannot delete {path}: {error.strerror}") from error


def write_raw(path: Path, octets: bytes) -> None:
    """Write a file whole or not at all, its folder as well. StoreError says why it could not."""
    draft = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(octets)
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise StoreError(f"cannot write {path}: {error.strerror}") from error


def duplicates(found: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    """Cases that do the same as one before them: pairs of the first and the later one."""
    first: dict[str, Entry] = {}
    return [
        (first[entry.case.identity], entry)
        for entry in found
        if first.setdefault(entry.case.identity, entry) is not entry
    ]


# Raw folders -------------------------------------------------------------------------------------


def raw_files(place: Path) -> list[Path]:
    """The files of a raw folder, or that one file; hidden files and case files are none."""
    if place.is_file():
        return [place]
    found = (one for one in place.rglob("*") if one.is_file() and one.suffix != ENDING)
    return sorted(one for one in found if not one.name.startswith("."))


def octets_of(path: Path) -> bytes:
    """The octets of a raw file. BadCase where there are none, or more than a case may send."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise BadCase(f"cannot read {path}: {error.strerror}") from error
    if not octets:
        raise BadCase(f"{path} is empty: there is nothing to send")
    if len(octets) > case_file.MOST_OCTETS:
        raise BadCase(f"{path} has {len(octets)} octets; a case sends at most {case_file.MOST_OCTETS}")
    return octets


def from_raw(path: Path, name: str = "") -> Case:
    """The octets of a file as a case that sends them in one piece. BadCase where there are none.

    What looks like a token is not to be filled in a raw file, so that such octets cannot become a case.
    """
    octets = octets_of(path)
    if token := re.search(rb"\{(host|path|marker)\}", octets):
        raise BadCase(f"{path}: a case would fill in the {token[0].decode()} at octet {token.start()}")
    title = octets.partition(b"\n")[0].rstrip(b"\r").decode("latin-1")[:80].strip()
    return Case(
        id=name or slug(path.name),
        title=title if title.isprintable() and title else f"{len(octets)} octets",
        steps=(Send(octets),),
        provenance=f"imported from {path.name}",
    )


def to_raw(case: Case, host: bytes, path: bytes) -> bytes:
    """The octets of a case with the target's own filled in; its marker, pauses and cuts are left out."""
    return path.join(
        part.replace(b"{host}", host) for part in case.octets.replace(MARKER, b"").split(b"{path}")
    )


def slug(name: str) -> str:
    """A name as an id: lower-case words with hyphens between them."""
    return "-".join(re.findall(r"[a-z0-9]+", os.path.splitext(name)[0].lower()))[:80].strip("-") or "case"
