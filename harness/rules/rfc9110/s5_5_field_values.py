"""RFC 9110 5.5: octets that field values may have."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get
from harness.model.verdict import Grade, Verdict
from harness.rules.comparison import AS_TWIN, must_fare_alike
from harness.rules.plain import in_ascii
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import sound_pairs_beside_twin


@rule(
    "9110-5.5-obs-text",
    covers=["9110-5.5-b"],
    area="fields",
    permitted=[AS_TWIN],
    probes=[
        probe(
            "octets that are not UTF-8 in an unknown field",
            get(fields=[field(b"X-A", b"caf\xe9 \xff\xfe")]),
            control=get(fields=[field(b"X-A", b"cafe ab")]),
        )
    ],
    plain=in_ascii,
)
def obs_text(seen: Seen) -> Iterator[Verdict]:
    """Octets of 128 and more in a field value are opaque: they need not be UTF-8 or anything else.

    Only a SHOULD asks for it; a server that dies of them, dies of any old client.
    """
    for pair in sound_pairs_beside_twin(seen):
        lines = pair.exchange.request.request.field_lines
        if any(not line.value.isascii() for line in lines):
            yield from must_fare_alike(pair, refused=Grade.SOFT, unanswered=Grade.SOFT)
