"""The opinion of h11: the only module that imports it.

h11 reads requests as a server that answers each of them, and responses as the client of one stand-in
request each. What it returns is what h11 understood, in its own words where it refuses; where h11 is
known to depart from the RFCs stands in DEPARTURES, and only there. Any octets may be read; none raise.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import h11

from harness.http1.grammar import TOKEN
from harness.model.message import FieldLine, Framing, FramingKind, Request, RequestLine, Response, StatusLine
from harness.model.reading import End, Reading, ReadRequest, ReadResponse, ResponseReading
from harness.oracle.h11_departures import DEPARTURES

__all__ = ["BYTE_BUDGET", "DEPARTURES", "VERSION", "read_requests", "read_responses"]

VERSION: Final = importlib.metadata.version("h11")

BYTE_BUDGET: Final = 16 * 1024 * 1024
"""How many octets h11 may hold of one unfinished event: as many as we ever read of a connection."""

# h11 is fed in blocks: its only exact account of where it stands copies all that it has not read.
_BLOCK: Final = 4096

_ANSWER: Final = h11.Response(status_code=404, headers=[("Content-Length", "0")])


class _Stream:
    """The octets on their way into one h11 connection, and the offset up to which it has read them."""

    def __init__(self, connection: h11.Connection, octets: bytes, ended: bool) -> None:
        self._connection = connection
        self._octets = octets
        self._fed = 0
        self._ended = ended
        self.at_end = False  # whether h11 has been told of the end

    @property
    def position(self) -> int:
        """The offset behind the last octet that h11 has taken in."""
        return self._fed - len(self._connection.trailing_data[0])

    @property
    def exhausted(self) -> bool:
        """Whether h11 has taken in every octet."""
        return self.position == len(self._octets)

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next event; NEED_DATA only when there is nothing more to feed."""
        while (event := self._connection.next_event()) is h11.NEED_DATA and self._feed():
            pass
        return event

    def _feed(self) -> bool:
        block = self._octets[self._fed : self._fed + _BLOCK]
        if not block and (not self._ended or self.at_end):
            return False
        self.at_end = not block
        self._fed += len(block)
        self._connection.receive_data(block)
        return True


@dataclass(slots=True)
class _Draft:
    """A message of which h11 has given the head."""

    head: h11.Request | h11.Response | h11.InformationalResponse
    start: int
    body_at: int
    method: bytes
    content: bytearray = field(default_factory=bytearray)
    trailers: tuple[FieldLine, ...] = ()

    def request(self, end: int, complete: bool) -> ReadRequest:
        head = self.head
        assert isinstance(head, h11.Request)
        line = RequestLine(head.method, head.target, b"HTTP/" + head.http_version)
        framing = _declared(head) or Framing(FramingKind.NONE, step=7)
        request = Request(line, _field_lines(head.headers.raw_items()))
        content = bytes(self.content)
        return ReadRequest(request, framing, content, self.start, self.body_at, end, complete, self.trailers)

    def response(self, end: int, complete: bool) -> ReadResponse:
        head = self.head
        assert not isinstance(head, h11.Request)
        line = StatusLine(b"HTTP/" + head.http_version, b"%03d" % head.status_code, head.reason)
        response = Response(line, _field_lines(head.headers.raw_items()), trailer_section=self.trailers)
        framing = _response_framing(head, self.method)
        content = bytes(self.content)
        return ReadResponse(response, framing, content, self.start, self.body_at, end, complete, self.method)


class _Conversation:
    """One h11 connection that is made to read all octets; what a server and a client have in common."""

    def __init__(self, role: type[h11.CLIENT] | type[h11.SERVER], octets: bytes, ended: bool) -> None:
        self.connection = h11.Connection(role, max_incomplete_event_size=BYTE_BUDGET)
        self.stream = _Stream(self.connection, octets, ended)
        self.method = b""
        self.start = 0
        self.draft: _Draft | None = None
        self.goes_on = True  # whether h11 would read another message
        self.error: h11.RemoteProtocolError | None = None

    def read(self) -> None:
        """Read until there is nothing more, or h11 refuses."""
        try:
            while self._take(self.stream.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            self.error = error

    @property
    def end(self) -> End:
        """REJECTED where h11 refuses octets; told of the end too early, it only needs more."""
        if self.error and not self.stream.at_end:
            return End.REJECTED
        return End.NEEDS_MORE if self._cut_short else End.COMPLETE

    @property
    def complaint(self) -> str:
        """What h11 says, unless it only misses the answer to a stand-in that we added."""
        return str(self.error) if self.error and (self._cut_short or not self.stream.at_end) else ""

    @property
    def _cut_short(self) -> bool:
        return self.draft is not None or (self.goes_on and not self.stream.exhausted)

    def _take(self, event: h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]) -> bool:
        """Take one event; False when h11 has no other to give."""
        if isinstance(event, h11.Request | h11.Response | h11.InformationalResponse):
            self.draft = _Draft(event, self.start, self.stream.position, self.method)
            if isinstance(event, h11.InformationalResponse):
                self._complete(self.draft)
        elif isinstance(event, h11.Data) and self.draft:
            self.draft.content += event.data
        elif isinstance(event, h11.EndOfMessage) and self.draft:
            self.draft.trailers = _field_lines(event.headers.raw_items())
            self._complete(self.draft)
            self.goes_on = self._next_cycle()
        elif self.connection.their_state is h11.SWITCHED_PROTOCOL:
            if self.draft:
                self._complete(self.draft)  # 2xx to CONNECT
            self.goes_on = False
        else:  # NEED_DATA, or ConnectionClosed
            return False
        return self.goes_on

    def _complete(self, draft: _Draft) -> None:
        self.start = self.stream.position
        self.draft = None
        self._keep(draft)

    def _keep(self, draft: _Draft) -> None:
        raise NotImplementedError

    def _next_cycle(self) -> bool:
        """Make the connection ready for another message; False when h11 wants it closed."""
        if self.connection.our_state is not h11.DONE or self.connection.their_state is not h11.DONE:
            return False
        self.connection.start_next_cycle()
        return True


class _Server(_Conversation):
    """h11 as a server that answers each request."""

    def __init__(self, octets: bytes, ended: bool) -> None:
        super().__init__(h11.SERVER, octets, ended)
        self.requests: list[ReadRequest] = []

    def _keep(self, draft: _Draft) -> None:
        self.requests.append(draft.request(self.start, complete=True))

    def _next_cycle(self) -> bool:
        self.connection.send(_ANSWER)
        self.connection.send(h11.EndOfMessage())
        return super()._next_cycle()


class _Client(_Conversation):
    """h11 as a client that sends one request for each response."""

    def __init__(self, octets: bytes, requests: Sequence[ReadRequest | bytes], ended: bool) -> None:
        super().__init__(h11.CLIENT, octets, ended)
        self.responses: list[ReadResponse] = []
        self._requests = iter(requests)
        self._ask()

    def _keep(self, draft: _Draft) -> None:
        self.responses.append(draft.response(self.start, complete=True))

    def _next_cycle(self) -> bool:
        if goes_on := super()._next_cycle():
            self._ask()
        return goes_on

    def _ask(self) -> None:
        """Send the stand-in for the next request: its method, and its Upgrade if it has one."""
        request = next(self._requests, b"")
        self.method = request if isinstance(request, bytes) else request.request.line.method
        fields = [(b"Host", b"x")]
        if not isinstance(request, bytes) and request.request.values(b"Upgrade"):
            fields += [(b"Connection", b"upgrade"), (b"Upgrade", b"x")]
        method = self.method if TOKEN.fullmatch(self.method) else b"GET"
        self.connection.send(h11.Request(method=method, target=b"/", headers=fields))
        self.connection.send(h11.EndOfMessage())


def read_requests(octets: bytes, ended: bool) -> Reading:
    """The requests that h11 understands as a server; `ended` tells whether the client closed.

    `must_close` is True where h11 would not serve another request behind the last one; octets behind
    that one are not read. `statuses` holds the status that h11 hints at where it refuses.
    """
    server = _Server(octets, ended)
    server.read()
    requests = server.requests
    if server.draft:
        requests.append(server.draft.request(server.stream.position, complete=False))
    refused = server.error if server.end is End.REJECTED else None
    statuses = (refused.error_status_hint,) if refused else ()
    must_close = not server.goes_on or refused is not None
    return Reading(tuple(requests), server.end, server.start, (), statuses, must_close, server.complaint)


def read_responses(octets: bytes, requests: Sequence[ReadRequest | bytes], ended: bool) -> ResponseReading:
    """The responses that h11 understands as the client of these requests (or methods), in order.

    The stand-in is a GET behind the last of them, and for a method that is no token. `ended` tells
    whether the server closed. Octets behind a response after which h11 expects a close are not read.
    """
    client = _Client(octets, requests, ended)
    client.read()
    responses = client.responses
    if client.draft:
        responses.append(client.draft.response(client.stream.position, complete=False))
    return ResponseReading(tuple(responses), client.end, client.start, (), client.complaint)


def _field_lines(headers: Iterable[tuple[bytes, bytes]]) -> tuple[FieldLine, ...]:
    """h11 keeps names as they were sent, and values without outer whitespace and folds."""
    return tuple(FieldLine(bytes(name), bytes(value)) for name, value in headers)


def _declared(head: h11.Request | h11.Response | h11.InformationalResponse) -> Framing | None:
    """The framing that the fields declare; h11 has normalized the two that do."""
    fields = dict(iter(head.headers))
    if b"transfer-encoding" in fields:
        return Framing(FramingKind.CHUNKED, step=4)
    if b"content-length" in fields:
        return Framing(FramingKind.LENGTH, int(fields[b"content-length"]), step=6)
    return None


def _response_framing(head: h11.Response | h11.InformationalResponse, method: bytes) -> Framing:
    """What h11 does: the same order as RFC 9112 6.3."""
    if head.status_code < 200 or head.status_code in {204, 304} or method == b"HEAD":
        return Framing(FramingKind.NONE, step=1)
    if method == b"CONNECT" and 200 <= head.status_code < 300:
        return Framing(FramingKind.TUNNEL, step=2)
    return _declared(head) or Framing(FramingKind.UNTIL_CLOSE, step=8)
