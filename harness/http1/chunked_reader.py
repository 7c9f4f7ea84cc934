"""The chunked body of a request (RFC 9112 7.1), strict.

Chunk-size lines and the ends of chunk data have no robustness exception (2.2 speaks of the start-line
and fields; erratum 7633, rejected, confirms it): where one of them is malformed the end of the request
is lost, and reading stops. Only a bare CR where SP may stand is read as SP, as 2.2 permits. The trailer
section consists of field lines and is read like them; its malformed lines are discarded in step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from harness.http1.grammar import CHUNK_EXT, WHITESPACE, hexadecimal
from harness.http1.request_anomalies import anomaly
from harness.http1.request_head import Head, Pace, line_end, read_field_lines
from harness.http1.request_meaning import MOST_SANE
from harness.model.message import Chunk, ChunkedBody, FieldLine
from harness.model.reading import Anomaly, End

_PLAIN_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})\r\n")
_SIZE: Final = re.compile(rb"[0-9A-Fa-f]+")
_BARE_CR: Final = re.compile(rb"\r+(?!\n)")


@dataclass(slots=True)
class ChunkedReading:
    """What was read of a chunked body: COMPLETE with its `end`, NEEDS_MORE, or REJECTED at `end`.

    `trailer_at` is the offset behind the last chunk, None before it was read.
    """

    end: int
    state: End = End.NEEDS_MORE
    chunks: list[Chunk] = field(default_factory=list)
    last_chunk: bytes = b""
    trailer_at: int | None = None
    trailer_section: tuple[FieldLine, ...] = ()
    end_octets: bytes = b""
    anomalies: list[Anomaly] = field(default_factory=list)
    pace: Pace | None = None

    @property
    def content(self) -> bytes:
        """The data of the chunks read so far."""
        return b"".join(chunk.data for chunk in self.chunks)

    @property
    def body(self) -> ChunkedBody:
        """The body as it stood on the wire; meant for complete ones."""
        return ChunkedBody(tuple(self.chunks), self.last_chunk, self.trailer_section, self.end_octets)


@dataclass(frozen=True, slots=True)
class ChunkLine:
    """One chunk-size line: the octets of the size, what follows them, and where the line ends."""

    size: bytes
    extension: bytes
    content_end: int
    end: int


def read_chunked(octets: bytes, at: int, pace: Pace | None = None) -> ChunkedReading:
    """The chunked body that begins at that offset, as far as it is there; `pace` as for a head."""
    reading = ChunkedReading(at, pace=pace)
    while (line := _read_size_line(octets, reading)) is not None:
        if pace and len(reading.chunks) % 256 == 255:
            pace()
        size = hexadecimal(line.size)
        if size == 0:
            reading.last_chunk, reading.end = octets[reading.end : line.end], line.end
            _read_trailer_section(octets, reading)
            break
        if size > MOST_SANE:
            reading.anomalies.append(
                anomaly("chunk-size-overflow", (reading.end, reading.end + len(line.size)))
            )
        if not _read_data(octets, reading, line, size):
            break
    return reading


def _read_size_line(octets: bytes, reading: ChunkedReading) -> ChunkLine | None:
    """The chunk-size line at the end of what was read; None when it is not whole or malformed."""
    at = reading.end
    plain = _PLAIN_LINE.match(octets, at)
    if plain:
        return ChunkLine(plain[1], b"", plain.end() - 2, plain.end())
    found = line_end(octets, at)
    size = _SIZE.match(octets, at)
    if not size:
        # Nothing that may follow can make this a size, except for an octet that is not there yet.
        if at < len(octets):
            _reject(reading, "chunk-size-malformed", at, found[0] if found else len(octets))
        return None
    if not found:
        return None
    content_end, end = found
    extension = octets[size.end() : content_end]
    for run in _BARE_CR.finditer(octets, at, content_end):
        reading.anomalies.append(anomaly("bare-cr-in-chunk-framing", run.span()))
    if not CHUNK_EXT.fullmatch(extension.replace(b"\r", b" ")):
        named = extension.lstrip(WHITESPACE).startswith(b";")
        kind = "chunk-extension-malformed" if named else "chunk-size-malformed"
        _reject(reading, kind, size.end() if named else at, content_end)
        return None
    if end - content_end == 1:
        _reject(reading, "chunk-line-bare-lf", end - 1, end)
        return None
    return ChunkLine(size[0], extension, content_end, end)


def _read_data(octets: bytes, reading: ChunkedReading, line: ChunkLine, size: int) -> bool:
    """The data of one chunk and the CRLF behind it; whether they were whole."""
    data_end = line.end + size
    behind = octets[data_end : data_end + 2]
    if behind != b"\r\n":
        if behind and behind != b"\r":
            _reject(reading, "chunk-data-end", data_end, data_end + len(behind))
        return False
    reading.chunks.append(
        Chunk(
            line.size,
            octets[line.end : data_end],
            line.extension,
            octets[line.content_end : line.end],
            behind,
        )
    )
    reading.end = data_end + 2
    return True


def _read_trailer_section(octets: bytes, reading: ChunkedReading) -> None:
    reading.trailer_at = reading.end
    trailer = Head(reading.end, reading.end, trailer=True, pace=reading.pace)
    read_field_lines(octets, trailer)
    reading.anomalies.extend(trailer.anomalies)
    reading.trailer_section = tuple(trailer.field_lines)
    if trailer.complete:
        reading.end_octets, reading.end, reading.state = trailer.end_of_fields, trailer.end, End.COMPLETE


def _reject(reading: ChunkedReading, kind: str, start: int, end: int) -> None:
    reading.state = End.REJECTED
    reading.anomalies.append(anomaly(kind, (start, end)))
