"""Octets of a connection into requests: their boundaries, and everything that is amiss with them.

The boundaries are those of the strict reading, recovered where the RFC prescribes or permits it: a
lone LF ends a line, leading empty lines are ignored, folds are joined, a whitespace-led line behind
the request-line is dropped, Transfer-Encoding overrides Content-Length, equal Content-Length values are
one. Where no boundary can be found the reading ends REJECTED. Lossless: requests follow each other
without a gap, and the parts of each make up its octets. The reading depends on the octets alone, not
on how they arrived: it is always taken up at the end of the last complete request.
"""

from __future__ import annotations

from typing import Final

from harness.http1.chunked_reader import ChunkedReading, read_chunked
from harness.http1.request_anomalies import anomaly
from harness.http1.request_head import Head, Pace, bare_words, read_head
from harness.http1.request_meaning import (
    ANY_REFUSAL,
    MEANINGFUL,
    Flaw,
    Meaning,
    Refusal,
    interpreted,
    understand,
)
from harness.model.message import Framing, FramingKind, Request, RequestLine
from harness.model.reading import Anomaly, End, Reading, ReadRequest, Span

UNKNOWN_FRAMING = Framing(FramingKind.INVALID)

_LONGEST_REMEMBERED: Final = 4096
"""Octets, at most, of a stream whose single requests are remembered."""
_MOST_REMEMBERED: Final = 2048


def read_requests(octets: bytes, ended: bool = True) -> Reading:
    """The requests that these octets are, from the first octet of a connection on.

    `ended` tells that no octet follows: a request that is not whole is then a premature end.
    """
    reader = RequestReader()
    reader.feed(octets)
    if ended:
        reader.end()
    return reader.reading()


def read_beginning(octets: bytes, count: int) -> Reading:
    """`read_requests` of the first `count` of these octets, of which all were read lately.

    What is whole within them is the same request whatever stands behind it, and is not read again.
    """
    beginning = octets[:count]
    at = 0
    while (read := _known.get((octets, at))) and read.whole and read.end <= count:
        _remember(beginning, at, read)
        at = read.end
    return read_requests(beginning)


class RequestReader:
    """The same for octets that arrive in pieces; `reading()` may be asked at any time."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._at = 0
        self._ended = False
        self._requests: list[ReadRequest] = []
        self._anomalies: list[Anomaly] = []
        self._must_close = False

    def feed(self, octets: bytes) -> None:
        """Take more octets."""
        self._octets += octets

    def end(self) -> None:
        """No more octets will come."""
        self._ended = True

    def reading(self) -> Reading:
        """All that can be said of the octets fed so far."""
        octets = bytes(self._octets)
        unfinished: ReadRequest | None = None
        refusal: Refusal | None = None
        tail: tuple[Anomaly, ...] = ()
        while self._at < len(octets) and not self._must_close:
            read = read_one(octets, self._at)
            if not read.whole:
                unfinished, refusal, tail = read.request, read.refusal, read.anomalies
                break
            self._take(read)
        return self._result(unfinished, refusal, tail, len(octets))

    def _take(self, read: OneRequest) -> None:
        assert read.request is not None
        self._requests.append(read.request)
        self._anomalies.extend(read.anomalies)
        self._must_close = read.must_close
        self._at = read.request.end

    def _result(
        self, unfinished: ReadRequest | None, refusal: Refusal | None, tail: tuple[Anomaly, ...], length: int
    ) -> Reading:
        requests, anomalies = self._requests, [*self._anomalies, *tail]
        end = End.COMPLETE
        if refusal:
            end = End.REJECTED
        elif unfinished:
            end = End.NEEDS_MORE
            if self._ended:
                anomalies.append(anomaly("premature-end", (unfinished.start, length)))
        elif self._must_close and self._at < length:
            anomalies.append(anomaly("octets-behind-close", (self._at, length)))
        must_close = self._must_close or (
            refusal.must_close if refusal else end is not End.COMPLETE and self._ended
        )
        return Reading(
            (*requests, unfinished) if unfinished else tuple(requests),
            end,
            self._at,
            tuple(anomalies),
            refusal.statuses if refusal else (),
            must_close,
        )


class OneRequest:
    """One request as far as it is there, what is amiss with it, and what follows from that.

    `request` is None when only empty lines are there; `refusal` is set when no boundary can be found;
    `values` are those that `meaning` was taken from.
    """

    __slots__ = ("anomalies", "meaning", "must_close", "refusal", "request", "values")

    def __init__(
        self,
        request: ReadRequest | None,
        anomalies: list[Anomaly],
        refusal: Refusal | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self.request = request
        self.anomalies = tuple(anomalies)
        self.refusal = refusal
        self.meaning = meaning
        self.must_close = meaning.must_close if meaning else False
        self.values: dict[bytes, list[bytes]] = {}

    @property
    def whole(self) -> bool:
        """Whether its end was found."""
        return self.request is not None and self.request.complete and not self.refusal

    @property
    def end(self) -> int:
        """Where it ends, if it is whole."""
        assert self.request is not None
        return self.request.end


def read_one(octets: bytes, at: int, pace: Pace | None = None) -> OneRequest:
    """The one request that begins at that offset (leading empty lines are part of it).

    `pace` is called now and then while a long one is read, and may raise. A request is read by the strict
    reader and then by the permitted ones, and so is remembered for the next of them.
    """
    if len(octets) > _LONGEST_REMEMBERED:
        return _read_one(octets, at, pace)
    known = _known.get((octets, at))
    return _remember(octets, at, _read_one(octets, at)) if known is None else known


_known: Final[dict[tuple[bytes, int], OneRequest]] = {}


def _remember(octets: bytes, at: int, read: OneRequest) -> OneRequest:
    if len(_known) >= _MOST_REMEMBERED:
        _known.clear()
    _known[octets, at] = read
    return read


def _read_one(octets: bytes, at: int, pace: Pace | None = None) -> OneRequest:
    head = read_head(octets, at, pace)
    if head.line is None:
        return _without_line(octets, head)
    if not head.complete:
        return OneRequest(_incomplete(octets, head, UNKNOWN_FRAMING), head.anomalies)
    if head.broken_line:
        return OneRequest(_incomplete(octets, head, UNKNOWN_FRAMING), head.anomalies, ANY_REFUSAL)
    values = _values(head)
    meaning = understand(*bare_words(head.line), values)
    if meaning.flaws:
        head.anomalies.extend(_located(flaw, head) for flaw in meaning.flaws)
    one = _framed(octets, head, meaning)
    one.values = values
    return one


def _framed(octets: bytes, head: Head, meaning: Meaning) -> OneRequest:
    """The request behind its head, by its framing (RFC 9112 6.3)."""
    match meaning.framing.kind:
        case FramingKind.INVALID:
            partial = _incomplete(octets, head, meaning.framing)
            return OneRequest(partial, head.anomalies, meaning.refusal, meaning)
        case FramingKind.CHUNKED:
            return _with_chunks(octets, head, meaning)
        case _:
            return _with_length(octets, head, meaning)


def _without_line(octets: bytes, head: Head) -> OneRequest:
    """Nothing but empty lines, or a request-line that has not ended."""
    if head.end >= len(octets):
        return OneRequest(None, head.anomalies)
    head.line = RequestLine(octets[head.end :], b"", b"", b"", b"", b"")
    return OneRequest(_incomplete(octets, head, UNKNOWN_FRAMING), head.anomalies)


def _incomplete(
    octets: bytes, head: Head, framing: Framing, chunked: ChunkedReading | None = None
) -> ReadRequest:
    """A request whose end was not found: it reaches to the end of the octets."""
    end = len(octets)
    body_at = head.end if head.complete else end
    assert head.line is not None
    request = Request(head.line, tuple(head.field_lines), octets[body_at:], head.end_of_fields)
    content = chunked.content if chunked else octets[body_at:] if framing.kind is FramingKind.LENGTH else b""
    return ReadRequest(request, framing, content, head.start, body_at, end, complete=False)


def _with_length(octets: bytes, head: Head, meaning: Meaning) -> OneRequest:
    end = head.end + (meaning.framing.length or 0)
    if end > len(octets):
        return OneRequest(_incomplete(octets, head, meaning.framing), head.anomalies, None, meaning)
    assert head.line is not None
    content = octets[head.end : end]
    request = Request(head.line, tuple(head.field_lines), content, head.end_of_fields)
    whole = ReadRequest(request, meaning.framing, content, head.start, head.end, end)
    return OneRequest(whole, head.anomalies, None, meaning)


def _with_chunks(octets: bytes, head: Head, meaning: Meaning) -> OneRequest:
    chunked = read_chunked(octets, head.end, head.pace)
    head.anomalies.extend(chunked.anomalies)
    if chunked.state is not End.COMPLETE:
        refusal = Refusal((), must_close=True) if chunked.state is End.REJECTED else None
        return OneRequest(
            _incomplete(octets, head, meaning.framing, chunked), head.anomalies, refusal, meaning
        )
    assert head.line is not None
    request = Request(head.line, tuple(head.field_lines), chunked.body, head.end_of_fields)
    whole = ReadRequest(
        request,
        meaning.framing,
        chunked.content,
        head.start,
        head.end,
        chunked.end,
        trailer_section=chunked.trailer_section,
    )
    return OneRequest(whole, head.anomalies, None, meaning)


def _values(head: Head) -> dict[bytes, list[bytes]]:
    values: dict[bytes, list[bytes]] = {}
    for line in head.field_lines:
        name = line.name.lower()
        if name in MEANINGFUL and line.colon:
            values.setdefault(name, []).append(interpreted(line.value))
    return values


def _located(flaw: Flaw, head: Head) -> Anomaly:
    """The flaw with the octets that show it: its field line, or the request-line."""
    span: Span = head.line_at
    if flaw.field:
        lines = [
            span
            for line, span in zip(head.field_lines, head.spans, strict=True)
            if line.colon and line.named(flaw.field)
        ]
        span = lines[flaw.index]
    return anomaly(flaw.kind, span, flaw.detail)
