"""RFC 9112 2.2: a CR that no LF follows never ends a line, wherever it stands but in content."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import chunk, chunked, field, get, post, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.probe import Marker, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, never_in_step
from harness.rules.rule import Seen, rule
from harness.rules.step import more_than_asked
from harness.rules.vocabulary import Pair, pairs_with, told_apart

_GET = get()
_SOUND = post(content=b"hello")
_HIDDEN = b"\r\rGET {path} HTTP/1.1\rHost: {host}"
_TWO_ANSWERS = "two answers to one request: the CR was taken for a line end"
_AS_SPACE = Reaction("as-space", "the CR is read as SP, and what that makes of the element is judged")


@rule(
    "9112-2.2-bare-cr-in-field",
    covers=["9112-2.2-d"],
    area="fields",
    permitted=[REFUSES_OR_CLOSES, _AS_SPACE],
    probes=[
        probe(
            "a request behind CR in a field value", get(fields=[field(b"X-A", b"a" + _HIDDEN)]), control=_GET
        ),
        probe(
            "Content-Length: 0, CR, 5",
            request(b"POST", fields=[field(b"Content-Length", b"0\r5")], body=b"hello"),
            control=_SOUND,
        ),
        probe(
            "Content-Length: 5, CR, 0, a request behind it",
            request(b"POST", fields=[field(b"Content-Length", b"5\r0")], body=b"hello"),
            marker=Marker.BEHIND,
            control=_SOUND,
        ),
        probe("CR within Host", get(host=b"a\rb"), control=_GET),
    ],
)
def bare_cr_in_field(seen: Seen) -> Iterator[Verdict]:
    """A field line with a CR that no LF follows is refused, or the CR is read as SP.

    Read as a line end it begins a field, or a request, that the next recipient does not see; left out it
    joins `0` and `5` to a length. With SP in its place a Content-Length or a Host is none. What became of
    the value of another field only an application sees.
    """
    for pair in pairs_with(seen, "bare-cr", "content-length-invalid", "host-invalid"):
        if not any(one.kind == "bare-cr" for one in pair.anomalies):
            continue
        served = pair.exchange.status is not None and pair.exchange.status < 400
        if more_than_asked(seen):
            yield pair.violates(Grade.BAD, _TWO_ANSWERS)
        elif served and any(one.kind != "bare-cr" for one in pair.anomalies):
            yield pair.violates(Grade.BAD, f"{pair.story}: the CR was left out, cut at, or kept")
        elif served:
            observed = "served: what became of the CR an application alone can tell"
            yield pair.says(Outcome.NOT_APPLICABLE, observed, permitted=_AS_SPACE)
        else:
            yield from _refused(pair)


@rule(
    "9112-2.2-bare-cr-in-request-line",
    covers=["9112-2.2-e"],
    area="requests",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        probe(
            "a request behind CR in the request-line",
            b"GET {path} HTTP/1.1\rHost: {host}\r\rGET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            control=_GET,
        ),
        probe("CR within the query", get(b"{path}?a\rb"), control=_GET),
    ],
)
def bare_cr_in_request_line(seen: Seen) -> Iterator[Verdict]:
    """A CR in the request-line that no LF follows ends nothing: it is an error, or stands for SP.

    With SP in its place the lines sent here have words too many; serving one of them is the repair that
    only a SHOULD NOT forbids (RFC 9112 3.2).
    """
    for pair in pairs_with(seen, "bare-cr-in-request-line", "request-line-words"):
        if not any(one.kind == "bare-cr-in-request-line" for one in pair.anomalies):
            continue
        if more_than_asked(seen):
            yield pair.violates(Grade.BAD, _TWO_ANSWERS)
        elif pair.exchange.status is not None and pair.exchange.status < 300:
            yield pair.violates(Grade.SOFT, f"answered {pair.exchange.status}: the line was repaired")
        else:
            yield from _refused(pair)


def _refused(pair: Pair) -> Iterator[Verdict]:
    """No success: an error or a close will do, where the sound twin fared better."""
    exchange = pair.exchange
    if exchange.final is None and (exchange.fate is not Fate.CLOSED or exchange.partial):
        if pair.nothing_behind:
            yield pair.inconclusive()
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell")


_CHUNKED = post(chunks=[b"hello"])


@rule(
    "9112-2.2-bare-cr-in-chunks",
    covers=["9112-2.2-f"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        probe(
            f"{name}, a request behind the content",
            post(chunks=chunked(one)),
            marker=Marker.BEHIND,
            control=_CHUNKED,
            half_close=True,
        )
        for name, one in {
            "CR for the line end behind a chunk-size": chunk(b"hello", end_of_size=b"\r"),
            "CR and an x behind a chunk-size": chunk(b"hello", end_of_size=b"\rx"),
            "CR for the line end behind chunk-data": chunk(b"hello", end_of_data=b"\r"),
            "CR and an x behind chunk-data": chunk(b"hello", end_of_data=b"\rx"),
        }.items()
    ],
)
def bare_cr_in_chunks(seen: Seen) -> Iterator[Verdict]:
    """A CR that no LF follows ends neither a chunk-size line nor chunk-data.

    Who takes it for a line end, or passes over whatever octet stands behind it, finds other chunks than
    the next recipient. Any one answer and then a close is legal.
    """
    for pair in pairs_with(
        seen, "bare-cr-in-chunk-framing", "chunk-size-malformed", "chunk-data-end", "trailer-malformed"
    ):
        if _bare_cr_where_a_line_ends(pair):
            yield from never_in_step(pair, grade=Grade.BAD)


def _bare_cr_where_a_line_ends(pair: Pair) -> bool:
    """Whether CR follows the digits of the size, or stands first behind chunk-data."""
    octets = pair.seen.examination.plan.octets
    for one in pair.anomalies:
        start, end = one.span
        sized = one.kind == "bare-cr-in-chunk-framing" and octets[start - 1 : start].isalnum()
        behind_data = one.kind == "chunk-data-end" and octets[start : start + 1] == b"\r"
        if (sized and octets[end : end + 1] not in b"\r\n") or (
            behind_data and octets[start + 1 : start + 2] != b"\n"
        ):
            return True
    return False
