"""The rule behind all others: whatever was sent, some permitted reading of it explains what came back.

It needs no expectation: any octets at all, of a probe, a corpus case or a fuzz input, are judged by it. The
search for explanations is the engine's (`oracle/permitted_explain`); here is told what it came to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from harness.http1.build import chunk, chunked, field, get, line, post, request
from harness.model.conversation import Explanation
from harness.model.message import Request
from harness.model.reading import End, Reading, Span
from harness.model.transcript import Ended
from harness.model.verdict import Examination, Grade, Outcome, Reaction, Verdict
from harness.rules.probe import Marker, Probe, probe
from harness.rules.rule import Seen, rule

_EXPLAINED: Final = Reaction(
    "explained", "every answer belongs to a request that a permitted reading of the octets finds there"
)
_ONE_ANSWER_EACH: Final = ("9112-9.2-a",)
_CHUNK_FRAMING: Final = ("9112-7.1-b", "9112-7.1-c", "9112-7.1-d", "9112-7.1.1-b")

_LENGTH: Final = field(b"Content-Length", b"5")
_MOST_SHOWN: Final = 8


def _behind(title: str, stimulus: Request | bytes, control: Request | None = None) -> Probe:
    """With a request behind it, whose answer tells where this one was taken to end."""
    return probe(title, stimulus, marker=Marker.BEHIND, control=control or get())


_POST: Final = post(content=b"hello")
_CODED: Final = post(chunks=[b"hello"])


@rule(
    "9112-permitted-reading",
    covers=[*_ONE_ANSWER_EACH, *_CHUNK_FRAMING],
    area="framing",
    security="smuggling",
    permitted=[_EXPLAINED],
    probes=[
        _behind(
            "a length behind a bare LF in a value",
            get(fields=[field(b"X-A", b"1", end=b"\n"), _LENGTH]),
        ),
        _behind("a length behind a bare CR in a value", get(fields=[line(b"X-A: 1\rContent-Length: 5")])),
        _behind("a length in a folded line", get(fields=[line(b"X-A: 1\r\n Content-Length: 5")])),
        _behind(
            "a length in a line that whitespace leads, behind the request-line",
            b"GET {path} HTTP/1.1\r\n Content-Length: 5\r\nHost: {host}\r\n\r\n",
        ),
        _behind("a length behind NUL in a value", get(fields=[line(b"X-A: 1\0Content-Length: 5")])),
        _behind("the same length twice", request(b"POST", fields=[_LENGTH, _LENGTH], body=b"hello"), _POST),
        _behind(
            "the same length twice in a list",
            request(b"POST", fields=[field(b"Content-Length", b"5, 5")], body=b"hello"),
            _POST,
        ),
        _behind("two spaces behind the method", request(b"GET", after_method=b"  ")),
        _behind("LF alone behind the request-line", request(b"GET", end=b"\n")),
        _behind("LF alone behind the field lines", request(b"GET", end_of_fields=b"\n")),
        _behind(
            "a folded line in the trailer section",
            post(chunks=chunked(b"hello", trailers=[line(b"X-T: 1\r\n Content-Length: 5")])),
            _CODED,
        ),
        _behind(
            "a chunk-size with a word behind it",
            post(chunks=chunked(chunk(b"hello", size=b"5 x"))),
            _CODED,
        ),
    ],
    passive=True,
)
def permitted_reading(seen: Seen) -> Iterator[Verdict]:
    """What came back is explained by some reading of the request that the RFCs permit.

    Where a request may be understood in several ways, any of them will do, and a server may close whenever it
    likes; but an answer too many, or one that belongs to another request, means that client and server have
    lost step, which is how requests are smuggled. Taking malformed chunk framing for sound is excluded by the
    grammar and forbidden by no keyword (RFC 9110 2.4): a risk. Whether a status is the right one is for
    the rule about that request to say; nothing is concluded where nothing shows how the request was read.
    """
    examination = seen.examination
    match examination.explanation:
        case Explanation.REFUTED:
            observed = f"{_seen(examination)}, which no permitted reading explains; nearest: {_nearest(seen)}"
            yield _verdict(seen, Outcome.VIOLATES, observed, _ONE_ANSWER_EACH, Grade.BAD)
        case Explanation.RECOVERS:
            observed = f"{_seen(examination)}: malformed chunk framing was taken for sound"
            yield _verdict(seen, Outcome.VIOLATES, observed, _recovered_from(seen), Grade.RISK)
        case Explanation.TOO_MANY:
            observed = f"{_seen(examination)}; more readings are permitted than can be tried"
            yield _verdict(seen, Outcome.INCONCLUSIVE, observed)
        case _ if not seen.in_short and _shown(examination):
            yield _verdict(seen, Outcome.CONFORMS, f"{_seen(examination)}, as a permitted reading has it")


def _recovered_from(seen: Seen) -> tuple[str, ...]:
    """The rows of what was malformed; of all chunk framing where it is nothing of that."""
    rows = dict.fromkeys(one.ledger for one in seen.conversation.reading.anomalies)
    return tuple(row for row in rows if row in _CHUNK_FRAMING) or _CHUNK_FRAMING


def _shown(examination: Examination) -> bool:
    """Whether the answers show where requests were taken to end: one was served, and another followed."""
    finals = examination.responses.finals
    served = any(one.status < 400 for one in finals)
    return served and (len(finals) > 1 or any(one.recognised for one in examination.told.exchanges))


def _verdict(
    seen: Seen, outcome: Outcome, observed: str, covers: tuple[str, ...] = (), grade: Grade | None = None
) -> Verdict:
    return Verdict(
        rule="",
        outcome=outcome,
        covers=covers,
        observed=observed,
        grade=grade,
        permitted=_EXPLAINED.name if outcome is Outcome.CONFORMS else "",
        sent_span=_sent_span(seen),
        received_span=_received_span(seen),
    )


def _sent_span(seen: Seen) -> Span | None:
    """What is amiss first; else everything that was read as a request."""
    reading = seen.conversation.reading
    if reading.anomalies:
        return reading.anomalies[0].span
    return (reading.requests[0].start, reading.requests[-1].end) if reading.requests else None


def _received_span(seen: Seen) -> Span | None:
    """The first answer that no request of the strict reading accounts for, else the last."""
    answers = seen.conversation.unasked or seen.examination.responses.finals[-1:]
    return (answers[0].start, answers[0].end) if answers else None


_ENDS: Final = {
    Ended.CLOSED: "the connection was closed",
    Ended.RESET: "the connection was reset",
    Ended.OPEN: "the connection stayed open",
    Ended.ABORTED: "the connection was aborted by us",
    Ended.NOT_CONNECTED: "there was no connection",
}


def _seen(examination: Examination) -> str:
    """`answered 200, 404; the connection stayed open`."""
    statuses = [str(one.status) for one in examination.responses.finals]
    shown = ", ".join(statuses[:_MOST_SHOWN]) + (" ..." if len(statuses) > _MOST_SHOWN else "")
    return f"{f'answered {shown}' if shown else 'not answered'}; {_ENDS[examination.transcript.ended]}"


def _nearest(seen: Seen) -> str:
    """The nearest permitted readings in words, each once."""
    told = Counter(map(_in_words, seen.examination.nearest or (seen.conversation.reading,)))
    return "; or ".join(told)


def _in_words(reading: Reading) -> str:
    count = len(reading.requests)
    words = "no request" if not count else "1 request" if count == 1 else f"{count} requests"
    if reading.end is End.NEEDS_MORE:
        return f"{words}, the last of them unfinished"
    if reading.end is End.REJECTED:
        fit = " or ".join(map(str, reading.statuses))
        return f"{words}, the last of them refused{f' with {fit}' if fit else ''}"
    return f"{words}, then the connection is closed" if reading.must_close else words
