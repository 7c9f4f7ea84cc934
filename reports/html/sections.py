"""Sections of the RFCs: their titles, and the order of the book."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path


@cache
def _titles() -> dict[tuple[int, str], str]:
    text = Path(__file__).with_name("sections.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {(int(row["rfc"]), row["section"]): row["title"] for row in rows}


def title_of(rfc: int, section: str) -> str:
    """The title of a section; empty if it is none that the ledger speaks of."""
    return _titles().get((rfc, section), "")


def in_order(rfc: int, section: str) -> tuple[int, list[tuple[int, str]]]:
    """What to sort by: 9112 before 9110 and the rest, section 9 before 10, appendices last."""
    parts = [(int(part), "") if part.isdigit() else (10_000, part) for part in section.split(".")]
    return -rfc, parts
