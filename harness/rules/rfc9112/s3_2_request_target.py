"""RFC 9112 3.2: every HTTP/1.1 request names its host once and soundly, or is answered 400, and no invalid
request-line is repaired."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, twin_of
from harness.rules.plain import without_query
from harness.rules.probe import probe
from harness.rules.refusal import ANSWERS_400_OR_301, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import (
    ANSWERS_400,
    must_answer_400,
    pairs_with,
    sound_pairs_beside_twin,
    told_apart,
)

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
    covers=["9112-3.2-c", "9112-3.2-j"],
    area="requests",
    permitted=[_NOT_SERVED],
    probes=[
        probe("SP in the query", get(b"{path}?a b"), control=_SOUND),
        probe("SP in the query, twice", get(b"{path}?a b c"), control=_SOUND),
        probe("HTAB in the query", get(b"{path}?a\tb"), control=_SOUND),
        probe("a vertical tab in the query", get(b"{path}?a\x0bb"), control=_SOUND),
        probe("a form feed in the query", get(b"{path}?a\x0cb"), control=_SOUND),
        probe("the version twice", get(version=b"HTTP/1.1 HTTP/1.1"), control=_SOUND),
    ],
)
def no_repair(seen: Seen) -> Iterator[Verdict]:
    """A request-line with a word too many, or whitespace within its target, is not repaired and served.

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


_NOT_IN_URIS = {
    "a fragment": b"{path}#a",
    "a caret": b"{path}?a^b",
    "a bar": b"{path}?a|b",
    "a backslash": b"{path}?a\\b",
    "quotes": b'{path}?"a"',
    "angle brackets": b"{path}?<a>",
    "octets of 128 and more": b"{path}?caf\xc3\xa9",
    "a percent sign that encodes nothing": b"{path}?a%zz",
}
_CUT_SHORT = {"NUL": b"{path}\0a", "a control octet": b"{path}\x01a"}
_NO_FORM = {"no slash": b"wireproof", "a query alone": b"?wireproof"}


@rule(
    "9112-3.2-target-octets",
    covers=["9112-3.2-a", "9112-3.2-b"],
    area="requests",
    permitted=[ANSWERS_400_OR_301],
    probes=[
        probe(f"a request-target with {name}", get(target), control=_SOUND)
        for name, target in (_NOT_IN_URIS | _CUT_SHORT | _NO_FORM).items()
    ],
)
def target_octets(seen: Seen) -> Iterator[Verdict]:
    """A request-target that has none of the four forms, or octets that no URI has, is answered 400.

    Only a SHOULD names the status, and only a SHOULD NOT forbids repair, so both are told as soft. Serving
    what stands in front of a control octet is a risk: a filter in front saw the whole.
    """
    for pair in pairs_with(seen, "target-octets-invalid", "target-form-invalid"):
        line = pair.exchange.request.request.line
        if line.method == b"CONNECT" or line.target == b"*":
            continue
        cut = any(octet < 0x20 for octet in line.target)
        served = Grade.RISK if cut else Grade.SOFT
        yield from should_answer_400(pair, served=served, covers=("9112-3.2-a",))


_SHORT = 1_000
"""Octets of a request-target that nobody refuses for its length."""

_GRAMMATICAL = {
    "an empty query": b"{path}?",
    "a query with a second question mark and a slash": b"{path}?x?y/z",
    "a query with all that a query may have": b"{path}?a=1;b,c(d)*'e'!f$g&h@i:j~k-l_m.n+o",
    "a query with percent-encoded octets": b"{path}?a=%41%c3%A9",
}


@rule(
    "9112-3.2.1-origin-form",
    covers=["9112-3.2.1-a"],
    area="requests",
    permitted=[AS_TWIN],
    probes=[
        probe(f"a request-target with {name}", get(target), control=_SOUND)
        for name, target in _GRAMMATICAL.items()
    ],
    plain=without_query,
)
def origin_form(seen: Seen) -> Iterator[Verdict]:
    """A path, and behind the first question mark a query to the end, is a sound request-target.

    No keyword forbids a 400 to it, so that is told as a risk: the server's grammar is not the RFC's. Any
    other status may be the resource's own.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        target, status = pair.exchange.request.request.line.target, pair.exchange.status
        if twin is None or not target.startswith(b"/") or target == twin.request.request.line.target:
            continue
        if len(target) > _SHORT:
            continue
        if twin.status is None or twin.status >= 400:
            yield pair.says(Outcome.NOT_APPLICABLE, f"its sound twin is answered {twin.status}")
        elif (
            b"?" not in target
            or twin.request.request.line.target.partition(b"?")[0] != target.partition(b"?")[0]
        ):
            continue
        elif status == 400:
            yield pair.violates(Grade.RISK, f"answered 400, without the query {twin.status}")
        elif status == twin.status:
            yield pair.conforms(AS_TWIN)
        elif status is None:
            yield pair.inconclusive()
        else:
            yield pair.says(Outcome.NOT_APPLICABLE, f"answered {status}, without the query {twin.status}")
