"""Time as the server knows it: seconds since 1970-01-01T00:00:00Z that never step back, and HTTP-date.

Dates are written and read by hand, so that no locale has a say (RFC 9110 5.6.7).
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from time import monotonic

Clock = Callable[[], float]
"""Seconds since the epoch; never decreasing, so that the same clock serves Date and deadlines."""

_DAYS = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
_LONG_DAYS = (b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")

_EPOCH_OF_MONOTONIC = time.time() - time.monotonic()


def steady_clock() -> float:
    """The time of day when the server started, carried on by a clock that never steps back."""
    return _EPOCH_OF_MONOTONIC + monotonic()


@lru_cache(maxsize=8)
def imf_fixdate(seconds: int) -> bytes:
    """RFC 9110 5.6.7: 29 octets such as `Sun, 06 Nov 1994 08:49:37 GMT`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return b"%s, %02d %s %04d %02d:%02d:%02d GMT" % (
        _DAYS[moment.weekday()],
        moment.day,
        _MONTHS[moment.month - 1],
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
    )


_TIME = rb"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_MONTH = rb"(?P<month>" + b"|".join(_MONTHS) + rb")"
_HTTP_DATES = (
    re.compile(
        rb"(?:%b), (?P<day>[0-9]{2}) %b (?P<year>[0-9]{4}) %b GMT" % (b"|".join(_DAYS), _MONTH, _TIME)
    ),
    re.compile(
        rb"(?:%b), (?P<day>[0-9]{2})-%b-(?P<year>[0-9]{2}) %b GMT" % (b"|".join(_LONG_DAYS), _MONTH, _TIME)
    ),
    re.compile(
        rb"(?:%b) %b (?P<day>[0-9]{2}| [0-9]) %b (?P<year>[0-9]{4})" % (b"|".join(_DAYS), _MONTH, _TIME)
    ),
)
"""RFC 9110 5.6.7: IMF-fixdate, rfc850-date, asctime-date."""


def read_http_date(value: bytes) -> int | None:
    """Seconds since the epoch for any of the three forms of HTTP-date, None for anything else.

    A two-digit year that would lie more than 50 years ahead is one of the past (RFC 9110 5.6.7).
    """
    match = next(filter(None, (form.fullmatch(value) for form in _HTTP_DATES)), None)
    if match is None:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        this_year = datetime.fromtimestamp(steady_clock(), UTC).year
        year += this_year - this_year % 100
        year -= 100 * (year > this_year + 50)
    month = _MONTHS.index(match["month"]) + 1
    day, hour, minute, second = (int(match[part]) for part in ("day", "hour", "minute", "second"))
    try:  # a leap second is the end of its minute
        return int(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp())
    except ValueError:
        return None
