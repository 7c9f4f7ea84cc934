"""RFC 9112 6.1: what a request with Transfer-Encoding may be mistaken for, and how that is prevented."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import chunked, field, get, post, request
from harness.model.conversation import Fate
from harness.model.message import ChunkedBody, FramingKind, Request
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, message, must_fare_alike, same_content, twin_of
from harness.rules.plain import counted
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, must_refuse_coding
from harness.rules.rule import Seen, rule
from harness.rules.step import out_of_step
from harness.rules.vocabulary import (
    EVERY_RESPONSE,
    Pair,
    must_close,
    pairs,
    pairs_with,
    sound_pairs_beside_twin,
    told_apart,
    without,
)

_REFUSES_OR_ANSWERS = Reaction(
    "one-answer-close", "at most one final response, of any status, then the connection is closed"
)
_CHUNKED = field(b"Transfer-Encoding", b"chunked")
_KEEP_ALIVE = field(b"Connection", b"keep-alive")
_SOUND = post(chunks=[b"hello"])


@rule(
    "9112-6.1-length-and-coding",
    covers=["9112-6.1-p", "9112-6.3-g"],
    area="framing",
    permitted=[_REFUSES_OR_ANSWERS],
    probes=[
        probe(
            "Content-Length, then chunked; asked again after the answer",
            post(chunks=[b"hello"], fields=[field(b"Content-Length", b"15")]),
            control=_SOUND,
        ),
        probe(
            "Content-Length shorter than the chunked body, a request behind it",
            post(chunks=[b"hello"], fields=[field(b"Content-Length", b"3")]),
            marker=Marker.BEHIND,
            control=_SOUND,
        ),
        probe(
            "chunked, then Content-Length: 0, a request behind it",
            request(b"POST", fields=[_CHUNKED, field(b"Content-Length", b"0")], body=chunked(b"hello")),
            marker=Marker.BEHIND,
            control=_SOUND,
        ),
    ],
)
def length_and_coding(seen: Seen) -> Iterator[Verdict]:
    """A request with both Content-Length and Transfer-Encoding is the last on its connection.

    It may be refused, or be served by its Transfer-Encoding; either way the connection closes, since a
    recipient on the way may have framed it by the other field.
    """
    for pair in pairs_with(seen, "length-and-coding"):
        yield from must_close(pair, covers=("9112-6.1-p",))
        if out_of_step(pair):
            yield pair.violates(Grade.BAD, "not framed by its Transfer-Encoding", covers=("9112-6.3-g",))


@rule(
    "9112-6.1-coding-in-http-1.0",
    covers=["9112-6.1-q", "9112-6.1-r"],
    area="framing",
    permitted=[_REFUSES_OR_ANSWERS],
    probes=[
        *(
            probe(
                "HTTP/1.0 with chunked and Content-Length, keep-alive asked for, a request behind it",
                post(
                    chunks=[b"hello"],
                    version=b"HTTP/1.0",
                    fields=[_KEEP_ALIVE, field(b"Content-Length", length)],
                ),
                marker=Marker.BEHIND,
                control=_SOUND,
            )
            for length in (b"3", b"15")
        ),
        probe(
            "HTTP/1.0 with chunked, keep-alive asked for",
            post(chunks=[b"hello"], version=b"HTTP/1.0", fields=[_KEEP_ALIVE]),
            control=_SOUND,
        ),
        probe(
            "HTTP/1.0 with chunked, keep-alive asked for, a request behind it",
            post(chunks=[b"hello"], version=b"HTTP/1.0", fields=[_KEEP_ALIVE]),
            marker=Marker.BEHIND,
            control=_SOUND,
        ),
    ],
)
def coding_in_http_1_0(seen: Seen) -> Iterator[Verdict]:
    """An HTTP/1.0 request with Transfer-Encoding is faultily framed, and the connection closes behind it.

    Serving it is allowed, and so is any refusal; keeping the connection is not, whatever else was asked. A
    Content-Length beside it changes nothing.
    """
    for pair in pairs_with(seen, "transfer-encoding-in-http-1.0", "length-and-coding"):
        if any(one.kind == "transfer-encoding-in-http-1.0" for one in pair.anomalies):
            yield from must_close(
                pair, covers=("9112-6.1-q",) if len(pair.anomalies) == 1 else ("9112-6.1-r",)
            )


@rule(
    "9112-6.1-response-coding",
    covers=["9112-6.1-i", "9112-6.1-j", "9112-6.1-n", "9112-6.2-b"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("GET in HTTP/1.0", get(version=b"HTTP/1.0")),
        probe("GET in HTTP/1.0, keep-alive asked for", get(version=b"HTTP/1.0", fields=[_KEEP_ALIVE])),
    ],
    passive=True,
)
def response_coding(seen: Seen) -> Iterator[Verdict]:
    """Transfer-Encoding stands only where its recipient can use it, and never beside Content-Length.

    Not in a 1xx or a 204, and not in the answer to an HTTP/1.0 request.
    """
    for pair in pairs(seen):
        final = pair.exchange.final or pair.exchange.partial
        if final and pair.exchange.request.request.line.version == b"HTTP/1.0":
            if final.response.values(b"Transfer-Encoding"):
                yield pair.violates(Grade.BAD, "chunked to HTTP/1.0", covers=("9112-6.1-n",))
            else:
                yield pair.conforms(
                    EVERY_RESPONSE, "no Transfer-Encoding to HTTP/1.0", covers=("9112-6.1-n",)
                )
    yield from without(
        seen,
        [
            kinds.TRANSFER_ENCODING_IN_1XX,
            kinds.TRANSFER_ENCODING_IN_204,
            kinds.CONTENT_LENGTH_BESIDE_CODING,
        ],
        applies=lambda response: bool(response.response.values(b"Transfer-Encoding")),
    )


def coded(*values: bytes) -> Request:
    """A POST with a body in one chunk, under those values of Transfer-Encoding."""
    fields = [field(b"Transfer-Encoding", value) for value in values]
    return request(b"POST", fields=fields, body=chunked(b"hello"))


def coding_probes(name: str, *values: bytes) -> tuple[Probe, Probe]:
    """Both variants: one with nothing behind, for the status, and one with a request behind."""
    return (
        probe(name, coded(*values), control=_SOUND),
        probe(f"{name}, a request behind it", coded(*values), marker=Marker.BEHIND, control=_SOUND),
    )


@rule(
    "9112-6.1-look-alike",
    covers=["9112-6.1-b"],
    area="framing",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        *coding_probes("chunked foo", b"chunked foo"),
        *coding_probes("chunked in quotes", b'"chunked"'),
        *coding_probes("chunked behind a vertical tab", b"\x0bchunked"),
        *coding_probes("chunked behind a semicolon", b";chunked"),
    ],
)
def look_alike(seen: Seen) -> Iterator[Verdict]:
    """What merely looks like `chunked` is not a transfer coding; such a request is refused.

    One that trims or searches finds `chunked`, another does not: the two frame the request differently.
    """
    kinds_of_it = ("coding-malformed", "coding-not-final-chunked", "control-in-field-value")
    for pair in pairs_with(seen, *kinds_of_it):
        found = {one.kind for one in pair.anomalies}
        closed = pair.exchange.fate is Fate.CLOSED and pair.exchange.final is None
        if "control-in-field-value" in found and closed and pair.nothing_behind and told_apart(pair):
            yield pair.conforms(REFUSES_OR_CLOSES)  # no status is named for such a value (RFC 9110 5.5)
        elif "coding-malformed" in found:
            yield from must_refuse_coding(pair, not_implemented=None)


_ANSWERS_501 = Reaction("501", "a complete 501 response")


@rule(
    "9112-6.1-unknown-coding",
    covers=["9112-6.1-l", "9112-6.3-i"],
    area="framing",
    permitted=[_ANSWERS_501],
    probes=[
        *coding_probes("foo, chunked", b"foo, chunked"),
        *coding_probes("foo, then chunked", b"foo", b"chunked"),
    ],
)
def unknown_coding(seen: Seen) -> Iterator[Verdict]:
    """A transfer coding that the server does not understand is answered 501.

    Another refusal, or a success by the framing of chunked, misses only this SHOULD. A framing by anything
    else is a breach: Transfer-Encoding stands there, whether it is understood or not.
    """
    for pair in pairs_with(seen, "coding-unknown"):
        if pair.exchange.request.framing.kind is not FramingKind.CHUNKED:
            continue
        if wrong := out_of_step(pair):
            yield pair.violates(Grade.BAD, wrong, covers=("9112-6.3-i",))
        else:
            yield from _should_answer_501(pair, ("9112-6.1-l",))


def _should_answer_501(pair: Pair, covers: tuple[str, ...]) -> Iterator[Verdict]:
    exchange = pair.exchange
    if exchange.final is None:
        if pair.nothing_behind:
            waits = exchange.fate is Fate.OPEN or exchange.partial
            yield pair.inconclusive(covers=covers) if waits else pair.violates(Grade.SOFT, covers=covers)
    elif exchange.final.status == 501:
        yield pair.conforms(_ANSWERS_501, covers=covers)
    elif exchange.final.status < 300 or told_apart(pair):
        yield pair.violates(Grade.SOFT, covers=covers)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell", covers=covers)


_REQUIRES_LENGTH = Reaction("411", "a complete 411 response: the server wants Content-Length")


@rule(
    "9112-6.1-chunked-decoded",
    covers=["9112-6.1-c", "9110-6.2-b"],
    area="chunked",
    permitted=[AS_TWIN, _REQUIRES_LENGTH],
    probes=[
        probe("content in chunks", post(chunks=[b"wire", b"proof"]), control=post(content=b"wireproof")),
        probe(
            "a message in chunks",
            message(chunks=(b'{"message": "wire', b'proof"}')),
            control=message(),
        ),
    ],
    plain=counted,
)
def chunked_decoded(seen: Seen) -> Iterator[Verdict]:
    """Content in chunks is the content that it is with a Content-Length.

    Who says HTTP/1.1 can decode chunked. Judged against the same content counted; shown by an answer that
    refuses the one and not the other, or that shows what came of it. A resource may care for counted content
    alone: where it shows nothing, and the request behind is served, the target has read the chunks.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        read = pair.exchange.request
        if twin is None or twin.request.framing.kind is not FramingKind.LENGTH:
            continue
        if not isinstance(read.request.body, ChunkedBody) or read.content != twin.request.content:
            continue
        same = same_content(pair)
        if pair.exchange.status == 411:
            yield pair.says(Outcome.NOT_APPLICABLE, permitted=_REQUIRES_LENGTH)
        elif same is False and _read_and_dropped(pair) and pair.exchange.status == twin.status:
            yield pair.says(Outcome.NOT_APPLICABLE, "read in step, and nothing of it is shown")
        elif same is False and pair.exchange.status == twin.status:
            yield pair.violates(Grade.BAD, "the answer shows other content than when it is counted")
        elif same is None and pair.exchange.status == twin.status and pair.exchange.status is not None:
            yield pair.says(Outcome.NOT_APPLICABLE, "the target does not show what it got")
        else:
            yield from must_fare_alike(pair)


def _read_and_dropped(pair: Pair) -> bool:
    final, behind = pair.exchange.final, pair.behind
    return bool(final and not final.content and behind and behind.recognised) and not out_of_step(pair)
