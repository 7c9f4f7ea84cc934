"""Any octets at all get a judgement: no server, no expectation written down."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Final

from harness.http1.request_reader import read_requests
from harness.model.judgement import Judgement
from harness.model.reading import End, Reading
from harness.oracle import h11_oracle, llhttp_oracle
from harness.oracle.ordinary import NOT_ASKED, ordinary
from harness.oracle.permitted import permitted_readings
from harness.oracle.permitted_budget import MOST_SECONDS

Parser = Callable[[bytes, bool], Reading]

_LEAST_SECONDS: Final = 0.2
"""What the search for permitted readings gets in any case."""

_UNASKED: Final = Reading((), End.NEEDS_MORE, 0, complaint=NOT_ASKED)


def judge(
    octets: bytes,
    ended: bool = True,
    *,
    seconds: float = MOST_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Judgement:
    """The judgement of these octets as a client's side of a connection, from its first octet on.

    `ended` tells that the client sends no more. `seconds`, told by `clock`, bound the whole: the search
    for permitted readings gets what the other readers leave, and the judgement says so if that is spent.
    """
    began = clock()
    strict = read_requests(octets, ended)
    asked = ordinary(octets, strict.requests)
    opinions = tuple((name, parse(octets, ended) if asked else _UNASKED) for name, parse in parsers())
    left = max(seconds - (clock() - began), _LEAST_SECONDS)
    permitted = permitted_readings(octets, ended, seconds=left, clock=clock)
    return Judgement(octets, ended, strict, permitted.readings, permitted.more, permitted.too_many, opinions)


def parsers() -> Iterator[tuple[str, Parser]]:
    """The foreign parsers that are installed: h11 always, llhttp (in httptools) as an extra."""
    yield "h11", h11_oracle.read_requests
    if importlib.util.find_spec("httptools"):
        yield "llhttp", llhttp_oracle.read_requests
