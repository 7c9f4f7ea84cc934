"""RFC 9112 9.3, 9.6: which connections last, what is said of those that do not, and content left unread."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get, post
from harness.model.conversation import Exchange, Fate
from harness.model.message import FramingKind
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import twin_of
from harness.rules.probe import Marker, probe
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, in_step
from harness.rules.vocabulary import (
    CLOSES,
    CLOSES_BEHIND_ANSWER,
    EVERY_RESPONSE,
    Pair,
    has_option,
    may_be_the_last,
    on_response,
    pairs,
    sound_pairs,
    sound_pairs_beside_twin,
)

_GET = get()
_PERSISTS = Reaction("persists", "the connection goes on being served")
_SAYS_CLOSE = Reaction("says-close", "the response has the close option")


def _says_close(exchange: Exchange) -> bool:
    return exchange.final is not None and has_option(exchange.final.response.values(b"Connection"), b"close")


@rule(
    "9112-9.3-persists",
    covers=["9112-9.3-a", "9112-9.3-c"],
    area="persistence",
    permitted=[_PERSISTS],
    probes=[
        probe("GET, and another one", _GET),
        probe("GET with Connection: keep-alive", get(fields=[field(b"Connection", b"keep-alive")])),
        probe("GET with an option that nobody knows", get(fields=[field(b"Connection", b"x-a")])),
    ],
)
def persists(seen: Seen) -> Iterator[Verdict]:
    """A connection lasts behind the answer to an HTTP/1.1 request that does not say close.

    Only a SHOULD, and judged on successes alone: a server may close at any time.
    """
    for pair in sound_pairs(seen):
        request, exchange = pair.exchange.request.request, pair.exchange
        if request.line.method != b"GET" or may_be_the_last(request) or not pair.nothing_behind:
            continue
        if seen.examination.transcript.half_closed or seen.examination.plan.marker_at is None:
            continue
        if exchange.final is None or exchange.final.status >= 300 or exchange.request.content:
            continue
        if exchange.fate is Fate.KEPT:
            yield pair.conforms(_PERSISTS)
        elif exchange.fate is Fate.CLOSED:
            yield pair.violates(Grade.SOFT)
        else:
            yield pair.inconclusive()


@rule(
    "9112-9.3-no-persistence-said",
    covers=["9112-9.3-g"],
    area="persistence",
    permitted=[_SAYS_CLOSE, _PERSISTS],
    probes=[probe("GET, and another one on a connection of its own", _GET, control=_GET)],
)
def no_persistence_said(seen: Seen) -> Iterator[Verdict]:
    """A server that serves one request a connection says close in every response.

    Seen where two connections ended right behind their first answer and neither was said to. Any single
    one may be closed at any time, so that this is told as unmet.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        exchange = pair.exchange
        if twin is None or twin.request.request != exchange.request.request or exchange.final is None:
            continue
        if may_be_the_last(exchange.request.request) or twin.final is None:
            continue
        if Fate.KEPT in (exchange.fate, twin.fate):
            yield pair.conforms(_PERSISTS)
        elif exchange.final.response.line.version == b"HTTP/1.0":
            yield pair.says(Outcome.NOT_APPLICABLE, "an HTTP/1.0 response is the last without saying so")
        elif _says_close(exchange) and _says_close(twin):
            yield pair.conforms(_SAYS_CLOSE)
        elif {exchange.fate, twin.fate} == {Fate.CLOSED}:
            yield pair.violates(Grade.UNMET, "closed behind the first answer, twice, and close was not said")
        else:
            yield pair.inconclusive()


_REQUEST_AS_CONTENT = b"GET / HTTP/1.1\r\nHost: wireproof.invalid\r\n\r\n"
_NOWHERE = b"/wireproof-not-there"


@rule(
    "9112-9.3-early-answer",
    covers=["9112-9.3-j"],
    area="persistence",
    permitted=[IN_STEP, CLOSES_BEHIND_ANSWER],
    probes=[
        probe(
            "a request as content, to where nothing is, a request behind it",
            post(_NOWHERE, content=_REQUEST_AS_CONTENT),
            marker=Marker.BEHIND,
        ),
        probe(
            "a request as a chunk, to where nothing is, a request behind it",
            post(_NOWHERE, chunks=[_REQUEST_AS_CONTENT]),
            marker=Marker.BEHIND,
        ),
        probe(
            "a request as content, to a page, a request behind it",
            post(content=_REQUEST_AS_CONTENT),
            marker=Marker.BEHIND,
            takes_content=False,
        ),
    ],
)
def early_answer(seen: Seen) -> Iterator[Verdict]:
    """A server that refuses a request reads its content all the same, or closes the connection.

    Left where it is, the content is the next request, and whoever wrote it speaks for somebody else.
    """
    for pair in sound_pairs(seen):
        if pair.exchange.request.content and (pair.exchange.status or 0) >= 300:
            yield from in_step(pair)


_SELF_DELIMITED = (FramingKind.NONE, FramingKind.LENGTH)


@rule(
    "9112-9.3-http-1.0-kept",
    covers=["9112-9.3-d"],
    area="persistence",
    permitted=[CLOSES, _PERSISTS],
    probes=[
        probe(
            "HTTP/1.0 with keep-alive",
            get(version=b"HTTP/1.0", fields=[field(b"Connection", b"keep-alive")]),
        )
    ],
)
def http_1_0_kept(seen: Seen) -> Iterator[Verdict]:
    """An HTTP/1.0 connection that is kept has responses whose end HTTP/1.0 can know.

    Closing it, though keep-alive was asked for, is right too.
    """
    for pair in pairs(seen):
        request, final = pair.exchange.request.request, pair.exchange.final or pair.exchange.partial
        if request.line.version != b"HTTP/1.0" or final is None or pair.anomalies:
            continue
        if not has_option(request.values(b"Connection"), b"keep-alive"):
            continue
        if has_option(request.values(b"Connection"), b"close") or final.status >= 400:
            continue
        kept = pair.exchange.fate is Fate.KEPT or b"HTTP/1." in final.content
        if kept and final.framing.kind not in _SELF_DELIMITED:
            yield pair.violates(Grade.BAD, f"kept, and its end is known by {final.framing.kind} alone")
        elif kept:
            yield pair.conforms(_PERSISTS)
        elif pair.exchange.fate is Fate.CLOSED:
            yield pair.conforms(CLOSES)
        else:
            yield pair.inconclusive()


@rule(
    "9112-9.6-close-said",
    covers=["9112-9.6-a", "9112-9.6-e"],
    area="persistence",
    permitted=[_SAYS_CLOSE],
    probes=[
        probe("GET with Connection: close", get(fields=[field(b"Connection", b"close")]), marker=Marker.NONE)
    ],
)
def close_said(seen: Seen) -> Iterator[Verdict]:
    """A response behind which the server closes the connection says close. Only a SHOULD.

    Judged where nothing was sent behind the request, so that nothing else can have been the reason.
    """
    for pair in pairs(seen):
        request, exchange = pair.exchange.request.request, pair.exchange
        if request.line.version != b"HTTP/1.1" or exchange.final is None or pair.behind:
            continue
        if request.line.method == b"CONNECT":
            continue
        if seen.examination.transcript.half_closed:
            continue
        if exchange.fate is not Fate.CLOSED or exchange.final.framing.kind is FramingKind.UNTIL_CLOSE:
            continue
        asked = has_option(request.values(b"Connection"), b"close")
        yield from _close_option(pair, ("9112-9.6-e",) if asked else ("9112-9.6-a",))


def _close_option(pair: Pair, row: tuple[str, ...]) -> Iterator[Verdict]:
    if _says_close(pair.exchange):
        yield pair.conforms(_SAYS_CLOSE, covers=row)
    elif pair.exchange.final and pair.exchange.final.response.line.version == b"HTTP/1.1":
        yield pair.violates(Grade.SOFT, f"{pair.story}, and the response does not say so", covers=row)


@rule(
    "9112-9.6-close-field",
    covers=["9112-9.6-m"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def close_field(seen: Seen) -> Iterator[Verdict]:
    """No response has a field that is called Close: the name is reserved, since it is an option."""
    for response in seen.examination.responses.finals:
        if response.response.values(b"Close"):
            yield on_response(response, Outcome.VIOLATES, "a field called Close", grade=Grade.SOFT)
        else:
            yield on_response(response, Outcome.CONFORMS, "no field called Close")
