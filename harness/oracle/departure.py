"""A known departure of a foreign parser from the RFCs: one row of its oracle's table.

Each row is kept true by a test that runs the installed parser over its octets. A difference without a
citation is no departure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model.reading import End
from harness.model.requirement import Citation


class Direction(StrEnum):
    """Which octets the parser is reading: as a server, or as a client."""

    REQUESTS = "requests"
    RESPONSES = "responses"


@dataclass(frozen=True, slots=True)
class Departure:
    """What a parser does with the example, and what the RFC says in our words.

    `end` and `contents` are the parser's reading of the example, with `must_close` for requests; `method`
    is that of the request which a response answers. `ledger` is the row it departs from, empty where the
    text binds a client, which the ledger leaves out.
    """

    name: str
    direction: Direction
    octets: bytes
    does: str
    rfc: str
    citation: Citation
    ledger: str
    end: End
    contents: tuple[bytes, ...]
    must_close: bool = False
    method: bytes = b"GET"
    ended: bool = False


def takes(
    name: str, octets: bytes, rfc: str, ledger: str, *contents: bytes, does: str = "takes it as sound"
) -> Departure:
    """As a server it takes requests with these contents (one without content), and keeps the connection."""
    return Departure(
        name, Direction.REQUESTS, octets, does, rfc, cited(ledger), ledger, End.COMPLETE, contents or (b"",)
    )


def refuses(name: str, octets: bytes, rfc: str, ledger: str, *contents: bytes) -> Departure:
    """As a server it refuses behind requests with these contents, the last of which may be cut short."""
    return Departure(
        name, Direction.REQUESTS, octets, "refuses", rfc, cited(ledger), ledger, End.REJECTED, contents, True
    )


def passes(
    name: str, octets: bytes, rfc: str, ledger: str, *contents: bytes, method: bytes = b"GET"
) -> Departure:
    """As a client it passes responses with these contents (one with the content "a")."""
    does, passed = "passes it without complaint", contents or (b"a",)
    return Departure(
        name,
        Direction.RESPONSES,
        octets,
        does,
        rfc,
        cited(ledger),
        ledger,
        End.COMPLETE,
        passed,
        method=method,
    )


def rejects(
    name: str,
    octets: bytes,
    rfc: str,
    ledger: str,
    *contents: bytes,
    method: bytes = b"GET",
    ended: bool = False,
    citation: Citation | None = None,
) -> Departure:
    """As a client it refuses behind responses with these contents, the last of which may be cut short."""
    return Departure(
        name,
        Direction.RESPONSES,
        octets,
        "refuses",
        rfc,
        citation or cited(ledger),
        ledger,
        End.REJECTED,
        contents,
        method=method,
        ended=ended,
    )


def cited(ledger: str) -> Citation:
    """The section that a ledger id names."""
    rfc, section, _ = ledger.split("-", 2)
    return Citation(int(rfc), section)
