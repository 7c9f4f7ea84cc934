"""Requirements of the RFCs, as the ledger states them in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How strongly a requirement is worded; MUST NOT counts as MUST, SHOULD NOT as SHOULD."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
    GRAMMAR = "GRAMMAR"
    PROSE = "PROSE"


@dataclass(frozen=True, slots=True)
class Citation:
    """A section of an RFC."""

    rfc: int
    section: str

    @property
    def url(self) -> str:
        """Where to read it."""
        return f"https://www.rfc-editor.org/rfc/rfc{self.rfc}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """The fragment: appendices (a leading letter) and sections are named differently."""
        kind = "appendix" if self.section[:1].isalpha() else "section"
        return f"{kind}-{self.section}"

    def __str__(self) -> str:
        return f"RFC {self.rfc} {self.section}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the ledger. `testable` tells whether a tester can see it from outside."""

    id: str
    citation: Citation
    level: Level
    keyword: str
    summary: str
    security: str = "none"
    testable: str = "black-box"
