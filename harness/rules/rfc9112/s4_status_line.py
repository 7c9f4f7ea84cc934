"""RFC 9112 4: the status-line of every response."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.model.verdict import Verdict
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, without


@rule(
    "9112-4-status-line",
    covers=["9112-4-a", "9112-4-b", "9112-4-c", "9112-4-g", "9110-15-g1"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def status_line(seen: Seen) -> Iterator[Verdict]:
    """Every status-line is version, SP, three digits, SP, and a reason-phrase that may be empty.

    The second SP stands even before an empty reason-phrase.
    """
    yield from without(
        seen,
        [
            kinds.STATUS_LINE_WHITESPACE,
            kinds.STATUS_CODE_INVALID,
            kinds.STATUS_CODE_OUT_OF_RANGE,
            kinds.REASON_PHRASE_INVALID,
            kinds.SPACE_AFTER_STATUS_MISSING,
        ],
    )
