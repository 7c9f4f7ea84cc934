"""RFC 9112 5.2: a field line that goes on in the next line."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, post, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Verdict
from harness.rules.probe import Marker, probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import ANSWERS_400, pairs_with, told_apart

_CONTENT = b"hello"
_FOLDED = request(b"POST", fields=[field(b"Content-Length", b"5\r\n 0")], body=_CONTENT)
_SOUND = post(content=_CONTENT)


@rule(
    "9112-5.2-folded-length",
    covers=["9112-5.2-d"],
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
        if not any(one.kind == "obs-fold" for one in pair.anomalies):
            continue
        if exchange.fate is Fate.KEPT or (status is not None and 200 <= status < 400):
            yield pair.violates(Grade.BAD)
        elif status is None and not pair.nothing_behind:
            continue
        elif exchange.partial or (status is None and exchange.fate is Fate.OPEN):
            yield pair.inconclusive()
        elif status != 400:
            yield pair.violates(Grade.UNMET)
        elif told_apart(pair):
            yield pair.conforms(ANSWERS_400)
        else:
            yield pair.inconclusive("400, but its sound twin is refused alike: cannot tell")
