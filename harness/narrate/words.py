"""The words of the product and what each means: one table for terminal, pytest and reports.

Each standing has a symbol and a letter beside its word, so that colour is never the only carrier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.conversation import Fate
from harness.model.requirement import Level
from harness.model.tally import Standing


@dataclass(frozen=True, slots=True)
class Word:
    """One standing in words: for one, for several, as a symbol, as a US-ASCII letter; and its meaning."""

    one: str
    many: str
    symbol: str
    letter: str
    meaning: str

    def count(self, number: int) -> str:
        """`1 breach`, `2 breaches`."""
        return f"{number:,} {self.one if number == 1 else self.many}"


WORDS = {
    Standing.BAD: Word("breach", "breaches", "✕", "F", "A requirement is broken, and it matters."),
    Standing.RISK: Word(
        "risk",
        "risks",
        "▲",
        "R",
        "Accepts what the grammar excludes though no keyword forbids it: a security finding, not a breach.",
    ),
    Standing.UNMET: Word(
        "unmet",
        "unmet",
        "◇",
        "U",
        "The required status was not seen, mostly because of a silent close; nothing unsafe happened.",
    ),
    Standing.SOFT: Word("soft", "soft", "▽", "S", "Only a SHOULD is missed."),
    Standing.FLAKY: Word(
        "flaky", "flaky", "≈", "~", "Repeating it gave another result: shown, never counted as a failure."
    ),
    Standing.INCONCLUSIVE: Word(
        "inconclusive", "inconclusive", "?", "?", "What was seen does not decide it. Never a pass."
    ),
    Standing.CONFORMS: Word(
        "conforms", "conform", "✓", ".", "One of the permitted reactions was seen. Passing is not proof."
    ),
    Standing.NOT_APPLICABLE: Word(
        "not applicable", "not applicable", "○", "-", "The target does not offer what the rule is about."
    ),
}


def counted(counts: Mapping[Standing | None, int]) -> str:
    """`2 breaches, 50 conform, 3 with nothing to judge`; None stands for the latter."""
    parts = [WORDS[one].count(counts[one]) for one in Standing if counts.get(one)]
    unjudged = counts.get(None, 0)
    return ", ".join([*parts, *([f"{unjudged} with nothing to judge"] if unjudged else [])])


LEVELS = {
    Level.MUST: "An absolute requirement; MUST NOT counts as MUST.",
    Level.SHOULD: "Recommended: there may be good reasons to do otherwise.",
    Level.MAY: "A choice that is left to the server: recorded, never failed.",
    Level.GRAMMAR: "What the ABNF admits and what it excludes.",
    Level.PROSE: "A declarative sentence without a keyword that still says how things are.",
}

FATES = {
    Fate.CLOSED: "The server closed the connection (a FIN, or a reset behind a complete answer).",
    Fate.RESET: "The server reset the connection before its answer was complete.",
    Fate.KEPT: "The connection stayed usable: a later request was answered.",
    Fate.OPEN: "Nothing more was seen to the end of the observation.",
}
