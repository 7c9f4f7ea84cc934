"""Dates left out of responses, so that two which differ by nothing else are the same."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

_DATE: Final = re.compile(rb"(\r\nDate: )([^\r\n]{29})(?=\r\n)")
_ANY_DATE: Final = b"Thu, 01 Jan 1970 00:00:00 GMT"
_FORMAT: Final = "%a, %d %b %Y %H:%M:%S GMT"


def masked(octets: bytes) -> bytes:
    """The same with every sound date of the preferred form (RFC 9110 5.6.7) replaced by one of equal length.

    One that is not sound stays: it is something else to whoever judges it.
    """
    return _DATE.sub(lambda found: found[1] + _ANY_DATE if _is_sound(found[2]) else found[0], octets)


@lru_cache(maxsize=1024)
def _is_sound(date: bytes) -> bool:
    """Whether it is exactly the date that it names, its weekday included. (In the C locale, as is usual.)"""
    try:
        text = date.decode("ascii")
        return datetime.strptime(text, _FORMAT).strftime(_FORMAT) == text
    except ValueError:
        return False
