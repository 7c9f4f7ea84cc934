"""How much a target takes of something, and what it does beyond."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Then(StrEnum):
    """What became of the connection. A reset behind a complete answer is a close."""

    IN_STEP = "in-step"
    CLOSES = "closes"
    RESETS = "resets"
    OUT_OF_STEP = "out-of-step"
    SILENT = "silent"


class Found(StrEnum):
    """What is known of a limit: its exact size, that no size that is ever sent reaches it, or neither."""

    EXACTLY = "exactly"
    NOT_REACHED = "not-reached"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reaction:
    """How one size was answered: the final status, None without a complete answer, and what came of it."""

    status: int | None
    then: Then


@dataclass(frozen=True, slots=True)
class Tried:
    """One size, and its answer."""

    size: int
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Limit:
    """What was found out about one thing that may be too large; its size counts `unit`s.

    `tried` are the sizes that are always tried. `most` is the largest size that is known to be taken
    (None: not even a small one), and `beyond` how `most` + 1 was answered. `beyond` is None where sizes
    were taken up to `up_to`, the largest that is ever sent, or where `note` says why nothing more is known.
    """

    name: str
    unit: str
    tried: tuple[Tried, ...]
    most: int | None
    beyond: Reaction | None
    note: str = ""
    up_to: int = 0

    @property
    def found(self) -> Found:
        """How much is known."""
        if self.beyond:
            return Found.EXACTLY
        return Found.UNKNOWN if self.note else Found.NOT_REACHED
