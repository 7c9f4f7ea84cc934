"""Other reasons that a request gives for being refused, beside what is malformed in it.

The RFCs order no sequence in which a server finds out what is wrong. A request whose method nobody knows
may be answered 501 before its Content-Length is looked at, and one that is too long before its Host is. So
such a status does not show that a server took what is malformed for sound; nothing is known of that. What
is itself malformed is no other reason: a word of the request-line counts only where nothing is amiss with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from harness.http1.request_head import bare_words
from harness.model.conversation import Exchange
from harness.model.reading import ReadRequest

LONG: Final = 4096
"""Octets of a request that a server may find too many. (RFC 9112 3 recommends 8000 for a request-line.)"""

MANY: Final = 64
"""Field lines that a server may find too many."""

_SCHEME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
"""What a target in absolute-form begins with (RFC 3986 3.1)."""

_PLAIN_METHODS: Final = frozenset({b"GET", b"HEAD", b"POST"})
"""Those that a server which is tested is asked for in the first place."""


def _long_line(read: ReadRequest) -> bool:
    return sum(map(len, bare_words(read.request.line))) > LONG


def _long_head(read: ReadRequest) -> bool:
    many = len(read.request.field_lines) > MANY
    return many or (read.body_at or read.end) - read.start > LONG


def _long(read: ReadRequest) -> bool:
    return read.end - read.start > LONG


def _other_method(read: ReadRequest) -> bool:
    return bare_words(read.request.line)[0] not in _PLAIN_METHODS


def _other_target(read: ReadRequest) -> bool:
    return _SCHEME.match(bare_words(read.request.line)[1]) is not None


def _other_version(read: ReadRequest) -> bool:
    return bare_words(read.request.line)[2] not in (b"HTTP/1.1", b"HTTP/1.0")


def _expects(read: ReadRequest) -> bool:
    return bool(read.request.values(b"Expect"))


_REASONS: Final[Mapping[int, Callable[[ReadRequest], bool]]] = {
    404: _other_target,
    405: _other_method,
    413: _long,
    414: _long_line,
    417: _expects,
    421: _other_target,
    431: _long_head,
    501: _other_method,
    505: _other_version,
}


_UNREADABLE: Final = frozenset({"request-line-words", "version-malformed"})
_MALFORMED: Final[Mapping[Callable[[ReadRequest], bool], frozenset[str]]] = {
    _other_method: _UNREADABLE | {"method-not-token", "target-form-invalid", "connect-port-invalid"},
    _other_target: _UNREADABLE | {"target-form-invalid", "target-octets-invalid"},
    _other_version: _UNREADABLE | {"version-unsupported"},
}
"""The anomalies by which a word of the request-line is what is malformed."""


def another_reason(exchange: Exchange) -> bool:
    """Whether the request was refused with a status that something else in it than its anomalies accounts
    for."""
    reason = _REASONS.get(exchange.status or 0)
    if reason is None or any(one.kind in _MALFORMED.get(reason, ()) for one in exchange.anomalies):
        return False
    return reason(exchange.request)


def method_refused(exchange: Exchange, twin: Exchange) -> bool:
    """Whether the target does not have the method: the sound twin, of the same one, was refused alike.

    Only GET and HEAD have to be supported (RFC 9110 9.1). That another method is not may be said before
    anything else of the request is looked at, its framing included.
    """
    method = exchange.request.request.line.method
    alike = exchange.status == twin.status and method == twin.request.request.line.method
    return alike and exchange.status in (405, 501) and method not in (b"GET", b"HEAD")
