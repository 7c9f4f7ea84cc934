"""RFC 9112 3.2.3: CONNECT names a host and a port, or is refused."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get, request
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Verdict
from harness.rules.probe import probe
from harness.rules.refusal import REFUSES_OR_CLOSES
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import pairs_with, told_apart

_NO_AUTHORITIES = (b"wireproof.invalid", b"wireproof.invalid:abc", b"/", b"http://wireproof.invalid:80/")
_NO_PORTS = (b"wireproof.invalid:", b"wireproof.invalid:65536")


@rule(
    "9112-3.2.3-authority-form",
    covers=["9112-3.2.3-a", "9110-9.3.6-a"],
    area="requests",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        probe(f"CONNECT {target.decode()}", request(b"CONNECT", target), control=get())
        for target in (*_NO_AUTHORITIES, *_NO_PORTS)
    ],
)
def authority_form(seen: Seen) -> Iterator[Verdict]:
    """CONNECT goes with a host and a port, and with nothing else; without them it is refused.

    By whatever status, or a close. A success says that a tunnel stands, to nowhere.
    """
    for pair in pairs_with(seen, "target-form-invalid", "connect-port-invalid"):
        if pair.exchange.request.request.line.method != b"CONNECT":
            continue
        port = any(one.kind == "connect-port-invalid" for one in pair.anomalies)
        row = ("9110-9.3.6-a",) if port else ("9112-3.2.3-a",)
        status = pair.exchange.status
        if status is not None and status < 300:
            yield pair.violates(Grade.BAD, f"answered {status}: there can be no tunnel", covers=row)
        elif status is None and (pair.exchange.fate is not Fate.CLOSED or pair.exchange.partial):
            yield pair.inconclusive(covers=row)
        elif told_apart(pair):
            yield pair.conforms(REFUSES_OR_CLOSES, covers=row)
        else:
            yield pair.inconclusive("refused, but so is its sound twin: cannot tell", covers=row)
