"""RFC 9112 9: which connections persist, in which order they are served, and how they end."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get, request
from harness.model.conversation import Exchange, Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.probe import Marker, probe
from harness.rules.rule import Seen, rule
from harness.rules.step import more_than_asked
from harness.rules.vocabulary import CLOSES, Pair, has_option, must_close, pairs, sound_pairs

_IN_ORDER = Reaction("in-order", "every request is answered, in the order of the requests")
_FEWER_THEN_CLOSE = Reaction(
    "fewer-close", "the first requests are answered in order, then the connection is closed"
)


@rule(
    "9112-9.3-http-1.0-closes",
    covers=["9112-9.3-e", "9112-9.3-m"],
    area="persistence",
    permitted=[CLOSES],
    probes=[
        probe("HTTP/1.0 without keep-alive", get(version=b"HTTP/1.0")),
        probe(
            "HTTP/1.0 without keep-alive, a request behind it", get(version=b"HTTP/1.0"), marker=Marker.BEHIND
        ),
        probe("GET, then HTTP/1.0 without keep-alive", get(), get(version=b"HTTP/1.0")),
    ],
)
def http_1_0_closes(seen: Seen) -> Iterator[Verdict]:
    """Behind the answer to an HTTP/1.0 request that does not ask for keep-alive the connection closes.

    Also where the requests before it were of HTTP/1.1: each message decides anew.
    """
    for pair in pairs(seen):
        read = pair.exchange.request.request
        if read.line.version == b"HTTP/1.0" and not read.values(b"Connection") and pair.exchange.final:
            row = ("9112-9.3-e",) if pair.first else ("9112-9.3-m",)
            yield from must_close(pair, covers=row, refusal=False)


@rule(
    "9112-9.3.2-order",
    covers=["9112-9.3.2-c", "9110-15-d1", "9112-9.2-a"],
    area="pipelining",
    permitted=[_IN_ORDER, _FEWER_THEN_CLOSE],
    probes=[
        probe("GET, GET", get(), get(), marker=Marker.BEHIND, control=get()),
        probe("GET, HEAD, GET", get(), request(b"HEAD"), get(), marker=Marker.BEHIND, control=get()),
        probe("nine times GET", *([get()] * 9), marker=Marker.BEHIND, control=get()),
    ],
)
def order(seen: Seen) -> Iterator[Verdict]:
    """Pipelined requests are answered in their order, each by one final response.

    Fewer answers and then a close are legal; an answer to the wrong request is not, and is how one
    user's page reaches another.
    """
    chain = list(sound_pairs(seen))
    if len(chain) < 2 or chain[-1].behind is None:
        return
    last, behind = chain[-1], chain[-1].behind
    answered = [pair for pair in chain if pair.exchange.final]
    if more_than_asked(seen):
        yield last.violates(Grade.BAD, "more final responses than requests")
    elif behind.recognised is False and _changed_places(seen, answered, behind):
        yield last.violates(Grade.BAD, "the answers to different requests changed places")
    elif behind.final and behind.recognised is not False:
        yield last.conforms(_IN_ORDER, f"{len(answered) + 1} requests answered in order")
    elif answered and last.exchange.fate is Fate.CLOSED and not behind.final:
        yield last.conforms(_FEWER_THEN_CLOSE, f"{len(answered)} answered in order, then closed")
    else:
        yield last.inconclusive(f"{len(answered)} of {len(chain)} answered; {last.story}")


def _changed_places(seen: Seen, answered: list[Pair], behind: Exchange) -> bool:
    """Whether the last request got the answer that the first gets alone, and an earlier one the last's."""
    control = seen.examination.control
    if control is None:
        return False
    alone = [one.status for one in control.told.exchanges]
    return alone[:1] == [behind.status] and alone[-1] in [pair.exchange.status for pair in answered]


@rule(
    "9112-9.6-close-honoured",
    covers=["9112-9.6-d", "9112-9.6-f", "9112-9.3-b"],
    area="persistence",
    permitted=[CLOSES],
    probes=[
        probe("GET with Connection: close", get(fields=[field(b"Connection", b"close")])),
        probe("the same in upper case", get(fields=[field(b"Connection", b"CLOSE")])),
        probe("close in a list", get(fields=[field(b"Connection", b"x-a, close")])),
        probe("close behind keep-alive", get(fields=[field(b"Connection", b"keep-alive, close")])),
        probe("close between empty elements", get(fields=[field(b"Connection", b", close,")])),
        probe(
            "close in a second line",
            get(fields=[field(b"Connection", b"x-a"), field(b"Connection", b"close")]),
        ),
        probe(
            "HTTP/1.0 with keep-alive and close",
            get(version=b"HTTP/1.0", fields=[field(b"Connection", b"keep-alive, close")]),
        ),
        probe(
            "GET with Connection: close, a request behind it",
            get(fields=[field(b"Connection", b"close")]),
            marker=Marker.BEHIND,
        ),
    ],
)
def close_honoured(seen: Seen) -> Iterator[Verdict]:
    """Behind the answer to a request with the close option the connection closes.

    What stands behind such a request is not served.
    """
    for pair in pairs(seen):
        values = pair.exchange.request.request.values(b"Connection")
        if has_option(values, b"close") and pair.exchange.final:
            alone = len(values) == 1 and values[0].lower() == b"close"
            rows = ("9112-9.6-d",) if alone else ("9112-9.6-d", "9112-9.3-b")
            rows = rows if pair.nothing_behind else ("9112-9.6-f",)
            yield from must_close(pair, covers=rows, refusal=False)


@rule(
    "9112-9.6-close-kept",
    covers=["9112-9.6-g", "9112-9.6-h"],
    area="persistence",
    permitted=[CLOSES],
)
def close_kept(seen: Seen) -> Iterator[Verdict]:
    """A server that says close closes the connection, and serves nothing more on it."""
    for index, exchange in enumerate(seen.conversation.exchanges):
        if exchange.final and has_option(exchange.final.response.values(b"Connection"), b"close"):
            yield from must_close(Pair(seen, exchange, index), refusal=False)
