"""The head of a request, line by line, as its octets make it up.

A line ends at LF; whether a CR stands before it, and everything else that is amiss, is told as an
anomaly and kept in the octets (RFC 9112 2.2, 3, 5). Reading goes on behind every anomaly: what has to
be refused is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from harness.http1.grammar import HTTP_VERSION, LENIENT_WHITESPACE, TOKEN, WHITESPACE
from harness.http1.request_anomalies import anomaly
from harness.model.message import FieldLine, RequestLine
from harness.model.reading import Anomaly, Span

SOUND_REQUEST_LINE: Final = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]++) ([\x21-\x7e]++) (HTTP/[0-9]\.[0-9])\r\n"
)
SOUND_FIELD_LINE: Final = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]++):([ \t]*+)"
    rb"((?:[\x21-\x7e\x80-\xff](?:[\t \x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)([ \t]*+)\r\n(?![ \t])"
)
_WORD: Final = re.compile(rb"[^ \t\x0b\x0c\r]+")
_BARE_CR: Final = re.compile(rb"\r+(?!\n)")
_NULS: Final = re.compile(rb"\x00+")
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]+")


Pace = Callable[[], None]
"""Called every so many lines, and at every fold; it may raise to give up on octets that take too long."""

_LINES_A_PACE: Final = 256
_MOST_REMEMBERED: Final = 256


@dataclass(slots=True)
class Head:
    """A head while it is read: `end` is the offset behind what has been read so far.

    A trailer section is read as a head without a request-line. `pace` is called now and then.
    """

    start: int
    end: int
    line: RequestLine | None = None
    line_at: Span = (0, 0)
    broken_line: bool = False
    field_lines: list[FieldLine] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
    end_of_fields: bytes = b""
    folded_to: int | None = None
    trailer: bool = False
    pace: Pace | None = None

    @property
    def complete(self) -> bool:
        """Whether the empty line behind the field lines was read."""
        return bool(self.end_of_fields)


def line_end(octets: bytes, at: int) -> tuple[int, int] | None:
    """Where the content of the line at that offset ends, and where the line does; None without LF."""
    feed = octets.find(b"\n", at)
    if feed < 0:
        return None
    return (feed - 1 if feed > at and octets[feed - 1] == 0x0D else feed), feed + 1


def read_head(octets: bytes, at: int, pace: Pace | None = None) -> Head:
    """The head that begins at that offset, leading empty lines included; as much as is there."""
    head = Head(at, at, pace=pace)
    _skip_empty_lines(octets, head)
    _read_request_line(octets, head)
    if head.line is not None:
        read_field_lines(octets, head)
    return head


def _skip_empty_lines(octets: bytes, head: Head) -> None:
    """Leading empty lines are ignored (RFC 9112 2.2: at least one CRLF)."""
    at = start = head.start
    if octets[at : at + 1] not in {b"\r", b"\n"}:
        return
    while (found := line_end(octets, at)) and found[0] == at:
        at = found[1]
    if at > start:
        one = octets[start:at] == b"\r\n"
        head.anomalies.append(anomaly("leading-empty-line" if one else "leading-empty-lines", (start, at)))
    head.end = at


def _read_request_line(octets: bytes, head: Head) -> None:
    sound = SOUND_REQUEST_LINE.match(octets, head.end)
    if sound:
        head.line, head.line_at, head.end = RequestLine(*sound.groups()), sound.span(), sound.end()
        return
    found = line_end(octets, head.end)
    if not found:
        return
    start, (content_end, end) = head.end, found
    head.line_at, head.end = (start, end), end
    head.line = _lenient_request_line(octets, start, content_end, end, head)
    if end - content_end == 1:
        head.anomalies.append(anomaly("bare-lf-line-end", (end - 1, end)))


def _lenient_request_line(octets: bytes, start: int, content_end: int, end: int, head: Head) -> RequestLine:
    """Words between any whitespace of RFC 9112 3; all of the line as the method when they are not three."""
    for run in _BARE_CR.finditer(octets, start, content_end):
        head.anomalies.append(anomaly("bare-cr-in-request-line", run.span()))
    words = [word.span() for word in _WORD.finditer(octets, start, content_end)]
    terminator = octets[content_end:end]
    if len(words) != 3:
        head.broken_line = True
        head.anomalies.append(anomaly("request-line-words", (start, content_end), f"{len(words)} words"))
        return RequestLine(octets[start:content_end], b"", b"", b"", b"", terminator)
    (m0, m1), (t0, t1), (v0, v1) = words
    odd = [
        gap
        for gap, sound in (((start, m0), b""), ((m1, t0), b" "), ((t1, v0), b" "), ((v1, content_end), b""))
        if octets[slice(*gap)] != sound
    ]
    head.anomalies.extend(anomaly("request-line-whitespace", gap) for gap in odd)
    if not HTTP_VERSION.fullmatch(octets, v0, v1):
        head.broken_line = True
        head.anomalies.append(anomaly("version-malformed", (v0, v1)))
    # The outer whitespace stays with its neighbours, so that the parts make up the octets again.
    return RequestLine(
        octets[start:m1], octets[t0:t1], octets[v0:content_end], octets[m1:t0], octets[t1:v0], terminator
    )


def read_field_lines(octets: bytes, head: Head) -> None:
    """Field lines up to and with the empty line behind them, as far as they are there (RFC 9112 5)."""
    at = head.end
    lines, spans, sound_at = head.field_lines, head.spans, SOUND_FIELD_LINE.match
    while True:
        if head.pace and len(lines) % _LINES_A_PACE == 0:
            head.pace()
        sound = sound_at(octets, at)
        if sound:
            if head.folded_to is not None:
                _finish_fold(octets, head)
            end = sound.end()
            lines.append(_sound_line(sound[0]) if end - at <= _MOST_REMEMBERED else _parts(sound[0]))
            spans.append((at, end))
            at = end
            continue
        found = line_end(octets, at)
        if not found:
            break
        content_end, end = found
        if end - content_end == 1:
            head.anomalies.append(anomaly("bare-lf-line-end", (end - 1, end)))
        if content_end == at:
            head.end_of_fields = octets[at:end]
            at = end
            break
        _lenient_field_line(octets, at, found, head)
        at = end
    _finish_fold(octets, head)
    head.end = at


def _parts(line: bytes) -> FieldLine:
    return split_field_line(line[:-2], b"\r\n")


_sound_line: Final = lru_cache(maxsize=4096)(_parts)
"""Clients say the same things again and again; a line that is sound is taken apart once."""


def _lenient_field_line(octets: bytes, at: int, found: tuple[int, int], head: Head) -> None:
    """One line that is no plain field line, or the continuation of the one before it. A bare CR may
    stand for SP (RFC 9112 2.2), and at the beginning of a line it is read so."""
    content_end, end = found
    for run in _BARE_CR.finditer(octets, at, content_end):
        head.anomalies.append(anomaly("bare-cr", run.span()))
    if octets[at] in b" \t\r" and head.field_lines and not _dropped(head.field_lines[-1]):
        _fold(octets, at, found, head)
        return
    _finish_fold(octets, head)
    end_octets = octets[content_end:end]
    if octets[at] in b" \t\r":
        kind = "trailer-malformed" if head.trailer else "whitespace-before-first-field"
        head.anomalies.append(anomaly(kind, (at, content_end)))
        _append(head, colonless(octets[at:content_end], end_octets), (at, end))
        return
    line = split_field_line(octets[at:content_end], end_octets)
    for kind, (start, stop) in _line_anomalies(line):
        head.anomalies.append(anomaly("trailer-malformed" if head.trailer else kind, (at + start, at + stop)))
    if line.colon:
        head.anomalies.extend(_octet_anomalies(octets, at + len(line.name) + 1, content_end))
    _append(head, line, (at, end))


def _dropped(line: FieldLine) -> bool:
    """Whether it is a line that whitespace leads right behind the request-line, to be ignored whole."""
    return not line.colon and line.name[:1] in {b" ", b"\t", b"\r"}


def _append(head: Head, line: FieldLine, span: Span) -> None:
    head.field_lines.append(line)
    head.spans.append(span)


def _fold(octets: bytes, at: int, found: tuple[int, int], head: Head) -> None:
    """obs-fold: the line goes on. Its octets, line end included, become part of the value (RFC 9112 5.2).
    The folds of one field line that follow each other are one anomaly."""
    content_end, end = found
    if octets[at] in WHITESPACE:
        kind = "obs-fold-in-trailer" if head.trailer else "obs-fold"
        last = head.anomalies[-1] if head.folded_to is not None and head.anomalies else None
        if last and last.kind == kind:
            head.anomalies[-1] = anomaly(kind, (last.span[0], content_end))
        else:
            head.anomalies.append(anomaly(kind, (at, content_end)))
    head.anomalies.extend(_octet_anomalies(octets, at, content_end))
    head.spans[-1] = (head.spans[-1][0], end)
    head.folded_to = content_end
    if head.pace:
        head.pace()


def _finish_fold(octets: bytes, head: Head) -> None:
    """Make one field line of all the lines that a fold joined; once, however many they are."""
    content_end, head.folded_to = head.folded_to, None
    if content_end is None:
        return
    start, end = head.spans[-1]
    content, end_octets = octets[start:content_end], octets[content_end:end]
    head.field_lines[-1] = (
        split_field_line(content, end_octets)
        if head.field_lines[-1].colon
        else colonless(content, end_octets)
    )


def colonless(content: bytes, end: bytes) -> FieldLine:
    """A line that no colon parts: all of it stands in the name."""
    return FieldLine(content, b"", b"", b"", b"", b"", end)


def split_field_line(content: bytes, end: bytes) -> FieldLine:
    """The parts of a field line without its line end; they make up the octets again."""
    name, colon, rest = content.partition(b":")
    if not colon:
        return colonless(content, end)
    bare_name = name.rstrip(WHITESPACE)
    value = rest.lstrip(WHITESPACE)
    before = rest[: len(rest) - len(value)]
    bare_value = value.rstrip(WHITESPACE)
    return FieldLine(
        bare_name, bare_value, name[len(bare_name) :], colon, before, value[len(bare_value) :], end
    )


def _line_anomalies(line: FieldLine) -> Iterator[tuple[str, Span]]:
    """What is amiss with the name and the colon; spans count from the first octet of the line."""
    length = len(line.name)
    if not line.colon:
        yield "no-colon", (0, length)
    elif not length:
        yield "empty-field-name", (0, len(line.before_colon) + 1)
    elif not TOKEN.fullmatch(line.name) and b"\r" not in line.name:
        yield "field-name-not-token", (0, length)
    if length and line.before_colon:
        yield "space-before-colon", (length, length + len(line.before_colon))


def _octet_anomalies(octets: bytes, at: int, content_end: int) -> Iterator[Anomaly]:
    """Control characters, which no field value contains, between these offsets."""
    for pattern, kind in ((_NULS, "nul-in-field-value"), (_CONTROLS, "control-in-field-value")):
        for run in pattern.finditer(octets, at, content_end):
            yield anomaly(kind, run.span())


def bare_words(line: RequestLine) -> tuple[bytes, bytes, bytes]:
    """Method, target and version without the whitespace around them (RFC 9112 3)."""
    return (
        line.method.strip(LENIENT_WHITESPACE),
        line.target,
        line.version.strip(LENIENT_WHITESPACE),
    )
