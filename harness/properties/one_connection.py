"""One connection over many steps, with a model of what may be answered on it: sound and malformed requests,
requests of which half comes first, several at once, silence, and the close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from harness.http1 import serialize
from harness.http1.build import HOST, PATH, field, fill, get, post, request
from harness.http1.request_meaning import has_option
from harness.http1.response_reader import ResponseReader
from harness.model.case import MARKER
from harness.model.message import Request
from harness.model.plan import AwaitEnd, AwaitResponse, Origin, Plan, Provenance, Send, Step, octets_sent
from harness.model.reading import ReadResponse, ResponseReading
from harness.model.transcript import Ended
from harness.properties.answers import outcome
from harness.properties.drawn import Stream
from harness.properties.shown import Shown
from harness.properties.subject import Failure, Property, Subject
from harness.strategies.hypothesis_draw import drawn
from harness.strategies.messages import request as drawn_request
from harness.strategies.repertoire import Repertoire
from harness.strategies.tokens import outside_tokens
from harness.transport.stepwise import Stepwise

HELD_TO: Final = Property(
    "one-connection", "Each request on a connection is answered as it is alone, in order, and none twice."
)
MOMENT: Final = 0.02
_USES: Final = Repertoire(methods=(b"GET", b"POST", b"HEAD"), targets=(PATH,))
_TIMED_OUT: Final = 408

_staying = drawn(lambda draw: Stream((drawn_request(draw, _USES, last=False),)))
_any = drawn(lambda draw: Stream((drawn_request(draw, _USES),)))


@dataclass(frozen=True, slots=True, repr=False)
class Malformed(Shown):
    """What a server refuses; `ends` tells whether the connection must not be used behind it."""

    name: str
    request: Request | bytes
    ends: bool

    @property
    def octets(self) -> bytes:
        """As it is sent."""
        return self.request if isinstance(self.request, bytes) else serialize.request(self.request)

    def __repr__(self) -> str:
        return self.name


_LENGTH: Final = b"Content-Length"
MALFORMED: Final = (
    Malformed("a length that is no number (RFC 9112 6.3)", post(length=b"5x"), True),
    Malformed("a length below zero (RFC 9112 6.3)", post(length=b"-1"), True),
    Malformed(
        "two lengths that differ (RFC 9112 6.3)",
        request(b"POST", fields=[field(_LENGTH, b"0"), field(_LENGTH, b"1")]),
        True,
    ),
    Malformed("no Host (RFC 9112 3.2)", get(host=None), False),
    Malformed("two Hosts (RFC 9112 3.2)", get(fields=[field(b"Host", HOST)]), False),
    Malformed("a space before a colon (RFC 9112 5.1)", get(fields=[field(b"X-A", b"1", b" ")]), False),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What one request is answered: a status, or, where there is none, a refusal.

    `ends` tells whether nothing may be answered behind it.
    """

    status: int | None
    ends: bool = False

    def met_by(self, status: int) -> bool:
        """Whether that status is fit. A server may lose patience at any time (RFC 9110 15.5.9)."""
        if status == _TIMED_OUT:
            return True
        return status == self.status if self.status is not None else 400 <= status <= 599


class Answers:
    """A watch that reads the answers to requests that are not known beforehand."""

    def __init__(self) -> None:
        self._methods: list[bytes] = []
        self._octets = b""
        self._ended = False
        self._reader = ResponseReader()

    def ask(self, *methods: bytes) -> None:
        """These are asked next; all octets are read anew, since the method tells how an answer ends."""
        self._methods += methods
        self._reader = ResponseReader(self._methods)
        self._reader.feed(self._octets)
        if self._ended:
            self._reader.end(closed=True)

    @property
    def finals(self) -> int:
        """See Watch."""
        return self._reader.finals

    def feed(self, octets: bytes) -> None:
        """See Watch."""
        self._octets += octets
        self._reader.feed(octets)

    def end(self) -> None:
        """See Watch."""
        self._ended = True
        self._reader.end(closed=True)

    def reading(self) -> ResponseReading:
        """What was understood so far."""
        return self._reader.reading()


def amiss(
    expected: Sequence[Expected], finals: Sequence[ReadResponse], *, ended: bool, begun: bool = False
) -> str:
    """What is not as the model has it, in words; empty where all is well.

    A server may close at any time (RFC 9112 9.5), so that answers may be missing where it did. `begun` tells
    that half of a head was sent last: of that nothing but a refusal may come (RFC 9112 9.3).
    """
    for number, (one, final) in enumerate(zip(expected, finals, strict=False), 1):
        if not one.met_by(final.status):
            alone = f"alone it is {one.status}" if one.status is not None else "it is to be refused"
            return f"request {number} was answered {final.status}; {alone}"
        if one.ends and len(finals) > number:
            return f"request {number} ends the connection, and another was answered behind it"
    extra = [one.status for one in finals[len(expected) :] if one.status != _TIMED_OUT]
    if extra and not (begun and len(extra) == 1 and extra[0] >= 400):
        return f"{len(expected)} requests were sent whole, and {len(finals)} answered"
    if len(finals) < len(expected) and not ended:
        return f"request {len(finals) + 1} was not answered, and the connection stayed open"
    return ""


def ends_connection(request: Request) -> bool:
    """Whether no request is to be answered behind this one (RFC 9112 9.3)."""
    options = request.values(b"Connection")
    if has_option(options, b"close"):
        return True
    return request.line.version == b"HTTP/1.0" and not has_option(options, b"keep-alive")


class OneConnection(RuleBasedStateMachine):
    """The steps. Once a connection is of no more use, only `close` is left, which begins another."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._around = subject.live.calibration.around
        self._connection: Stepwise | None = None
        self._useless, self._rest = True, b""
        self._steps: list[Step] = []

    @initialize()
    def connect(self) -> None:
        """A new connection."""
        self._answers = Answers()
        self._connection = self._subject.begin(HELD_TO, self._answers, tuple(self._steps))
        self._steps = []
        self._expected: list[Expected] = []
        self._rest = b""
        self._rest_of: Expected | None = None
        self._useless = False

    @property
    def usable(self) -> bool:
        """Whether the next request may begin."""
        return not self._useless and not self._rest

    # Steps -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.usable)
    @rule(one=_any)
    def send(self, one: Stream) -> None:
        """A sound request, perhaps the last one of its connection."""
        known = self._known(one)
        if known is None:
            return
        self._ask(one)
        self._expected.append(known)
        self._take(Send(self._octets(one)), AwaitResponse(1))
        if known.ends:
            self._mark()
        self._look()

    @precondition(lambda self: self.usable)
    @rule(first=_any, second=_any)
    def pipeline(self, first: Stream, second: Stream) -> None:
        """Two requests at once; what ends the connection is the last that is answered."""
        one, other = self._known(first), self._known(second)
        if one is None or other is None:
            return
        self._ask(first, second)
        self._expected += (one,) if one.ends else (one, other)
        self._take(Send(self._octets(first) + self._octets(second)), AwaitResponse(2))
        self._look()

    @precondition(lambda self: self.usable)
    @rule(one=_staying, share=st.integers(1, 99))
    def begin(self, one: Stream, share: int) -> None:
        """The first so many hundredths of a request."""
        known, octets = self._known(one), self._octets(one)
        if known is None:
            return
        at = outside_tokens(octets, max(1, len(octets) * share // 100))
        self._ask(one)
        self._rest, self._rest_of = octets[at:], known
        self._take(Send(octets[:at]), AwaitEnd(MOMENT))
        if b"\r\n\r\n" not in octets[:at]:
            self._look(begun=True)
        self._useless = self._useless or self._answers.finals > len(self._expected)

    @precondition(lambda self: not self._useless and self._rest)
    @rule()
    def complete(self) -> None:
        """The rest of it."""
        assert self._rest_of is not None
        self._expected.append(self._rest_of)
        rest, self._rest = self._rest, b""
        self._take(Send(rest), AwaitResponse(1))
        self._look()

    @precondition(lambda self: self.usable)
    @rule(one=st.sampled_from(MALFORMED))
    def send_malformed(self, one: Malformed) -> None:
        """What is to be refused; where the connection is to end behind it, a marker shows whether it does."""
        octets = fill(one.octets, HOST, self._around.path)
        self._answers.ask(octets.partition(b" ")[0])
        self._expected.append(Expected(None, one.ends))
        self._take(Send(octets), AwaitResponse(1))
        if one.ends:
            self._mark()
        self._look()

    @precondition(lambda self: not self._useless)
    @rule()
    def wait(self) -> None:
        """Nothing comes of its own accord."""
        self._take(AwaitEnd(MOMENT))
        if not self._rest:
            self._look()

    @rule()
    def close(self) -> None:
        """The end of this connection, judged by all rules; then another."""
        self._judge()
        self.connect()

    @invariant()
    def lives(self) -> None:
        """What ended by itself is of no more use."""
        if self._connection is not None and self._connection.peer_ended:
            self._useless = True

    def teardown(self) -> None:
        """The end of the last one."""
        if self._connection is not None:
            self._judge()

    # What they share -------------------------------------------------------------------------------

    def _mark(self) -> None:
        """Behind what ends the connection: a marker, which is not to be answered."""
        self._answers.ask(b"GET")
        self._take(Send(MARKER), AwaitResponse(1))
        self._useless = True

    def _ask(self, *streams: Stream) -> None:
        self._answers.ask(*(one.requests[0].line.method for one in streams))

    def _octets(self, one: Stream) -> bytes:
        """Path filled in: what takes content goes to another resource."""
        content = one.requests[0].line.method == b"POST"
        return fill(one.octets, HOST, self._around.content_path if content else self._around.path)

    def _known(self, one: Stream) -> Expected | None:
        """What this request is answered alone; None where it is not, so that nothing can be expected."""
        octets = self._octets(one)
        status = self._subject.alone.get(octets)
        if status is None:
            steps = (Send(octets), AwaitResponse(1), Send(MARKER), AwaitResponse(1))
            seen = outcome(self._subject.examine(steps))
            if not seen.answers:
                self._subject.hold_alive(HELD_TO, steps)
            status = self._subject.alone[octets] = seen.answers[0].status if seen.answers else 0
        event(f"alone {status // 100}xx" if status else "alone unanswered")
        return Expected(status, ends_connection(one.requests[0])) if status else None

    def _take(self, *steps: Step) -> None:
        assert self._connection is not None
        self._steps += steps
        self._connection.take(*(self._filled(one) for one in steps))

    def _filled(self, step: Step) -> Step:
        if not isinstance(step, Send):
            return step
        return Send(
            self._around.marker if step.octets == MARKER else step.octets.replace(HOST, self._around.host)
        )

    def _look(self, *, begun: bool = False) -> None:
        """Compare with the model; what is amiss counts if it is seen again, twice."""
        assert self._connection is not None
        finals = self._answers.reading().finals
        if not amiss(self._expected, finals, ended=self._connection.peer_ended, begun=begun):
            return
        self._connection.end()
        steps = tuple(self._steps)
        for patience in self._subject.patience(HELD_TO):
            seen = self._subject.examine(steps, patience)
            ended = seen.transcript.ended is not Ended.OPEN
            told = amiss(self._expected, seen.responses.finals, ended=ended, begun=begun)
            if not told:
                event("amiss once only: nothing is concluded")
                self._connection = None
                self.connect()
                return
        self._connection = None
        self._subject.fail(HELD_TO, Failure(f"{HELD_TO.name}: {told}", told, steps), seen)

    def _judge(self) -> None:
        """By all rules, as a plan that was carried out."""
        assert self._connection is not None
        transcript = self._connection.end()
        filled, self._connection = self._connection.steps, None
        if not filled:
            return
        front = octets_sent(self._steps).partition(MARKER)
        marker_at = len(front[0].replace(HOST, self._around.host)) if front[1] else None
        plan = Plan(filled, Provenance(Origin.FUZZ, HELD_TO.name), marker_at=marker_at)
        seen = self._subject.live.examined(plan, transcript)
        self._subject.hold_to_rules(HELD_TO, seen, tuple(self._steps))
