"""Request-targets in every form that goes with a method (RFC 9112 3.2)."""

from __future__ import annotations

from typing import Final

from harness.http1.grammar import AUTHORITY_FORM
from harness.strategies.draw import Draw, several
from harness.strategies.repertoire import DEFAULT, Repertoire

AUTHORITY: Final = b"tunnel.invalid:443"
"""Where CONNECT asks for: a name that no resolver knows (RFC 6761 6.4)."""

PCHARS: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@"
_SPECIAL_SEGMENTS: Final = (b"", b".", b"..", b"%41", b"%2e%2E", b"%2F", b"%00", b"a;p=1", b"%C3%A9")


def request_target(draw: Draw, method: bytes = b"GET", uses: Repertoire = DEFAULT) -> bytes:
    """A target for that method. The plainest is the resource itself."""
    if uses.targets and method != b"CONNECT":
        return draw.choice(uses.targets)
    form = draw.choice(_FORMS)  # asked for every method: what asks less would be thought simpler
    if method == b"CONNECT":
        named = [target for target in uses.targets if AUTHORITY_FORM.fullmatch(target)]
        return draw.choice(named) if named else AUTHORITY
    if form == "asterisk" and method == b"OPTIONS":
        return b"*"
    origin = _elsewhere(draw) if form == "elsewhere" else uses.path
    if form == "query":
        origin += b"?" + _query(draw)
    return b"http://" + uses.host + origin if form == "absolute" else origin


_FORMS: Final = ("own",) * 10 + ("query",) * 2 + ("absolute",) * 2 + ("asterisk",) * 2 + ("elsewhere",)


def _query(draw: Draw) -> bytes:
    """*( pchar / "/" / "?" ) (RFC 3986 3.4)."""
    return draw.octets(0, 12, PCHARS + b"/?") + draw.choice((b"", b"", b"%20", b"%ff"))


def _elsewhere(draw: Draw) -> bytes:
    """1*( "/" segment ), and a query now and then (RFC 9110 4.1)."""
    path = b"/" + b"/".join([_segment(draw), *several(draw, 3, _segment)])
    return path + b"?" + _query(draw) if draw.boolean(0.25) else path


def _segment(draw: Draw) -> bytes:
    return draw.choice(_SPECIAL_SEGMENTS) if draw.boolean(0.25) else draw.octets(0, 8, PCHARS)
