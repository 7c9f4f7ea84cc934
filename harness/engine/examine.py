"""The spine: one plan, carried out against one target, read by every oracle. All modes come through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.http1.request_reader import read_beginning, read_requests
from harness.http1.response_reader import ResponseReader
from harness.model.conversation import Conversation
from harness.model.plan import Plan
from harness.model.reading import Reading, ReadResponse, ResponseReading
from harness.model.transcript import Ended, Transcript
from harness.model.verdict import Examination, Opinion
from harness.oracle import h11_oracle
from harness.oracle.ordinary import ordinary
from harness.oracle.pairing import converse
from harness.oracle.permitted_explain import explain
from harness.transport.base import Transport, Watch

Recognise = Callable[[ReadResponse], bool]
Opine = Callable[[bytes, Reading, Transcript, ResponseReading], Iterable[Opinion]]


class Watched(Watch, Protocol):
    """A watch that can tell what it was fed."""

    def reading(self) -> ResponseReading:
        """What is understood so far."""


class ResponseWatch:
    """Tells a transport how many final responses are complete, by our own reader."""

    def __init__(self, methods: Sequence[bytes]) -> None:
        self.reader = ResponseReader(methods)

    @property
    def finals(self) -> int:
        """How many final responses are complete so far."""
        return self.reader.finals

    def feed(self, octets: bytes) -> None:
        """These octets came next."""
        self.reader.feed(octets)

    def end(self) -> None:
        """The peer closed its sending side."""
        self.reader.end(closed=True)

    def reading(self) -> ResponseReading:
        """What is understood so far."""
        return self.reader.reading()


@dataclass(frozen=True, slots=True)
class Examiner:
    """Carries out plans against one target.

    `recognise` tells the answer to the engine's marker; `opine` asks the independent oracles (all if None);
    `watched` makes what reads the responses to requests with these methods.
    """

    target: str
    transport: Transport
    recognise: Recognise | None = None
    opine: Opine | None = None
    watched: Callable[[Sequence[bytes]], Watched] = ResponseWatch

    def examine(
        self, plan: Plan, control: Examination | None = None, meant: Reading | None = None
    ) -> Examination:
        """Carry out a plan and read both directions. Failures of the target are events, not exceptions.

        `meant` is our reading of its octets, where that is known already.
        """
        octets = plan.octets
        meant = meant or read_requests(octets, ended=True)
        watch = self.watched([one.request.line.method for one in meant.requests])
        transcript = self.transport.execute(plan, watch)
        sent = octets[: transcript.sent_count]
        reading = meant if len(sent) == len(octets) else read_beginning(octets, len(sent))
        responses = watch.reading()
        ended, received = transcript.ended, transcript.received
        at, recognise = plan.marker_at, self.recognise
        strict = converse(reading, responses, ended, received, marker_at=at, recognise=recognise)
        explained = explain(
            sent, responses, ended, received, marker_at=at, recognise=recognise, strict=strict
        )
        return Examination(
            target=self.target,
            plan=plan,
            transcript=transcript,
            responses=responses,
            strict=strict,
            explanations=_likeliest_first(explained.conversations, strict),
            explanation=explained.explanation,
            open_ended=explained.open_ended,
            nearest=explained.nearest,
            opinions=tuple((self.opine or opinions)(sent, reading, transcript, responses)),
            control=control,
        )


def _likeliest_first(
    explanations: tuple[Conversation, ...], strict: Conversation
) -> tuple[Conversation, ...]:
    """The order of the walk, but for the one with the boundaries of the strict reading, which goes first."""
    if len(explanations) < 2:
        return explanations
    boundaries = _boundaries(strict)
    return tuple(sorted(explanations, key=lambda one: _boundaries(one) != boundaries))


def _boundaries(conversation: Conversation) -> list[tuple[int, int]]:
    return [(one.request.start, one.request.end) for one in conversation.exchanges]


def opinions(
    sent: bytes, reading: Reading, transcript: Transcript, responses: ResponseReading
) -> Iterator[Opinion]:
    """What h11 says of both directions, where they are of a size to ask it."""
    received = transcript.received
    if ordinary(sent, reading.requests) and ordinary(received, responses.responses):
        methods = [one.request.line.method for one in reading.requests]
        ended = transcript.ended in (Ended.CLOSED, Ended.RESET)
        yield Opinion(
            "h11",
            requests=h11_oracle.read_requests(sent, ended=transcript.half_closed),
            responses=h11_oracle.read_responses(received, methods, ended=ended),
        )
