"""RFC 9112 2.3: the version that a response names, and how a request spells it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1 import response_anomalies as kinds
from harness.http1.build import field, get
from harness.model.verdict import Grade, Verdict
from harness.rules.probe import probe
from harness.rules.refusal import ANSWERS_400_OR_301, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, pairs, pairs_with, without


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
_NO_VERSIONS = (b"HTTP/1.10", b"HTTP/1", b"HTPP/1.1", b"HTTP/01.1", b"HTTP/1.1.1", b"HTTP/+1.1")


@rule(
    "9112-2.3-version-spelling",
    covers=["9112-2.3-a", "9112-2.3-b", "9112-3.2-b"],
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
        if pair.exchange.request.request.line.method.startswith(b"HTTP/"):
            continue  # a status-line: 9112-2.1-status-line-sent
        row = "9112-2.3-a" if version.upper() == b"HTTP/1.1" else "9112-2.3-b"
        yield from should_answer_400(pair, served=Grade.RISK, covers=(row,))


@rule(
    "9112-2.3-no-downgrade",
    covers=["9112-2.3-f"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("GET of what is not there", get(b"/wireproof-not-there"), control=get()),
        probe("GET without Host", get(host=None), control=get()),
    ],
)
def no_downgrade(seen: Seen) -> Iterator[Verdict]:
    """A server that speaks HTTP/1.1 says so in every response to HTTP/1.1, errors included.

    Judged only where another response, to this plan or to its sound twin, says HTTP/1.1: a server that
    never does is an HTTP/1.0 server, and told as such.
    """
    control = seen.examination.control
    beside = (*seen.examination.responses.finals, *(control.responses.finals if control else ()))
    if not any(one.response.line.version == b"HTTP/1.1" for one in beside):
        return
    for pair in pairs(seen):
        final, version = pair.exchange.final, pair.exchange.request.request.line.version
        if final is None or version != b"HTTP/1.1":
            continue
        if final.response.line.version == b"HTTP/1.0":
            yield pair.violates(Grade.SOFT, f"the {final.status} says HTTP/1.0, others say HTTP/1.1")
        else:
            yield pair.conforms(EVERY_RESPONSE, "HTTP/1.1, as elsewhere")


_UPGRADE = [
    field(b"Connection", b"keep-alive, upgrade, TE"),
    field(b"Upgrade", b"websocket"),
    field(b"TE", b"trailers, gzip"),
]


@rule(
    "9112-2.3-for-http-1.0",
    covers=["9112-2.3-g"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe(
            "GET in HTTP/1.0 that offers what later versions have",
            get(version=b"HTTP/1.0", fields=_UPGRADE),
            control=get(),
        )
    ],
)
def for_http_1_0(seen: Seen) -> Iterator[Verdict]:
    """A response to HTTP/1.0 has nothing in it that a client of that version cannot read.

    No 1xx, no change of protocol, no transfer coding, no trailer section. That it says HTTP/1.1 is right.
    """
    for pair in pairs(seen):
        if pair.exchange.request.request.line.version != b"HTTP/1.0":
            continue
        answers = [*pair.exchange.interim, pair.exchange.final or pair.exchange.partial]
        if answers[-1] is None:
            continue
        interim = [one.status for one in answers if one and 100 <= one.status < 200]
        if interim:
            yield pair.violates(Grade.BAD, f"{interim[0]} to an HTTP/1.0 request")
        elif answers[-1].response.values(b"Transfer-Encoding"):
            yield pair.violates(Grade.BAD, "a transfer coding to an HTTP/1.0 request")
        elif pair.exchange.final:
            yield pair.conforms(EVERY_RESPONSE, "nothing that HTTP/1.0 does not know")
