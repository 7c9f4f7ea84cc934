"""Every word that a verdict may use has its meaning, its symbol and its letter."""

from __future__ import annotations

from harness.model.conversation import Fate
from harness.model.requirement import Level
from harness.model.tally import Standing
from harness.narrate.words import FATES, LEVELS, WORDS


def test_nothing_is_left_without_words() -> None:
    assert list(WORDS) == list(Standing)
    assert list(LEVELS) == list(Level)
    assert set(FATES) == set(Fate)


def test_symbols_and_letters_tell_standings_apart_without_colour() -> None:
    assert len({word.symbol for word in WORDS.values()}) == len(Standing)
    assert len({word.letter for word in WORDS.values()}) == len(Standing)
    assert all(word.letter.isascii() for word in WORDS.values())


def test_counts_have_their_plural() -> None:
    assert (WORDS[Standing.BAD].count(1), WORDS[Standing.BAD].count(1200)) == ("1 breach", "1,200 breaches")
