"""Whether octets are ordinary enough to ask a foreign parser about them.

A parser of others may spend time that grows faster than the octets it is given, and nothing bounds it
from outside. So it is asked only where the lines and sections outside of content are of ordinary size;
what it would have said of others is unknown, and counts as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.model.message import FramingKind
from harness.model.reading import ReadRequest, ReadResponse

LONGEST_LINE: Final = 1024
"""Octets in one line outside of content."""

MOST_OCTETS: Final = 65536
"""Octets outside of content, in all."""

NOT_ASKED: Final = "not asked: lines or sections longer than an opinion is asked for"


def ordinary(octets: bytes, messages: Sequence[ReadRequest | ReadResponse]) -> bool:
    """Whether what stands outside of the content of these messages, as we read them, is of ordinary size."""
    outside = [octets[start:end] for start, end in _outside(len(octets), messages)]
    if sum(map(len, outside)) > MOST_OCTETS:
        return False
    return all(len(line) <= LONGEST_LINE for part in outside for line in part.split(b"\n"))


def _outside(length: int, messages: Iterable[ReadRequest | ReadResponse]) -> Iterable[tuple[int, int]]:
    """The octets between contents: heads, trailer sections, and whatever we could not read."""
    at = 0
    for one in messages:
        yield at, one.body_at
        at = one.body_at if _has_trailers(one) else one.end
    yield at, length


def _has_trailers(one: ReadRequest | ReadResponse) -> bool:
    """Whether a trailer section has to be looked at, and with it the chunks before it."""
    trailers = one.trailer_section if isinstance(one, ReadRequest) else one.response.trailer_section
    return one.framing.kind is FramingKind.CHUNKED and (bool(trailers) or not one.complete)
