"""Single octets: deleted, inserted, replaced, swapped. Nothing is known of what they mean.

Half of the places lie beside an octet that parts something (CR, LF, SP, HTAB, a colon, comma, semicolon
or equals sign), where readers decide. A token (`{host}`) counts as one octet.
"""

from __future__ import annotations

import re
from typing import Final

from harness.strategies.draw import Draw
from harness.strategies.mutation import Change, on_octets
from harness.strategies.tokens import outside_tokens, unit

SPECIAL: Final = (
    (b"\n", "LF"),
    (b"\r", "CR"),
    (b"\r\n", "CRLF"),
    (b"\0", "NUL"),
    (b"\t", "HTAB"),
    (b" ", "SP"),
    (b":", "colon"),
)
"""What decides how octets are read, wherever it is put."""

_DIVIDER: Final = re.compile(rb"[\r\n \t:,;=]")


def _place(draw: Draw, octets: bytes, end: int) -> int:
    """An offset from 0 to `end`, not within a token."""
    at = draw.integer(0, end)
    if draw.boolean():
        found = _DIVIDER.search(octets, at)
        at = min(found.start() + draw.integer(0, 1), end) if found else at
    return outside_tokens(octets, at)


def _insert(draw: Draw, octets: bytes) -> Change:
    return _inserted(draw, octets, draw.octets(1, 1))


def _insert_special(draw: Draw, octets: bytes) -> Change:
    what, name = draw.choice(SPECIAL)
    return _inserted(draw, octets, what, name)


def _inserted(draw: Draw, octets: bytes, what: bytes, name: str = "") -> Change:
    at = _place(draw, octets, len(octets))
    return Change(octets[:at] + what + octets[at:], f"{name or _told(what)} at octet {at}")


def _delete(draw: Draw, octets: bytes) -> Change:
    if not octets:
        return _insert(draw, octets)
    begin, end = unit(octets, _place(draw, octets, len(octets) - 1))
    return Change(octets[:begin] + octets[end:], f"{_told(octets[begin:end])} at octet {begin}")


def _replace(draw: Draw, octets: bytes) -> Change:
    if not octets:
        return _insert(draw, octets)
    begin, end = unit(octets, _place(draw, octets, len(octets) - 1))
    what = draw.octets(1, 1)
    if what == octets[begin:end]:
        what = bytes([what[0] ^ 0x20])
    return _replaced(octets, begin, end, what, _told(what))


def _replace_special(draw: Draw, octets: bytes) -> Change:
    if not octets:
        return _insert_special(draw, octets)
    begin, end = unit(octets, _place(draw, octets, len(octets) - 1))
    what, name = draw.choice(tuple(one for one in SPECIAL if one[0] != octets[begin:end]))
    return _replaced(octets, begin, end, what, name)


def _replaced(octets: bytes, begin: int, end: int, what: bytes, name: str) -> Change:
    told = f"{_told(octets[begin:end])} at octet {begin} becomes {name}"
    return Change(octets[:begin] + what + octets[end:], told)


_RUN: Final = re.compile(rb"([^{])\1*+", re.DOTALL)
"""Neighbours that are alike; none of them is in a token, if the first is not, since that begins with "{"."""


def _swap(draw: Draw, octets: bytes) -> Change:
    """Two neighbours, the first different ones from some place on."""
    begin, end = unit(octets, _place(draw, octets, max(len(octets) - 1, 0)))
    while end < len(octets):
        _, beyond = unit(octets, end)
        one, other = octets[begin:end], octets[end:beyond]
        if one != other:
            swapped = octets[:begin] + other + one + octets[beyond:]
            return Change(swapped, f"{_told(one)} at octet {begin} and {_told(other)}")
        begin, end = end, beyond
        if run := _RUN.match(octets, begin):
            begin, end = run.end() - 1, run.end()
    return _insert(draw, octets)


def _repeat(draw: Draw, octets: bytes) -> Change:
    """A run of up to 16 octets once more."""
    if not octets:
        return _insert(draw, octets)
    begin = _place(draw, octets, len(octets) - 1)
    end = unit(octets, min(begin + draw.integer(0, 15), len(octets) - 1))[1]
    return Change(octets[:end] + octets[begin:], f"octets {begin} to {end}")


def _told(octets: bytes) -> str:
    return repr(octets)[1:]


MUTATIONS: Final = (
    on_octets("insert", _insert),
    on_octets("insert-special", _insert_special),
    on_octets("delete", _delete),
    on_octets("replace", _replace),
    on_octets("replace-special", _replace_special),
    on_octets("swap", _swap),
    on_octets("repeat", _repeat),
)
