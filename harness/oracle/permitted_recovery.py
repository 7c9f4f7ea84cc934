"""Chunk framing taken leniently, in the ways that servers are known to (RFC 9110 2.4).

None of these is a permitted reading: the grammar of RFC 9112 7.1 excludes them. But no keyword forbids
them, so a server that reads so is at risk and not in breach; here its boundaries are found, to tell the
one from the other. Each way is one reading of the whole body, the same for all of its chunks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Final

_Ends = tuple[int, int] | None

_DIGITS: Final = re.compile(rb"[0-9A-Fa-f]+")
_PADDED: Final = re.compile(rb"[ \t\x0b\x0c\r\n]*[+]?(?:0[xX])?([0-9A-Fa-f]+)")


def lenient_bodies(octets: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Where the trailer section begins, and the content, under each way that comes to a last chunk."""
    seen: set[tuple[int, bytes]] = set()
    for line, size, data in itertools.product(_LINE_ENDS, (_DIGITS, _PADDED), _DATA_ENDS):
        found = _read(octets, at, line, size, data)
        if found and found not in seen:
            seen.add(found)
            yield found


def _read(
    octets: bytes,
    at: int,
    line: Callable[[bytes, int], _Ends],
    size: re.Pattern[bytes],
    data: Callable[[bytes, int], int | None],
) -> tuple[int, bytes] | None:
    content: list[bytes] = []
    while True:
        digits = size.match(octets, at)
        if not digits:
            return None
        found = line(octets, digits.end())
        if found is None:
            return None
        count = int(digits[digits.lastindex or 0][-16:], 16)
        at = found[1]
        if count == 0:
            return at, b"".join(content)
        end = data(octets, at + count)
        if end is None:
            return None
        content.append(octets[at : at + count])
        at = end


def _crlf(octets: bytes, at: int) -> _Ends:
    """Whatever stands between the size and CRLF is ignored."""
    end = octets.find(b"\r\n", at)
    return None if end < 0 else (end, end + 2)


def _lf(octets: bytes, at: int) -> _Ends:
    """The same up to LF."""
    end = octets.find(b"\n", at)
    return None if end < 0 else (end, end + 1)


def _any_two(octets: bytes, at: int) -> int | None:
    """Two octets are skipped unseen."""
    return at + 2 if at + 2 <= len(octets) else None


def _strict(octets: bytes, at: int) -> int | None:
    return at + 2 if octets.startswith(b"\r\n", at) else None


def _lf_or_crlf(octets: bytes, at: int) -> int | None:
    return at + 1 if octets.startswith(b"\n", at) else _strict(octets, at)


def _nothing(octets: bytes, at: int) -> int | None:
    """The next size may follow at once."""
    return at + 2 if octets.startswith(b"\r\n", at) else at if at < len(octets) else None


def _resync(octets: bytes, at: int) -> int | None:
    """Whatever stands before the next LF is skipped."""
    end = octets.find(b"\n", at)
    return None if end < 0 else end + 1


_LINE_ENDS: Final = (_crlf, _lf)
_DATA_ENDS: Final = (_strict, _lf_or_crlf, _any_two, _nothing, _resync)
