"""RFC 9112 6.3: where the content of a message ends, and what to do when that cannot be known."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import chunked, field, get, post, request
from harness.model.message import FramingKind
from harness.model.transcript import Ended, Received, Sent, Transcript
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import must_refuse_coding
from harness.rules.rfc9112.s6_1_transfer_encoding import coding_probes
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, in_step
from harness.rules.vocabulary import (
    ANSWERS_400_AND_CLOSES,
    CLOSES,
    CLOSES_BEHIND_ANSWER,
    EVERY_RESPONSE,
    must_answer_400,
    must_close,
    on_response,
    pairs_with,
    sound_pairs,
    without,
)

_CONTENT = b"hello"
_SOUND = post(content=_CONTENT)
_ANY_ETAG = field(b"If-None-Match", b"*")
_REQUEST_AS_CONTENT = b"GET / HTTP/1.1\r\nHost: wireproof.invalid\r\n\r\n"


def _lengths(name: str, *values: bytes) -> tuple[Probe, Probe]:
    """Both variants: one with nothing behind, for the status, and one with a request behind."""
    stimulus = request(b"POST", fields=[field(b"Content-Length", value) for value in values], body=_CONTENT)
    return (
        probe(name, stimulus, control=_SOUND),
        probe(f"{name}, a request behind it", stimulus, marker=Marker.BEHIND, control=_SOUND),
    )


_INVALID = {
    "Content-Length: +5": b"+5",
    "Content-Length: -1": b"-1",
    "Content-Length: 0x5": b"0x5",
    "Content-Length: 5 5": b"5 5",
    "Content-Length: 5, 6": b"5, 6",
    "Content-Length: 5_0": b"5_0",
    "Content-Length: 5abc": b"5abc",
    "an empty Content-Length": b"",
}


@rule(
    "9112-6.3-content-length-invalid",
    covers=["9112-6.3-l", "9112-6.3-o", "9110-8.6-g2"],
    area="framing",
    permitted=[ANSWERS_400_AND_CLOSES],
    probes=[one for name, value in _INVALID.items() for one in _lengths(name, value)],
)
def content_length_invalid(seen: Seen) -> Iterator[Verdict]:
    """A request with an invalid Content-Length is answered 400, and the connection is closed.

    Nobody can tell where such a request ends: whoever guesses, guesses differently from the next.
    """
    for pair in pairs_with(seen, "content-length-invalid"):
        yield from must_answer_400(pair, covers=("9112-6.3-o",))
        yield from must_close(pair, covers=("9112-6.3-l", "9110-8.6-g2"))


@rule(
    "9112-6.3-content-length-differing",
    covers=["9112-6.3-m", "9112-6.3-o"],
    area="framing",
    permitted=[ANSWERS_400_AND_CLOSES],
    probes=[
        *_lengths("Content-Length 5, then 6", b"5", b"6"),
        *_lengths("Content-Length 0, then 5", b"0", b"5"),
    ],
)
def content_length_differing(seen: Seen) -> Iterator[Verdict]:
    """A request with Content-Length field lines that differ is answered 400, and the connection is closed."""
    for pair in pairs_with(seen, "content-length-differing"):
        yield from must_answer_400(pair, covers=("9112-6.3-o",))
        yield from must_close(pair, covers=("9112-6.3-m",))


@rule(
    "9112-6.3-final-coding",
    covers=["9112-6.3-k"],
    area="framing",
    permitted=[ANSWERS_400_AND_CLOSES],
    probes=[
        *coding_probes("foo", b"foo"),
        *coding_probes("chunked, foo", b"chunked, foo"),
        *coding_probes("chunked, then identity", b"chunked", b"identity"),
        *coding_probes("xchunked", b"xchunked"),
    ],
)
def final_coding(seen: Seen) -> Iterator[Verdict]:
    """A request whose last transfer coding is not chunked is answered 400, and the connection is closed.

    RFC 9112 6.1 advises 501 for a coding that is not understood, and 6.3 allows 411: the texts pull apart,
    so these are told as unmet, never as a breach.
    """
    for pair in pairs_with(seen, "coding-unknown", "coding-not-final-chunked"):
        if any(one.kind == "coding-not-final-chunked" for one in pair.anomalies):
            yield from must_refuse_coding(pair, not_implemented=Grade.UNMET)


@rule(
    "9112-6.2-content-by-length",
    covers=["9112-6.2-a", "9112-6-a"],
    area="framing",
    permitted=[IN_STEP, CLOSES_BEHIND_ANSWER],
    probes=[
        probe("five octets, a request behind them", post(content=_CONTENT), marker=Marker.BEHIND),
        probe(
            "a request as content, a request behind it",
            post(content=_REQUEST_AS_CONTENT),
            marker=Marker.BEHIND,
        ),
        probe("line ends and NUL as content", post(content=b"\r\n\r\n\0\r\n"), marker=Marker.BEHIND),
    ],
)
def content_by_length(seen: Seen) -> Iterator[Verdict]:
    """Content-Length octets are content, neither one more nor one less, whatever they look like."""
    for pair in sound_pairs(seen):
        if pair.exchange.request.framing.kind is FramingKind.LENGTH and pair.exchange.request.content:
            yield from in_step(pair)


@rule(
    "9112-6.3-content-by-chunks",
    covers=["9112-6.3-i", "9112-7.1-i"],
    area="framing",
    permitted=[IN_STEP, CLOSES_BEHIND_ANSWER],
    probes=[
        probe("one chunk, a request behind it", post(chunks=[_CONTENT]), marker=Marker.BEHIND),
        probe("two chunks, a request behind them", post(chunks=[b"hel", b"lo"]), marker=Marker.BEHIND),
        probe("a request as a chunk", post(chunks=[_REQUEST_AS_CONTENT]), marker=Marker.BEHIND),
        probe(
            "two chunks and a trailer field",
            post(chunks=chunked(b"hel", b"lo", trailers=[field(b"X-T", b"1")])),
            marker=Marker.BEHIND,
        ),
    ],
)
def content_by_chunks(seen: Seen) -> Iterator[Verdict]:
    """Chunked content ends behind the last chunk and its trailer section, and the next request is served."""
    for pair in sound_pairs(seen):
        if pair.exchange.request.framing.kind is FramingKind.CHUNKED:
            yield from in_step(pair)


@rule(
    "9112-6-content-on-get",
    covers=["9112-6-b"],
    area="framing",
    permitted=[IN_STEP, CLOSES_BEHIND_ANSWER],
    probes=[
        probe(
            "GET with a request as content, a request behind it",
            post(method=b"GET", content=_REQUEST_AS_CONTENT),
            marker=Marker.BEHIND,
        )
    ],
)
def content_on_get(seen: Seen) -> Iterator[Verdict]:
    """Only the framing fields tell whether a request has content, never its method.

    A server that skips the content of a GET serves the request that an attacker hid in it.
    """
    for pair in sound_pairs(seen):
        read = pair.exchange.request
        if read.content and read.request.line.method in (b"GET", b"HEAD", b"DELETE", b"OPTIONS"):
            yield from in_step(pair)


@rule(
    "9112-6.3-no-content-without-length",
    covers=["9112-6.3-u"],
    area="framing",
    permitted=[IN_STEP, CLOSES_BEHIND_ANSWER],
    probes=[
        probe("POST without content, a request behind it", request(b"POST"), marker=Marker.BEHIND),
        probe("GET, a request behind it", get(), marker=Marker.BEHIND),
    ],
)
def no_content_without_length(seen: Seen) -> Iterator[Verdict]:
    """A request with neither Content-Length nor Transfer-Encoding has no content.

    The octet behind its empty line is the first of the next request.
    """
    for pair in sound_pairs(seen):
        if pair.exchange.request.framing.kind is FramingKind.NONE:
            yield from in_step(pair)


@rule(
    "9112-6.3-bodiless-responses",
    covers=["9112-6.3-a", "9112-6.3-b", "9112-6.3-c", "9112-6.3-d"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("HEAD, a request behind it", request(b"HEAD"), marker=Marker.BEHIND),
        probe("HEAD", request(b"HEAD")),
        probe("a GET that is answered 304 where there is a validator", get(fields=[_ANY_ETAG])),
        probe("100 expected", post(content=_CONTENT, fields=[field(b"Expect", b"100-continue")])),
    ],
    passive=True,
)
def bodiless_responses(seen: Seen) -> Iterator[Verdict]:
    """A response to HEAD, a 1xx, a 204 and a 304 end at their empty line, whatever their fields say.

    Whether a malformed request asks for HEAD is not known, and so neither is whether an error that it is
    answered with has content.
    """
    unsure: set[int] | None = None
    for verdict in without(
        seen,
        kinds.ALL_STRAY_OCTETS - {kinds.STRAY_OCTETS},
        applies=lambda response: (
            response.method == b"HEAD" or response.interim or response.status in (204, 304)
        ),
    ):
        if verdict.received_span is None:
            yield verdict
            continue
        if unsure is None:
            unsure = _answers_to_what_may_not_be_head(seen)
        if verdict.received_span[0] not in unsure:
            yield verdict


def _answers_to_what_may_not_be_head(seen: Seen) -> set[int]:
    """Where the heads of errors end that a malformed HEAD, what is behind it, or what was never sent got."""
    sound = {pair.index for pair in sound_pairs(seen)}
    exchanges = enumerate(seen.conversation.exchanges)
    answers = [one.final for index, one in exchanges if index not in sound and not one.marker]
    return {one.end for one in (*answers, *seen.conversation.unasked) if one and one.status >= 400}


@rule(
    "9112-6.3-until-close",
    covers=["9112-6.3-v", "9112-6.3-j", "9112-9.3-i"],
    area="responses",
    permitted=[CLOSES],
    passive=True,
)
def until_close(seen: Seen) -> Iterator[Verdict]:
    """A response without any length ends by the close of the connection, so the connection closes.

    Kept open, nobody can tell where the content ends, and the next response is taken for a part of it.
    """
    transcript = seen.examination.transcript
    for response in seen.examination.responses.responses:
        if response.framing.kind is not FramingKind.UNTIL_CLOSE:
            continue
        if transcript.ended is Ended.CLOSED:
            yield on_response(response, Outcome.CONFORMS, "the connection was closed")
        elif _served_again(transcript):
            observed = "no length, and the connection went on being served"
            yield on_response(response, Outcome.VIOLATES, observed, grade=Grade.BAD)
        else:
            yield on_response(
                response, Outcome.INCONCLUSIVE, f"no length; the connection was {transcript.ended}"
            )


def _served_again(transcript: Transcript) -> bool:
    """Whether a status-line came in answer to what was sent last."""
    events = transcript.events
    last_sent = max((place for place, event in enumerate(events) if isinstance(event, Sent)), default=0)
    answers = [event for event in events[last_sent:] if isinstance(event, Received)]
    before = any(isinstance(event, Received) for event in events[:last_sent])
    return before and bool(answers) and answers[0].octets.startswith(b"HTTP/")
