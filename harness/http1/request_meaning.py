"""What the head of a request means for its recipient: framing, persistence, and what is amiss with it.

Pure: words and field values in, a `Meaning` out. The values are those after the recoveries of RFC 9112
2.2, 5.2 and RFC 9110 5.5 (folds, bare CR and NUL became SP, outer whitespace is gone), so that every
reader, strict or permissive, judges them by the same law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.http1 import grammar
from harness.http1.framing import (
    CHUNKED,
    coding_name,
    content_length,
    request_framing,
    transfer_codings,
)
from harness.model.message import Framing, FramingKind

MOST_SANE: Final = 2**63 - 1
"""The largest size that implementations can be expected to hold; greater ones are noted (RFC 9110 8.6)."""

MEANINGFUL: Final = frozenset(
    {b"host", b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"expect"}
)
"""The fields, in lower case, that framing, routing and the connection depend on."""

BAD_REQUEST: Final = (400,)

_FOLD: Final = re.compile(rb"[ \t]*\r?\n[ \t]+")
_NEUTRAL: Final = bytes.maketrans(b"\r\n\0", b"   ")
_URI_OCTETS: Final = re.compile(rb"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something amiss: its kind, and the field and the occurrence it stands in (none: the request-line)."""

    kind: str
    field: bytes = b""
    index: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that the octets give cause for: the statuses that fit (empty: any 4xx or 5xx).

    `also` are statuses beyond these (301 to the target properly encoded, RFC 9112 3.2).
    """

    statuses: tuple[int, ...] = ()
    must_close: bool = False
    also: tuple[int, ...] = ()

    def fits(self, status: int) -> bool:
        """Whether a final response with that status is this refusal."""
        return status in (self.statuses or range(400, 600)) or status in self.also

    def absorbs(self, other: Refusal) -> bool:
        """Whether whatever is the other refusal is this one, too."""
        narrower = not self.statuses or (other.statuses and set(other.statuses) <= set(self.statuses))
        return (
            bool(narrower) and set(other.also) <= set(self.also) and (other.must_close or not self.must_close)
        )


ANY_REFUSAL: Final = Refusal()


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a request is framed and what becomes of the connection behind it.

    `refusal` is what an RFC demands (it alone makes a request unacceptable); each of `optional` is left to
    the server, which may as well serve the request. `must_close`: nothing behind it may be processed.
    """

    framing: Framing
    must_close: bool
    refusal: Refusal | None = None
    optional: tuple[Refusal, ...] = ()
    flaws: tuple[Flaw, ...] = ()


Values = Mapping[bytes, Sequence[bytes]]
_Frozen = tuple[tuple[bytes, tuple[bytes, ...]], ...]
_MOST_REMEMBERED: Final = 512


def interpreted(value: bytes) -> bytes:
    """The value as it is to be processed: every obs-fold, bare CR, LF and NUL as SP, then without
    outer whitespace (RFC 9112 2.2, 5.1, 5.2; RFC 9110 5.5)."""
    if b"\n" in value:
        value = _FOLD.sub(b" ", value)
    return value.translate(_NEUTRAL).strip(grammar.WHITESPACE)


def has_option(values: Sequence[bytes], option: bytes) -> bool:
    """Whether a Connection option is among the values (case-insensitive, RFC 9110 7.6.1)."""
    return any(one.lower() == option for value in values for one in grammar.list_elements(value))


def understand(method: bytes, target: bytes, version: bytes, values: Values) -> Meaning:
    """The meaning of a request whose version matches the grammar; `values` by names in lower case."""
    frozen = tuple((name, tuple(lines)) for name, lines in values.items())
    size = len(method) + len(target) + sum(len(value) for _, lines in frozen for value in lines)
    think = _remembered if size <= _MOST_REMEMBERED else _think
    return think(method, target, version, frozen)


def _think(method: bytes, target: bytes, version: bytes, frozen: _Frozen) -> Meaning:
    values = dict(frozen)
    coding, length = values.get(b"transfer-encoding", ()), values.get(b"content-length", ())
    old = version < b"HTTP/1.1"
    flaws = [*_version_flaws(version), *_line_flaws(method, target)]
    host_flaws = _host_flaws(version, values.get(b"host", ()))
    framing = request_framing(coding, length)
    framing_flaws = [*_coding_flaws(coding, old), *_length_flaws(length, coding)]
    options = values.get(b"connection", ())
    must_close = has_option(options, b"close") or (
        not has_option(options, b"keep-alive") if old else bool(coding and length)
    )
    all_flaws = (*flaws, *host_flaws, *framing_flaws)
    lost = framing.kind is FramingKind.INVALID
    # Where the framing is lost, its refusal stands in place of what smaller flaws of it would cost.
    demanded, optional = _refusals((*flaws, *host_flaws) if lost else all_flaws, target)
    if lost:
        demanded = Refusal(_framing_statuses(coding, length), must_close=True)
    return Meaning(
        framing,
        must_close or bool(coding and (old or length)) or lost,
        demanded,
        optional,
        all_flaws,
    )


_remembered: Final = lru_cache(maxsize=4096)(_think)
"""Heads are much alike; a short one is thought about once."""


def _framing_statuses(coding: Sequence[bytes], length: Sequence[bytes]) -> tuple[int, ...]:
    """RFC 9112 6.3 demands 400; with a coding that is not understood 6.1 advises 501, and without
    Content-Length 6.3 allows 411: the texts pull apart, so each of them fits."""
    if not coding:
        return BAD_REQUEST
    return (400, 501) if length else (400, 411, 501)


_OPTIONAL: Final = {
    **dict.fromkeys(
        (
            "version-unsupported",
            "version-minor-higher",
            "method-not-token",
            "target-form-invalid",
            "target-octets-invalid",
            "target-host-empty",
            "target-userinfo",
            "host-empty",
            "host-absent",
            "coding-malformed",
            "coding-unknown",
            "chunked-twice",
            "chunked-parameters",
        ),
        ANY_REFUSAL,
    ),
    "length-and-coding": Refusal(must_close=True),
    "transfer-encoding-in-http-1.0": Refusal(must_close=True),
    "content-length-list-identical": Refusal(BAD_REQUEST, must_close=True),
}
"""Flaws for which a server may refuse the request or serve it, and the refusal that fits."""


def _refusals(flaws: Sequence[Flaw], target: bytes) -> tuple[Refusal | None, tuple[Refusal, ...]]:
    """What the flaws demand, and what they leave to the server; framing that is lost is not asked here.

    A target in absolute-form makes a server ignore the Host it received (3.2.2), which pulls against
    the 400 of 3.2 unless Host is missing. An HTTP/1.0 request without Host has no authority (3.3).
    """
    kinds = {flaw.kind for flaw in flaws}
    optional = {_OPTIONAL[kind] for kind in kinds if kind in _OPTIONAL}
    demanded = Refusal(BAD_REQUEST) if "host-missing" in kinds else None
    if kinds & {"host-twice", "host-invalid"}:
        if grammar.HTTP_URI.fullmatch(target):
            optional.add(Refusal(BAD_REQUEST))
        else:
            demanded = Refusal(BAD_REQUEST)
    if "connect-port-invalid" in kinds:  # MUST be rejected, by whatever status (RFC 9110 9.3.6)
        demanded = demanded or ANY_REFUSAL
    return demanded, tuple(optional)


def _version_flaws(version: bytes) -> list[Flaw]:
    if version == b"HTTP/1.1":
        return []
    if version == b"HTTP/1.0":
        return [Flaw("http-1.0")]
    return [Flaw("version-minor-higher" if version[5:6] == b"1" else "version-unsupported")]


def _line_flaws(method: bytes, target: bytes) -> list[Flaw]:
    flaws = [] if grammar.METHOD.fullmatch(method) else [Flaw("method-not-token")]
    if grammar.ORIGIN_FORM.fullmatch(target) and method != b"CONNECT":
        return flaws
    if not _URI_OCTETS.fullmatch(target):
        return [*flaws, Flaw("target-octets-invalid")]
    return [*flaws, *_form_flaws(method, target)]


def _form_flaws(method: bytes, target: bytes) -> list[Flaw]:
    """Which form goes with the method (RFC 9112 3.2), and what RFC 9110 4.2 and 9.3.6 ask of it."""
    if method == b"CONNECT":
        authority = grammar.AUTHORITY_FORM.fullmatch(target)
        if not authority:
            return [Flaw("target-form-invalid")]
        port = authority["port"]
        sound = port and grammar.decimal(port) < 2**16
        return [] if sound else [Flaw("connect-port-invalid")]
    if target == b"*":
        return [] if method == b"OPTIONS" else [Flaw("target-form-invalid")]
    if not grammar.ABSOLUTE_URI.fullmatch(target):
        return [Flaw("target-form-invalid")]
    if not target.lower().startswith((b"http:", b"https:")):
        return []
    uri = grammar.HTTP_URI.fullmatch(target)
    if uri is None:  # "http:x" is a URI, yet no http URI (RFC 9110 4.2.1)
        return [Flaw("target-form-invalid")]
    flaws = [] if uri["userinfo"] is None else [Flaw("target-userinfo")]
    return flaws if uri["host"] else [*flaws, Flaw("target-host-empty")]


def _host_flaws(version: bytes, hosts: Sequence[bytes]) -> list[Flaw]:
    """RFC 9112 3.2; the lack of Host counts from HTTP/1.1 on, within the major version 1."""
    if not hosts:
        return [Flaw("host-missing" if b"HTTP/1.1" <= version < b"HTTP/2" else "host-absent")]
    if len(hosts) > 1:
        return [Flaw("host-twice", b"host", 1)]
    if not hosts[0]:
        return [Flaw("host-empty", b"host")]
    return [] if grammar.HOST.fullmatch(hosts[0]) else [Flaw("host-invalid", b"host")]


def _length_flaws(values: Sequence[bytes], coding: Sequence[bytes]) -> list[Flaw]:
    flaws = [Flaw("length-and-coding", b"content-length")] if coding and values else []
    for index, value in enumerate(values):
        members = [one.strip(grammar.WHITESPACE) for one in value.split(b",")]
        if not any(members) or not all(grammar.CONTENT_LENGTH.fullmatch(one) for one in members if one):
            return [*flaws, Flaw("content-length-invalid", b"content-length", index)]
    if not values:
        return flaws
    length = content_length(values)
    last = len(values) - 1
    if length is None:
        return [*flaws, Flaw("content-length-differing", b"content-length", last)]
    if last or b"," in values[0]:
        flaws.append(Flaw("content-length-list-identical", b"content-length", last))
    if length > MOST_SANE:
        flaws.append(Flaw("content-length-overflow", b"content-length"))
    return flaws


def _coding_flaws(values: Sequence[bytes], old: bool) -> list[Flaw]:
    if not values:
        return []
    flaws = [Flaw("transfer-encoding-in-http-1.0", b"transfer-encoding")] if old else []
    codings = transfer_codings(values)
    if not codings:
        return [*flaws, Flaw("coding-empty", b"transfer-encoding")]
    last = len(values) - 1
    names = [coding_name(one) for one in codings]
    if not all(grammar.TRANSFER_CODING.fullmatch(one) for one in codings):
        flaws.append(Flaw("coding-malformed", b"transfer-encoding", last))
    elif set(names) != {CHUNKED}:
        flaws.append(Flaw("coding-unknown", b"transfer-encoding", last))
    if names[-1] != CHUNKED:
        flaws.append(Flaw("coding-not-final-chunked", b"transfer-encoding", last))
    if names.count(CHUNKED) > 1:
        flaws.append(Flaw("chunked-twice", b"transfer-encoding", last))
    if any(b";" in one for one, name in zip(codings, names, strict=True) if name == CHUNKED):
        flaws.append(Flaw("chunked-parameters", b"transfer-encoding", last))
    return flaws
