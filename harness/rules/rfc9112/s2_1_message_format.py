"""RFC 9112 2.1 and 2.2: a message is its octets: responses follow each other without a gap, their lines ended
by CRLF, and a request is what it is however it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.http1 import response_anomalies as kinds
from harness.http1.build import get, request
from harness.http1.serialize import request as octets_of
from harness.model.reading import End, ReadResponse
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, cut_within, must_fare_alike, received_before
from harness.rules.plain import as_it_is
from harness.rules.probe import probe
from harness.rules.refusal import should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, on_response, pairs_with, sound_pairs_beside_twin, without


@rule(
    "9112-2.1-response-line-ends",
    covers=["9112-2.1-b", "9112-2.2-c"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[probe("GET", get()), probe("HEAD", request(b"HEAD"))],
    passive=True,
)
def response_line_ends(seen: Seen) -> Iterator[Verdict]:
    """Every line of a response ends in CRLF, and no CR stands alone outside of the content.

    The leniency towards bare LF is for those who receive; a server that sends it relies on every
    client's goodwill, and what one takes for a line end another does not.
    """
    yield from without(seen, [kinds.LINE_END_LF, kinds.BARE_CR])


@rule(
    "9112-2.1-response-stray-octets",
    covers=["9112-2.1-b"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def response_stray_octets(seen: Seen) -> Iterator[Verdict]:
    """Behind the end of a response the next status-line begins, with nothing between them.

    Octets too many mostly come of a Content-Length that is too small: counted in characters, for one.
    """
    yield from without(seen, [kinds.STRAY_OCTETS])


_AGREES = Reaction("agrees", "h11, as a client, finds the same responses with the same content")


@rule(
    "9112-2.1-read-by-h11",
    covers=["9112-2.1-b"],
    area="responses",
    permitted=[_AGREES],
    passive=True,
)
def read_by_h11(seen: Seen) -> Iterator[Verdict]:
    """h11, an independent client, reads the same responses out of the octets, framed alike.

    Where h11 refuses and our own reader too finds something amiss, the response is malformed. Where
    only one of them objects, one of the two is wrong, and nothing is decided. h11 knows no HTTP/1.0
    connection that is kept, so it is asked up to the first response of that version.
    """
    ours = seen.examination.responses
    for opinion in seen.examination.opinions:
        if opinion.oracle != "h11" or not ours.finals:
            continue
        theirs, finals = opinion.responses, _up_to_http_1_0(ours.finals)
        asked = len(finals) if len(finals) < len(ours.finals) else None
        if theirs.end is End.REJECTED and ours.anomalies:
            yield on_response(ours.finals[0], Outcome.VIOLATES, f"h11: {theirs.complaint}", grade=Grade.BAD)
        elif theirs.end is End.REJECTED:
            yield on_response(ours.finals[0], Outcome.INCONCLUSIVE, f"only h11 objects: {theirs.complaint}")
        elif [one.content for one in theirs.finals[:asked]] == [one.content for one in finals]:
            yield on_response(ours.finals[0], Outcome.CONFORMS, "h11 finds the same responses")
        else:
            counts = f"h11 finds {len(theirs.finals)} responses, our reader {len(ours.finals)}"
            yield on_response(ours.finals[0], Outcome.INCONCLUSIVE, f"{counts}, or other content")


def _up_to_http_1_0(finals: Sequence[ReadResponse]) -> Sequence[ReadResponse]:
    for place, one in enumerate(finals, 1):
        if one.response.line.version == b"HTTP/1.0":
            return finals[:place]
    return finals


_GET = get()
_FIELDS = octets_of(_GET).partition(b"\r\n")[2]
_STATUS_LINE = b"HTTP/1.1 200 OK\r\n"
_NO_REQUEST = Reaction("no-request", "a complete 400 or 501 response, or a 301")
_MOMENT_SECONDS = 0.2


@rule(
    "9112-2.1-head-in-pieces",
    covers=["9112-2.1-a"],
    area="requests",
    permitted=[AS_TWIN],
    probes=[
        probe("cut behind the method", _GET, control=_GET, cuts=[3], pause=_MOMENT_SECONDS),
        probe(
            "cut behind the request-line",
            _GET,
            control=_GET,
            cuts=[octets_of(_GET).index(b"\r\n") + 2],
            pause=_MOMENT_SECONDS,
        ),
        probe(
            "cut within the last CRLF",
            _GET,
            control=_GET,
            cuts=[len(octets_of(_GET)) - 1],
            pause=_MOMENT_SECONDS,
        ),
        probe("octet by octet", _GET, control=_GET, every_octet=True),
    ],
    plain=as_it_is,
)
def head_in_pieces(seen: Seen) -> Iterator[Verdict]:
    """A request begins with its method and its head ends with the empty line, however it is cut on the way.

    TCP keeps the order of octets and no boundaries: who takes one read for the request serves what nobody
    sent. A success that comes before the empty line was answered to a request that was not there yet.
    """
    for pair in sound_pairs_beside_twin(seen):
        read, final = pair.exchange.request, pair.exchange.final
        if not cut_within(seen, read.start, read.body_at):
            continue
        if final and final.status < 400 and final.end <= received_before(seen, read.body_at - 1):
            yield pair.violates(Grade.BAD, f"answered {final.status} before the empty line was sent")
        else:
            yield from must_fare_alike(pair)


@rule(
    "9112-2.1-status-line-sent",
    covers=["9112-2.1-c"],
    area="requests",
    permitted=[_NO_REQUEST],
    probes=[probe("a status-line in place of the request-line", _STATUS_LINE + _FIELDS, control=_GET)],
)
def status_line_sent(seen: Seen) -> Iterator[Verdict]:
    """A status-line is no request-line: a server that is sent one refuses it.

    Only a SHOULD names the status, so that another refusal, or a close without a word, is told as soft.
    """
    for pair in pairs_with(seen, "version-malformed"):
        line = pair.exchange.request.request.line
        if line.method.startswith(b"HTTP/"):
            yield from should_answer_400(pair, served=Grade.RISK, also=(301, 501))
