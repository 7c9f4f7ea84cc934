"""What one recipient understands by some octets.

A reading is an opinion: ours, h11's, llhttp's, or one of those that the RFCs permit. Offsets count
octets from the first octet of the connection in that direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from harness.model.message import FieldLine, Framing, Request, Response

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A departure from the grammar: its kind (a stable slug), where it stands, the ledger row it breaks."""

    kind: str
    span: Span
    ledger: str
    detail: str = ""


class End(StrEnum):
    """How a reading stands after the last octet."""

    COMPLETE = "complete"
    NEEDS_MORE = "needs-more"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One request as understood: its syntax, framing, content (decoded) and octets [start, end).

    `body_at` is the first octet behind the empty line; `complete` is False for the last request of
    a stream that stops inside it.
    """

    request: Request
    framing: Framing
    content: bytes
    start: int
    body_at: int
    end: int
    complete: bool = True
    trailer_section: tuple[FieldLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A stream of requests as understood.

    `statuses` are the final statuses fit for the point of refusal (empty: any refusal), `must_close`
    whether the connection must not be used behind the last request, `complaint` a foreign parser's
    own words.
    """

    requests: tuple[ReadRequest, ...]
    end: End
    consumed: int
    anomalies: tuple[Anomaly, ...] = ()
    statuses: tuple[int, ...] = ()
    must_close: bool = False
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class ReadResponse:
    """One response as understood, interim or final: octets [start, end), content decoded.

    `method` is that of the request it was read for (HEAD and CONNECT change the framing), empty for
    a response that no request asked for. `complete` is False when the stream stops inside it.
    """

    response: Response
    framing: Framing
    content: bytes
    start: int
    body_at: int
    end: int
    complete: bool
    method: bytes = b""

    @property
    def status(self) -> int:
        """The status code as a number; 0 when it is not three digits."""
        return self.response.line.status

    @property
    def interim(self) -> bool:
        """Whether it is a 1xx that a final response follows (101 is final: the protocol changes)."""
        status = self.response.line.status
        return 100 <= status < 200 and status != 101


@dataclass(frozen=True)
class ResponseReading:
    """A stream of responses as understood; `consumed` is the offset behind the last complete one.

    (No slots: which responses are final is remembered.)
    """

    responses: tuple[ReadResponse, ...]
    end: End
    consumed: int
    anomalies: tuple[Anomaly, ...] = ()
    complaint: str = ""

    @cached_property
    def finals(self) -> tuple[ReadResponse, ...]:
        """The complete final responses, in order."""
        return tuple(one for one in self.responses if one.complete and not one.interim)
