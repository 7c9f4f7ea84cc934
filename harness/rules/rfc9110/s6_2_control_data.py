"""RFC 9110 6.2: the version that a response names is the server's own, not the request's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from harness.http1.build import get
from harness.model.conversation import Fate
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, must_fare_alike, twin_of
from harness.rules.plain import in_version_1_1
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import EVERY_RESPONSE, pairs, pairs_with, sound_pairs_beside_twin

_SPOKEN: Final = (b"HTTP/1.0", b"HTTP/1.1")
_VERSION: Final = re.compile(rb"HTTP/[0-9]\.[0-9]")
_GET = get()


@rule(
    "9110-6.2-own-version",
    covers=["9110-6.2-b"],
    area="responses",
    permitted=[EVERY_RESPONSE],
    probes=[
        probe("GET in HTTP/1.9", get(version=b"HTTP/1.9"), control=_GET),
        probe("GET in HTTP/2.0, as text", get(version=b"HTTP/2.0"), control=_GET),
    ],
)
def own_version(seen: Seen) -> Iterator[Verdict]:
    """A response names a version that the server conforms to: HTTP/1.1, or HTTP/1.0.

    There is no other within the major version. Who copies the version of the request claims what nobody
    has defined.
    """
    for pair in pairs(seen):
        final = pair.exchange.final
        version = final.response.line.version if final else b""
        if not _VERSION.fullmatch(version):
            continue
        said = version.decode()
        if version not in _SPOKEN:
            yield pair.violates(Grade.BAD, f"the response says {said}, which nobody can conform to")
        else:
            yield pair.conforms(EVERY_RESPONSE, f"the response says {said}")


_HIGHEST = Reaction("highest", "HTTP/1.1, whatever minor version the request has")


@rule(
    "9110-6.2-highest-version",
    covers=["9110-6.2-a"],
    area="responses",
    permitted=[_HIGHEST],
    probes=[probe("GET in HTTP/1.0", get(version=b"HTTP/1.0"), control=_GET)],
    plain=in_version_1_1,
)
def highest_version(seen: Seen) -> Iterator[Verdict]:
    """A server answers HTTP/1.0 by the highest version that it speaks, HTTP/1.1.

    Only a SHOULD, and many servers copy the version of the request. One that says HTTP/1.0 to HTTP/1.1 as
    well speaks no other, and is told as such.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        final = pair.exchange.final
        if final is None or pair.exchange.request.request.line.version != b"HTTP/1.0":
            continue
        if twin is None or twin.final is None or twin.request.request.line.version != b"HTTP/1.1":
            continue
        if twin.final.response.line.version != b"HTTP/1.1":
            yield pair.says(Outcome.NOT_APPLICABLE, "an HTTP/1.0 server: it says so to HTTP/1.1 too")
        elif final.response.line.version == b"HTTP/1.1":
            yield pair.conforms(_HIGHEST)
        else:
            yield pair.violates(Grade.SOFT, "HTTP/1.0 to an HTTP/1.0 request, HTTP/1.1 to its twin")


@rule(
    "9110-6.2-higher-minor",
    covers=["9110-6.2-c"],
    area="requests",
    permitted=[AS_TWIN],
    probes=[probe("GET in HTTP/1.2", get(version=b"HTTP/1.2"), control=_GET)],
    plain=in_version_1_1,
)
def higher_minor(seen: Seen) -> Iterator[Verdict]:
    """A request of a higher minor version is processed as HTTP/1.1 is. Only a SHOULD."""
    for pair in sound_pairs_beside_twin(seen):
        version = pair.exchange.request.request.line.version
        if b"HTTP/1.1" < version < b"HTTP/2":
            yield from must_fare_alike(pair, refused=Grade.SOFT, unanswered=Grade.SOFT)


_NOT_SERVED = Reaction("not-served", "505, another refusal, or a close")


@rule(
    "9110-6.2-other-major",
    covers=["9110-6.2-d1"],
    area="requests",
    permitted=[_NOT_SERVED],
    probes=[
        probe(version.decode(), get(version=version), control=_GET) for version in (b"HTTP/2.0", b"HTTP/9.9")
    ],
)
def other_major(seen: Seen) -> Iterator[Verdict]:
    """A request of another major version has another syntax, and is not served as if it had this one.

    No keyword says so; an HTTP/1.1 response with a success is a warning, one in that version a breach.
    """
    for pair in pairs_with(seen, "version-unsupported"):
        final = pair.exchange.final
        if final is None and not pair.nothing_behind:
            continue
        if final and final.status < 300:
            yield pair.violates(Grade.SOFT, f"answered {final.status}, as if it were HTTP/1.1")
        elif final or pair.exchange.fate is Fate.CLOSED:
            yield pair.conforms(_NOT_SERVED)
        else:
            yield pair.inconclusive()
