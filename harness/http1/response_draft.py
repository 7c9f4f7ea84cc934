"""A response while it is being read: what its octets have given so far.

Only the reader changes a draft; `read` makes the value of it, at any time, complete or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from harness.http1 import response_anomalies as kinds
from harness.http1.grammar import WHITESPACE
from harness.http1.response_anomalies import anomaly
from harness.http1.response_lines import (
    colonless_line,
    continuation,
    field_line,
    folded,
    sound_field_line,
    split_end,
)
from harness.model.message import CRLF, FieldLine, Framing, FramingKind, Response, StatusLine
from harness.model.reading import Anomaly, ReadResponse

NOT_DECIDED: Final = Framing(FramingKind.NONE)


class FieldSection:
    """The lines of a header section or trailer section as they come in, and their offsets.

    A line led by whitespace continues the field line before it (obs-fold, RFC 9112 5.2). Without one
    before it, it is kept as a line that is no field: `led` is the kind of that anomaly.
    """

    __slots__ = ("_continuations", "_led", "_lines", "offsets")

    def __init__(self, led: str = kinds.OBS_FOLD) -> None:
        self._lines: list[FieldLine] = []
        self._continuations: list[bytes] = []
        self._led = led
        self.offsets: list[int] = []

    def add(self, line: bytes, at: int, found: list[Anomaly]) -> None:
        """Take a line that is not empty."""
        if line[0] not in WHITESPACE:
            self._settle()
            self._led = kinds.OBS_FOLD
            self._lines.append(field_line(line, at, found))
            self.offsets.append(at)
        elif self._lines and self._lines[-1].colon:
            continuation(line, at, found)
            self._continuations.append(line)
        else:
            text, end = split_end(line, at, found)
            found.append(anomaly(self._led, at, at + len(text)))
            self._lines.append(colonless_line(text, end))
            self.offsets.append(at)

    def add_sound(self, buffer: bytearray, at: int, base: int) -> int:
        """Take all sound field lines that stand one behind the other at `at`; where they end.

        This is `add` for many lines at once. `base` is the offset of the buffer's first octet.
        """
        sound = sound_field_line(buffer, at)
        if sound:
            self._settle()  # not before a line that folds: see there
            self._led = kinds.OBS_FOLD
        while sound:
            self._lines.append(sound[0])
            self.offsets.append(base + at)
            at = sound[1]
            sound = sound_field_line(buffer, at)
        return at

    @property
    def lines(self) -> tuple[FieldLine, ...]:
        """The field lines so far, each whole with the lines that continue it."""
        self._settle()
        return tuple(self._lines)

    def _settle(self) -> None:
        """Join the continuations at once: joined one by one, many of them would take quadratic time."""
        if self._continuations:
            self._lines[-1] = folded(self._lines[-1], self._continuations)
            self._continuations = []


@dataclass(slots=True)
class Draft:
    """One response from its first octet `start` on, for a request with that method."""

    start: int
    method: bytes
    header: FieldSection
    line: StatusLine | None = None
    end_of_fields: bytes = b""
    body_at: int | None = None
    framing: Framing = NOT_DECIDED
    content: bytearray = field(default_factory=bytearray)
    trailers: FieldSection | None = None

    def read(self, end: int, complete: bool) -> ReadResponse | None:
        """The response so far, up to the offset `end`; None before its status-line is complete.

        While the header section is unfinished, `body_at` is the end and the framing's step is 0.
        """
        if self.line is None:
            return None
        trailer_section = self.trailers.lines if self.trailers else ()
        return ReadResponse(
            Response(self.line, self.header.lines, self.end_of_fields, trailer_section),
            self.framing,
            bytes(self.content),
            self.start,
            end if self.body_at is None else self.body_at,
            end,
            complete,
            self.method,
        )


def is_empty_line(line: bytes) -> bool:
    """Whether a line, with its line end, is the one that ends a field section."""
    return line in (CRLF, b"\n")
