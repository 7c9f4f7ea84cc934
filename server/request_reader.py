"""Octets to events, one after another, however the octets are cut.

The reader finds where lines, chunks and content end; what they mean is decided by a `Reading`. Its states
are a table, `STEPS`. Each octet is looked at once: a line that is not complete is not scanned again from
its start, and the buffer gives up what has been read. After a refusal nothing more is read, since no one
can say where the next request begins (RFC 9112 2.2, 6.3).
"""

from collections.abc import Callable, Mapping
from enum import Enum

from server.limits import Limits
from server.reading import STRICT, Reading, State, refused_head_request
from server.request import (
    NO_CONTENT,
    ContentOctets,
    EndOfRequest,
    Event,
    FieldLine,
    Framing,
    Refusal,
    RequestHead,
    RequestLine,
    values_by_name,
)


class _Progress(Enum):
    """A step moved to another state without an event to tell."""

    MADE = "made"


_Outcome = Event | _Progress | None
"""What a step yields: an event, progress, or None until more octets come."""

_LINE_END = 2  # octets of CRLF
_MADE, _END = _Progress.MADE, State.END  # an Enum is slow to give a member by its name


class RequestReader:
    """Reads requests, one after another, from one connection."""

    def __init__(self, limits: Limits | None = None, reading: Reading = STRICT) -> None:
        self._limits = limits or Limits()
        self._reading = reading
        self._buffer = bytearray()
        self._start = 0  # what lies before it has been read
        self._scanned = 0  # no LF lies between _start and it
        self._state = State.REQUEST_LINE
        self._begin_request()

    def _begin_request(self) -> None:
        self.fresh = True  # no octet has come since, not even of an empty line
        self._empty_lines = self._reading.leading_empty_lines
        self._line: RequestLine | None = None
        self._head_ended = False
        self._field_lines: list[FieldLine] = []
        self._section_room = self._limits.header_section
        self._remaining = 0
        self._content_room = self._limits.content
        self._extension_room = self._limits.chunk_extensions

    @property
    def between_requests(self) -> bool:
        """Whether no octet of an unfinished request has come."""
        return self._state is State.REQUEST_LINE and self._start == len(self._buffer)

    def feed(self, octets: bytes) -> None:
        """Take octets as they came; nothing is read before an event is asked for."""
        if self._start:
            del self._buffer[: self._start]
            self._scanned -= self._start
            self._start = 0
        self._buffer += octets

    def next_event(self) -> Event | None:
        """The next event, or None until more octets come; a Refusal is the last one."""
        outcome: _Outcome = _MADE
        try:
            while outcome is _MADE:
                if self._start == len(self._buffer) and self._state is not _END:
                    return None
                outcome = STEPS[self._state](self)
        except Refusal as refusal:
            self._state = State.REFUSED
            return refusal
        return outcome

    @property
    def refused_head(self) -> RequestHead | None:
        """What is known of a request that was refused, or cut off, within its header section."""
        return RequestHead(self._line, (), {}) if self._line else None

    def read_on(self) -> None:
        """Read on after a refusal, behind the header section it fell in. An exemplary server never does."""
        self._state = State.REQUEST_LINE if self._head_ended else State.SKIPPED_HEAD
        self._begin_request()

    # Lines ---------------------------------------------------------------------------------------

    def _take_line(self, room: int, status: int) -> bytes | None:
        """A line without its CRLF, of at most `room` octets, else a refusal with `status` (RFC 9112 2.2).

        A bare LF might be taken for a line end; it is refused, so that no one upstream can disagree. What is
        refused counts as read, so that whoever reads on behind a refusal gets on.
        """
        end = self._buffer.find(b"\n", self._scanned)
        length = (len(self._buffer) if end < 0 else end) - self._start - 1
        if length > room:
            self._start = self._scanned = len(self._buffer) if end < 0 else end + 1
            raise Refusal(status, "A line or a section is longer than this server takes.", "RFC 9112 3, 7.1")
        if end < 0:
            self._scanned = len(self._buffer)
            return None
        line = bytes(self._buffer[self._start : end])
        self._start = self._scanned = end + 1
        if line[-1:] != b"\r":
            raise Refusal(400, "A line that ends in LF alone.", "RFC 9112 2.2")
        return line[:-1]

    def _read_request_line(self) -> _Outcome:
        """RFC 9112 3; one leading empty line is passed over (RFC 9112 2.2)."""
        line = self._take_line(self._limits.request_line, 414)
        if line is None:
            return None
        if not line and self._empty_lines:
            self._empty_lines -= 1
            self.fresh = False
            return _MADE
        try:
            self._line = self._reading.request_line(line)
        except Refusal:
            self._line = refused_head_request(line)
            raise
        self._state = State.FIELD_LINE
        return _MADE

    def _take_field_lines(self) -> bool:
        """Field lines up to the empty line; whether it has been reached (RFC 9112 5, RFC 9110 5.4, 6.5)."""
        while (line := self._take_line(self._section_room, 431)) is not None:
            if not line:
                return True
            self._section_room -= len(line) + _LINE_END
            field_line = self._reading.field_line(line)
            if field_line is not None:
                self._field_lines.append(field_line)
            if len(self._field_lines) > self._limits.field_lines:
                raise Refusal(431, "More field lines than this server takes.", "RFC 6585 5")
        return False

    def _read_header_section(self) -> _Outcome:
        """RFC 9112 2.1: the request head ends with the empty line; its checks, then its framing (6.3)."""
        if not self._take_field_lines():
            return None
        assert self._line is not None
        self._head_ended = True
        head = RequestHead(self._line, tuple(self._field_lines), values_by_name(self._field_lines))
        self._field_lines = []
        for check in self._reading.head_checks.values():
            check(head)
        framing = self._reading.framing(head)
        self._begin_content(framing)
        return head if framing is NO_CONTENT else head._replace(framing=framing)

    def _skip_head(self) -> _Outcome:
        """Lines up to an empty one are passed over."""
        while (line := self._take_line(self._limits.header_section, 431)) is not None:
            if not line:
                self._state = State.REQUEST_LINE
                return _MADE
        return None

    # Content -------------------------------------------------------------------------------------

    def _begin_content(self, framing: Framing) -> None:
        if framing.length is None:
            self._state = State.CHUNK_SIZE
        elif framing.length:
            self._expect_content(framing.length)
            self._state = State.CONTENT
        else:
            self._state = State.END

    def _expect_content(self, octets: int) -> None:
        """RFC 9110 15.5.14: content beyond the limit is refused when it is announced."""
        if octets > self._content_room:
            raise Refusal(413, "More content than this server takes.", "RFC 9110 15.5.14")
        self._content_room -= octets
        self._remaining = octets

    def _take_content(self, then: State) -> _Outcome:
        """What has come of the `_remaining` octets."""
        piece = bytes(self._buffer[self._start : self._start + self._remaining])
        if not piece:
            return None
        self._start += len(piece)
        self._scanned = self._start
        self._remaining -= len(piece)
        if not self._remaining:
            self._state = then
        return ContentOctets(piece)

    def _read_content(self) -> _Outcome:
        """RFC 9112 6.3 step 7."""
        return self._take_content(State.END)

    def _read_chunk_size(self) -> _Outcome:
        """RFC 9112 7.1: sizes are exact numbers of any length; extensions are read and ignored (7.1.1)."""
        line = self._take_line(self._limits.chunk_size_digits + self._extension_room, 413)
        if line is None:
            return None
        digits, extension = self._reading.chunk_size_line(line)
        if len(digits) > self._limits.chunk_size_digits:
            raise Refusal(400, "A chunk-size with more digits than this server takes.", "RFC 9112 7.1")
        self._extension_room -= len(extension)
        if self._extension_room < 0:
            raise Refusal(413, "More chunk extensions than this server takes.", "RFC 9112 7.1.1")
        self._expect_content(int(digits, 16))
        self._state = State.CHUNK_DATA if self._remaining else State.TRAILER
        self._section_room = self._limits.trailer_section
        return _MADE

    def _read_chunk_data(self) -> _Outcome:
        return self._take_content(State.CHUNK_END)

    def _read_chunk_end(self) -> _Outcome:
        """RFC 9112 7.1: CRLF and nothing else stands behind chunk-data."""
        end = bytes(self._buffer[self._start : self._start + _LINE_END])
        if end == b"\r\n":
            self._start += _LINE_END
            self._scanned = self._start
            self._state = self._reading.after_chunk
            return _MADE
        if end not in (b"", b"\r"):
            raise Refusal(400, "Chunk data that does not end where its size says.", "RFC 9112 7.1")
        return None

    def _read_trailer_section(self) -> _Outcome:
        """RFC 9112 7.1.2: trailer fields follow the grammar of field lines and stay apart from the head."""
        if not self._take_field_lines():
            return None
        self._state = State.END
        return _MADE

    def _end_request(self) -> _Outcome:
        trailer_fields = tuple(self._field_lines)
        self._begin_request()
        self._state = State.REQUEST_LINE
        return EndOfRequest(trailer_fields)

    def _stay_refused(self) -> _Outcome:
        return None


STEPS: Mapping[State, Callable[[RequestReader], _Outcome]] = {
    State.REQUEST_LINE: RequestReader._read_request_line,
    State.FIELD_LINE: RequestReader._read_header_section,
    State.CONTENT: RequestReader._read_content,
    State.CHUNK_SIZE: RequestReader._read_chunk_size,
    State.CHUNK_DATA: RequestReader._read_chunk_data,
    State.CHUNK_END: RequestReader._read_chunk_end,
    State.TRAILER: RequestReader._read_trailer_section,
    State.END: RequestReader._end_request,
    State.REFUSED: RequestReader._stay_refused,
    State.SKIPPED_HEAD: RequestReader._skip_head,
}
"""What is read in each state."""
