"""RFC 9110 8.6: what Content-Length says of a response, and that a large one does not wrap."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import field, get, post, request
from harness.model.message import FramingKind
from harness.model.reading import ReadResponse
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import message
from harness.rules.plain import as_get, unconditional
from harness.rules.probe import Marker, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, never_in_step
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, on_response, pairs_with, sound_pairs, without

_AS_GET = Reaction("as-get", "Content-Length is absent, or what the same GET is answered with")


@rule(
    "9110-8.6-content-length",
    covers=["9110-8.6-g1", "9110-8.6-e"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def content_length(seen: Seen) -> Iterator[Verdict]:
    """Content-Length is one decimal number, and stands in no 1xx and no 204."""
    yield from without(
        seen,
        [
            kinds.CONTENT_LENGTH_INVALID,
            kinds.CONTENT_LENGTH_REPEATED,
            kinds.CONTENT_LENGTH_DIFFERING,
            kinds.CONTENT_LENGTH_FORBIDDEN,
        ],
        applies=lambda response: bool(response.response.values(b"Content-Length")),
    )


@rule(
    "9110-8.6-head-as-get",
    covers=["9110-8.6-b"],
    area="responses",
    permitted=[_AS_GET],
    probes=[probe("HEAD beside GET", request(b"HEAD"), control=get())],
    plain=as_get,
)
def head_as_get(seen: Seen) -> Iterator[Verdict]:
    """Content-Length in a response to HEAD is the length that the same GET would be answered with.

    Judged only where both got the same status, and the GET twice the same length.
    """
    lengths = _lengths_of_get(seen)
    if lengths is None:
        return
    status, length = lengths
    for pair in sound_pairs(seen):
        head = pair.exchange.final
        if head is None or head.method != b"HEAD":
            continue
        said = head.response.values(b"Content-Length")
        if not said:
            yield pair.conforms(_AS_GET, "Content-Length is absent")
        elif head.status != status:
            yield pair.inconclusive(f"HEAD is answered {head.status}, GET {status}")
        elif said == (b"%d" % length,):
            yield pair.conforms(_AS_GET, f"{length}, as for GET")
        else:
            shown = b", ".join(said).decode("ascii", "backslashreplace")
            yield pair.violates(Grade.BAD, f"Content-Length: {shown}, where GET delivers {length} octets")


@rule(
    "9110-8.6-not-modified-as-get",
    covers=["9110-8.6-d"],
    area="responses",
    permitted=[_AS_GET],
    probes=[
        probe("GET that is answered 304", get(fields=[field(b"If-None-Match", b"*")]), control=get()),
    ],
    passive=True,
    plain=unconditional,
)
def not_modified_as_get(seen: Seen) -> Iterator[Verdict]:
    """Content-Length in a 304 is the length that the same GET would be answered with.

    A cache that updates its stored response by `Content-Length: 0` serves an empty one from then on.
    """
    lengths = _lengths_of_get(seen)
    if lengths is None or lengths[0] != 200:
        return
    for pair in sound_pairs(seen):
        final = pair.exchange.final
        if final is None or final.status != 304:
            continue
        said = final.response.values(b"Content-Length")
        if said in ((), (b"%d" % lengths[1],)):
            yield pair.conforms(_AS_GET)
        else:
            shown = b", ".join(said).decode("ascii", "backslashreplace")
            yield pair.violates(Grade.BAD, f"Content-Length: {shown}, where GET delivers {lengths[1]} octets")


_IN_OCTETS = "Grüße, 世界".encode()


@rule(
    "9110-8.6-length-in-octets",
    covers=["9110-8.6-g1"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("an echo of more octets than characters", post(content=_IN_OCTETS)),
        probe(
            "a message of more octets than characters",
            message(b'{"message": "' + _IN_OCTETS + b'"}'),
        ),
    ],
    passive=True,
)
def length_in_octets(seen: Seen) -> Iterator[Verdict]:
    """Content-Length counts octets, not characters.

    Shown by a response with characters of several octets: if it counted characters, exactly as many octets
    stand behind its end as it has fewer characters. Other responses say nothing.
    """
    reading = seen.examination.responses
    received = seen.examination.transcript.received
    stray = {one.span[0]: one.span[1] for one in reading.anomalies if one.kind == kinds.STRAY_OCTETS}
    for response in reading.finals:
        if response.framing.kind is not FramingKind.LENGTH or response.content.isascii():
            continue
        behind = received[response.end : stray.get(response.end, response.end)]
        length = response.framing.length or 0
        if behind and _characters(response.content + behind) == length:
            observed = f"Content-Length: {length} characters, {length + len(behind)} octets"
            yield on_response(response, Outcome.VIOLATES, observed, grade=Grade.BAD)
        elif not behind:
            yield on_response(response, Outcome.CONFORMS, f"{length} octets, more than characters")


def _characters(octets: bytes) -> int:
    """How many characters these octets are in UTF-8; none if they are not."""
    try:
        return len(octets.decode())
    except UnicodeDecodeError:
        return -1


_LARGE = {"2^32 + 5": 2**32 + 5, "2^64 + 5": 2**64 + 5, "40 digits": 10**39 + 5}


@rule(
    "9110-8.6-large-length",
    covers=["9110-8.6-h"],
    area="framing",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        probe(
            f"Content-Length {name}, five octets, a request behind them",
            post(content=b"hello", length=length),
            marker=Marker.BEHIND,
            control=post(content=b"hello"),
            half_close=True,
        )
        for name, length in _LARGE.items()
    ],
)
def large_length(seen: Seen) -> Iterator[Verdict]:
    """A Content-Length that no integer of the server's holds does not wrap round to one that it does.

    Waiting for the octets that were announced is right, and so is any one answer. Once nothing more will
    come, waiting ends, which tells it from a server that hangs.
    """
    for pair in pairs_with(seen, "content-length-overflow", "premature-end"):
        if (pair.exchange.request.framing.length or 0) >= 2**32:
            yield from never_in_step(pair, grade=Grade.BAD)


def _lengths_of_get(seen: Seen) -> tuple[int, int] | None:
    """Status and length of the content that the twin GET was answered with."""
    control = seen.examination.control
    if control is None:
        return None
    finals: list[ReadResponse] = [
        one.final
        for one in control.told.exchanges
        if one.final and not one.marker and one.request.request.line.method == b"GET"
    ]
    return (finals[0].status, len(finals[0].content)) if finals else None
