"""What is wrong with a corpus, beyond what keeps a file from being read at all.

A complaint is a line that says where, what, and what to do; an empty list is a sound corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.errors import BadCase
from harness.http1.build import HOST, PATH
from harness.http1.request_reader import read_requests
from harness.model.case import MARKER, Case
from harness.model.plan import AwaitEnd, AwaitResponse, Pause, Send
from harness.rules.rule import catalogue
from harness.store import case_file
from harness.store.corpus import Entry, duplicates, home, paths

_TOKEN: Final = re.compile(b"|".join(map(re.escape, (HOST, PATH, MARKER))))


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong; `fixable` where rewriting the file in the canonical form mends it."""

    path: Path
    text: str
    fixable: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def lint(root: Path) -> list[Complaint]:
    """All complaints about a corpus folder (or one file), in the order of the paths."""
    found: list[Complaint] = []
    readable: list[Entry] = []
    for path in paths(root):
        try:
            entry = Entry(path, case_file.read(path))
        except BadCase as error:
            found.append(Complaint(path, str(error).removeprefix(f"{path}: ")))
            continue
        readable.append(entry)
        found += (Complaint(path, text) for text in complaints(entry.case))
        if path.read_text() != case_file.write(entry.case):
            found.append(Complaint(path, "not in the canonical form: wireproof corpus lint --fix", True))
        if root.is_dir() and path.name != home(root, entry.case).name:
            found.append(Complaint(path, f"the file is not called after its id, {entry.case.id}.toml"))
    found += (
        Complaint(later.path, f"does the same as {first.path}") for first, later in duplicates(readable)
    )
    found += _same_ids(readable)
    return found


def complaints(case: Case) -> Iterator[str]:
    """What is wrong with one case."""
    if not case.octets:
        yield "sends nothing at all"
    for rule in case.provokes:
        if rule not in catalogue():
            yield f"provokes {rule}, which is no rule: wireproof list tells their names"
    if case.cites and not re.fullmatch(r"RFC \d{4} [\dA-Z][\d.]*", case.cites):
        yield f"cites {case.cites!r}; write it like RFC 9112 6.1"
    yield from _tokens(case)
    yield from _order(case)


def _tokens(case: Case) -> Iterator[str]:
    """A token changes its length when it is filled, so it must not be counted, nor be cut in two."""
    counted = [(one.body_at, one.end) for one in read_requests(case.octets, ended=True).requests]
    for token in _TOKEN.finditer(case.octets):
        if any(begin <= token.start() < end for begin, end in counted if end > begin):
            yield f"{token[0].decode()} at octet {token.start()} stands in content, whose length it changes"
    if case.octets.count(MARKER) > 1:
        yield "{marker} stands in it more than once"
    for step in case.steps:
        if isinstance(step, Send):
            spans = [one.span() for one in _TOKEN.finditer(step.octets)]
            if len(step.cuts) == len(step.octets) - 1:  # octet by octet: what is filled in is cut as well
                continue
            for cut in step.cuts:
                if any(begin < cut < end for begin, end in spans):
                    yield f"split at {cut} falls into a token"


def _order(case: Case) -> Iterator[str]:
    """Waiting in front of the first octets, and a pause behind the last, do nothing."""
    sends = [number for number, step in enumerate(case.steps) if isinstance(step, Send)]
    if sends and any(isinstance(step, AwaitResponse | AwaitEnd) for step in case.steps[: sends[0]]):
        yield "waits for an answer before anything is sent"
    if isinstance(case.steps[-1], Pause):
        yield "ends with a pause, which nothing follows"


def _same_ids(found: list[Entry]) -> Iterator[Complaint]:
    first: dict[str, Entry] = {}
    for entry in found:
        if first.setdefault(entry.case.id, entry) is not entry:
            yield Complaint(entry.path, f"has the id of {first[entry.case.id].path}")
