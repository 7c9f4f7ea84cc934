"""What all parts of the text speak of: lines, the manner of telling, and cells."""

from __future__ import annotations

from dataclasses import dataclass

from harness.narrate.escape import visible_text
from reports.cells import Cell, cells

__all__ = ["Cell", "Line", "Manner", "cells", "plural", "shown"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, the colour that it may be shown in, and whether it stands out."""

    text: str
    colour: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How to tell: everything or the essence, with glyphs or in US-ASCII, for how many columns (0: any)."""

    verbose: bool = False
    glyphs: bool = True
    width: int = 0


def shown(text: str) -> str:
    """Text that a target may have had a hand in, harmless and in one line."""
    return visible_text(text).replace("\n", " ")


def plural(number: int, word: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
