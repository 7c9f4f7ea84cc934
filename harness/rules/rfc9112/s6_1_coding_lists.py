"""RFC 9112 6.1 and 7: Transfer-Encoding as a list, and the names in it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import post, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.comparison import AS_TWIN, must_be_read_alike
from harness.rules.plain import with_coding_in_lower_case, without_empty_elements
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES
from harness.rules.rfc9112.s6_1_transfer_encoding import coded, coding_probes
from harness.rules.rule import Seen, rule
from harness.rules.step import out_of_step
from harness.rules.vocabulary import (
    EVERY_RESPONSE,
    Pair,
    on_response,
    pairs_with,
    sound_pairs_beside_twin,
    told_apart,
    without,
)

_SOUND = post(chunks=[b"hello"])


def _spelt(name: str, *values: bytes) -> Probe:
    return probe(f"{name}, a request behind it", coded(*values), marker=Marker.BEHIND, control=_SOUND)


@rule(
    "9112-6.1-empty-element",
    covers=["9112-6.1-a"],
    area="framing",
    permitted=[AS_TWIN],
    probes=[
        _spelt("a comma behind chunked", b"chunked,"),
        _spelt("a comma before chunked", b", chunked"),
        _spelt("commas before chunked", b", , chunked"),
        _spelt("chunked, and an empty second line", b"chunked", b""),
    ],
    plain=without_empty_elements,
)
def empty_element(seen: Seen) -> Iterator[Verdict]:
    """Empty elements in the list of transfer codings are ignored.

    Refusing them is safe, and common, so it is told as unmet; framing the content otherwise is a breach.
    """
    for pair in sound_pairs_beside_twin(seen):
        read = pair.exchange.request.request
        if read != without_empty_elements(read):
            yield from must_be_read_alike(pair, refused=Grade.UNMET)


@rule(
    "9112-7-coding-case",
    covers=["9112-7-a"],
    area="chunked",
    permitted=[AS_TWIN],
    probes=[_spelt("CHUNKED", b"CHUNKED"), _spelt("cHuNkEd", b"cHuNkEd")],
    plain=with_coding_in_lower_case,
)
def coding_case(seen: Seen) -> Iterator[Verdict]:
    """The name of a transfer coding means the same in whatever case it is spelt."""
    for pair in sound_pairs_beside_twin(seen):
        values = pair.exchange.request.request.values(b"Transfer-Encoding")
        if any(value != value.lower() for value in values):
            yield from must_be_read_alike(pair)


@rule(
    "9112-6.1-chunked-twice",
    covers=["9112-6.1-s"],
    area="framing",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        *coding_probes("chunked, chunked, and coded once", b"chunked, chunked"),
        *coding_probes("chunked, then chunked, and coded once", b"chunked", b"chunked"),
    ],
)
def chunked_twice(seen: Seen) -> Iterator[Verdict]:
    """A request that names chunked twice is refused.

    Only its sender is forbidden to, so a success with content that is coded once is told as a risk, and
    content that is coded twice is not asked about. Any other framing is a breach.
    """
    for pair in pairs_with(seen, "chunked-twice"):
        if pair.exchange.request.content.endswith(b"0\r\n\r\n"):
            continue
        yield from _refused_or_framed_by_chunked(pair, served=Grade.RISK)


def _refused_or_framed_by_chunked(pair: Pair, served: Grade) -> Iterator[Verdict]:
    exchange = pair.exchange
    ended = exchange.fate is Fate.CLOSED and not exchange.partial
    if wrong := out_of_step(pair):
        yield pair.violates(Grade.BAD, wrong)
    elif exchange.status is not None and exchange.status < 300 and pair.behind and pair.behind.final:
        yield pair.violates(served, f"{pair.story}: taken for plain chunked")
    elif exchange.final is None and not (ended and pair.nothing_behind):
        if pair.nothing_behind:
            yield pair.inconclusive()
    elif exchange.fate is Fate.OPEN and exchange.final and exchange.final.status < 300:
        yield pair.inconclusive()
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell")


@rule(
    "9112-7.1-chunked-parameters",
    covers=["9112-7.1-k"],
    area="framing",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        *coding_probes("chunked;q=1", b"chunked;q=1"),
        *coding_probes('chunked ; a="b"', b'chunked ; a="b"'),
    ],
)
def chunked_parameters(seen: Seen) -> Iterator[Verdict]:
    """Parameters of the chunked coding are treated as an error.

    Only a SHOULD; but who does not find chunked for them frames the content as nobody else does.
    """
    for pair in pairs_with(seen, "chunked-parameters"):
        yield from _refused_or_framed_by_chunked(pair, served=Grade.SOFT)


@rule(
    "9112-6.1-connect",
    covers=["9112-6.1-k", "9110-8.6-f"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[probe("CONNECT to the target itself", request(b"CONNECT", b"{host}"))],
    passive=True,
)
def connect(seen: Seen) -> Iterator[Verdict]:
    """A 2xx to CONNECT has neither Transfer-Encoding nor Content-Length: a tunnel begins behind it.

    A server that refuses CONNECT frames its refusal as any other response.
    """
    found = [one for one in seen.examination.responses.finals if one.method == b"CONNECT"]
    tunnels = [one for one in found if 200 <= one.status < 300]
    if found and not tunnels:
        yield on_response(found[0], Outcome.NOT_APPLICABLE, f"CONNECT is answered {found[0].status}")
    forbidden = [kinds.TRANSFER_ENCODING_IN_CONNECT, kinds.CONTENT_LENGTH_IN_CONNECT]
    yield from without(seen, forbidden, applies=lambda response: response in tunnels)
