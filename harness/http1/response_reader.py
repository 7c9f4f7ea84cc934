"""Octets from a server -> what a lenient client understands by them, and every departure.

The reader finds the boundaries that a client would find who wants to go on, and records as an anomaly
each place where the octets leave the grammar (RFC 9112 2.1). Where only a guess could tell how to go
on, it stops: the end is then REJECTED and the complaint says why. It does no I/O, never raises on any
octets, and its reading does not depend on how they were cut. Its time grows linearly with the octets.

What it takes, other than sound messages: LF as a line end; runs of whitespace in a status-line; lines
led by whitespace, or without a colon, in a field section; whitespace around a chunk-size, and anything
behind its ";"; a chunked body whose final empty line is missing where the next status-line stands.
Octets between two responses are skipped: line ends up to anything that begins with "HTTP/", other
octets up to the next sound status-line. MOST_UNASKED ends a stream of responses that has no end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from harness.http1 import response_anomalies as kinds
from harness.http1.framing import response_framing
from harness.http1.grammar import STATUS_CODE, STATUS_LINE
from harness.http1.response_anomalies import anomaly
from harness.http1.response_draft import Draft, FieldSection, is_empty_line
from harness.http1.response_fields import note_fields, note_trailers, values, watched
from harness.http1.response_lines import chunk_size_line, split_end, status_line
from harness.model.message import FramingKind
from harness.model.reading import Anomaly, End, ReadResponse, ResponseReading

MOST_ANOMALIES: Final = 1000
"""Behind that many only kinds not seen before are recorded: memory stays bounded, no kind is lost."""

MOST_UNASKED: Final = 1000
"""So many responses on end that are interim or beyond the requests are read, and none behind them: a client
takes any number of interim responses (RFC 9110 15.2), but not those of a server that never ends."""

_HTTP_SLASH: Final = b"http/"
_LINE_ENDS = re.compile(rb"[\r\n]+")
_NEXT_STATUS_LINE = re.compile(rb"HTTP/[0-9]\.[0-9] [0-9]{3}[ \r\n]")
_NO_DRAFT: Final = Draft(0, b"", FieldSection())
_LONGEST_BEGINNING: Final = 13  # of a match of _NEXT_STATUS_LINE that is not yet one


class ResponseReader:
    """Reads the responses on one connection; `methods` are those of the requests, in order.

    Responses beyond the requests are read as if for GET, with the method b"".
    """

    def __init__(self, methods: Sequence[bytes] = ()) -> None:
        self._methods = tuple(methods)
        self._buffer = bytearray()
        self._base = 0  # the offset of the buffer's first octet
        self._at = 0  # how much of the buffer is read
        self._scanned = 0  # how much of the buffer has been searched for LF
        self._step: Step = ResponseReader._seek  # reads on; False when it needs more octets
        self._draft = _NO_DRAFT
        self._needed = 0  # octets still to come of the content, or of the chunk-data
        self._stray_from: int | None = None
        self._responses: list[ReadResponse] = []
        self._partial: ReadResponse | None = None
        self._finals = 0
        self._unasked = 0  # responses since the last one that was asked for
        self._anomalies: list[Anomaly] = []
        self._seen: set[str] = set()
        self._complaint = ""

    @property
    def finals(self) -> int:
        """How many final responses are complete so far."""
        return self._finals

    def feed(self, octets: bytes) -> None:
        """Read on with the octets that came next."""
        self._buffer += octets
        while self._step(self):
            pass
        if self._at:
            del self._buffer[: self._at]
            self._base += self._at
            self._scanned = max(0, self._scanned - self._at)
            self._at = 0

    def end(self, closed: bool) -> None:
        """No more octets will come: the server closed (a FIN), or else we stopped looking.

        Only a close completes a response that is delimited by it (RFC 9112 6.3, step 8).
        """
        if closed and self._step is ResponseReader._read_until_close:
            self._complete()

    def reading(self) -> ResponseReading:
        """What is understood so far. The last response is incomplete when the octets stop inside it."""
        partial = self._draft.read(self._total, complete=False) if self._inside else self._partial
        stray = () if self._stray_from is None else (self._stray_octets(self._stray_from, self._stray_end),)
        return ResponseReading(
            (*self._responses, *((partial,) if partial else ())),
            self._standing,
            self._responses[-1].end if self._responses else 0,
            (*self._anomalies, *stray),
            self._complaint,
        )

    # --- Where we stand ---------------------------------------------------------------------------------

    @property
    def _position(self) -> int:
        return self._base + self._at

    @property
    def _total(self) -> int:
        return self._base + len(self._buffer)

    @property
    def _inside(self) -> bool:
        """Whether a response has begun and is not complete."""
        return self._step not in _OUTSIDE

    @property
    def _stray_end(self) -> int:
        return self._position if self._step is ResponseReader._seek else self._total

    @property
    def _standing(self) -> End:
        if self._complaint:
            return End.REJECTED
        # Between responses only the beginning of "HTTP/" stays in the buffer.
        return End.NEEDS_MORE if self._inside or self._at < len(self._buffer) else End.COMPLETE

    def _note(self, found: Iterable[Anomaly]) -> None:
        for one in found:
            if len(self._anomalies) < MOST_ANOMALIES or one.kind not in self._seen:
                self._anomalies.append(one)
                self._seen.add(one.kind)

    def _line_is_there(self) -> bool:
        """Whether a LF ends the next line; what was searched is not searched again."""
        found = self._buffer.find(b"\n", max(self._scanned, self._at))
        self._scanned = len(self._buffer) if found < 0 else found
        return found >= 0

    def _take_line(self) -> bytes | None:
        """The next line with its LF; None when it is not complete."""
        if not self._line_is_there():
            return None
        line = bytes(self._buffer[self._at : self._scanned + 1])
        self._at = self._scanned + 1
        return line

    def _refuse(self, complaint: str) -> bool:
        """Stop for good; what was read of the response so far is kept."""
        self._complaint = complaint
        self._partial = self._draft.read(self._position, complete=False)
        self._step = ResponseReader._ignore
        return True

    def _ignore(self) -> bool:
        """Refused, or a tunnel (RFC 9112 6.3, step 2): what follows is not read."""
        self._at = len(self._buffer)
        return False

    # --- Between responses ------------------------------------------------------------------------------

    def _seek(self) -> bool:
        """Go to the beginning of a response, over line ends."""
        if self._at == len(self._buffer):
            return False
        line_ends = _LINE_ENDS.match(self._buffer, self._at)
        if line_ends and self._stray_from is None:
            self._stray_from = self._position
        if line_ends:
            self._at = line_ends.end()
        beginning = bytes(self._buffer[self._at : self._at + len(_HTTP_SLASH)]).lower()
        if not _HTTP_SLASH.startswith(beginning):
            return self._meet_stray_octets()
        if len(beginning) == len(_HTTP_SLASH):
            return self._begin()
        return False

    def _meet_stray_octets(self) -> bool:
        """Octets that begin no status-line. Where no response came before them, none is sought behind."""
        if self._stray_from is None:
            self._stray_from = self._position
        self._complaint = f"the octets at offset {self._position} begin no status-line"
        self._step = ResponseReader._skip_stray if self._responses else ResponseReader._ignore
        return True

    def _skip_stray(self) -> bool:
        """Go on to the next sound status-line, if there is one."""
        found = _NEXT_STATUS_LINE.search(self._buffer, self._at)
        if found is None:
            self._at = max(self._at, len(self._buffer) - _LONGEST_BEGINNING)
            return False
        self._complaint = ""
        self._at = found.start()
        return self._begin()

    def _begin(self) -> bool:
        if self._stray_from is not None:
            self._note((self._stray_octets(self._stray_from, self._position),))
            self._stray_from = None
        method = self._methods[self._finals] if self._finals < len(self._methods) else b""
        self._draft = Draft(self._position, method, FieldSection(kinds.WHITESPACE_BEFORE_FIRST_FIELD))
        self._step = ResponseReader._read_status_line
        return True

    def _stray_octets(self, start: int, end: int) -> Anomaly:
        """The anomaly of octets between responses: its kind says what they directly follow."""
        if not self._responses:
            return anomaly(kinds.STRAY_OCTETS, start, end, "at the beginning")
        last = self._responses[-1]
        kind = _STRAY_BEHIND_STATUS.get(last.status, kinds.STRAY_OCTETS)
        if last.interim:
            kind = kinds.STRAY_OCTETS_AFTER_INTERIM
        elif last.method == b"HEAD":
            kind = kinds.STRAY_OCTETS_AFTER_HEAD
        return anomaly(kind, start, end, f"directly behind a {last.status:03} response")

    # --- The head ---------------------------------------------------------------------------------------

    def _read_status_line(self) -> bool:
        at = self._position
        if (line := self._take_line()) is None:
            return False
        found: list[Anomaly] = []
        self._draft.line = status_line(line, at, found)
        if found:
            self._note(found)
        if not STATUS_CODE.fullmatch(self._draft.line.status_code):
            return self._refuse(f"the status-line at offset {at} has no status-code of three digits")
        self._step = ResponseReader._read_header_line
        return True

    def _read_header_line(self) -> bool:
        if not self._line_is_there():
            return False
        self._at = self._draft.header.add_sound(self._buffer, self._at, self._base)
        at = self._position
        if (line := self._take_line()) is None:
            return False
        found: list[Anomaly] = []
        if is_empty_line(line):
            _, self._draft.end_of_fields = split_end(line, at, found)
            self._decide(self._draft, found)
        else:
            self._draft.header.add(line, at, found)
        if found:
            self._note(found)
        return True

    def _decide(self, draft: Draft, found: list[Anomaly]) -> None:
        """Behind the empty line: how this response ends (RFC 9112 6.3)."""
        assert draft.line is not None  # the status-line came first
        draft.body_at = self._position
        fields = watched(draft.header.lines, draft.header.offsets)
        status = draft.line.status
        note_fields(fields, draft.method, status, draft.line.version, found)
        codings, lengths = values(fields, b"transfer-encoding"), values(fields, b"content-length")
        draft.framing = response_framing(draft.method, status, codings, lengths)
        self._needed = draft.framing.length or 0
        self._step = _BODY[draft.framing.kind]

    # --- The body ---------------------------------------------------------------------------------------

    def _complete(self) -> bool:
        read = self._draft.read(self._position, complete=True)
        assert read is not None  # the head is complete
        self._responses.append(read)
        self._finals += not read.interim
        left_http = read.framing.kind is FramingKind.TUNNEL or read.status == 101
        asked = not read.interim and self._finals <= len(self._methods)
        self._unasked = 0 if asked else self._unasked + 1
        if self._unasked == MOST_UNASKED:
            self._complaint = f"{MOST_UNASKED} responses on end that are interim or beyond the requests"
        self._step = ResponseReader._ignore if left_http or self._complaint else ResponseReader._seek
        return True

    def _refuse_framing(self) -> bool:
        return self._refuse("the Content-Length of the response cannot be told (RFC 9112 6.3, step 5)")

    def _take_content(self) -> bool:
        """Take what is there of the octets needed; whether all are there."""
        before = self._at
        self._at = min(len(self._buffer), before + self._needed)
        self._draft.content += self._buffer[before : self._at]
        self._needed -= self._at - before
        return not self._needed

    def _read_length(self) -> bool:
        return self._take_content() and self._complete()

    def _read_until_close(self) -> bool:
        self._draft.content += self._buffer[self._at :]
        self._at = len(self._buffer)
        return False

    def _read_chunk_size(self) -> bool:
        at = self._position
        if (line := self._take_line()) is None:
            return False
        found: list[Anomaly] = []
        size = chunk_size_line(line, at, found)
        if found:
            self._note(found)
        if size is None:
            return self._refuse(f"the size of the chunk at offset {at} cannot be told (RFC 9112 7.1)")
        self._needed = size
        self._step = ResponseReader._read_chunk_data if size else ResponseReader._read_trailer_line
        return True

    def _read_chunk_data(self) -> bool:
        if not self._take_content():
            return False
        self._step = ResponseReader._read_chunk_data_end
        return True

    def _read_chunk_data_end(self) -> bool:
        """CRLF behind the chunk-data; LF alone will do, since no chunk-size begins with it."""
        end = bytes(self._buffer[self._at : self._at + 2])
        if end in (b"", b"\r"):
            return False
        position = self._position
        if end.startswith(b"\n"):
            self._note((anomaly(kinds.CHUNK_LINE_END_LF, position, position + 1),))
        elif end != b"\r\n":
            self._note((anomaly(kinds.CHUNK_DATA_END_MISSING, position, position + 1),))
            return self._refuse(
                f"no CRLF follows the chunk-data that ends at offset {position} (RFC 9112 7.1)"
            )
        self._at += 1 if end.startswith(b"\n") else 2
        self._step = ResponseReader._read_chunk_size
        return True

    def _read_trailer_line(self) -> bool:
        draft, at = self._draft, self._position
        if (line := self._take_line()) is None:
            return False
        found: list[Anomaly] = []
        draft.trailers = draft.trailers or FieldSection()
        if is_empty_line(line):
            split_end(line, at, found)
            note_trailers(draft.trailers.lines, draft.trailers.offsets, found)
            self._complete()
        elif STATUS_LINE.fullmatch(line.rstrip(b"\r\n")):
            self._at -= len(line)
            found.append(anomaly(kinds.CHUNKED_END_MISSING, at, at + len(line)))
            self._complete()
        else:
            draft.trailers.add(line, at, found)
        if found:
            self._note(found)
        return True


Step = Callable[[ResponseReader], bool]

_OUTSIDE: Final = (ResponseReader._seek, ResponseReader._skip_stray, ResponseReader._ignore)
_BODY: Final[dict[FramingKind, Step]] = {
    FramingKind.NONE: ResponseReader._complete,
    FramingKind.TUNNEL: ResponseReader._complete,
    FramingKind.LENGTH: ResponseReader._read_length,
    FramingKind.CHUNKED: ResponseReader._read_chunk_size,
    FramingKind.UNTIL_CLOSE: ResponseReader._read_until_close,
    FramingKind.INVALID: ResponseReader._refuse_framing,
}
_STRAY_BEHIND_STATUS: Final = {204: kinds.STRAY_OCTETS_AFTER_204, 304: kinds.STRAY_OCTETS_AFTER_304}


def read_responses(octets: bytes, methods: Sequence[bytes], ended: bool) -> ResponseReading:
    """The reading of all octets that a server sent; `ended` tells whether it closed behind them."""
    reader = ResponseReader(methods)
    reader.feed(octets)
    reader.end(closed=ended)
    return reader.reading()
