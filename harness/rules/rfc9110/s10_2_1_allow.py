"""RFC 9110 10.2.1: a 405 says what is allowed instead."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import post, request
from harness.model.verdict import Grade, Outcome, Verdict
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, on_response


@rule(
    "9110-10.2.1-allow",
    covers=["9110-10.2.1-a"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("TRACE, a safe method that few resources allow", request(b"TRACE")),
        probe("POST without content, to a page", post(), takes_content=False),
    ],
    passive=True,
)
def allow(seen: Seen) -> Iterator[Verdict]:
    """Every 405 has an Allow field; an empty one is legal, none is not."""
    for response in seen.examination.responses.finals:
        if response.status == 405:
            if response.response.values(b"Allow"):
                yield on_response(response, Outcome.CONFORMS, "405 with Allow")
            else:
                yield on_response(response, Outcome.VIOLATES, "405 without Allow", grade=Grade.BAD)
