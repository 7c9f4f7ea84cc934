"""What can be said of some request octets without a server: how they may be read, and who reads them how."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.reading import Reading


@dataclass(frozen=True, slots=True)
class Judgement:
    """The octets of one direction of a connection, judged.

    `strict` is our own reading of them, with every anomaly; `readings` are those that the RFCs permit a
    server (at most 16, then `more`; with `too_many` the search was given up and there may be any number
    of others); `opinions` are the names of foreign parsers and what each understands.
    """

    octets: bytes
    ended: bool
    strict: Reading
    readings: tuple[Reading, ...]
    more: int
    too_many: bool
    opinions: tuple[tuple[str, Reading], ...] = ()
