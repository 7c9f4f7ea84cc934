"""h11's opinion of responses, asked once of octets that are the same but for their dates.

h11 costs more than everything else that is done with an exchange, and a server says much the same again and
again. What h11 makes of our own octets no rule asks, and so a campaign does not either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from harness.http1.dates import masked
from harness.model.reading import End, Reading, ResponseReading
from harness.model.transcript import Ended, Transcript
from harness.model.verdict import Opinion
from harness.oracle import h11_oracle
from harness.oracle.ordinary import ordinary

_MOST_REMEMBERED: Final = 2048
_LONGEST: Final = 8192
_NOT_ASKED: Final = Reading((), End.COMPLETE, 0, complaint="not asked")


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
