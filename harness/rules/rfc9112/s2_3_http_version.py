"""RFC 9112 2.3: the version that a response names, and how a request spells it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import get
from harness.model.verdict import Grade, Verdict
from harness.rules.probe import probe
from harness.rules.refusal import ANSWERS_400_OR_301, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, pairs_with, without


@rule(
    "9112-2.3-response-version",
    covers=["9112-2.3-c"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    passive=True,
)
def response_version(seen: Seen) -> Iterator[Verdict]:
    """Every status-line names its version as `HTTP/1.` and one digit, in upper case."""
    yield from without(seen, [kinds.VERSION_INVALID])


_OTHER_CASES = (b"http/1.1", b"Http/1.1")
_NO_VERSIONS = (b"HTTP/1.10", b"HTTP/1", b"HTPP/1.1")


@rule(
    "9112-2.3-version-spelling",
    covers=["9112-2.3-a", "9112-2.3-b"],
    area="requests",
    permitted=[ANSWERS_400_OR_301],
    probes=[
        probe(version.decode(), get(version=version), control=get())
        for version in (*_OTHER_CASES, *_NO_VERSIONS)
    ],
)
def version_spelling(seen: Seen) -> Iterator[Verdict]:
    """The version of a request is spelt `HTTP/` in upper case, a digit, a dot and a digit, or it is refused.

    Only a SHOULD names the 400 (RFC 9112 3.2), so another refusal is told as soft; serving it is a risk.
    """
    for pair in pairs_with(seen, "version-malformed"):
        version = pair.exchange.request.request.line.version
        row = "9112-2.3-a" if version.upper() == b"HTTP/1.1" else "9112-2.3-b"
        yield from should_answer_400(pair, served=Grade.RISK, covers=(row,))
