"""The ledger: every requirement that binds a server, from RFC 9112, 9110 and their neighbours, as data.

`requirements.tsv` has one row a requirement: its id (stable, never reused), section, keyword, whether
a tester can see it from outside, the class of attack that a breach opens, and the requirement in our
own words.
"""

from __future__ import annotations

import csv
import re
import tomllib
from functools import cache
from importlib.resources import files

from harness.model.requirement import Citation, Level, Requirement

_LEVELS = {
    "MUST": Level.MUST,
    "MUST NOT": Level.MUST,
    "SHOULD": Level.SHOULD,
    "SHOULD NOT": Level.SHOULD,
    "MAY": Level.MAY,
    "PROSE": Level.PROSE,
    "ABNF": Level.GRAMMAR,
    "ERRATUM": Level.GRAMMAR,
}
_DECLARATIVE = re.compile(r"-d\d+$")  # a plain sentence that stands among the grammar rows


@cache
def ledger() -> dict[str, Requirement]:
    """All rows by id, in the order of the file."""
    text = files(__name__).joinpath("requirements.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["id"]: _requirement(row) for row in rows}


@cache
def waived() -> dict[str, str]:
    """Rows that no rule covers on purpose, each with the reason."""
    return tomllib.loads(files(__name__).joinpath("waived.toml").read_text(encoding="utf-8"))


def _requirement(row: dict[str, str]) -> Requirement:
    declarative = row["keyword"] == "ABNF" and _DECLARATIVE.search(row["id"])
    return Requirement(
        id=row["id"],
        citation=Citation(int(row["id"].partition("-")[0]), row["section"]),
        level=Level.PROSE if declarative else _LEVELS[row["keyword"]],
        keyword=row["keyword"],
        summary=row["summary"],
        security=row["security"],
        testable=row["testable"],
    )
