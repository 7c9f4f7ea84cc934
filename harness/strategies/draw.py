"""The drawing interface: what a generator may ask for, whoever answers.

A generator is a plain function of a `Draw`. Three drivers answer it: Hypothesis
(`hypothesis_draw.py`), which shrinks what it finds; dice (`seeded.py`), which are fast and the same
everywhere; and any octets at all (`decoded.py`), for fuzzers that mutate octets. So there is one grammar.

Every question has a simplest answer, and shrinking goes there: the lowest integer, the first option,
False, the fewest octets. Write generators so that these make the plainest message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyz"

ANY_OCTET: Final = _LETTERS + bytes(octet for octet in range(256) if octet not in _LETTERS)
"""All octets, the plainest first."""


class Draw(Protocol):
    """Answers the questions of a generator. The same answers give the same value."""

    def integer(self, low: int, high: int) -> int:
        """One of low..high, both included; `low` is simplest. At most 2**32 of them."""

    def choice(self, options: Sequence[T]) -> T:
        """One of the options, of which there is at least one; the first is simplest."""

    def boolean(self, chance: float = 0.5) -> bool:
        """True with about that chance (counted in 64ths); False is simplest."""

    def octets(self, least: int, most: int, alphabet: bytes = ANY_OCTET) -> bytes:
        """So many octets of the alphabet, in which the first is simplest."""

    def event(self, name: str) -> None:
        """Something worth counting was drawn. Changes nothing."""


def several(draw: Draw, most: int, one: Callable[[Draw], T], chance: float = 0.625) -> list[T]:
    """Up to `most` of what `one` draws; each is asked for with that chance, so that any can shrink away."""
    drawn: list[T] = []
    while len(drawn) < most and draw.boolean(chance):
        drawn.append(one(draw))
    return drawn


@lru_cache(maxsize=64)
def table(alphabet: bytes) -> bytes:
    """For `bytes.translate`: any octet to one of the alphabet, 0 to its first."""
    return bytes(alphabet[octet % len(alphabet)] for octet in range(256))
