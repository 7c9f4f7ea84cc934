"""RFC 9112 7.1.2: the trailer section ends chunked content, and changes nothing but what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import chunked, field, get, line, post
from harness.model.conversation import Exchange, Fate
from harness.model.message import ChunkedBody, FieldLine, FramingKind
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, must_be_read_alike
from harness.rules.plain import without_trailer_section
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, out_of_step
from harness.rules.vocabulary import (
    CLOSES_BEHIND_ANSWER,
    EVERY_RESPONSE,
    Pair,
    pairs_with,
    sound_pairs,
    sound_pairs_beside_twin,
    told_apart,
    without,
)

_CONTENT = b"hello"
_SOUND = post(chunks=[_CONTENT])


def _ended(name: str, body: ChunkedBody) -> Probe:
    return probe(f"{name}, a request behind it", post(chunks=body), marker=Marker.BEHIND, control=_SOUND)


def _trailed(name: str, *trailers: FieldLine) -> Probe:
    return _ended(name, chunked(_CONTENT, trailers=trailers))


@rule(
    "9112-7.1.2-trailer-fields",
    covers=["9112-7.1.2-a"],
    area="chunked",
    permitted=[AS_TWIN],
    probes=[
        _trailed("a trailer field", field(b"X-T", b"1")),
        _trailed("twenty trailer fields", *(field(b"X-%d" % number, b"1") for number in range(20))),
        _trailed("a trailer field with an empty value", field(b"X-T")),
    ],
    plain=without_trailer_section,
)
def trailer_fields(seen: Seen) -> Iterator[Verdict]:
    """Field lines behind the last chunk belong to the content's end: the request is answered as without.

    They may be dropped. Reading on at the first of them takes a trailer field for a request.
    """
    for pair in sound_pairs_beside_twin(seen):
        trailers = pair.exchange.request.trailer_section
        if trailers and not any(map(_changes, trailers)):
            yield from must_be_read_alike(pair)


_NOT_HERE = (b"content-length", b"transfer-encoding", b"host", b"connection", b"expect")


def _changes(trailer: FieldLine) -> bool:
    """Whether in a header section it would change framing, routing or the connection."""
    return trailer.name.lower() in _NOT_HERE


def _continued(exchange: Exchange) -> bool:
    """Whether a 100 came that the header section did not ask for."""
    asked = exchange.request.request.values(b"Expect")
    return not asked and any(one.status == 100 for one in exchange.interim)


_NO_EFFECT = Reaction(
    "no-effect", "as without it; or a refusal, or a close, that the sound twin is not met with"
)


@rule(
    "9112-7.1.2-forbidden-trailers",
    covers=["9112-7.1.2-f"],
    area="chunked",
    permitted=[_NO_EFFECT],
    probes=[
        _trailed("Content-Length as a trailer field", field(b"Content-Length", b"40")),
        _trailed("Transfer-Encoding as a trailer field", field(b"Transfer-Encoding", b"chunked")),
        _trailed("Host as a trailer field", field(b"Host", b"other.invalid")),
        _trailed("Expect as a trailer field", field(b"Expect", b"100-continue")),
    ],
)
def forbidden_trailers(seen: Seen) -> Iterator[Verdict]:
    """A trailer field that frames, routes or keeps changes nothing: neither of this message nor of the next.

    Refusing it is right too. Merged into the header fields it would frame the content a second time.
    """
    for pair in sound_pairs(seen):
        if not any(map(_changes, pair.exchange.request.trailer_section)):
            continue
        if wrong := out_of_step(pair):
            yield pair.violates(Grade.BAD, wrong)
        elif _continued(pair.exchange):
            yield pair.violates(Grade.BAD, "a 100 behind the content that a trailer field asked for")
        elif (pair.behind and pair.behind.final) or (pair.exchange.fate is Fate.CLOSED and told_apart(pair)):
            yield pair.conforms(_NO_EFFECT)
        elif pair.exchange.final and pair.exchange.fate is Fate.CLOSED:
            yield pair.says(Outcome.NOT_APPLICABLE, permitted=CLOSES_BEHIND_ANSWER)
        elif pair.behind:
            yield pair.inconclusive()


_HIDDEN = b"GET / HTTP/1.1\r\nHost: wireproof.invalid\r\n\r\n"


@rule(
    "9112-7.1-end-of-chunked",
    covers=["9112-7.1-e", "9112-7.1.2-a"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES, IN_STEP],
    probes=[
        _ended("a request right behind the last chunk", chunked(_CONTENT, end=_HIDDEN)),
        _trailed("a trailer line without a colon", line(b"wireproof")),
        _trailed("a trailer line with SP before its colon", field(b"X-T", b"1", before_colon=b" ")),
    ],
)
def end_of_chunked(seen: Seen) -> Iterator[Verdict]:
    """What stands between the last chunk and the empty line is trailer section, sound or not.

    A malformed line there is dropped, or the request is refused; text behind the last chunk is never
    answered as the next request.
    """
    for pair in pairs_with(seen, "trailer-malformed"):
        request_like = b"HTTP/1.1" in seen.examination.plan.octets[slice(*pair.anomalies[0].span)]
        row = ("9112-7.1-e",) if request_like else ("9112-7.1.2-a",)
        yield from _dropped_or_refused(pair, row)


def _dropped_or_refused(pair: Pair, row: tuple[str, ...]) -> Iterator[Verdict]:
    behind = pair.behind
    if wrong := out_of_step(pair):
        yield pair.violates(Grade.BAD, wrong, covers=row)
    elif behind and behind.final:
        yield pair.conforms(IN_STEP, covers=row)
    elif pair.exchange.fate is Fate.CLOSED and told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES, covers=row)
    else:
        yield pair.inconclusive(covers=row)


@rule(
    "9112-7.1.2-response-trailers",
    covers=["9112-7.1.2-b"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("GET that takes trailers", get(fields=[field(b"TE", b"trailers"), field(b"Connection", b"TE")]))
    ],
    passive=True,
)
def response_trailers(seen: Seen) -> Iterator[Verdict]:
    """The trailer section of a response, where there is one, has no field that frames or routes."""
    yield from without(
        seen,
        [kinds.TRAILER_FIELD_FRAMING],
        applies=lambda response: response.framing.kind is FramingKind.CHUNKED,
    )
