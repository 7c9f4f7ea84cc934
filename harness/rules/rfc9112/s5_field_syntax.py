"""RFC 9112 5: the field lines of every response."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.model.verdict import Verdict
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, without


@rule(
    "9112-5-response-field-lines",
    covers=["9112-5-e", "9112-5.2-b", "9112-2.2-k"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def response_field_lines(seen: Seen) -> Iterator[Verdict]:
    """Every field line of a response is a token, a colon, and a value without control characters.

    No line is folded, and none begins with whitespace.
    """
    yield from without(
        seen,
        [
            kinds.COLON_MISSING,
            kinds.FIELD_NAME_INVALID,
            kinds.SPACE_BEFORE_COLON,
            kinds.FIELD_VALUE_INVALID,
            kinds.OBS_FOLD,
            kinds.WHITESPACE_BEFORE_FIRST_FIELD,
        ],
    )
