"""RFC 9112 3.2: every HTTP/1.1 request names its host once and soundly, or is answered 400, and no invalid
request-line is repaired."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import ANSWERS_400, must_answer_400, pairs_with, told_apart

_SOUND = get()


@rule(
    "9112-3.2-host-missing",
    covers=["9112-3.2-g"],
    area="host",
    permitted=[ANSWERS_400],
    probes=[
        probe("no Host, origin-form", get(host=None), control=_SOUND),
        probe(
            "no Host, another field in its place",
            get(host=None, fields=[field(b"X-A", b"1")]),
            control=_SOUND,
        ),
    ],
)
def host_missing(seen: Seen) -> Iterator[Verdict]:
    """An HTTP/1.1 request without Host is answered 400.

    A silent close misses the status that is asked for, so it is told as unmet; HTTP/1.0 requests are
    not meant.
    """
    for pair in pairs_with(seen, "host-missing"):
        yield from must_answer_400(pair)


@rule(
    "9112-3.2-host-twice",
    covers=["9112-3.2-h"],
    area="host",
    permitted=[ANSWERS_400],
    probes=[
        probe("the same Host twice", get(fields=[field(b"Host", b"{host}")]), control=_SOUND),
        probe("two different Hosts", get(fields=[field(b"Host", b"other.invalid")]), control=_SOUND),
        probe(
            "two Hosts in differing case, apart",
            get(fields=[field(b"X-A", b"1"), field(b"hOST", b"{host}")]),
            control=_SOUND,
        ),
    ],
)
def host_twice(seen: Seen) -> Iterator[Verdict]:
    """A request with more than one Host field line is answered 400, even if the values agree.

    Which of two hosts is meant is read differently by a front end and the server behind it: a cache or
    an access rule is led round. Requests in absolute-form are left out: there the received Host is to
    be disregarded, and the two sentences pull apart (RFC 9112 3.2.2).
    """
    for pair in pairs_with(seen, "host-twice"):
        if pair.exchange.request.request.line.target.startswith(b"/"):
            yield from must_answer_400(pair)


_INVALID_HOSTS = {
    "space": b"a b",
    "slash": b"{host}/a",
    "userinfo": b"u@{host}",
    "port not a number": b"{host}a:8a",
    "two ports": b"a:80:80",
    "open bracket": b"[::1",
    "backslash": b"a\\b",
    "bad percent": b"a%zz",
}


@rule(
    "9112-3.2-host-invalid",
    covers=["9112-3.2-i", "9110-7.2-g1"],
    area="host",
    permitted=[ANSWERS_400],
    probes=[
        probe(f"Host with {name}", get(host=value), control=_SOUND) for name, value in _INVALID_HOSTS.items()
    ],
)
def host_invalid(seen: Seen) -> Iterator[Verdict]:
    """A Host whose value does not match uri-host [ ":" port ] is answered 400.

    An empty value, an empty or huge port and odd names such as `a_b` or `a,b` match the grammar and are
    not meant.
    """
    for pair in pairs_with(seen, "host-invalid"):
        if pair.exchange.request.request.line.target.startswith(b"/"):
            yield from must_answer_400(pair)


_NOT_SERVED = Reaction("not-served", "a refusal of any status, or a redirect")


@rule(
    "9112-3.2-no-repair",
    covers=["9112-3.2-c"],
    area="requests",
    permitted=[_NOT_SERVED],
    probes=[
        probe("SP in the query", get(b"{path}?a b"), control=_SOUND),
        probe("SP in the query, twice", get(b"{path}?a b c"), control=_SOUND),
        probe("the version twice", get(version=b"HTTP/1.1 HTTP/1.1"), control=_SOUND),
    ],
)
def no_repair(seen: Seen) -> Iterator[Verdict]:
    """A request-line that has a word too many is not repaired and served.

    Neither as the target up to the SP nor as one with the SP encoded: what passed a filter in front as one
    request is another one here. Redirecting to the encoded target is the way that is left.
    """
    for pair in pairs_with(seen, "request-line-words"):
        status = pair.exchange.status
        if len(pair.exchange.request.request.line.method.split()) < 4:  # all of such a line stands there
            continue
        if status is not None and status < 300:
            yield pair.violates(Grade.SOFT, f"answered {status}: what was served is not what was asked for")
        elif status is not None and told_apart(pair):
            yield pair.conforms(_NOT_SERVED)
        elif status is not None or pair.nothing_behind:
            yield pair.inconclusive()
