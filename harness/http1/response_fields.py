"""The fields of a response that frame it or have a grammar of their own: what departs from it.

A field line is first read as a user agent reads it: each fold, and each bare CR, counts as SP
(RFC 9112 2.2 and 5.2). The framing itself is for framing.py.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from harness.http1 import response_anomalies as kinds
from harness.http1.framing import CHUNKED, coding_name, content_length, transfer_codings
from harness.http1.grammar import (
    ASCTIME_DATE,
    CONNECTION,
    CONTENT_LENGTH,
    GENERATED_TRANSFER_ENCODING,
    IMF_FIXDATE,
    RFC850_DATE,
    TRANSFER_ENCODING,
    WHITESPACE,
)
from harness.http1.response_anomalies import anomaly
from harness.model.message import FieldLine
from harness.model.reading import Anomaly, Span

FRAMING_FIELDS: Final = frozenset({b"content-length", b"transfer-encoding"})
_DATES: Final = frozenset({b"date", b"last-modified", b"expires", b"retry-after"})
_WATCHED: Final = FRAMING_FIELDS | _DATES | {b"connection"}

# Fields that RFC 9110 6.5.1 keeps out of trailers because they frame, route or say how to process.
_NEVER_IN_TRAILERS: Final = FRAMING_FIELDS | {
    b"host",
    b"trailer",
    b"content-encoding",
    b"content-type",
    b"content-range",
}

_FOLD_OR_CR = re.compile(rb"[ \t]*+\r?\n[ \t]*+|\r")
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_WEEKDAYS = b"Mon Tue Wed Thu Fri Sat Sun".split()


class PlacedField(NamedTuple):
    """A field line, the offset of its first octet, and its value as a user agent understands it."""

    line: FieldLine
    at: int
    value: bytes

    @property
    def span(self) -> Span:
        """The whole line without its line end."""
        line = self.line
        around = len(line.name) + len(line.before_colon) + len(line.colon) + len(line.before_value)
        return self.at, self.at + around + len(line.value) + len(line.after_value)

    @property
    def value_span(self) -> Span:
        """The value; of an empty value the whole line, so that there is something to show."""
        line = self.line
        start = self.at + len(line.name) + len(line.before_colon) + len(line.colon) + len(line.before_value)
        return (start, start + len(line.value)) if line.value else self.span


def understood(value: bytes) -> bytes:
    """A field value with each fold and each bare CR as SP."""
    if b"\n" in value or b"\r" in value:
        return _FOLD_OR_CR.sub(b" ", value).strip(WHITESPACE)
    return value


def watched(lines: Iterable[FieldLine], offsets: Iterable[int]) -> dict[bytes, list[PlacedField]]:
    """The field lines that matter here, by name in lower case."""
    found: dict[bytes, list[PlacedField]] = {}
    for line, at in zip(lines, offsets, strict=True):
        name = line.name.lower()
        if name in _WATCHED and line.colon:
            found.setdefault(name, []).append(PlacedField(line, at, understood(line.value)))
    return found


def values(fields: dict[bytes, list[PlacedField]], name: bytes) -> list[bytes]:
    """The understood values of the field lines with that name, in order."""
    return [field.value for field in fields.get(name, ())]


def note_fields(
    fields: dict[bytes, list[PlacedField]], method: bytes, status: int, version: bytes, found: list[Anomaly]
) -> None:
    """Note what is wrong with the watched fields of a response to a request with that method."""
    for name, placed in fields.items():
        if name in _DATES:
            _note_dates(placed, name, found)
    connection = fields.get(b"connection", ())
    invalid = [one for one in connection if not CONNECTION.fullmatch(one.value)]
    found.extend(anomaly(kinds.CONNECTION_INVALID, *one.value_span) for one in invalid)
    lengths, codings = fields.get(b"content-length", []), fields.get(b"transfer-encoding", [])
    if lengths:
        _note_content_length(lengths, found)
    if codings:
        _note_transfer_encoding(codings, found)
    if codings and version == b"HTTP/1.0":
        _note_all(kinds.TRANSFER_ENCODING_IN_HTTP_1_0, codings, found)
    if lengths or codings:
        _note_forbidden(lengths, codings, method, status, found)


def note_trailers(lines: Sequence[FieldLine], offsets: Sequence[int], found: list[Anomaly]) -> None:
    """Note the fields that must not stand in a trailer section."""
    for line, at in zip(lines, offsets, strict=True):
        if line.colon and line.name.lower() in _NEVER_IN_TRAILERS:
            _note_all(kinds.TRAILER_FIELD_FRAMING, [PlacedField(line, at, line.value)], found)


def _note_all(kind: str, fields: Iterable[PlacedField], found: list[Anomaly], detail: str = "") -> None:
    found.extend(anomaly(kind, *field.span, detail) for field in fields)


def _note_forbidden(
    lengths: list[PlacedField], codings: list[PlacedField], method: bytes, status: int, found: list[Anomaly]
) -> None:
    """Where the framing fields must not stand (RFC 9112 6.1 and 6.2, RFC 9110 8.6)."""
    if 100 <= status < 200 or status == 204:
        _note_all(kinds.CONTENT_LENGTH_FORBIDDEN, lengths, found)
        coding_kind = kinds.TRANSFER_ENCODING_IN_204 if status == 204 else kinds.TRANSFER_ENCODING_IN_1XX
        _note_all(coding_kind, codings, found)
    if method == b"CONNECT" and 200 <= status < 300:
        _note_all(kinds.CONTENT_LENGTH_IN_CONNECT, lengths, found)
        _note_all(kinds.TRANSFER_ENCODING_IN_CONNECT, codings, found)
    if codings:
        _note_all(kinds.CONTENT_LENGTH_BESIDE_CODING, lengths, found)


def _note_content_length(lengths: list[PlacedField], found: list[Anomaly]) -> None:
    """One of three kinds for each line that is not the only one with a single numeral."""
    if len(lengths) == 1 and CONTENT_LENGTH.fullmatch(lengths[0].value):
        return
    members = [(one, one.value.split(b",")) for one in lengths]
    invalid = [
        one for one, parts in members if not all(CONTENT_LENGTH.fullmatch(p.strip(WHITESPACE)) for p in parts)
    ]
    if invalid:
        found.extend(anomaly(kinds.CONTENT_LENGTH_INVALID, *one.value_span) for one in invalid)
        return
    agreed = content_length([one.value for one in lengths])
    kind = kinds.CONTENT_LENGTH_DIFFERING if agreed is None else kinds.CONTENT_LENGTH_REPEATED
    found.extend(anomaly(kind, *one.value_span) for one in lengths)


def _note_transfer_encoding(codings: list[PlacedField], found: list[Anomaly]) -> None:
    for one in codings:
        if not TRANSFER_ENCODING.fullmatch(one.value):
            found.append(anomaly(kinds.TRANSFER_ENCODING_INVALID, *one.value_span))
        elif not GENERATED_TRANSFER_ENCODING.fullmatch(one.value):
            found.append(anomaly(kinds.TRANSFER_ENCODING_EMPTY_ELEMENT, *one.value_span))
        if any(b";" in coding and coding_name(coding) == CHUNKED for coding in transfer_codings([one.value])):
            found.append(anomaly(kinds.CHUNKED_PARAMETERS, *one.value_span))
    names = [coding_name(coding) for coding in transfer_codings(one.value for one in codings)]
    if names.count(CHUNKED) > 1:
        last_naming_it = [
            one for one in codings if CHUNKED in map(coding_name, transfer_codings([one.value]))
        ][-1]
        found.append(anomaly(kinds.CHUNKED_TWICE, *last_naming_it.value_span))


def _note_dates(fields: list[PlacedField], name: bytes, found: list[Anomaly]) -> None:
    for field in fields:
        if name == b"retry-after" and CONTENT_LENGTH.fullmatch(field.value):
            continue  # delay-seconds = 1*DIGIT (RFC 9110 10.2.3)
        if kind := _date_kind(field.value) if len(field.value) < 64 else kinds.DATE_INVALID:
            found.append(anomaly(kind, *field.value_span))


@functools.lru_cache(maxsize=256)
def _date_kind(value: bytes) -> str:
    """What is wrong with the value of a date field; empty when it is an IMF-fixdate that can be."""
    if RFC850_DATE.fullmatch(value) or ASCTIME_DATE.fullmatch(value):
        return kinds.DATE_OBSOLETE
    if IMF_FIXDATE.fullmatch(value):
        return "" if _can_be(value) else kinds.DATE_INVALID
    return kinds.DATE_WHITESPACE if IMF_FIXDATE.fullmatch(b" ".join(value.split())) else kinds.DATE_INVALID


def _can_be(imf_fixdate: bytes) -> bool:
    """Whether the day exists, falls on that weekday, and the time is one of that day (second 60: leap)."""
    parts = IMF_FIXDATE.fullmatch(imf_fixdate)
    assert parts is not None
    try:
        day = datetime.date(int(parts["year"]), _MONTHS[parts["month"]], int(parts["day"]))
    except ValueError:
        return False
    in_time = int(parts["hour"]) < 24 and int(parts["minute"]) < 60 and int(parts["second"]) <= 60
    return in_time and _WEEKDAYS[day.weekday()] == parts["weekday"]
