"""The driver that shrinks: each question becomes a draw of Hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import hypothesis
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from harness.strategies.draw import ANY_OCTET, Draw, table

T = TypeVar("T")

_COIN: Final = 64

_integers = lru_cache(maxsize=1024)(st.integers)


@lru_cache(maxsize=256)
def _places(count: int) -> SearchStrategy[int]:
    return st.sampled_from(range(count))  # two thirds of what an integer costs, and evenly spread


@lru_cache(maxsize=_COIN + 1)
def _booleans(sixty_fourths: int) -> SearchStrategy[bool]:
    return st.sampled_from((False,) * (_COIN - sixty_fourths) + (True,) * sixty_fourths)


@lru_cache(maxsize=256)
def _octets(least: int, most: int, alphabet: bytes) -> SearchStrategy[bytes]:
    translated = table(alphabet)
    return st.binary(min_size=least, max_size=most).map(lambda octets: octets.translate(translated))


class HypothesisDraw:
    """Answers drawn by Hypothesis, for the `draw` of a composite strategy."""

    __slots__ = ("_draw",)

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """See Draw."""
        return self._draw(_integers(low, high))

    def choice(self, options: Sequence[T]) -> T:
        """See Draw. What was drawn is the place, so that options need not be hashable."""
        return options[self._draw(_places(len(options)))] if len(options) > 1 else options[0]

    def boolean(self, chance: float = 0.5) -> bool:
        """See Draw."""
        return self._draw(_booleans(round(_COIN * chance)))

    def octets(self, least: int, most: int, alphabet: bytes = ANY_OCTET) -> bytes:
        """See Draw."""
        return self._draw(_octets(least, most, alphabet))

    def event(self, name: str) -> None:
        """Counted in the statistics of `pytest --hypothesis-show-statistics`."""
        hypothesis.event(name)


def drawn(generate: Callable[[Draw], T]) -> SearchStrategy[T]:
    """The strategy of a generator."""

    @st.composite
    def composed(draw: DrawFn) -> Any:
        return generate(HypothesisDraw(draw))

    strategy: SearchStrategy[T] = composed()
    return strategy
