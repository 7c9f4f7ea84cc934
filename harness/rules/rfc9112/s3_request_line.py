"""RFC 9112 3: a request-line is three words with one SP between them, and may be long."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get, request
from harness.http1.serialize import request as octets_of
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, OF_THE_MOMENT, twin_of
from harness.rules.plain import with_short_query
from harness.rules.probe import probe
from harness.rules.refusal import ANSWERS_400_OR_301, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import pairs_with, sound_pairs_beside_twin

_SOUND = get()
_BEHIND_LINE = octets_of(_SOUND).partition(b"\r\n")[2]
_ANSWERS_414 = Reaction("414", "a complete 414 response")
_LONG = 20_000
"""Octets of query: more than many servers take, and no more than all of them read at once, so that no
unread octets turn the close behind the answer into a reset. The exact limit is another question."""

_REFUSALS = (400, 413, 431, 500)
"""What servers say of a target that is too long, and may not."""


def line(words: bytes) -> bytes:
    """A request that is sound behind that request-line."""
    return words + b"\r\n" + _BEHIND_LINE


@rule(
    "9112-3-words",
    covers=["9112-3-a", "9112-3.2-b"],
    area="requests",
    permitted=[ANSWERS_400_OR_301],
    probes=[
        probe("a method alone", line(b"GET"), control=_SOUND),
        probe("no method", line(b"{path} HTTP/1.1"), control=_SOUND),
        probe("a word too many at the end", line(b"GET {path} HTTP/1.1 x"), control=_SOUND),
        probe("two request-targets", line(b"GET {path} {path} HTTP/1.1"), control=_SOUND),
    ],
)
def words(seen: Seen) -> Iterator[Verdict]:
    """A request-line that has fewer or more than three words is answered 400.

    Only a SHOULD names the status (RFC 9112 2.2, 3.2), so another refusal, or a close without a word, is
    told as soft. Serving what was guessed is a risk: the next recipient guesses differently.
    """
    for pair in pairs_with(seen, "request-line-words"):
        if any(octet in pair.exchange.request.request.line.method for octet in b"\t\x0b\x0c\r"):
            continue  # whitespace within the target: 9112-3.2-no-repair
        yield from should_answer_400(pair, served=Grade.RISK, covers=("9112-3-a",))


@rule(
    "9112-3-long-target",
    covers=["9112-3-d"],
    area="requests",
    permitted=[AS_TWIN, _ANSWERS_414],
    probes=[
        probe(
            "a query of 20,000 octets",
            request(b"GET", b"{path}?" + b"a" * _LONG),
            control=get(b"{path}?a"),
        )
    ],
    plain=with_short_query,
)
def long_target(seen: Seen) -> Iterator[Verdict]:
    """A request-target that is longer than the server wants to parse is answered 414.

    Not 400, 413 or 431, which send the client looking elsewhere. The twin has the same target but for
    its length, so that the length is what was refused.
    """
    for pair in sound_pairs_beside_twin(seen):
        exchange, twin = pair.exchange, twin_of(seen)
        if twin is None or len(exchange.request.request.line.target) < _LONG:
            continue
        if twin.status is None or twin.status in _REFUSALS:
            yield pair.says(Outcome.NOT_APPLICABLE, f"the short target is answered {twin.status}")
        elif exchange.status == 414:
            yield pair.conforms(_ANSWERS_414)
        elif exchange.status == twin.status:
            yield pair.conforms(AS_TWIN)
        elif exchange.status in _REFUSALS:
            yield pair.violates(Grade.BAD, f"answered {exchange.status}, the short target {twin.status}")
        elif exchange.status is None and exchange.fate is not Fate.OPEN and not exchange.partial:
            yield pair.violates(Grade.UNMET)
        elif exchange.status is None or exchange.status in OF_THE_MOMENT:
            yield pair.inconclusive()
        else:
            yield pair.says(Outcome.NOT_APPLICABLE, f"answered {exchange.status}, not for its length")


_AT_LEAST = 8_000
"""Octets that a request-line may have anywhere: RECOMMENDED, which is a SHOULD."""

_ROOM_FOR_PATH = 60


@rule(
    "9112-3-line-of-8000",
    covers=["9112-3-e"],
    area="requests",
    permitted=[AS_TWIN],
    probes=[
        probe(
            f"a request-line of nearly {_AT_LEAST} octets",
            get(b"{path}?" + b"a" * (_AT_LEAST - len(b"GET ? HTTP/1.1") - _ROOM_FOR_PATH)),
            control=get(b"{path}?a"),
        )
    ],
    plain=with_short_query,
)
def line_of_8000(seen: Seen) -> Iterator[Verdict]:
    """A request-line of up to 8000 octets is parsed. Only a SHOULD."""
    for pair in sound_pairs_beside_twin(seen):
        line, twin = pair.exchange.request.request.line, twin_of(seen)
        length = len(line.method) + len(line.target) + len(line.version) + 2
        if twin is None or not _AT_LEAST // 2 < length <= _AT_LEAST:
            continue
        if twin.status is None or twin.status in _REFUSALS:
            yield pair.says(Outcome.NOT_APPLICABLE, f"the short target is answered {twin.status}")
        elif pair.exchange.status in (414, *_REFUSALS):
            yield pair.violates(
                Grade.SOFT, f"answered {pair.exchange.status}, the short target {twin.status}"
            )
        elif pair.exchange.status is not None:
            yield pair.conforms(AS_TWIN)
        elif pair.exchange.fate is Fate.OPEN or pair.exchange.partial:
            yield pair.inconclusive()
        else:
            yield pair.violates(Grade.SOFT)


_ANSWERS_501 = Reaction("501", "a complete 501 response")
_LONG_METHODS = (b"GET" + b"X" * 197, b"GET" + b"X" * 3997)


@rule(
    "9112-3-long-method",
    covers=["9112-3-c"],
    area="requests",
    permitted=[_ANSWERS_501],
    probes=[
        probe(f"a method of {len(method)} octets", request(method), control=request(b"GEX"))
        for method in _LONG_METHODS
    ],
)
def long_method(seen: Seen) -> Iterator[Verdict]:
    """A method that is longer than any the server knows is answered 501. Only a SHOULD.

    Cut to one that it knows, it would be a breach. The twin is a short method that nobody knows: where
    that is served, every method is.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        status = pair.exchange.status
        if twin is None or pair.exchange.request.request.line.method not in _LONG_METHODS:
            continue
        if twin.status is None:
            yield pair.inconclusive("its short twin was not answered: cannot tell")
        elif twin.status < 400:
            yield pair.says(Outcome.NOT_APPLICABLE, f"GEX is answered {twin.status}: every method is served")
        elif status is None:
            waits = pair.exchange.fate is Fate.OPEN or pair.exchange.partial
            yield pair.inconclusive() if waits else pair.violates(Grade.SOFT)
        elif status == 501:
            yield pair.conforms(_ANSWERS_501)
        elif status < 300:
            yield pair.violates(Grade.BAD, f"answered {status}, a short unknown method {twin.status}")
        else:
            yield pair.violates(Grade.SOFT)
