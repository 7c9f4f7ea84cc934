"""One connection as a state machine: octets in, octets out, no sockets and no clock of its own.

`HANDLERS` says what is done with which event in which state, `STATES` how long each state may last.
Requests are answered strictly one after another, so that pipelined ones are answered in order (RFC 9112
9.3.2), and once a response has said close nothing more is read (RFC 9112 9.6).

    IDLE  --octets-->  HEAD  --request head-->  CONTENT  --end of request-->  IDLE
                         \\____________ refusal, close, deadline, half-close ____________-->  ENDED
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from server.clock import Clock, imf_fixdate, steady_clock
from server.conduct import EXEMPLARY
from server.exchange import Collected, Exchange
from server.faults.fault import Fault
from server.limits import Limits
from server.plain_request import PlainRequest, head_of, read_plain_request
from server.reading import STRICT
from server.request import ContentOctets, EndOfRequest, Event, Refusal, RequestHead
from server.request_reader import RequestReader
from server.resource import Resources
from server.resources import all_resources
from server.response import Response, error
from server.response_writer import CONTINUE, delimits_itself, write_end, write_piece, write_response


class State(Enum):
    """What the connection waits for."""

    IDLE = auto()
    HEAD = auto()
    CONTENT = auto()
    ENDED = auto()

    __hash__ = object.__hash__  # members are single; the hash of an Enum is a call in Python


_IDLE, _HEAD, _CONTENT, _ENDED = State  # an Enum is slow to give a member by its name


@dataclass(frozen=True, slots=True)
class Row:
    """One state: how many seconds it may last, and how a request is refused that is cut off in it."""

    lasts: Callable[[Limits], float]
    half_closed: Refusal | None = None
    overdue: Refusal | None = None


_INCOMPLETE = Refusal(400, "The request is incomplete.", "RFC 9112 8")
_OVERDUE = Refusal(408, "The request took too long.", "RFC 9110 15.5.9")

STATES: Mapping[State, Row] = {
    State.IDLE: Row(lambda limits: limits.idle_timeout),
    State.HEAD: Row(lambda limits: limits.header_timeout, _INCOMPLETE, _OVERDUE),
    State.CONTENT: Row(lambda limits: limits.content_timeout, _INCOMPLETE, _OVERDUE),
    State.ENDED: Row(lambda limits: -math.inf),
}
"""The time of CONTENT begins anew with every arrival of content, which must keep up with a rate besides; an
idle connection ends without a word; one that has ended is overdue to be closed."""


class Connection:
    """The server's side of one connection. No octets make it raise.

    `due` is when something is to be done if no octets come before: `tick`, or to close once it has ended.
    """

    due: float

    def __init__(
        self,
        limits: Limits | None = None,
        clock: Clock = steady_clock,
        resources: Resources | None = None,
        fault: Fault | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        behaviour = fault.behaviour if fault else EXEMPLARY
        self._resources = resources or all_resources()
        self._constants = {} if behaviour.rewrite else self._resources.constants
        self._conduct = behaviour.conduct
        self._persists = behaviour.conduct.persists
        self._rewrite = behaviour.rewrite
        self._reader = RequestReader(self._limits, behaviour.reading)
        self._plain_room = min(self._limits.request_line, self._limits.header_section)
        if behaviour.reading is not STRICT or behaviour.conduct is not EXEMPLARY.conduct:
            self._plain_room = 0  # the short cut knows the exemplary way alone
        self._messages: list[bytes] = []
        self._withheld = bytearray()
        self._head: RequestHead | None = None
        self._exchange: Exchange | None = None
        self._stream: Response | None = None
        self._retiring = False
        self._said_close = False
        self._now = clock()
        self._content_due = math.inf
        self._durations = {state: row.lasts(self._limits) for state, row in STATES.items()}
        self._enter(_IDLE)

    @property
    def ended(self) -> bool:
        """Whether nothing more will be sent or read: the transport is to be closed."""
        return self._state is _ENDED

    def receive(self, octets: bytes) -> bytes:
        """The octets to send for octets that came; `b""` says that the peer has closed its side.

        A half-close ends no request: an unfinished one is refused with 400 (RFC 9112 8, 9.6).
        """
        if self._state is _ENDED:
            return b""
        self._now = self._clock()
        if self._state is _IDLE and self._reader.fresh and self._plain_room:
            request = read_plain_request(octets, self._plain_room, self._limits.field_lines)
            if request is not None:
                return self._answer_at_once(request)
        if octets:
            self._read(octets)
        else:
            self._end(STATES[self._state].half_closed)
        return self._sent()

    def timeout(self) -> float | None:
        """When `tick` has something to do, on the connection's clock; None once the connection has ended."""
        if self._state is _ENDED:
            return None
        return self.due

    def tick(self) -> bytes:
        """The octets to send if a deadline has passed: 408 if a request has begun; then end."""
        self._now = self._clock()
        deadline = self.timeout()
        if deadline is not None and self._now >= deadline:
            self._end(STATES[self._state].overdue)
        return self._sent()

    def restart_time(self) -> None:
        """Begin the time of the present state anew: the peer was not listened to, so it is not late."""
        self._now = self._clock()
        self._content_due = self._latest_due
        self._enter(self._state)

    def retire(self) -> None:
        """Let the request in progress be the last one, and end at once if there is none (RFC 9112 9.5)."""
        self._retiring = True
        if self._state is _IDLE:
            self._enter(_ENDED)

    def _answer_at_once(self, request: PlainRequest) -> bytes:
        """The short cut: the response to a plain request, which would go through every state in vain.

        What is always answered the same needs no more than Date, and leaves the connection as it was.
        """
        method, _, path, _, _, values = request
        constant = self._constants.get((path, method))
        if constant is not None and constant.unless.isdisjoint(values):
            self.due = self._now + self._limits.idle_timeout
            return constant.before_date + imf_fixdate(int(self._now)) + constant.ending
        head = head_of(request)
        octets = self._written(self._resources.answer(head), head, self._persists(head))
        self._enter(_ENDED if self._said_close else _IDLE)
        return octets if self._rewrite is None else self._rewrite(octets, head)

    # Reading -------------------------------------------------------------------------------------

    def _read(self, octets: bytes) -> None:
        """Handle every event the octets complete, until the connection ends."""
        if self._conduct.arrives is not None:
            octets = self._conduct.arrives(octets)
        self._reader.feed(octets)
        if self._state is _CONTENT:
            self._enter(_CONTENT)
        while self._state is not _ENDED and (event := self._reader.next_event()) is not None:
            try:
                HANDLERS[type(event)](self, event)
            except Refusal as refusal:
                self._refuse(refusal)
        if self._said_close and self._state is not _CONTENT:
            self._enter(_ENDED)
        if self._state is _IDLE and not self._reader.between_requests:
            self._enter(_HEAD)

    def _begin(self, head: RequestHead) -> None:
        """RFC 9110 10.1.1: 100 at once where it is expected, unless the final response is due already."""
        self._head = head
        self._content_due = self._latest_due
        self._enter(_CONTENT)
        begun = self._resources.begin(head, self._limits)
        expects = head.framing.has_content and not head.is_http_1_0
        expects = expects and b"100-continue" in head.members(b"expect")
        if not isinstance(begun, Response):
            self._exchange = begun
            if expects:
                self._send(CONTINUE, head)
        elif expects:
            self._respond(begun, persists=False, head=head)
            self._enter(_ENDED)
        else:
            self._exchange = Collected(lambda request: begun, head, self._limits)

    @property
    def _latest_due(self) -> float:
        """When content becomes overdue that is in no arrears now."""
        return self._now + self._limits.content_arrears if self._limits.content_rate else math.inf

    def _take_content(self, content: ContentOctets) -> None:
        """Each octet buys time, but never more than the arrears allow: haste now pays for no delay later."""
        assert self._exchange is not None
        if self._limits.content_rate:
            bought = self._content_due + len(content.octets) / self._limits.content_rate
            self._content_due = min(bought, self._latest_due)
            self._enter(_CONTENT)
        self._answer(self._exchange.receive(content.octets))

    def _end_request(self, end: EndOfRequest) -> None:
        assert self._exchange is not None
        self._answer(self._exchange.finish(end.trailer_fields))
        if self._stream is not None and self._head is not None:
            self._send_more(write_end(self._stream, self._head))
            if self._rewrite is not None:
                self._messages.append(self._rewrite(bytes(self._withheld), self._head))
        self._forget_request()

    def _forget_request(self) -> None:
        self._head = self._exchange = self._stream = None
        last = (self._said_close or self._retiring) and not self._conduct.reads_on_after_close
        self._enter(_ENDED if last else _IDLE)

    # Sending -------------------------------------------------------------------------------------

    def _answer(self, answer: Response | bytes | None) -> None:
        """What an exchange gave: a response, more of its content, or nothing yet."""
        if isinstance(answer, Response):
            assert self._head is not None
            self._respond(answer, self._persists(self._head), self._head)
        elif answer and self._stream is not None and self._head is not None:
            self._send_more(write_piece(answer, self._stream, self._head))

    def _respond(self, response: Response, persists: bool, head: RequestHead | None) -> None:
        """Send a final response, or what is known of it."""
        octets = self._written(response, head, persists)
        if response.streamed:
            self._stream = response
            self._withheld.clear()
            self._send_more(octets)
        else:
            self._send(octets, head)

    def _written(self, response: Response, head: RequestHead | None, persists: bool) -> bytes:
        """RFC 9112 9.6: the octets of a final response; if the connection does not persist it says close."""
        if response.closes or self._retiring or not (persists and delimits_itself(response, head)):
            persists = False
            self._said_close = True
        return write_response(response, head, persists, self._now)

    def _refuse(self, refusal: Refusal) -> None:
        """RFC 9112 2.2, 6.3, 8: answer with an error and end; a response that has begun is cut off."""
        survives = self._conduct.survives(refusal)
        if self._stream is None and self._conduct.answers(refusal):
            head = self._head or self._reader.refused_head
            self._respond(error(refusal.status, refusal.why, head), survives, head)
        if survives:
            self._reader.read_on()
        self._head = self._exchange = self._stream = None
        self._enter(_IDLE if survives else _ENDED)

    def _end(self, refusal: Refusal | None) -> None:
        """End, because the peer or the time wants it; a request in progress is refused."""
        if refusal is not None:
            self._refuse(refusal)
        self._enter(_ENDED)

    def _send(self, message: bytes, head: RequestHead | None) -> None:
        """Send one message, as the behaviour would have it."""
        self._messages.append(message if self._rewrite is None else self._rewrite(message, head))

    def _send_more(self, octets: bytes) -> None:
        """Send a part of a streamed response; one that is to be rewritten is withheld until it is whole."""
        if self._rewrite is None:
            self._messages.append(octets)
        else:
            self._withheld += octets

    def _sent(self) -> bytes:
        messages, self._messages = self._messages, []
        return b"".join(self._conduct.arranges(messages) if len(messages) > 1 else messages)

    def _enter(self, state: State) -> None:
        """Go to a state; its time begins now."""
        self._state = state
        self.due = self._now + self._durations[state]
        if state is _CONTENT:
            self.due = min(self.due, self._content_due)


HANDLERS: Mapping[type[Event], Callable[[Connection, Any], None]] = {
    RequestHead: Connection._begin,
    ContentOctets: Connection._take_content,
    EndOfRequest: Connection._end_request,
    Refusal: Connection._refuse,
}
"""What is done with each event; the reader tells them in the order that the states expect."""
