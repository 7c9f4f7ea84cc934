"""RFC 9112 7.1: chunked content, as responses carry it and as requests may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import chunk, chunked, post
from harness.model.message import ChunkedBody, FramingKind
from harness.model.verdict import Grade, Verdict
from harness.rules.comparison import AS_TWIN, must_be_read_alike, twin_of
from harness.rules.plain import with_plain_sizes
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, never_in_step
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, pairs_with, sound_pairs_beside_twin, without


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


_SOUND = post(chunks=[b"hello"])


def _chunked(name: str, body: ChunkedBody) -> Probe:
    """That body, and a request behind it; then nothing more will come."""
    return probe(
        f"{name}, a request behind the content",
        post(chunks=body),
        marker=Marker.BEHIND,
        control=_SOUND,
        half_close=True,
    )


def _sized(name: str, size: bytes) -> Probe:
    """Five octets of data under another chunk-size."""
    return _chunked(f"chunk-size {name}, five octets", chunked(chunk(b"hello", size=size)))


@rule(
    "9112-7.1-chunk-size",
    covers=["9112-7.1-b"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[_sized(name, name.encode()) for name in ("+5", "-5", "0x5", "5_0", " 5", "5 ", "5.0", "x")],
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
        _sized("of 40 digits", b"1" * 39 + b"5"),
    ],
)
def large_chunk(seen: Seen) -> Iterator[Verdict]:
    """A chunk-size that no integer of the server's holds does not wrap round to one that it does.

    Waiting for the octets that were announced is right, and so is any one answer. Once nothing more will
    come, waiting ends, which tells it from a server that hangs.
    """
    for pair in pairs_with(seen, "chunk-size-overflow", "premature-end"):
        body = pair.exchange.request.request.body
        if isinstance(body, bytes) and _LARGE_SIZE.match(body):
            yield from never_in_step(pair, grade=Grade.BAD)


@rule(
    "9112-7.1-chunk-line-end",
    covers=["9112-7.1-d"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        _chunked("LF alone behind a chunk-size", chunked(chunk(b"hello", end_of_size=b"\n"))),
        _chunked("LF alone behind chunk-data", chunked(chunk(b"hello", end_of_data=b"\n"))),
        _chunked(
            "LF alone behind an extension", chunked(chunk(b"hello", extension=b";a", end_of_size=b"\n"))
        ),
        _chunked("LF alone behind the last chunk", chunked(b"hello", last_chunk=b"0\n")),
    ],
)
def chunk_line_end(seen: Seen) -> Iterator[Verdict]:
    """LF alone ends no line of chunked content: the leniency towards it is for field lines.

    No keyword forbids to take it, so that is told as a risk: who waits for CRLF finds other chunks.
    """
    for pair in pairs_with(seen, "chunk-line-bare-lf", "chunk-data-end"):
        octets = seen.examination.plan.octets
        if all(octets[slice(*one.span)].startswith(b"\n") for one in pair.anomalies):
            yield from never_in_step(pair, grade=Grade.RISK)


@rule(
    "9112-7.1-chunk-data-end",
    covers=["9112-7.1-c"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        _chunked("two octets for the CRLF behind chunk-data", chunked(chunk(b"hello", end_of_data=b"xx"))),
        _chunked("no CRLF behind chunk-data", chunked(chunk(b"hello", end_of_data=b""))),
        _chunked("an octet more than the chunk-size says", chunked(chunk(b"hellox", size=5))),
        _chunked("two octets more than the chunk-size says", chunked(chunk(b"helloxx", size=5))),
    ],
)
def chunk_data_end(seen: Seen) -> Iterator[Verdict]:
    """Behind as many octets as the chunk-size says stands CRLF, or the content has no end.

    No keyword forbids to pass over whatever stands there, so that is told as a risk.
    """
    for pair in pairs_with(seen, "chunk-data-end"):
        octets = seen.examination.plan.octets
        if not any(octets[one.span[0] : one.span[0] + 1] in (b"\r", b"\n") for one in pair.anomalies):
            yield from never_in_step(pair, grade=Grade.RISK)


_SPELLINGS = {
    "a hexadecimal digit in capitals": chunked(chunk(b"hellohello", size=b"A")),
    "a hexadecimal digit in small letters": chunked(chunk(b"hellohello", size=b"a")),
    "two digits": chunked(chunk(b"hello" * 5, size=b"19")),
    "leading zeros": chunked(chunk(b"hellohello", size=b"0000000a")),
    "a last chunk of several zeros": chunked(b"hellohello", last_chunk=b"000\r\n"),
}


@rule(
    "9112-7.1-size-spelling",
    covers=["9112-7.1-a"],
    area="chunked",
    permitted=[AS_TWIN],
    probes=[
        probe(
            f"{name}, a request behind the content",
            post(chunks=body),
            marker=Marker.BEHIND,
            control=post(chunks=[b"hello"]),
        )
        for name, body in _SPELLINGS.items()
    ],
    plain=with_plain_sizes,
)
def size_spelling(seen: Seen) -> Iterator[Verdict]:
    """A chunk-size is hexadecimal in either case, with any zeros before it; a last chunk is zeros alone."""
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        body = pair.exchange.request.request.body
        if twin is None or twin.request.framing.kind is not FramingKind.CHUNKED:
            continue
        if not isinstance(body, ChunkedBody):
            continue
        sizes = [one.size for one in body.chunks]
        plain = all(len(size) == 1 and size.isdigit() for size in sizes) and body.last_chunk == b"0\r\n"
        if not plain and b";" not in body.last_chunk and not any(one.extension for one in body.chunks):
            yield from must_be_read_alike(pair)
