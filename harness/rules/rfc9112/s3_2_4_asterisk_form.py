"""RFC 9112 3.2.4: `OPTIONS *` asks about the server as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import twin_of
from harness.rules.plain import of_the_resource
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import pairs_with, sound_pairs_beside_twin, told_apart

_UNDERSTOOD = Reaction(
    "understood", "any final response but a 400; to another method than OPTIONS, any refusal"
)


@rule(
    "9112-3.2.4-asterisk-form",
    covers=["9112-3.2.4-a"],
    area="requests",
    permitted=[_UNDERSTOOD],
    probes=[
        probe("OPTIONS *", request(b"OPTIONS", b"*"), control=request(b"OPTIONS")),
        probe("GET *", get(b"*"), control=get()),
    ],
    plain=of_the_resource,
)
def asterisk_form(seen: Seen) -> Iterator[Verdict]:
    """`OPTIONS *` is a sound request; it may be refused, but not as malformed. With any other method `*` is.

    No keyword demands either, so a 400 to the one, and a success of the other, are told as a risk: the
    server's grammar is not the RFC's. Where OPTIONS gets a 400 whatever it asks for, nothing is concluded.
    """
    yield from _of_other_methods(seen)
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        line, status = pair.exchange.request.request.line, pair.exchange.status
        if twin is None or (line.method, line.target) != (b"OPTIONS", b"*"):
            continue
        if status == 400 and twin.status == 400:
            yield pair.says(Outcome.NOT_APPLICABLE, "every OPTIONS is answered 400")
        elif status == 400:
            yield pair.violates(Grade.RISK, f"answered 400, OPTIONS of a path {twin.status}")
        elif status is not None:
            yield pair.conforms(_UNDERSTOOD)
        elif pair.exchange.fate is Fate.OPEN or twin.status is None:
            yield pair.inconclusive()
        else:
            yield pair.violates(Grade.UNMET)


def _of_other_methods(seen: Seen) -> Iterator[Verdict]:
    for pair in pairs_with(seen, "target-form-invalid"):
        line, status = pair.exchange.request.request.line, pair.exchange.status
        if line.target != b"*" or line.method == b"CONNECT":
            continue
        if status is not None and status < 300:
            yield pair.violates(Grade.RISK, f"{line.method.decode()} * is answered {status}")
        elif status is not None and told_apart(pair):
            yield pair.conforms(_UNDERSTOOD)
        elif status is not None or pair.nothing_behind:
            yield pair.inconclusive()
