"""What a probe may need of a target, beyond its answering requests: without it nothing would be proven.

Calibration finds out what there is. A probe whose need is not met is not sent, and its rule is told to be
not applicable, with the reason. What a server must do anyway is no need.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Need(StrEnum):
    """Something that a target may lack without any fault of its own."""

    ECHO = "echo"
    HALF_CLOSE = "half-close"

    @property
    def sentence(self) -> str:
        """What it is for, for users: a sentence."""
        return _SENTENCES[self]


_SENTENCES: Final[Mapping[Need, str]] = {
    Need.ECHO: "What was taken for the content shows only in an echo of it.",
    Need.HALF_CLOSE: "That a request is not finished is told by a half-close, behind which it must answer.",
}
