"""RFC 9110 10.1.1: 100-continue, asked for by a client that holds its content back."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, post
from harness.http1.serialize import request as octets_of
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.comparison import received_before, twin_of, withheld
from harness.rules.plain import as_it_is
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import Pair, has_option, sound_pairs

_HELD_SECONDS = 1.0
"""How long the content is held back."""

_AT_ONCE = 0.25
"""Within which part of that time an answer has to follow the content, to have waited for it alone."""

_SOUND = post(content=b"hello")
_EXPECTING = post(content=b"hello", fields=[field(b"Expect", b"100-continue")])
_OLD = post(content=b"hello", fields=[field(b"Expect", b"100-continue")], version=b"HTTP/1.0")


def _behind_head(octets: bytes) -> list[int]:
    return [octets.index(b"\r\n\r\n") + 4]


_CONTINUES = Reaction("continues", "a 100, or any final response, before the content is sent")
_NO_100 = Reaction("no-100", "a final response and no 1xx before it")


@rule(
    "9110-10.1.1-continue",
    covers=["9110-10.1.1-f"],
    area="expect",
    permitted=[_CONTINUES],
    probes=[
        probe(
            "Expect: 100-continue, the content held back for a second",
            _EXPECTING,
            control=_SOUND,
            cuts=_behind_head(octets_of(_EXPECTING)),
            pause=_HELD_SECONDS,
        )
    ],
    plain=as_it_is,
)
def continues(seen: Seen) -> Iterator[Verdict]:
    """A request that expects 100-continue gets a 100 or a final response, without its content.

    A breach only where nothing came for a second, and the answer at once behind the content: the server
    waited for a client that waited for it. A server that is merely slow is not meant.
    """
    for pair in _expecting(seen):
        read = pair.exchange.request
        if read.request.line.version == b"HTTP/1.0":
            continue
        held, later = withheld(seen, read.body_at)
        answers = [*pair.exchange.interim, pair.exchange.final or pair.exchange.partial]
        first = next((one for one in answers if one), None)
        if first and first.start < received_before(seen, read.body_at):
            yield pair.conforms(_CONTINUES, f"{first.status} before the content was sent")
        elif held < _HELD_SECONDS / 2:
            continue  # the content came too soon for a 100 to be due (RFC 9110 10.1.1, MAY)
        elif first is None and pair.exchange.fate is not Fate.OPEN:
            yield pair.violates(Grade.UNMET)
        elif first and later < held * _AT_ONCE and _answered(seen):
            yield pair.violates(
                Grade.BAD, f"nothing for {held:.1f} s, then {first.status} behind the content"
            )
        else:
            yield pair.inconclusive()


@rule(
    "9110-10.1.1-http-1.0",
    covers=["9110-10.1.1-b"],
    area="expect",
    permitted=[_NO_100],
    probes=[
        probe(
            "Expect: 100-continue in HTTP/1.0, the content held back for a moment",
            _OLD,
            control=_SOUND,
            cuts=_behind_head(octets_of(_OLD)),
            pause=_HELD_SECONDS / 4,
        )
    ],
)
def not_for_http_1_0(seen: Seen) -> Iterator[Verdict]:
    """An expectation in an HTTP/1.0 request is ignored: clients of that time take a 100 for the answer."""
    for pair in _expecting(seen):
        if pair.exchange.request.request.line.version != b"HTTP/1.0":
            continue
        if pair.exchange.interim:
            yield pair.violates(Grade.BAD, f"{pair.exchange.interim[0].status} to an HTTP/1.0 request")
        elif pair.exchange.status == 417:
            yield pair.violates(Grade.BAD)
        elif pair.exchange.final:
            yield pair.conforms(_NO_100)
        else:
            yield pair.inconclusive()


def _expecting(seen: Seen) -> Iterator[Pair]:
    for pair in sound_pairs(seen):
        if has_option(pair.exchange.request.request.values(b"Expect"), b"100-continue"):
            yield pair


def _answered(seen: Seen) -> bool:
    twin = twin_of(seen)
    return twin is not None and twin.final is not None
