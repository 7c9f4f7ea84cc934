"""RFC 9112 7.1: chunked content, as responses carry it and as requests may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import chunk, post
from harness.model.message import FramingKind
from harness.model.verdict import Grade, Verdict
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, never_in_step
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, pairs_with, without


@rule(
    "9112-7.1-response-chunks",
    covers=["9112-7.1-f", "9112-7.1.1-c", "9112-6.1-d"],
    area="chunked",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def response_chunks(seen: Seen) -> Iterator[Verdict]:
    """Chunked content matches its grammar: sizes, line ends, last chunk, trailer section, last CRLF."""
    yield from without(
        seen,
        [
            kinds.CHUNK_LINE_END_LF,
            kinds.CHUNK_SIZE_INVALID,
            kinds.CHUNK_SIZE_WHITESPACE,
            kinds.CHUNK_DATA_END_MISSING,
            kinds.CHUNKED_END_MISSING,
            kinds.CHUNK_EXT_INVALID,
            kinds.CHUNK_EXT_WHITESPACE,
            kinds.CHUNKED_TWICE,
        ],
        applies=lambda response: response.framing.kind is FramingKind.CHUNKED,
    )


_LARGE_SIZE = re.compile(rb"0*[1-9A-Fa-f][0-9A-Fa-f]{8,}\r\n")
"""A chunk-size line, the first of a body, of 2^32 or more."""


def _sized(name: str, size: bytes) -> Probe:
    """Five octets of data under another chunk-size, a request behind them."""
    return probe(
        f"chunk-size {name}, five octets, a request behind them",
        post(chunks=[chunk(b"hello", size=size)]),
        marker=Marker.BEHIND,
        control=post(chunks=[b"hello"]),
    )


@rule(
    "9112-7.1-chunk-size",
    covers=["9112-7.1-b"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[_sized(name, name.encode()) for name in ("+5", "-5", "0x5", "5_0", " 5")],
)
def chunk_size(seen: Seen) -> Iterator[Verdict]:
    """A chunk-size is hexadecimal digits alone; content with anything else there has no end.

    No keyword forbids to recover (RFC 9110 2.4), so taking it is told as a risk: two recipients that read
    `0x5` as 5 and as 0 find different requests in the same octets.
    """
    for pair in pairs_with(seen, "chunk-size-malformed"):
        yield from never_in_step(pair, grade=Grade.RISK)


@rule(
    "9112-7.1-large-chunk",
    covers=["9112-7.1-j"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        _sized("2^32 + 5", b"100000005"),
        _sized("2^64 + 5", b"10000000000000005"),
        _sized("2^64", b"10000000000000000"),
    ],
)
def large_chunk(seen: Seen) -> Iterator[Verdict]:
    """A chunk-size that no integer of the server's holds does not wrap round to one that it does.

    Waiting for the octets that were announced is right, and so is any one answer.
    """
    for pair in pairs_with(seen, "chunk-size-overflow", "premature-end"):
        body = pair.exchange.request.request.body
        if isinstance(body, bytes) and _LARGE_SIZE.match(body):
            yield from never_in_step(pair, grade=Grade.BAD, waiting_is_right=True)
