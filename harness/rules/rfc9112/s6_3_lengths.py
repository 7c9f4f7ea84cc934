"""RFC 9112 6.3, 7.4: odd but valid lengths, content that is cut short, and how responses are delimited."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import chunked, field, get, post, request
from harness.model.conversation import Fate
from harness.model.message import FramingKind, Request
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, MESSAGE_PATH, must_be_read_alike, same_content, twin_of
from harness.rules.plain import without_leading_zeros
from harness.rules.probe import Marker, Probe, probe
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, out_of_step
from harness.rules.vocabulary import (
    ANSWERS_400_AND_CLOSES,
    CLOSES,
    CLOSES_BEHIND_ANSWER,
    EVERY_RESPONSE,
    Pair,
    on_response,
    pairs,
    pairs_with,
    sound_pairs_beside_twin,
    told_apart,
)

_CONTENT = b"hello"
_SOUND = post(content=_CONTENT)


def _lengths(*values: bytes, content: bytes = _CONTENT) -> Request:
    return request(b"POST", fields=[field(b"Content-Length", value) for value in values], body=content)


def _both(name: str, sent: Request) -> tuple[Probe, Probe]:
    return (
        probe(name, sent, control=_SOUND),
        probe(f"{name}, a request behind it", sent, marker=Marker.BEHIND, control=_SOUND),
    )


@rule(
    "9112-6.3-content-length-alike",
    covers=["9112-6.3-n"],
    area="framing",
    permitted=[IN_STEP, ANSWERS_400_AND_CLOSES],
    probes=[
        *_both("Content-Length: 5, 5", _lengths(b"5, 5")),
        *_both("Content-Length: 5 in two lines", _lengths(b"5", b"5")),
        *_both("Content-Length: 5,5,5", _lengths(b"5,5,5")),
    ],
)
def content_length_alike(seen: Seen) -> Iterator[Verdict]:
    """A Content-Length that says the same length several times is that length, or is answered 400.

    And nothing else: neither 55, nor 10, nor none. Another refusal, or a close without a word, is unmet.
    """
    for pair in pairs_with(seen, "content-length-list-identical"):
        exchange, behind = pair.exchange, pair.behind
        served = exchange.status is not None and exchange.status < 400
        if wrong := out_of_step(pair):
            yield pair.violates(Grade.BAD, wrong)
        elif exchange.status is None and not pair.nothing_behind:
            continue
        elif exchange.partial or pair.refused_anyway or _waits(pair):
            yield pair.inconclusive()
        elif served and behind and behind.final:
            yield pair.conforms(IN_STEP)
        elif served:
            yield pair.says(Outcome.NOT_APPLICABLE, permitted=CLOSES_BEHIND_ANSWER)
        elif exchange.status != 400 or exchange.fate is Fate.KEPT:
            yield pair.violates(Grade.UNMET)
        elif told_apart(pair):
            yield pair.conforms(ANSWERS_400_AND_CLOSES)
        else:
            yield pair.inconclusive("400, but its sound twin is refused alike: cannot tell")


def _waits(pair: Pair) -> bool:
    return pair.exchange.fate is Fate.OPEN and not (pair.behind and pair.behind.final)


@rule(
    "9112-6.3-leading-zeros",
    covers=["9112-6.3-r"],
    area="framing",
    permitted=[AS_TWIN],
    probes=[
        probe(
            f"Content-Length: {length.decode()}, a request behind the content",
            _lengths(length, content=b"x" * int(length)),
            marker=Marker.BEHIND,
            control=post(content=b"x" * int(length)),
        )
        for length in (b"005", b"010", b"00")
    ],
    plain=without_leading_zeros,
)
def leading_zeros(seen: Seen) -> Iterator[Verdict]:
    """A Content-Length is a decimal number, whatever zeros lead it.

    Taken for an octal one, 010 leaves two octets of content to be read as the next request. A refusal is
    safe, and has no ground in the grammar: it is told as soft.
    """
    for pair in sound_pairs_beside_twin(seen):
        values = pair.exchange.request.request.values(b"Content-Length")
        led = any(len(value) > 1 and value.startswith(b"0") for value in values)
        if led:
            yield from must_be_read_alike(pair, refused=Grade.SOFT, unanswered=Grade.SOFT)


_ANNOUNCED = 100
_MESSAGE = b'{"message": "wireproof"}'
_NO_WHOLE = Reaction("no-whole", "the connection is closed, behind an error, any early answer, or nothing")


@rule(
    "9112-6.3-cut-short",
    covers=["9112-6.3-s", "9112-6.3-t"],
    area="framing",
    permitted=[_NO_WHOLE],
    probes=[
        probe(
            "nine octets of a hundred, then our side is closed",
            post(content=b"wireproof", length=_ANNOUNCED),
            marker=Marker.NONE,
            control=post(content=b"wireproof"),
            half_close=True,
        ),
        probe(
            "a whole message that was to be longer, then our side is closed",
            post(
                MESSAGE_PATH,
                content=_MESSAGE,
                length=_ANNOUNCED,
                fields=[field(b"Content-Type", b"application/json")],
            ),
            marker=Marker.NONE,
            control=post(
                MESSAGE_PATH, content=_MESSAGE, fields=[field(b"Content-Type", b"application/json")]
            ),
            half_close=True,
        ),
    ],
)
def cut_short(seen: Seen) -> Iterator[Verdict]:
    """Content that ends before Content-Length says so is incomplete, and the connection is closed.

    An error, or an early answer of any status, may go before; that the content was taken for the whole
    shows only where an answer says it back.
    """
    for pair in pairs_with(seen, "premature-end"):
        if (
            pair.exchange.request.framing.kind is FramingKind.LENGTH
            and seen.examination.transcript.half_closed
        ):
            yield from _incomplete(pair)


@rule(
    "9112-8-chunks-cut-short",
    covers=["9112-8-c"],
    area="chunked",
    permitted=[_NO_WHOLE],
    probes=[
        probe(
            "chunks without a last one, then our side is closed",
            post(chunks=chunked(b"wire", b"proof", last_chunk=b"", end=b"")),
            marker=Marker.NONE,
            control=post(chunks=[b"wire", b"proof"]),
            half_close=True,
        )
    ],
)
def chunks_cut_short(seen: Seen) -> Iterator[Verdict]:
    """Chunked content without its last chunk is incomplete, and the connection is closed."""
    for pair in pairs_with(seen, "premature-end"):
        if (
            pair.exchange.request.framing.kind is FramingKind.CHUNKED
            and seen.examination.transcript.half_closed
        ):
            yield from _incomplete(pair)


def _incomplete(pair: Pair) -> Iterator[Verdict]:
    """RFC 9112 6.3, 8: a breach where the answer shows the content, as if it had been all of it."""
    exchange, twin = pair.exchange, twin_of(pair.seen)
    if pair.seen.examination.plan.marker_at is not None:
        return
    if exchange.final and twin and exchange.status == twin.status and same_content(pair):
        yield pair.violates(Grade.BAD, f"answered {exchange.status} with the content, taken for the whole")
    elif exchange.fate is Fate.OPEN:
        waited = pair.seen.examination.patient
        yield pair.violates(Grade.UNMET) if waited else pair.inconclusive()
    elif exchange.fate is Fate.CLOSED and told_apart(pair):
        yield pair.conforms(_NO_WHOLE)
    elif twin and twin.status is not None and twin.status >= 400:
        yield pair.says(Outcome.NOT_APPLICABLE, f"its sound twin is answered {twin.status}")
    else:
        yield pair.inconclusive()


_DELIMITED = Reaction("delimited", "Content-Length, or chunked, or no content by its status")


@rule(
    "9112-6.3-delimited",
    covers=["9112-6.3-w"],
    area="responses",
    permitted=[_DELIMITED],
    passive=True,
)
def delimited(seen: Seen) -> Iterator[Verdict]:
    """A response to HTTP/1.1 says where it ends, rather than by the close of the connection.

    Only a SHOULD: a client cannot tell a whole one from one that was cut off.
    """
    for pair in pairs(seen):
        final = pair.exchange.final
        if final is None or pair.exchange.request.request.line.version != b"HTTP/1.1":
            continue
        if final.framing.kind is FramingKind.UNTIL_CLOSE:
            yield on_response(final, Outcome.VIOLATES, "it ends with the connection", grade=Grade.SOFT)
        elif not seen.in_short:
            yield on_response(final, Outcome.CONFORMS, f"its end is known by {final.framing.kind}")


_NOT_OFFERED = Reaction("not-offered", "chunked, or no transfer coding")


@rule(
    "9112-7.4-offered-codings",
    covers=["9112-7.4-c"],
    area="responses",
    permitted=[_NOT_OFFERED],
    probes=[
        probe("GET with an empty TE", get(fields=[field(b"TE"), field(b"Connection", b"TE")])),
        probe("GET with TE: gzip;q=0", get(fields=[field(b"TE", b"gzip;q=0"), field(b"Connection", b"TE")])),
    ],
)
def offered_codings(seen: Seen) -> Iterator[Verdict]:
    """A response has no transfer coding but chunked where the request offers none in TE."""
    for pair in pairs(seen):
        final = pair.exchange.final or pair.exchange.partial
        offered = b",".join(pair.exchange.request.request.values(b"TE"))
        if final is None or (offered and b"q=0" not in offered):
            continue
        codings = b",".join(final.response.values(b"Transfer-Encoding")).split(b",")
        other = [
            one.strip().decode("ascii", "replace") for one in codings if one.strip().lower() != b"chunked"
        ]
        if any(other):
            yield pair.violates(Grade.BAD, f"coded as {other[0]}, which was not offered")
        else:
            yield pair.conforms(_NOT_OFFERED)


@rule(
    "9112-6.1-final-coding-of-response",
    covers=["9112-6.1-f"],
    area="responses",
    permitted=[CLOSES],
    probes=[
        probe("GET that offers gzip", get(fields=[field(b"TE", b"gzip"), field(b"Connection", b"TE")])),
    ],
)
def final_coding_of_response(seen: Seen) -> Iterator[Verdict]:
    """A response with a transfer coding other than chunked is chunked at last, or ends with the connection.

    Few servers know any. One that does not use it where it is offered is not asked further.
    """
    for pair in pairs(seen):
        final = pair.exchange.final or pair.exchange.partial
        if final is None or not pair.exchange.request.request.values(b"TE"):
            continue
        codings = b",".join(final.response.values(b"Transfer-Encoding")).lower()
        last = codings.split(b",")[-1].strip()
        if last in (b"", b"chunked"):
            yield pair.conforms(EVERY_RESPONSE, "no coding, or chunked at last")
        elif pair.exchange.fate is Fate.CLOSED:
            yield pair.conforms(CLOSES)
        elif pair.behind and b"HTTP/1." in final.content:
            yield pair.violates(Grade.BAD, f"coded as {last.decode()} at last, and the connection was kept")
        else:
            yield pair.inconclusive()
