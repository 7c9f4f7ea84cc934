"""Requests paired with their responses under one reading, and what became of the connection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model.reading import Anomaly, Reading, ReadRequest, ReadResponse


class Explanation(StrEnum):
    """How far the permitted readings explain what a server did with some octets, best first.

    FITS: boundaries and statuses. RECOVERS: only by taking malformed chunk framing leniently, which the
    grammar excludes and no keyword forbids (RFC 9110 2.4): a risk. STATUS: the boundaries fit, but some
    status is not what the RFC asks for at its request: for the rule about that request to say. REFUTED:
    no permitted reading has these boundaries. TOO_MANY: the search was given up without an explanation.
    """

    FITS = "fits"
    RECOVERS = "recovers"
    STATUS = "status"
    REFUTED = "refuted"
    TOO_MANY = "too-many"


class Fate(StrEnum):
    """What became of the connection; an axis of its own beside what was answered.

    CLOSED: a FIN, or a reset after a complete final response (a server that closes with unread
    octets of ours makes its kernel send RST; which of the two it was is in the transcript).
    RESET: a reset before a complete final response. KEPT: a later request was answered.
    OPEN: silent to the end of the observation.
    """

    CLOSED = "closed"
    RESET = "reset"
    KEPT = "kept"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back for it. `final` is None when nothing complete came.

    `fate` is the connection's fate right behind this exchange; `partial` a final response that had
    begun when the octets stopped. `marker` tells whether the request is the engine's own, and then
    `recognised` whether the answer is the one that calibration saw for it (None: no answer, or the
    target answers everything alike).
    """

    request: ReadRequest
    interim: tuple[ReadResponse, ...]
    final: ReadResponse | None
    fate: Fate
    anomalies: tuple[Anomaly, ...] = ()
    partial: ReadResponse | None = None
    marker: bool = False
    recognised: bool | None = None

    @property
    def status(self) -> int | None:
        """The final status, or None without a complete final response."""
        return self.final.status if self.final else None


@dataclass(frozen=True, slots=True)
class Conversation:
    """All exchanges under one reading.

    `unasked` are responses that no request of the reading accounts for, `surplus` the octets behind
    the last response that could be read.
    """

    reading: Reading
    exchanges: tuple[Exchange, ...]
    fate: Fate
    unasked: tuple[ReadResponse, ...] = ()
    surplus: bytes = b""
