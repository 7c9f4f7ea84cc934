"""The driver that decodes: any octets at all are answers, so fuzzers that mutate octets mutate plans.

Decisions are taken from the end of the octets and contents from their front, as libFuzzer's data
provider does: an edit within contents moves no decision, and one among the last octets, which are asked
for first, is a great edit while one further in is small. When the octets are used up every
answer is the simplest, so every octet string decodes, and none of them for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from harness.strategies.draw import ANY_OCTET, table

T = TypeVar("T")

_COIN: Final = 256


class DecodedDraw:
    """Answers made of these octets; none of them is used twice."""

    __slots__ = ("_back", "_front", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._front = 0
        self._back = len(octets)

    def integer(self, low: int, high: int) -> int:
        """See Draw."""
        width = ((high - low).bit_length() + 7) // 8
        begin = max(self._back - width, self._front)
        number = int.from_bytes(self._octets[begin : self._back], "big")
        self._back = begin
        return low + number % (high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """See Draw."""
        return options[self.integer(0, len(options) - 1)]

    def boolean(self, chance: float = 0.5) -> bool:
        """See Draw."""
        return self.integer(0, _COIN - 1) >= _COIN - round(_COIN * chance)

    def octets(self, least: int, most: int, alphabet: bytes = ANY_OCTET) -> bytes:
        """See Draw."""
        count = self.integer(least, most)
        end = min(self._front + count, self._back)
        found = self._octets[self._front : end]
        self._front = end
        own = found if alphabet is ANY_OCTET else found.translate(table(alphabet))
        return own + alphabet[:1] * (least - len(own))

    def event(self, name: str) -> None:
        """Octets count nothing."""
