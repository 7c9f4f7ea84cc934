"""RFC 9110 9.1: methods that a server does not know."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import twin_of
from harness.rules.plain import as_get
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import sound_pairs_beside_twin

_ANSWERS_501 = Reaction("501", "a complete 501 response")
_UNKNOWN = b"GEX"


@rule(
    "9110-9.1-unknown-method",
    covers=["9110-9.1-c"],
    area="requests",
    permitted=[_ANSWERS_501],
    probes=[probe("GEX", request(_UNKNOWN), control=get())],
    plain=as_get,
)
def unknown_method(seen: Seen) -> Iterator[Verdict]:
    """A method that the server does not know is answered 501.

    Another refusal misses only this SHOULD, and so does the answer that GET gets: whoever forgets to look
    at the method does not notice. A success of its own shows that the method is known here.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        exchange = pair.exchange
        if twin is None or exchange.request.request.line.method != _UNKNOWN:
            continue
        if twin.final is None or twin.final.status >= 400:
            yield pair.says(Outcome.NOT_APPLICABLE, f"GET is answered {twin.status}: nothing to compare")
        elif exchange.final is None:
            waits = exchange.fate is Fate.OPEN
            yield pair.inconclusive() if waits else pair.violates(Grade.SOFT)
        elif exchange.final.status == 501:
            yield pair.conforms(_ANSWERS_501)
        elif exchange.final.status >= 300:
            yield pair.violates(Grade.SOFT)
        elif exchange.final.content == twin.final.content:
            yield pair.violates(Grade.SOFT, f"answered {exchange.final.status}, served as GET is")
        else:
            yield pair.says(Outcome.NOT_APPLICABLE, "the method seems to be known here")
