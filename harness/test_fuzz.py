"""What `pytest harness -m fuzz` runs: properties of any HTTP/1.1 server, tried with generated requests.

Profiles are in `harness/properties/profiles.py`. A failing example is told as a wire story, and its case kept
in the folder of findings.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import event, given, reject
from hypothesis.stateful import run_state_machine_as_test

from harness.engine.fuzzing.stimulus import stimulus
from harness.http1 import serialize
from harness.http1.build import get
from harness.model.case import MARKER
from harness.model.plan import AwaitResponse, Send, Step
from harness.model.transcript import Ended
from harness.properties.answers import outcome
from harness.properties.drawn import (
    Delivered,
    Mutated,
    Stream,
    Twice,
    delivered,
    mutated,
    recoded,
    respelt,
    streams,
)
from harness.properties.one_connection import Answers, OneConnection
from harness.properties.profiles import chosen
from harness.properties.subject import HASTE, Failure, Property, Steps, Subject
from harness.rules.need import Need
from harness.session.live import LiveTarget

pytestmark = pytest.mark.fuzz
settings = chosen()

SPLIT: Final = Property("split", "Requests are served alike however they are cut into pieces (RFC 9112 2).")
PIPELINED: Final = Property("pipelined", "Pipelined requests are answered as one by one (RFC 9112 9.3.2).")
CHUNKS: Final = Property("chunks", "Content is the same however it is cut into chunks (RFC 9112 7.1).")
SPELLING: Final = Property(
    "spelling",
    "Neither the case of field names nor whitespace around values matters (RFC 9112 5, RFC 9110 5.1).",
)
PERMITTED: Final = Property("permitted", "Whatever is sent gets only what the RFCs permit.")
LIVES_ON: Final = Property(
    "lives-on", "The server and its other connections live on, whatever one client sends."
)


@pytest.fixture(scope="session")
def subject(wireproof_target: LiveTarget) -> Subject:
    """The target, held to properties."""
    return Subject(wireproof_target)


def marked(*steps: Step, answers: int = 1) -> Steps:
    """The steps, a wait for so many answers, and a marker behind these."""
    return (*steps, AwaitResponse(answers), Send(MARKER), AwaitResponse(1))


@settings
@given(drawn=delivered())
def test_requests_are_served_alike_however_they_are_split(subject: Subject, drawn: Delivered) -> None:
    """TCP keeps octets and their order, and nothing else."""
    stream, count = drawn.stream, len(drawn.stream.requests)
    event(drawn.delivery.kind)
    whole = marked(Send(stream.octets), answers=count)
    subject.hold_alike(SPLIT, whole, marked(*drawn.delivery.steps, answers=count))


@settings
@given(drawn=streams(least=2))
def test_pipelined_requests_are_answered_as_one_by_one(subject: Subject, drawn: Stream) -> None:
    """In order, each by itself."""
    pieces = [Send(serialize.request(one)) for one in drawn.requests]
    one_by_one: list[Step] = [step for piece in pieces for step in (piece, AwaitResponse(1))]
    event(f"{len(pieces)} requests")
    pipelined = marked(Send(drawn.octets), answers=len(pieces))
    subject.hold_alike(PIPELINED, marked(*one_by_one[:-1]), pipelined)


@settings
@given(drawn=recoded())
def test_content_is_the_same_in_any_chunks(subject: Subject, drawn: Twice) -> None:
    """Chunks, extensions and trailers are about the transfer; the echo shows what was taken for content."""
    if why := subject.live.calibration.around.lacks.get(Need.ECHO):
        pytest.skip(f"no echo (docs/echo-contract.md): {why}")
    counted, chunked = (marked(Send(serialize.request(one))) for one in (drawn.one, drawn.other))
    if [one.status for one in outcome(subject.examine(chunked)).answers] == [411]:
        event("411: a length is required (RFC 9112 6.3)")
        reject()
    subject.hold_alike(CHUNKS, counted, chunked)


@settings
@given(drawn=respelt())
def test_spelling_of_field_lines_does_not_matter(subject: Subject, drawn: Twice) -> None:
    """Content is compared where only content comes back: elsewhere it may tell how the request was spelt."""
    one, other = (marked(Send(serialize.request(each))) for each in (drawn.one, drawn.other))
    echoes = drawn.one.line.method == b"POST" and Need.ECHO not in subject.live.calibration.around.lacks
    subject.hold_alike(SPELLING, one, other, contents=echoes)


@settings
@given(drawn=mutated())
def test_mutated_requests_get_only_permitted_reactions(subject: Subject, drawn: Mutated) -> None:
    """By all rules, of the grades that fail (--wireproof-fail-on)."""
    if not drawn.generated.plan.steps:
        reject()
    sent = stimulus(0, drawn.generated, subject.live.calibration.around)
    seen = subject.live.examine(sent.plan, HASTE)
    event(f"{seen.explanation}")
    if seen.transcript.ended is Ended.NOT_CONNECTED or (sent.answers and not seen.responses.finals):
        subject.hold_alive(PERMITTED, sent.steps)
    subject.hold_to_rules(PERMITTED, seen, sent.steps)


@settings
@given(drawn=mutated())
def test_the_target_and_its_other_connections_live_on(subject: Subject, drawn: Mutated) -> None:
    """A connection that is open meanwhile is served before and behind what another sends."""
    live = subject.live
    if live.calibration.single:
        pytest.skip("the target serves one connection at a time, so that no other can be open")
    if not drawn.generated.plan.steps:
        reject()
    around = live.calibration.around
    sent = stimulus(0, drawn.generated, around)
    baseline = live.plan(serialize.request(get())).octets[: -len(around.marker)]
    answers = Answers()
    other = subject.begin(LIVES_ON, answers)
    try:
        answers.ask(b"GET")
        other.take(Send(baseline), AwaitResponse(1))
        live.examine(sent.plan, HASTE)
        if not other.peer_ended:
            answers.ask(b"GET")
            other.take(Send(baseline), AwaitResponse(1))
    finally:
        other.end()
    statuses = [one.status for one in answers.reading().finals]
    event("served behind it" if len(statuses) == 2 else "closed meanwhile")
    subject.hold_alive(LIVES_ON, sent.steps)
    if len(statuses) == 2 and statuses[0] != statuses[1]:
        told = f"another connection was answered {statuses[0]} before, and {statuses[1]} behind it"
        again = subject.examine(sent.steps)
        subject.fail(LIVES_ON, Failure(f"{LIVES_ON.name}: {told}", told, sent.steps), again)


def test_one_connection_over_many_steps(subject: Subject) -> None:
    """Whatever went before on it, and at any pace."""

    class Machine(OneConnection):
        def __init__(self) -> None:
            super().__init__(subject)

    run_state_machine_as_test(Machine, settings=settings)
