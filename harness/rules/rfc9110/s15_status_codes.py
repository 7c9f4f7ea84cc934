"""RFC 9110 15: every request gets a final response."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import post
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.comparison import message
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import sound_pairs

_FINAL = Reaction("final", "a complete final response of any status, 5xx included")


@rule(
    "9110-15-final-response",
    covers=["9110-15-d1"],
    area="responses",
    permitted=[_FINAL],
    probes=[
        probe(
            "content that is not UTF-8", post(content=b"\xff\xfe\x00wire"), control=post(content=b"wireproof")
        ),
        probe("a message that is not UTF-8", message(b'{"message": "\xff\xfe"}'), control=message()),
        probe("a message that is not JSON", message(b'{"message": "wire'), control=message()),
        probe("JSON without a message", message(b'{"massage": "wireproof"}'), control=message()),
        probe("JSON that is no object", message(b'["message"]'), control=message()),
        probe("no content where a message is expected", message(b""), control=message()),
    ],
)
def final_response(seen: Seen) -> Iterator[Verdict]:
    """A complete and sound request gets a final response, whatever its content.

    A server that dies of a request closes the connection instead. It may close one at any time (RFC 9112
    9.5), so this is no breach by itself and told as unmet; a 400 or a 500 is an answer. Judged on the first
    request of a connection, with nothing sent behind it: any later one was perhaps never read.
    """
    for pair in sound_pairs(seen):
        exchange = pair.exchange
        if not (pair.first and pair.nothing_behind and exchange.request.complete):
            continue
        if exchange.request.request.line.method == b"CONNECT" or seen.examination.transcript.half_closed:
            continue
        if exchange.final:
            yield pair.conforms(_FINAL)
        elif exchange.fate is Fate.OPEN or exchange.partial:
            yield pair.inconclusive()
        else:
            yield pair.violates(Grade.UNMET)
