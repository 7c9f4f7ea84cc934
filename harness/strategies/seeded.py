"""The fast driver: dice that fall the same way for the same seed, in every process and on every Python.

They are counter-based: each number of a seed has dice of its own, which are the octets that SHAKE128 makes
of the two. Seeding a `random.Random` would cost more than all that is then drawn for one plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import shake_128
from itertools import chain, count
from struct import Struct
from typing import Final, TypeVar

from harness.strategies.draw import ANY_OCTET, table

T = TypeVar("T")

_WORDS: Final = Struct("<32I")
_BITS: Final = 32


class SeededDraw:
    """Dice for a seed and a number, any integers.

    The thousandth plan of a seed is had without the 999 before it, and several processes may share the
    numbers among them.
    """

    __slots__ = ("_word",)

    _word: Callable[[], int]

    def __init__(self, seed: int, number: int = 0) -> None:
        self.restart(seed, number)

    def restart(self, seed: int, number: int) -> None:
        """Begin anew."""
        blocks = map(partial(_block, b"%d/%d" % (seed, number)), count())
        self._word = chain.from_iterable(blocks).__next__

    def integer(self, low: int, high: int) -> int:
        """See Draw."""
        return low + (self._word() * (high - low + 1) >> _BITS)

    def choice(self, options: Sequence[T]) -> T:
        """See Draw."""
        return options[self._word() * len(options) >> _BITS]

    def boolean(self, chance: float = 0.5) -> bool:
        """See Draw."""
        return self._word() < chance * (1 << _BITS)

    def octets(self, least: int, most: int, alphabet: bytes = ANY_OCTET) -> bytes:
        """See Draw."""
        size = self.integer(least, most)
        return shake_128(b"%d" % self._word()).digest(size).translate(table(alphabet))

    def event(self, name: str) -> None:
        """Dice count nothing."""


def _block(key: bytes, number: int) -> tuple[int, ...]:
    """The words of one block of a key."""
    return _WORDS.unpack(shake_128(b"%b/%d" % (key, number)).digest(_WORDS.size))
