"""RFC 9112 2.2: what a server forgives around a request, and what it may not take for one."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get, line, post
from harness.http1.serialize import request as octets_of
from harness.model.conversation import Exchange, Fate
from harness.model.reading import ReadResponse
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import must_be_read_alike, twin_of
from harness.rules.plain import as_it_is
from harness.rules.probe import Marker, probe
from harness.rules.refusal import REFUSES_OR_CLOSES
from harness.rules.rule import Seen, rule
from harness.rules.step import IN_STEP, more_than_asked, swallowed_next
from harness.rules.vocabulary import (
    CLOSES,
    Pair,
    control_status,
    has_option,
    pairs_with,
    sound_pairs_beside_twin,
    told_apart,
)

_GET = get()
_AS_WITHOUT = Reaction("as-without", "the request is answered as without the empty line")


@rule(
    "9112-2.2-leading-empty-line",
    covers=["9112-2.2-i"],
    area="requests",
    permitted=[_AS_WITHOUT],
    probes=[probe("an empty line, then GET", b"\r\n" + octets_of(_GET), control=_GET)],
    plain=as_it_is,
)
def leading_empty_line(seen: Seen) -> Iterator[Verdict]:
    """One empty line in front of a request is ignored.

    Old clients end the content of a POST by one; refusing it is safe, and misses only this SHOULD.
    """
    known = control_status(seen)
    for pair in pairs_with(seen, "leading-empty-line"):
        exchange = pair.exchange
        if not pair.first:
            continue
        if known in (None, 400) or (exchange.final is None and exchange.fate is Fate.OPEN):
            yield pair.inconclusive()
        elif exchange.status == known:
            yield pair.conforms(_AS_WITHOUT)
        else:
            yield pair.violates(Grade.SOFT)


@rule(
    "9112-2.2-empty-line-between",
    covers=["9112-2.2-j"],
    area="requests",
    permitted=[_AS_WITHOUT],
    probes=[
        probe(
            "a POST, an empty line, then GET to the same resource",
            post(content=b"hello"),
            b"\r\n" + octets_of(_GET),
            control=_GET,
        )
    ],
)
def empty_line_between(seen: Seen) -> Iterator[Verdict]:
    """An empty line between two requests is ignored, as old clients send one behind the content of a POST.

    It belongs to neither of them. Refusing it is safe, and misses only this SHOULD.
    """
    known = control_status(seen)
    for pair in pairs_with(seen, "leading-empty-line"):
        before = seen.conversation.exchanges[pair.index - 1]
        if pair.first or before.final is None:
            continue
        if more_than_asked(seen):
            yield pair.violates(Grade.BAD, "more responses than requests: the empty line was answered")
        elif pair.exchange.status is None:
            yield _unanswered_behind(pair, before.final)
        elif known is None:
            yield pair.inconclusive()
        elif pair.exchange.status == known:
            yield pair.conforms(_AS_WITHOUT)
        else:
            yield pair.violates(Grade.SOFT, f"answered {pair.exchange.status}, and {known} without it")


def _unanswered_behind(pair: Pair, before: ReadResponse) -> Verdict:
    """A close is the empty line's doing where the sound twin's connection lasts, and none was announced."""
    twin = twin_of(pair.seen)
    if has_option(before.response.values(b"Connection"), b"close") or not twin or twin.fate is Fate.CLOSED:
        return pair.says(Outcome.NOT_APPLICABLE, "the connection ends without the empty line, too")
    return pair.violates(Grade.SOFT) if pair.exchange.fate is Fate.CLOSED else pair.inconclusive()


_HIDDEN_HEAD = b"GET {path} HTTP/1.1%bHost: {host}"
_NARROW_CRLF = {"U+010D U+010A": b"\xc4\x8d\xc4\x8a", "U+560D U+560A": b"\xe5\x98\x8d\xe5\x98\x8a"}
"""Characters whose numbers end in the octets of CR and LF, in UTF-8."""

_PLAIN_TEXT = get(fields=[field(b"X-A", b"caf\xc3\xa9")])


@rule(
    "9112-2.2-octets",
    covers=["9112-2.2-a"],
    area="fields",
    permitted=[IN_STEP],
    probes=[
        *(
            probe(
                f"a request behind {name} in a field value",
                get(fields=[field(b"X-A", b"a" + end * 2 + _HIDDEN_HEAD % end)]),
                control=_PLAIN_TEXT,
            )
            for name, end in _NARROW_CRLF.items()
        ),
        probe(
            "the first octet of a character of three in front of a line end, a request behind the content",
            post(content=b"hello", fields=[field(b"X-A", b"a\xe2")]),
            marker=Marker.BEHIND,
            control=post(content=b"hello", fields=[field(b"X-A", b"a\xff")]),
        ),
    ],
)
def octets(seen: Seen) -> Iterator[Verdict]:
    """Lines end where the octets CR and LF stand, whatever characters the octets around them are.

    Who decodes first and narrows characters to octets later finds line ends that nobody sent; who takes
    three octets for a character whose last two are CR and LF misses one. Refusing such text is safe.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        if twin and not _ascii(pair.exchange) and not _ascii(twin):
            yield from must_be_read_alike(pair, refused=Grade.SOFT, unanswered=Grade.SOFT)


def _ascii(exchange: Exchange) -> bool:
    return all(line.value.isascii() for line in exchange.request.request.field_lines)


_HIDDEN = b"GET / HTTP/1.1\r\nHost: wireproof.invalid\r\n\r\n"
_DROPS = Reaction("drops", "the line is dropped: the request is served, and so is the one behind it")


@rule(
    "9112-2.2-whitespace-before-first-field",
    covers=["9112-2.2-l"],
    area="fields",
    permitted=[REFUSES_OR_CLOSES, _DROPS],
    probes=[
        probe(
            "SP before Host, which is the only one",
            get(host=None, fields=[line(b" Host: {host}")]),
            control=_GET,
        ),
        probe(
            "HTAB before Content-Length, a request behind the head",
            get(host=None, fields=[line(b"\tContent-Length: %d" % len(_HIDDEN)), field(b"Host", b"{host}")]),
            _HIDDEN,
            marker=Marker.BEHIND,
            control=_GET,
        ),
    ],
)
def whitespace_before_first_field(seen: Seen) -> Iterator[Verdict]:
    """A line that begins with whitespace right behind the request-line is never taken for a field.

    The request is refused, or the line is dropped; without its only Host it is refused with 400 then.
    """
    for pair in pairs_with(seen, "whitespace-before-first-field", "host-missing"):
        if all(one.kind == "host-missing" for one in pair.anomalies):
            continue
        status = pair.exchange.status
        lost = any(one.kind == "host-missing" for one in pair.anomalies)
        if lost and status is not None and status < 400:
            yield pair.violates(Grade.BAD, f"answered {status}, though without that line no Host is left")
        elif swallowed_next(seen):
            yield pair.violates(Grade.BAD, "the line was taken for its Content-Length")
        elif status is None and lost and _closed_at_once(pair) and told_apart(pair):
            yield pair.violates(Grade.UNMET)
        elif status is not None and status < 400:
            answers = len(seen.examination.responses.finals)
            yield pair.conforms(_DROPS) if answers > 2 else pair.inconclusive()
        else:
            yield from _refused(pair)


def _closed_at_once(pair: Pair) -> bool:
    return pair.exchange.fate is Fate.CLOSED and not pair.exchange.partial


def _refused(pair: Pair) -> Iterator[Verdict]:
    if pair.exchange.final is None and not _closed_at_once(pair):
        yield pair.inconclusive()
    elif told_apart(pair):
        yield pair.conforms(REFUSES_OR_CLOSES)
    else:
        yield pair.inconclusive("refused, but so is its sound twin: cannot tell")


_GARBAGE = ("request-line-words", "version-malformed", "method-not-token")


@rule(
    "9112-2.2-garbage",
    covers=["9112-2.2-m"],
    area="requests",
    permitted=[CLOSES],
    probes=[
        probe("three octets that are no letters", b"\x80\x81\x82\r\n\r\n", control=_GET),
        probe("octets with a NUL among them", b"\x16\x03\x01\x00\xa5 \x01\r\n\r\n", control=_GET),
        probe("letters, but no request", b"wireproof\r\nwireproof: wireproof\r\n\r\n", control=_GET),
    ],
)
def garbage(seen: Seen) -> Iterator[Verdict]:
    """Behind the 400 to octets that are no request the connection is closed.

    Nobody knows where the next request begins; only a SHOULD says so. Whether it is a 400 is asked where
    the grammar of the request-line is.
    """
    for pair in pairs_with(seen, *_GARBAGE):
        if pair.exchange.status != 400:
            continue
        if pair.exchange.fate is Fate.KEPT:
            yield pair.violates(Grade.SOFT)
        elif pair.exchange.fate is Fate.CLOSED and told_apart(pair):
            yield pair.conforms(CLOSES)
        else:
            yield pair.inconclusive()
