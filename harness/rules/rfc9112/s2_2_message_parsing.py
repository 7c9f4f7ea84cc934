"""RFC 9112 2.2: what a server forgives in front of a request."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get
from harness.http1.serialize import request as octets_of
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import control_status, pairs_with

_AS_WITHOUT = Reaction("as-without", "the request is answered as without the empty line")


@rule(
    "9112-2.2-leading-empty-line",
    covers=["9112-2.2-i"],
    area="requests",
    permitted=[_AS_WITHOUT],
    probes=[probe("an empty line, then GET", b"\r\n" + octets_of(get()), control=get())],
)
def leading_empty_line(seen: Seen) -> Iterator[Verdict]:
    """One empty line in front of a request is ignored.

    Old clients end the content of a POST by one; refusing it is safe, and misses only this SHOULD.
    """
    known = control_status(seen)
    for pair in pairs_with(seen, "leading-empty-line"):
        exchange = pair.exchange
        if known in (None, 400) or (exchange.final is None and exchange.fate is Fate.OPEN):
            yield pair.inconclusive()
        elif exchange.status == known:
            yield pair.conforms(_AS_WITHOUT)
        else:
            yield pair.violates(Grade.SOFT)
