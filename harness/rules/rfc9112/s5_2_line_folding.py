"""RFC 9112 5.2: a field line that goes on in the next line."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import chunked, field, get, post, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.probe import Marker, probe
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, out_of_step, swallowed_next
from harness.rules.vocabulary import (
    ANSWERS_400,
    CLOSES_BEHIND_ANSWER,
    Pair,
    control_status,
    pairs_with,
    told_apart,
)

_CONTENT = b"hello"
_HIDDEN = b"GET / HTTP/1.1\r\nHost: wireproof.invalid\r\n\r\n"
_FOLDED = request(b"POST", fields=[field(b"Content-Length", b"5\r\n 0")], body=_CONTENT)
_SOUND = post(content=_CONTENT)


@rule(
    "9112-5.2-folded-length",
    covers=["9112-5.2-d", "9112-5.2-a"],
    area="fields",
    permitted=[ANSWERS_400],
    probes=[
        probe("Content-Length: 5, folded, 0", _FOLDED, control=_SOUND),
        probe(
            "Content-Length: 5, folded, 0, a request behind it",
            _FOLDED,
            marker=Marker.BEHIND,
            control=_SOUND,
        ),
    ],
)
def folded_length(seen: Seen) -> Iterator[Verdict]:
    """A folded Content-Length is refused, or unfolded before it is read.

    `5`, folded, `0` unfolds to two numbers, which is no length: 400 either way. Whoever drops the second
    line, or joins the digits, frames the request as nobody else does.
    """
    for pair in pairs_with(seen, "obs-fold", "content-length-invalid"):
        exchange, status = pair.exchange, pair.exchange.status
        if {one.kind for one in pair.anomalies} != {"obs-fold", "content-length-invalid"}:
            continue
        if exchange.fate is Fate.KEPT or (status is not None and 200 <= status < 400):
            yield pair.violates(Grade.BAD)
        elif status is None and not pair.nothing_behind:
            continue
        elif exchange.partial or (status is None and exchange.fate is Fate.OPEN) or pair.refused_anyway:
            yield pair.inconclusive()
        elif status != 400:
            yield pair.violates(Grade.UNMET)
        elif told_apart(pair):
            yield pair.conforms(ANSWERS_400)
        else:
            yield pair.inconclusive("400, but its sound twin is refused alike: cannot tell")


_UNFOLDS = Reaction("unfolds", "the fold is read as SP: what follows is no field line of its own")


@rule(
    "9112-5.2-folded-field",
    covers=["9112-5.2-c"],
    area="fields",
    permitted=[ANSWERS_400, _UNFOLDS],
    probes=[
        probe(
            f"Content-Length behind a fold with {name}, a request behind the head",
            get(fields=[field(b"X-A", b"a\r\n%bContent-Length: %d" % (space, len(_HIDDEN)))]),
            _HIDDEN,
            marker=Marker.BEHIND,
            control=get(),
        )
        for name, space in (("SP", b" "), ("HTAB", b"\t"))
    ],
)
def folded_field(seen: Seen) -> Iterator[Verdict]:
    """A folded field line is refused with 400, or goes on as the same line.

    Its second line taken for a field of its own, here for a Content-Length, hides a request from whoever
    reads it so. What became of the value an application alone can tell, so that serving the request is not
    held to be proof of more.
    """
    for pair in pairs_with(seen, "obs-fold"):
        if pair.exchange.request.content:
            continue
        if swallowed_next(seen):
            yield pair.violates(Grade.BAD, "the folded line was taken for a Content-Length")
        elif pair.exchange.status is not None and pair.exchange.status < 400:
            answers = len(seen.examination.responses.finals)
            told = pair.says(Outcome.NOT_APPLICABLE, "served; no field of its own", permitted=_UNFOLDS)
            yield told if answers > 1 else pair.inconclusive()
        else:
            yield from _refused_400(pair)


def _refused_400(pair: Pair) -> Iterator[Verdict]:
    """A 400 is demanded where the fold is not read as SP; another refusal or a close is unmet."""
    exchange = pair.exchange
    read = pair.first and exchange.fate is Fate.CLOSED and not exchange.partial
    unanswered = exchange.status is None and not read
    if unanswered or pair.refused_for_another_reason:
        yield pair.inconclusive()
    elif exchange.status != 400:
        yield pair.violates(Grade.UNMET)
    elif told_apart(pair):
        yield pair.conforms(ANSWERS_400)
    else:
        yield pair.inconclusive("400, but its sound twin is refused alike: cannot tell")


@rule(
    "9112-5.2-empty-fold",
    covers=["9112-5.2-e"],
    area="fields",
    permitted=[ANSWERS_400, IN_STEP],
    probes=[
        probe(
            f"a line of {name} alone, Content-Length behind it, a request behind the content",
            request(
                b"POST",
                fields=[field(b"X-A", b"a\r\n" + space), field(b"Content-Length", b"5")],
                body=_CONTENT,
            ),
            marker=Marker.BEHIND,
            control=_SOUND,
        )
        for name, space in (("SP", b" "), ("HTAB", b"\t"))
    ],
)
def empty_fold(seen: Seen) -> Iterator[Verdict]:
    """A line of whitespace alone is a fold, and does not end the header section.

    Taken for the empty line it leaves the field lines behind it to be content, or the next request.
    """
    for pair in pairs_with(seen, "obs-fold"):
        if not pair.exchange.request.content:
            continue
        yield from _in_step_or_400(pair)


@rule(
    "9112-5.2-folded-trailer",
    covers=["9112-5.2-h"],
    area="chunked",
    permitted=[ANSWERS_400, IN_STEP],
    probes=[
        probe(
            f"a trailer field with {name}, a request behind the content",
            post(chunks=chunked(_CONTENT, trailers=[field(b"X-T", value)])),
            marker=Marker.BEHIND,
            control=post(chunks=chunked(_CONTENT, trailers=[field(b"X-T", b"a b")])),
        )
        for name, value in {
            "a fold": b"a\r\n b",
            "a fold of HTAB": b"a\r\n\tb",
            "a line of SP alone behind it": b"a\r\n ",
        }.items()
    ],
)
def folded_trailer(seen: Seen) -> Iterator[Verdict]:
    """A folded line in the trailer section is refused with 400, or read as one line, or left out whole.

    It neither ends the trailer section nor begins the next request.
    """
    for pair in pairs_with(seen, "obs-fold-in-trailer"):
        yield from _in_step_or_400(pair)


def _in_step_or_400(pair: Pair) -> Iterator[Verdict]:
    exchange, behind, known = pair.exchange, pair.behind, control_status(pair.seen)
    served = exchange.status is not None and exchange.status < 400
    if known is not None and known >= 400 and not served:
        yield pair.says(Outcome.NOT_APPLICABLE, f"its sound twin is answered {known}")
    elif wrong := out_of_step(pair):
        yield pair.violates(Grade.BAD, wrong)
    elif served and behind and behind.final:
        yield pair.conforms(IN_STEP)
    elif served and exchange.fate is Fate.CLOSED:
        yield pair.says(Outcome.NOT_APPLICABLE, permitted=CLOSES_BEHIND_ANSWER)
    elif served:
        yield pair.inconclusive()
    else:
        yield from _refused_400(pair)
