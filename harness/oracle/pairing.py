"""Requests paired with responses, in order (RFC 9112 9.3.2), and the fate of the connection.

Two axes of every answer are kept apart: what was answered, and what became of the connection. A
reset counts as a close only behind a complete final response; before one it is no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.conversation import Conversation, Exchange, Fate
from harness.model.reading import Anomaly, Reading, ReadRequest, ReadResponse, ResponseReading
from harness.model.transcript import Ended

Recognise = Callable[[ReadResponse], bool]


@dataclass(frozen=True, slots=True)
class _Answer:
    interim: tuple[ReadResponse, ...]
    final: ReadResponse


@dataclass(frozen=True, slots=True)
class _Engine:
    marker_at: int | None
    recognise: Recognise | None


def converse(
    reading: Reading,
    responses: ResponseReading,
    ended: Ended,
    received: bytes,
    *,
    marker_at: int | None = None,
    recognise: Recognise | None = None,
) -> Conversation:
    """Pair the requests of one reading with the responses; both are in the order of the wire.

    `marker_at` is the offset at which the engine's own request begins; `recognise` tells its answer.
    """
    answers = _answers(responses)
    exchanges = tuple(
        _exchange(
            request,
            reading.anomalies,
            answers[index] if index < len(answers) else None,
            _fate(index, answers, ended, len(reading.requests)),
            _Engine(marker_at, recognise),
        )
        for index, request in enumerate(reading.requests)
    )
    unasked = tuple(one.final for one in answers[len(exchanges) :])
    return Conversation(
        reading=reading,
        exchanges=exchanges,
        fate=_fate(len(answers), answers, ended, len(exchanges)),
        unasked=unasked,
        surplus=received[responses.responses[-1].end if responses.responses else 0 :],
    )


def _answers(responses: ResponseReading) -> list[_Answer]:
    """Final responses, complete or begun, each with the interim ones before it."""
    answers: list[_Answer] = []
    interim: list[ReadResponse] = []
    for response in responses.responses:
        if response.interim:
            interim.append(response)
        else:
            answers.append(_Answer(tuple(interim), response))
            interim = []
    return answers


def _exchange(
    request: ReadRequest, anomalies: tuple[Anomaly, ...], answer: _Answer | None, fate: Fate, engine: _Engine
) -> Exchange:
    final = answer.final if answer and answer.final.complete else None
    marker = request.start == engine.marker_at  # one that begins within the marker is another request
    return Exchange(
        request=request,
        interim=answer.interim if answer else (),
        final=final,
        fate=fate,
        anomalies=tuple(one for one in anomalies if request.start <= one.span[0] < max(request.end, 1)),
        partial=answer.final if answer and not answer.final.complete else None,
        marker=marker,
        recognised=engine.recognise(final) if marker and final and engine.recognise else None,
    )


def _fate(index: int, answers: list[_Answer], ended: Ended, asked: int) -> Fate:
    """The fate of the connection behind the exchange with that index.

    A 408 that nobody asked for is how a server may announce the close of an idle connection (RFC
    9110 15.5.9), so it does not show that the connection is kept.
    """
    later = [
        one.final
        for place, one in enumerate(answers)
        if place > index and one.final.complete and (place < asked or one.final.status != 408)
    ]
    if later:
        return Fate.KEPT
    if ended is Ended.RESET:
        return Fate.CLOSED if any(one.final.complete for one in answers) else Fate.RESET
    return Fate.CLOSED if ended is Ended.CLOSED else Fate.OPEN
