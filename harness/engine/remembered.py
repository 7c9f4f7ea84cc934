"""What was read of responses, remembered for the next time that a server says the same.

A server says much the same again and again, whatever a campaign sends. So its octets are read once, and
h11's opinion, which costs more than everything else that is done with an exchange, is asked once of octets
that are the same but for their dates. What h11 makes of our own octets no rule asks, and so a campaign does
not either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from harness.engine.examine import Examiner
from harness.http1.dates import masked
from harness.http1.response_reader import ResponseReader
from harness.model.reading import End, Reading, ResponseReading
from harness.model.transcript import Ended, Transcript
from harness.model.verdict import Opinion
from harness.oracle import h11_oracle
from harness.oracle.ordinary import ordinary

_MOST_REMEMBERED: Final = 2048
_LONGEST: Final = 8192
_MOST_PIECES: Final = 4
_NOT_ASKED: Final = Reading((), End.COMPLETE, 0, complaint="not asked")


class RememberedWatch:
    """`examine.ResponseWatch`, but that what came in few pieces and was read lately is not read again.

    A reading depends on the octets alone, not on how they came.
    """

    def __init__(self, methods: Sequence[bytes]) -> None:
        self._methods = tuple(methods)
        self._octets = b""
        self._pieces = 0
        self._known = _NOTHING
        self._reader: ResponseReader | None = None  # of what is too long to be remembered

    @property
    def finals(self) -> int:
        """How many final responses are complete so far."""
        return self._reader.finals if self._reader else len(self._known.finals)

    def feed(self, octets: bytes) -> None:
        """These octets came next."""
        if self._reader:
            self._reader.feed(octets)
            return
        self._octets += octets
        self._pieces += 1
        if len(self._octets) <= _LONGEST and self._pieces <= _MOST_PIECES:
            self._known = _read(self._methods, self._octets)
        else:
            self._reader = ResponseReader(self._methods)
            self._reader.feed(self._octets)

    def end(self) -> None:
        """The peer closed its sending side."""
        if self._reader:
            self._reader.end(closed=True)
        elif self._known.end is End.NEEDS_MORE:  # a close may complete what is not whole (RFC 9112 6.3)
            self._known = _read(self._methods, self._octets, ended=True)

    def reading(self) -> ResponseReading:
        """What is understood so far."""
        return self._reader.reading() if self._reader else self._known


_NOTHING: Final = ResponseReader().reading()


@lru_cache(maxsize=_MOST_REMEMBERED)
def _read(methods: tuple[bytes, ...], octets: bytes, ended: bool = False) -> ResponseReading:
    reader = ResponseReader(methods)
    reader.feed(octets)
    if ended:
        reader.end(closed=True)
    return reader.reading()


def remembering(examiner: Examiner) -> Examiner:
    """The same examiner, with a memory for what a target says again."""
    return replace(examiner, watched=RememberedWatch, opine=remembered_opinions)


def remembered_opinions(
    sent: bytes, reading: Reading, transcript: Transcript, responses: ResponseReading
) -> Iterator[Opinion]:
    """What h11 says of the responses, where our own reader finds anything amiss with them: only then does any
    rule see a violation in it."""
    received = transcript.received
    if responses.anomalies and ordinary(sent, reading.requests) and ordinary(received, responses.responses):
        methods = tuple(one.request.line.method for one in reading.requests)
        ended = transcript.ended in (Ended.CLOSED, Ended.RESET)
        ask = _remembered if len(received) <= _LONGEST else _asked
        yield Opinion("h11", _NOT_ASKED, ask(masked(received), methods, ended))


def _asked(received: bytes, methods: Sequence[bytes], ended: bool) -> ResponseReading:
    return h11_oracle.read_responses(received, methods, ended=ended)


_remembered = lru_cache(maxsize=_MOST_REMEMBERED)(_asked)
