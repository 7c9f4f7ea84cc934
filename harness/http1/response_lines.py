"""One line of a response at a time: its octets taken apart, and what departs from the grammar.

Each function takes a whole line with its line end, the offset of its first octet, and a `found` list
to which it appends. Each returns every octet it was given, so nothing seen is lost. A line ends at LF;
a CR elsewhere never ends anything (RFC 9112 2.2).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from harness.http1 import response_anomalies as kinds
from harness.http1.grammar import (
    CHUNK_EXT,
    FIELD_NAME,
    GENERATED_CHUNK_EXT,
    HTTP_VERSION,
    LENIENT_WHITESPACE,
    REASON_PHRASE,
    STATUS_CODE,
    WHITESPACE,
    hexadecimal,
)
from harness.http1.response_anomalies import anomaly
from harness.model.message import CRLF, FieldLine, StatusLine
from harness.model.reading import Anomaly

LF: Final = b"\n"

# The parts of a status-line on the whitespace that a recipient may take for a separator (RFC 9112 4).
# Only one octet is a separator behind the status-code: a reason-phrase may begin with whitespace.
_LENIENT_STATUS_LINE = re.compile(
    rb"(?P<version>[^ \t\v\f\r]*+)(?P<after_version>[ \t\v\f\r]*+)"
    rb"(?P<status_code>[^ \t\v\f\r]*+)(?P<after_status_code>[ \t\v\f\r]?)(?P<reason>.*)",
    re.DOTALL,
)
_SOUND_STATUS_LINE = re.compile(rb"(HTTP/1\.[0-9]) ([1-5][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*+)\r\n")
_SOUND_FIELD_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]++):([ \t]*+)([\t\x20-\x7e\x80-\xff]*+)\r\n")
_ENDS_IN_WHITESPACE = (b" ", b"\t")
_SOUND_CHUNK_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})\r\n")
_CHUNK_SIZE = re.compile(rb"([ \t\r]*+)([0-9A-Fa-f]++)([ \t\r]*+)", re.DOTALL)
_OTHER_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x0c\x0e-\x1f\x7f]")  # CR has its own kind


def split_end(
    line: bytes, at: int, found: list[Anomaly], lf_kind: str = kinds.LINE_END_LF
) -> tuple[bytes, bytes]:
    """The text of a line and its line end, CRLF or LF; notes LF alone, and bare CR in the text."""
    if line.endswith(CRLF):
        text, end = line[:-2], CRLF
    else:
        text, end = line[:-1], LF
        found.append(anomaly(lf_kind, at + len(text), at + len(line)))
    note_bare_cr(text, at, found)
    return text, end


def note_bare_cr(text: bytes, at: int, found: list[Anomaly]) -> None:
    """Note the first bare CR of a line's text, and how many there are."""
    if (cr := text.find(b"\r")) >= 0:
        found.append(anomaly(kinds.BARE_CR, at + cr, at + cr + 1, _times(text.count(b"\r"))))


def status_line(line: bytes, at: int, found: list[Anomaly]) -> StatusLine:
    """The status-line, read on runs of whitespace where it is not sound (RFC 9112 4)."""
    if sound := _SOUND_STATUS_LINE.fullmatch(line):
        return StatusLine(*sound.groups())
    text, end = split_end(line, at, found)
    parts = _LENIENT_STATUS_LINE.fullmatch(text)
    assert parts is not None  # the pattern matches any octets
    read = StatusLine(**parts.groupdict(), end=end)
    _note_status_line(read, at, found)
    return read


def _note_status_line(line: StatusLine, at: int, found: list[Anomaly]) -> None:
    after_version = at + len(line.version)
    code = after_version + len(line.after_version)
    after_code = code + len(line.status_code)
    reason = after_code + len(line.after_status_code)
    if not (HTTP_VERSION.fullmatch(line.version) and line.version.startswith(b"HTTP/1")):
        found.append(anomaly(kinds.VERSION_INVALID, at, after_version))
    if line.after_version != b" ":
        found.append(anomaly(kinds.STATUS_LINE_WHITESPACE, after_version, code))
    if not STATUS_CODE.fullmatch(line.status_code):
        found.append(anomaly(kinds.STATUS_CODE_INVALID, code, after_code))
    elif not 100 <= line.status < 600:
        found.append(anomaly(kinds.STATUS_CODE_OUT_OF_RANGE, code, after_code))
    if not line.after_status_code:
        found.append(anomaly(kinds.SPACE_AFTER_STATUS_MISSING, after_code, reason))
    elif line.after_status_code != b" ":
        found.append(anomaly(kinds.STATUS_LINE_WHITESPACE, after_code, reason))
    if line.reason and not REASON_PHRASE.fullmatch(line.reason):
        _note_controls(kinds.REASON_PHRASE_INVALID, line.reason, reason, found)


def sound_field_line(buffer: bytes | bytearray, at: int) -> tuple[FieldLine, int] | None:
    """The field line at `at`, and the offset behind it, if it is there whole and sound."""
    if (sound := _SOUND_FIELD_LINE.match(buffer, at)) is None:
        return None
    short = sound.end() - at <= _MOST_REMEMBERED
    return (_remembered if short else _sound)(*sound.groups()), sound.end()


def _sound(name: bytes, before_value: bytes, value: bytes) -> FieldLine:
    after_value = b""
    if value[-1:] in _ENDS_IN_WHITESPACE:
        value, after_value = (trimmed := value.rstrip(WHITESPACE)), value[len(trimmed) :]
    return FieldLine(name, value, b"", b":", before_value, after_value)


_MOST_REMEMBERED: Final = 256
_remembered: Final = lru_cache(maxsize=4096)(_sound)
"""Servers say the same things again and again; a short line is taken apart once."""


def field_line(line: bytes, at: int, found: list[Anomaly]) -> FieldLine:
    """A field line that is no continuation. Without a colon all of it stands in `name`."""
    if sound := sound_field_line(line, 0):
        return sound[0]
    text, end = split_end(line, at, found)
    if b":" not in text:
        found.append(anomaly(kinds.COLON_MISSING, at, at + len(text)))
        return colonless_line(text, end)
    before, _, behind = text.partition(b":")
    name = before.rstrip(LENIENT_WHITESPACE)
    if not FIELD_NAME.fullmatch(name):
        found.append(anomaly(kinds.FIELD_NAME_INVALID, at, at + len(name)))
    if name != before:
        found.append(anomaly(kinds.SPACE_BEFORE_COLON, at + len(name), at + len(before)))
    _note_controls(kinds.FIELD_VALUE_INVALID, behind, at + len(before) + 1, found)
    return _with_value(FieldLine(name, before_colon=before[len(name) :], end=end), behind)


def colonless_line(text: bytes, end: bytes) -> FieldLine:
    """A line that stands in a field section and is no field: all of it is kept in `name`."""
    return FieldLine(text, colon=b"", before_value=b"", end=end)


def continuation(line: bytes, at: int, found: list[Anomaly]) -> None:
    """Note what is wrong with a line that continues a field line, the fold first (RFC 9112 5.2)."""
    text, _ = split_end(line, at, found)
    found.append(anomaly(kinds.OBS_FOLD, at, at + len(text) - len(text.lstrip(WHITESPACE))))
    _note_controls(kinds.FIELD_VALUE_INVALID, text, at, found)


def folded(first: FieldLine, continuations: list[bytes]) -> FieldLine:
    """A field line with the lines that continue it; its folds stay in the value as they are."""
    whole = b"".join((first.before_value, first.value, first.after_value, first.end, *continuations))
    end = CRLF if whole.endswith(CRLF) else LF
    line = FieldLine(first.name, before_colon=first.before_colon, end=end)
    return _with_value(line, whole[: -len(end)], WHITESPACE + CRLF)


def _with_value(line: FieldLine, around_value: bytes, whitespace: bytes = WHITESPACE) -> FieldLine:
    behind_first = around_value.lstrip(whitespace)
    value = behind_first.rstrip(whitespace)
    before_value = around_value[: len(around_value) - len(behind_first)]
    return FieldLine(
        line.name, value, line.before_colon, b":", before_value, behind_first[len(value) :], line.end
    )


def chunk_size_line(line: bytes, at: int, found: list[Anomaly]) -> int | None:
    """The size that a chunk-size line states; None where only a guess could tell it.

    Whitespace around the number and any octets behind a ";" leave no doubt of the size; anything
    else behind the digits does ("0x5", "5 5", "5g").
    """
    if sound := _SOUND_CHUNK_SIZE_LINE.fullmatch(line):
        return int(sound[1], 16)
    text, _ = split_end(line, at, found, kinds.CHUNK_LINE_END_LF)
    number = _CHUNK_SIZE.match(text)
    extension = text[number.end() :] if number else text
    if number is None or (extension and not extension.startswith(b";")):
        found.append(anomaly(kinds.CHUNK_SIZE_INVALID, at, at + len(text)))
        return None
    before, digits, behind = number.groups()
    if before or (behind and not extension):
        found.append(anomaly(kinds.CHUNK_SIZE_WHITESPACE, at, at + number.end()))
    _note_extension(behind + extension, at + number.end(2), found)
    return hexadecimal(digits)


def _note_extension(extension: bytes, at: int, found: list[Anomaly]) -> None:
    if not extension.strip(LENIENT_WHITESPACE) or GENERATED_CHUNK_EXT.fullmatch(extension):
        return
    kind = kinds.CHUNK_EXT_WHITESPACE if CHUNK_EXT.fullmatch(extension) else kinds.CHUNK_EXT_INVALID
    found.append(anomaly(kind, at, at + len(extension)))


def _note_controls(kind: str, octets: bytes, at: int, found: list[Anomaly]) -> None:
    """Note the first control octet other than HTAB and CR, and how many there are."""
    if control := _OTHER_CONTROL.search(octets):
        times = _times(len(_OTHER_CONTROL.findall(octets)))
        found.append(anomaly(kind, at + control.start(), at + control.end(), times))


def _times(count: int) -> str:
    return "" if count == 1 else f"{count} in this line"
