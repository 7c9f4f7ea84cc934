"""RFC 9112 3.2.2: a whole URI as request-target is served, and decides against Host."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get
from harness.model.message import Request
from harness.model.verdict import Grade, Verdict
from harness.rules.comparison import AS_TWIN, must_fare_alike
from harness.rules.plain import authority_of, in_origin_form, with_host_of_target
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import Pair, sound_pairs_beside_twin

_OWN = b"http://{host}{path}"
_ELSEWHERE = b"other.invalid"


@rule(
    "9112-3.2.2-absolute-form",
    covers=["9112-3.2.2-g", "9112-3.2.2-a"],
    area="host",
    permitted=[AS_TWIN],
    probes=[
        probe("the target's own URI", get(_OWN), control=get()),
        probe("its scheme in capitals", get(b"HTTP://{host}{path}"), control=get()),
        probe("without a path", get(b"http://{host}"), control=get(b"/")),
        probe("with a query in place of the path", get(b"http://{host}?a"), control=get(b"/?a")),
    ],
    plain=in_origin_form,
)
def absolute_form(seen: Seen) -> Iterator[Verdict]:
    """A request-target in absolute-form is accepted, though clients send it to proxies alone.

    Without a path it is the same as with `/` (RFC 9110 4.2.3), but no keyword says so: another answer than
    a 400 is told as unmet there.
    """
    for pair in _absolute(seen):
        read = pair.exchange.request.request
        if _host(read) != authority_of(read.line.target):
            continue
        if read.line.target.count(b"/") > 2:
            yield from must_fare_alike(pair, covers=("9112-3.2.2-g",))
        else:
            refused = Grade.BAD if pair.exchange.status == 400 else Grade.UNMET
            yield from must_fare_alike(pair, covers=("9112-3.2.2-a",), refused=refused)


@rule(
    "9112-3.2.2-host-ignored",
    covers=["9112-3.2.2-f"],
    area="host",
    permitted=[AS_TWIN],
    probes=[
        probe("the target's own URI, with Host: other.invalid", get(_OWN, host=_ELSEWHERE), control=get(_OWN))
    ],
    plain=with_host_of_target,
)
def host_ignored(seen: Seen) -> Iterator[Verdict]:
    """Where the request-target is in absolute-form, the Host field that came with it is ignored.

    The twin's Host agrees with its target. Only a refusal can be seen from outside: which host was
    believed shows where there are two.
    """
    for pair in _absolute(seen):
        if _host(pair.exchange.request.request) == _ELSEWHERE:
            yield from must_fare_alike(pair)


def _absolute(seen: Seen) -> Iterator[Pair]:
    for pair in sound_pairs_beside_twin(seen):
        if pair.exchange.request.request.line.target.lower().startswith(b"http://"):
            yield pair


def _host(read: Request) -> bytes:
    return b"".join(read.values(b"Host"))
