"""What calibration tells of a target, and how an answer is known again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.reading import ReadResponse
from harness.rules.need import Need


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding in words; `remedy` is what to do about it, where it keeps something from being judged.

    A remedy for a `need` helps as many rules as have that need.
    """

    name: str
    text: str
    remedy: str = ""
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What makes an answer known again: its status, and its content where that is stable."""

    status: int
    content: bytes | None

    @classmethod
    def of(cls, responses: Sequence[ReadResponse]) -> Signature:
        """Of answers to one request; content counts where it is stable and not left out because of HEAD."""
        contents = {one.content for one in responses if one.method != b"HEAD"}
        stable = len(responses) > 1 and len(contents) == 1
        return cls(responses[0].status, responses[0].content if stable else None)

    def matches(self, response: ReadResponse) -> bool:
        """Whether this is that answer."""
        return self.status == response.status and self.content in (None, response.content)

    def differs(self, other: Signature) -> bool:
        """Whether no answer can be both."""
        if self.status != other.status:
            return True
        return None not in (self.content, other.content) and self.content != other.content
