"""How what is drawn is shown where an example fails: in a line of visible octets."""

from __future__ import annotations

from typing import Final, Protocol

from harness.narrate.escape import as_text

_MOST: Final = 240


class Printer(Protocol):
    """As much of Hypothesis's printer as is needed here."""

    def text(self, text: str) -> None:
        """Print this."""


class Shown:
    """A value that is shown by its own `__repr__`, where Hypothesis would show its parts."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        printer.text(repr(self))


def shown(octets: bytes) -> str:
    """Octets in a line."""
    return as_text(octets, _MOST)
