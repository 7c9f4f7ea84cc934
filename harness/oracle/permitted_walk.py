"""All permitted readings of a stream of requests: a walk from request to request.

A node is one understood request behind all those before it; a terminal is where a reading stops: at
the end of the octets, at a request that has to be the last, inside a request, or at a refusal that the
octets give cause for. A request with nothing amiss has one reading and is read once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from harness.http1.chunked_reader import read_chunked
from harness.http1.request_head import bare_words, line_end
from harness.http1.request_meaning import ANY_REFUSAL, Meaning, Refusal, has_option, understand
from harness.http1.request_reader import OneRequest, read_one
from harness.model.message import ChunkedBody, Framing, FramingKind, Request, RequestLine
from harness.model.reading import Anomaly, End, ReadRequest
from harness.oracle.permitted_budget import Budget
from harness.oracle.permitted_lines import SectionEnd, read_section
from harness.oracle.permitted_recovery import lenient_bodies

_REQUEST_LINE_KINDS: Final = frozenset(
    {"request-line-words", "version-malformed", "request-line-whitespace", "bare-cr-in-request-line"}
)
_BROKEN_KINDS: Final = frozenset({"request-line-words", "version-malformed"})
BROKEN_LINE: Final = Refusal(also=(301,))
"""An invalid request-line is for 400, or for 301 to the encoded target (RFC 9112 3.2, SHOULD)."""

LOST: Final = Refusal(must_close=True)
"""The framing is lost inside the content: any refusal, and nothing behind can be read (RFC 9112 9.3)."""


@dataclass(eq=False, slots=True)
class Node:
    """One request with its boundary; with `refusal` it has to be refused, though reading can go on."""

    parent: Node | None
    request: ReadRequest
    anomalies: tuple[Anomaly, ...]
    must_close: bool
    refusal: Refusal | None
    depth: int
    tainted: bool
    recovered: bool

    def chain(self) -> list[Node]:
        """All nodes from the first request to this one."""
        nodes: list[Node] = []
        node: Node | None = self
        while node is not None:
            nodes.append(node)
            node = node.parent
        nodes.reverse()
        return nodes


@dataclass(eq=False, slots=True)
class Terminal:
    """Where a reading stops, behind `node` (None: before the first request).

    `partial` is the request that is not whole or is refused; `in_content` tells that it is so behind its
    head: any final response may have come early then (RFC 9110 7.5). `absorbed` tells that another
    refusal of the same request includes this one, so that it is no reading of its own.
    """

    node: Node | None
    end: End
    at: int
    refusal: Refusal | None = None
    partial: ReadRequest | None = None
    anomalies: tuple[Anomaly, ...] = ()
    in_content: bool = False
    absorbed: bool = False

    @property
    def depth(self) -> int:
        """How many requests are understood."""
        return self.node.depth if self.node else 0

    @property
    def tainted(self) -> bool:
        """Whether a request before it had to be refused: no permitted reading, yet its boundaries are."""
        return self.node is not None and self.node.tainted

    @property
    def recovered(self) -> bool:
        """Whether malformed chunk framing was taken leniently before it."""
        return self.node is not None and self.node.recovered

    @property
    def must_close(self) -> bool:
        """Whether nothing behind the last understood request may be processed."""
        return self.node is not None and self.node.must_close


@dataclass(frozen=True, slots=True)
class _Accepted:
    """One request with a boundary: what Node says of it."""

    request: ReadRequest
    must_close: bool
    refusal: Refusal | None = None
    recovered: bool = False


@dataclass(slots=True)
class _Outcomes:
    """What one request may be: requests with boundaries, refusals, or not whole."""

    accepted: dict[object, _Accepted] = field(default_factory=dict)
    refusals: set[Refusal] = field(default_factory=set)
    needs_more: bool = False
    in_content: bool = False
    lost_in_content: bool = False
    nothing: bool = False

    @property
    def may_stop(self) -> bool:
        """Whether a reading may end inside the request."""
        return bool(self.refusals) or self.needs_more or self.in_content or self.lost_in_content


def walk(octets: bytes, budget: Budget, recover: bool = False) -> Iterator[Terminal]:
    """Every terminal, those at lower offsets first. Raises TooManyReadings when the budget is spent.

    With `recover` malformed chunk framing is taken leniently, too.
    """
    waiting: dict[int, list[Node | None]] = {0: [None]}
    offsets = [0]
    while offsets:
        at = heapq.heappop(offsets)
        parents = waiting.pop(at)
        if at >= len(octets):
            yield from (Terminal(parent, End.COMPLETE, at) for parent in parents)
            continue
        budget.elsewhere = sum(map(len, waiting.values()))
        budget.step(len(parents))
        read: OneRequest | None = None
        for parent in parents:
            if parent is not None and parent.must_close:
                yield Terminal(parent, End.COMPLETE, at)
                continue
            if read is None:
                read = read_one(octets, at, budget.pace)
                outcomes = _outcomes(octets, at, read, budget, recover)
            yield from _terminals(parent, at, read, outcomes)
            for one in outcomes.accepted.values():
                node = _node(parent, read, one)
                if one.request.end not in waiting:
                    waiting[one.request.end] = []
                    heapq.heappush(offsets, one.request.end)
                waiting[one.request.end].append(node)
                if one.request.end < len(octets) and _may_end_http(one.request.request):
                    yield Terminal(node, End.COMPLETE, one.request.end)


def _may_end_http(request: Request) -> bool:
    """Whether a server may take what follows for something else than HTTP.

    Behind a CONNECT that it grants stands a tunnel (RFC 9110 9.3.6), behind an upgrade that it accepts
    another protocol (RFC 9110 7.8; HTTP/1.0 knows none).
    """
    method, _, version = bare_words(request.line)
    if method == b"CONNECT":
        return True
    asked = has_option(request.values(b"Connection"), b"upgrade") and any(request.values(b"Upgrade"))
    return asked and version != b"HTTP/1.0"


def _node(parent: Node | None, read: OneRequest, accepted: _Accepted) -> Node:
    return Node(
        parent,
        accepted.request,
        tuple(one for one in read.anomalies if one.span[0] < accepted.request.end),
        accepted.must_close,
        accepted.refusal,
        parent.depth + 1 if parent else 1,
        accepted.refusal is not None or (parent is not None and parent.tainted),
        accepted.recovered or (parent is not None and parent.recovered),
    )


def _terminals(parent: Node | None, at: int, read: OneRequest, outcomes: _Outcomes) -> Iterator[Terminal]:
    anomalies = read.anomalies
    if outcomes.nothing:
        yield Terminal(parent, End.COMPLETE, at, anomalies=anomalies)
    if not outcomes.may_stop:
        return
    partial = (
        replace(read.request, complete=False) if read.request and read.request.complete else read.request
    )
    for refusal in _least(outcomes.refusals):
        yield Terminal(parent, End.REJECTED, at, refusal, partial, anomalies)
    if outcomes.lost_in_content:
        absorbed = any(one.absorbs(LOST) for one in outcomes.refusals)
        yield Terminal(parent, End.REJECTED, at, LOST, partial, anomalies, True, absorbed)
    if outcomes.needs_more or outcomes.in_content:
        yield Terminal(parent, End.NEEDS_MORE, at, None, partial, anomalies, outcomes.in_content)


def _outcomes(octets: bytes, at: int, read: OneRequest, budget: Budget, recover: bool) -> _Outcomes:
    outcomes = _Outcomes()
    if not read.anomalies:
        if read.request is None:
            outcomes.nothing = True
        elif read.request.complete:
            outcomes.accepted[None] = _Accepted(read.request, read.must_close)
        else:
            outcomes.in_content = bool(read.request.request.end_of_fields)
            outcomes.needs_more = not outcomes.in_content
        return outcomes
    one = _OneWalk(octets, at, read, budget)
    one.recover = recover
    one.walk()
    return one.outcomes


class _Head(NamedTuple):
    """One reading of a head, its meaning, and what it is to be refused with."""

    line: RequestLine
    end: SectionEnd
    meaning: Meaning
    demanded: Refusal | None


class _OneWalk:
    """All readings of one request with something amiss."""

    def __init__(self, octets: bytes, at: int, read: OneRequest, budget: Budget) -> None:
        self.octets = octets
        self.start = at
        self.read = read
        self.budget = budget
        self.recover = False
        self.outcomes = _Outcomes()
        self.kinds = {one.kind for one in read.anomalies}
        self.last_crlf = octets.rfind(b"\r\n")

    def walk(self) -> None:
        """Empty lines, the request-line, the header section, the content."""
        at = self._behind_empty_lines()
        found = line_end(self.octets, at)
        if found is None or self.read.request is None:
            self.outcomes.nothing = at >= len(self.octets)
            self.outcomes.needs_more |= not self.outcomes.nothing
            return
        line_is_bare = found[1] - found[0] == 1
        if line_is_bare:
            self._bare_lf(at)
        broken = bool(self.kinds & _BROKEN_KINDS)
        if self.kinds & _REQUEST_LINE_KINDS:
            self.outcomes.refusals.add(BROKEN_LINE if broken else ANY_REFUSAL)
        section = read_section(self.octets, found[1], self.budget)
        self.outcomes.refusals |= section.refusals
        self.outcomes.needs_more |= section.needs_more
        for end in section.ends:
            self._head(self.read.request.request.line, end, broken)

    def _behind_empty_lines(self) -> int:
        at = self.start
        while (found := line_end(self.octets, at)) and found[0] == at:
            if found[1] - at == 1:
                self._bare_lf(at)
            at = found[1]
        if at > self.start:
            self.outcomes.refusals.add(ANY_REFUSAL)
        return at

    def _bare_lf(self, at: int) -> None:
        """An LF that ends no line for a server: it refuses what follows, or waits for CRLF."""
        self.outcomes.refusals.add(ANY_REFUSAL)
        self.outcomes.needs_more |= self.last_crlf < at

    def _head(self, line: RequestLine, end: SectionEnd, broken: bool) -> None:
        words = (b"GET", b"/", b"HTTP/1.1") if broken else bare_words(line)
        known = self.read.meaning if not broken and self.read.values == end.values else None
        meaning = known or understand(*words, end.values)
        demanded = BROKEN_LINE if broken else _stricter(end.refusal, meaning.refusal)
        if not broken:
            self.outcomes.refusals.update(meaning.optional)
            if demanded:
                self.outcomes.refusals.add(demanded)
        if meaning.framing.kind is not FramingKind.INVALID:
            self._body(_Head(line, end, meaning, demanded))
        elif not broken and self._names_no_coding(end):
            # Present and empty: 6.3 asks for 400, RFC 9110 5.6.1.2 reads it as no coding.
            plain = replace(meaning, framing=Framing(FramingKind.NONE, step=7), must_close=False)
            self._body(_Head(line, end, plain, end.refusal))

    def _names_no_coding(self, end: SectionEnd) -> bool:
        coding = end.values.get(b"transfer-encoding")
        return coding is not None and not any(coding) and not end.values.get(b"content-length")

    def _body(self, head: _Head) -> None:
        start, framing = head.end.end, head.meaning.framing
        if framing.kind is FramingKind.CHUNKED:
            self._chunked(head)
            return
        end = start + (framing.length or 0)
        if end > len(self.octets):
            self.outcomes.in_content = True
            return
        content = self.octets[start:end]
        self._accept(head, content, content, end)

    def _chunked(self, head: _Head) -> None:
        chunked = read_chunked(self.octets, head.end.end, self.budget.pace)
        if chunked.state is End.REJECTED:
            self.outcomes.lost_in_content = True
            broken = chunked.anomalies[-1]
            # Who reads whole lines waits for the CRLF of a chunk-size line, whatever stands in it.
            self.outcomes.in_content = broken.kind != "chunk-data-end" and self.last_crlf < broken.span[0]
            if self.recover:
                self._recover(head)
            return
        if any(one.kind == "bare-cr-in-chunk-framing" for one in chunked.anomalies):
            self.outcomes.lost_in_content = True
        if chunked.trailer_at is None:
            self.outcomes.in_content = True
        elif chunked.state is End.COMPLETE and not chunked.anomalies:
            self._accept(head, chunked.body, chunked.content, chunked.end)
        else:
            for trailer in self._trailers(chunked.trailer_at):
                end_octets = self.octets[trailer.start_of_end : trailer.end]
                section = trailer.field_lines(self.octets)
                body = ChunkedBody(tuple(chunked.chunks), chunked.last_chunk, section, end_octets)
                self._accept(head, body, chunked.content, trailer.end)

    def _trailers(self, at: int) -> list[SectionEnd]:
        section = read_section(self.octets, at, self.budget, trailer=True)
        self.outcomes.refusals |= section.refusals
        self.outcomes.in_content |= section.needs_more
        return section.ends

    def _recover(self, head: _Head) -> None:
        for trailer_at, content in lenient_bodies(self.octets, head.end.end):
            for trailer in self._trailers(trailer_at):
                octets = self.octets[head.end.end : trailer.end]
                self._accept(head, octets, content, trailer.end, recovered=True)

    def _accept(
        self, head: _Head, body: bytes | ChunkedBody, content: bytes, end: int, *, recovered: bool = False
    ) -> None:
        meaning, section = head.meaning, head.end
        key = (end, section.end, content, meaning.framing.kind, meaning.must_close, head.demanded)
        if key in self.outcomes.accepted:
            return
        octets = self.octets[section.start_of_end : section.end]
        request = ReadRequest(
            Request(head.line, section.field_lines(self.octets), body, octets),
            meaning.framing,
            content,
            self.start,
            section.end,
            end,
            trailer_section=body.trailer_section if isinstance(body, ChunkedBody) else (),
        )
        self.outcomes.accepted[key] = _Accepted(request, meaning.must_close, head.demanded, recovered)


def _stricter(one: Refusal | None, other: Refusal | None) -> Refusal | None:
    """What remains when both are demanded."""
    if one is None or other is None:
        return one or other
    statuses = tuple(status for status in one.statuses if status in other.statuses)
    return Refusal(statuses or one.statuses or other.statuses, one.must_close or other.must_close)


def _least(refusals: set[Refusal]) -> list[Refusal]:
    """The refusals that no other one absorbs, in a stable order."""
    ordered = sorted(refusals, key=lambda one: (one.statuses, one.must_close, one.also))
    return [one for one in ordered if not any(other is not one and other.absorbs(one) for other in ordered)]
