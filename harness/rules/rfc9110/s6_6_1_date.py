"""RFC 9110 6.6.1: a server with a clock dates its responses."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, on_response, without


@rule(
    "9110-6.6.1-date",
    covers=["9110-6.6.1-b", "9110-5.6.7-b", "9110-5.6.7-c", "9110-5.6.7-g1"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def date(seen: Seen) -> Iterator[Verdict]:
    """Every 2xx, 3xx and 4xx has one Date, in the format of today's HTTP-date.

    A server without a clock must not send any, and only its operator knows; so a response without
    Date is a breach only where another response, to this plan or to its sound twin, has it.
    """
    finals = [one for one in seen.examination.responses.finals if 200 <= one.status < 500]
    control = seen.examination.control
    beside = control.responses.finals if control else ()
    dated = any(one.response.values(b"Date") for one in (*finals, *beside))
    for response in finals:
        if response.response.values(b"Date"):
            continue
        if dated:
            observed = f"the {response.status} has no Date, though this server has a clock"
            yield on_response(response, Outcome.VIOLATES, observed, grade=Grade.BAD, covers=("9110-6.6.1-b",))
        else:
            observed = "no Date: a breach, unless this server has no clock"
            yield on_response(response, Outcome.INCONCLUSIVE, observed, covers=("9110-6.6.1-b",))
    if dated:
        yield from without(seen, [kinds.DATE_INVALID, kinds.DATE_OBSOLETE, kinds.DATE_WHITESPACE])
