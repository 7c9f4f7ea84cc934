"""RFC 9112 6.2: Content-Length counts octets, however they arrive."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import post
from harness.http1.serialize import request as octets_of
from harness.model.message import Request
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.comparison import (
    AS_TWIN,
    cut_within,
    message,
    must_fare_alike,
    received_before,
    same_content,
)
from harness.rules.plain import as_it_is
from harness.rules.probe import Probe, probe
from harness.rules.rule import Seen, rule
from harness.rules.step import out_of_step
from harness.rules.vocabulary import CLOSES_BEHIND_ANSWER, Pair, may_be_the_last, sound_pairs_beside_twin

MOMENT_SECONDS = 0.1
"""How far the pieces are apart: long enough for a peer that takes the first one for everything."""

_COUNTED = post(content=b"wireproof")
_CHUNKED = post(chunks=[b"wire", b"proof"])


def _behind_head(sent: Request, further: int = 0) -> list[int]:
    return [octets_of(sent).index(b"\r\n\r\n") + 4 + further]


def _in_pieces(name: str, sent: Request) -> list[Probe]:
    return [
        probe(f"{name} behind its head", sent, control=sent, cuts=_behind_head(sent), pause=MOMENT_SECONDS),
        probe(f"{name} cut in two", sent, control=sent, cuts=_behind_head(sent, 3), pause=MOMENT_SECONDS),
    ]


@rule(
    "9112-6.2-content-in-pieces",
    covers=["9112-6.2-a", "9112-7.1-i"],
    area="framing",
    permitted=[AS_TWIN, CLOSES_BEHIND_ANSWER],
    probes=[
        *_in_pieces("counted content", _COUNTED),
        *_in_pieces("a message", message()),
        probe("counted content octet by octet", _COUNTED, control=_COUNTED, every_octet=True),
        probe(
            "chunked content cut in a chunk-size line",
            _CHUNKED,
            control=_CHUNKED,
            cuts=_behind_head(_CHUNKED, 2),
            pause=MOMENT_SECONDS,
        ),
        probe("chunked content octet by octet", _CHUNKED, control=_CHUNKED, every_octet=True),
    ],
    plain=as_it_is,
)
def content_in_pieces(seen: Seen) -> Iterator[Verdict]:
    """Content that arrives in pieces is the content that it is in one.

    TCP keeps the order of octets and no boundaries. An answer that came before the content was sent is
    legal, and shows nothing of how it was read.
    """
    for pair in sound_pairs_beside_twin(seen):
        read = pair.exchange.request
        if not cut_within(seen, read.body_at - 1, read.end):
            continue
        if pair.exchange.final and pair.exchange.final.end <= received_before(seen, read.end - 1):
            yield pair.says(Outcome.NOT_APPLICABLE, "answered before the content was there")
            continue
        rows = ("9112-7.1-i",) if read.request.values(b"Transfer-Encoding") else ("9112-6.2-a",)
        yield from _in_pieces_alike(pair, rows)


def _in_pieces_alike(pair: Pair, rows: tuple[str, ...]) -> Iterator[Verdict]:
    if not may_be_the_last(pair.exchange.request.request) and (wrong := out_of_step(pair)):
        yield pair.violates(Grade.BAD, wrong, covers=rows)
    elif same_content(pair) is False and (pair.exchange.status or 0) < 400:
        yield pair.violates(
            Grade.BAD, "the answer shows other content than when it is sent whole", covers=rows
        )
    else:
        yield from must_fare_alike(pair, covers=rows)
