"""RFC 9112 5 and 5.1: which field lines of a request are sound, and what is made of those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.http1.build import chunked, field, get, line, post, request
from harness.model.conversation import Fate
from harness.model.message import FieldLine, Request
from harness.model.verdict import Grade, Reaction, Verdict
from harness.rules.comparison import AS_TWIN, must_be_read_alike
from harness.rules.plain import plainly_spaced, with_names_in_title_case, with_plain_whitespace
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import pairs_with, sound_pairs_beside_twin, told_apart

_CONTENT: Final = b"hello"
_GET: Final = get()
_COUNTED: Final = post(content=_CONTENT)
_CHUNKED: Final = post(chunks=[_CONTENT])
_FRAMING: Final = (b"content-length", b"transfer-encoding")


def _counted(length: FieldLine) -> Request:
    return request(b"POST", fields=[length], body=_CONTENT)


def _coded(coding: FieldLine) -> Request:
    return request(b"POST", fields=[coding], body=chunked(_CONTENT))


def _hosted(host: FieldLine) -> Request:
    return get(host=None, fields=[host])


def _behind(name: str, sent: Request, control: Request) -> Probe:
    return probe(f"{name}, a request behind it", sent, marker=Marker.BEHIND, control=control)


@rule(
    "9112-5-name-case",
    covers=["9112-5-a"],
    area="fields",
    permitted=[AS_TWIN],
    probes=[
        _behind("hOsT", _hosted(field(b"hOsT", b"{host}")), _GET),
        _behind("content-LENGTH", _counted(field(b"content-LENGTH", b"5")), _COUNTED),
        _behind("TRANSFER-ENCODING", _coded(field(b"TRANSFER-ENCODING", b"chunked")), _CHUNKED),
    ],
    plain=with_names_in_title_case,
)
def name_case(seen: Seen) -> Iterator[Verdict]:
    """A field name means the same in whatever case it is spelt.

    Who knows Content-Length in one spelling alone takes the content for the next request.
    """
    for pair in sound_pairs_beside_twin(seen):
        names = [one.name for one in pair.exchange.request.request.field_lines]
        if any(name.lower() in (b"host", *_FRAMING) and name != name.title() for name in names):
            yield from must_be_read_alike(pair)


@rule(
    "9112-5-whitespace-around-value",
    covers=["9112-5-b", "9112-5.1-c"],
    area="fields",
    permitted=[AS_TWIN],
    probes=[
        _behind("no whitespace before the value", _hosted(field(b"Host", b"{host}", before_value=b"")), _GET),
        _behind(
            "SP and HTAB around Host",
            _hosted(field(b"Host", b"{host}", before_value=b" \t ", after_value=b"\t ")),
            _GET,
        ),
        _behind("an empty value", get(fields=[field(b"X-A")]), _GET),
        _behind("SP and HTAB within a value", get(fields=[field(b"X-A", b"a \t  b")]), _GET),
        _behind(
            "SP and HTAB around Content-Length",
            _counted(field(b"Content-Length", b"5", before_value=b" \t", after_value=b"\t ")),
            _COUNTED,
        ),
        _behind(
            "HTAB before chunked, SP behind it",
            _coded(field(b"Transfer-Encoding", b"chunked", before_value=b"\t", after_value=b" ")),
            _CHUNKED,
        ),
    ],
    plain=with_plain_whitespace,
)
def whitespace_around_value(seen: Seen) -> Iterator[Verdict]:
    """Whitespace around a field value is no part of it, and there may be none, or much, or nothing else.

    A coding that is not found for the HTAB in front of it leaves its content to be read as a request.
    """
    for pair in sound_pairs_beside_twin(seen):
        lines = [one for one in pair.exchange.request.request.field_lines if _unusual(one)]
        framing = any(one.named(name) for one in lines for name in _FRAMING)
        if lines:
            yield from must_be_read_alike(pair, covers=("9112-5.1-c",) if framing else ("9112-5-b",))


def _unusual(one: FieldLine) -> bool:
    """Whether the whitespace is unusual; an empty list that frames content is another question."""
    if not one.value:
        return one.name.lower() not in _FRAMING
    return one != plainly_spaced(one)


_ANSWERS_400: Final = Reaction("400", "a complete 400 response")
_BAD_NAMES: Final = {
    "no colon": line(b"wireproof"),
    "no name": line(b": wireproof"),
    "a parenthesis in the name": line(b"X(A: 1"),
    "an at sign in the name": line(b"X@A: 1"),
    "an octet of 128 and more in the name": line(b"X-\xc3\xa9: 1"),
    "SP within the name": line(b"X A: 1"),
}
_LOOK_ALIKES: Final = {
    "Content-Length with NUL behind it": (line(b"Content-Length\0: 5"), _CONTENT),
    "Content-Length in parentheses": (line(b"(Content-Length): 5"), _CONTENT),
    "Transfer-Encoding with an at sign behind it": (line(b"Transfer-Encoding@: chunked"), b""),
}


@rule(
    "9112-5-field-name",
    covers=["9112-5-c", "9112-2.2-m"],
    area="fields",
    permitted=[_ANSWERS_400],
    probes=[
        *(probe(name, get(fields=[bad]), control=_GET) for name, bad in _BAD_NAMES.items()),
        *(
            probe(name, request(b"POST", fields=[bad], body=body), control=_COUNTED)
            for name, (bad, body) in _LOOK_ALIKES.items()
        ),
    ],
)
def field_name(seen: Seen) -> Iterator[Verdict]:
    """A field line has a name, which is a token, and a colon; a request with any other line is answered 400.

    Only a SHOULD says so; passing over the line, or another refusal, is told as soft. Where the line looks
    like one that frames content, serving the request is a risk: it is read as one length or as another.
    """
    for pair in pairs_with(seen, "no-colon", "empty-field-name", "field-name-not-token"):
        names = [one.name.lower() for one in pair.exchange.request.request.field_lines]
        looks = any(word in name and name != word for name in names for word in _FRAMING)
        served = Grade.RISK if looks else Grade.SOFT
        yield from should_answer_400(pair, served=served, covers=("9112-5-c",), also=())


@rule(
    "9112-5-nul-in-framing",
    covers=["9112-5-d", "9110-5.5-c"],
    area="fields",
    permitted=[REFUSES_OR_CLOSES],
    probes=[
        probe("Content-Length: 5, NUL, 0", _counted(field(b"Content-Length", b"5\x000")), control=_COUNTED),
        probe("Content-Length: 0, NUL, 5", _counted(field(b"Content-Length", b"0\x005")), control=_COUNTED),
        probe("NUL within Host", get(host=b"a\0b"), control=_GET),
    ],
)
def nul_in_framing(seen: Seen) -> Iterator[Verdict]:
    """A field value with NUL is refused, or NUL is read as SP, which makes no length and no host.

    Cut at NUL, or without it, the value is another one than the next recipient finds. In other fields an
    application alone sees what became of it.
    """
    for pair in pairs_with(seen, "nul-in-field-value", "content-length-invalid", "host-invalid"):
        if len(pair.anomalies) < 2 or not any(one.kind == "nul-in-field-value" for one in pair.anomalies):
            continue
        exchange, status = pair.exchange, pair.exchange.status
        if status is not None and status < 400:
            yield pair.violates(Grade.BAD, f"{pair.story}: NUL was left out, cut at, or kept")
        elif status is None and (exchange.fate is not Fate.CLOSED or exchange.partial):
            yield pair.inconclusive()
        elif told_apart(pair):
            yield pair.conforms(REFUSES_OR_CLOSES)
        else:
            yield pair.inconclusive("refused, but so is its sound twin: cannot tell")
