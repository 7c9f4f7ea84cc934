"""Content-Length: its numeral spelt in ways that lenient converters take, counts that are wrong, lines
that disagree (RFC 9112 6.2 and 6.3, RFC 9110 8.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.http1.edit import with_lines
from harness.model.message import FieldLine, Request
from harness.strategies.draw import Draw
from harness.strategies.editing import LENGTH, counted, put
from harness.strategies.mutation import Change, Mutation, on_request

_INVALID: Final = "content-length-invalid"
_DIFFERING: Final = "content-length-differing"
_SAME: Final = "content-length-list-identical"
_EARLY: Final = "premature-end"


def _lines(spell: Callable[[int], tuple[bytes, ...]]) -> Callable[[Draw, Request], Change]:
    """Lines with these values in place of the true one, for so many octets of content (one at least)."""

    def apply(draw: Draw, request: Request) -> Change:
        request, place, content = counted(request)
        values = spell(len(content))
        lines = tuple(FieldLine(LENGTH, value) for value in values)
        told = " and ".join(map(ascii, values))[:60]
        return Change(put(request, place, *lines), f"field line {place + 1}: {told}")

    return apply


def _apart(draw: Draw, request: Request) -> Change:
    """Another Content-Length as the first or the last line of all."""
    request, _, content = counted(request)
    other = FieldLine(LENGTH, b"%d" % (len(content) + draw.choice((1, -1, 2))))
    lines = request.field_lines
    front = draw.boolean()
    ordered = (other, *lines) if front else (*lines, other)
    return Change(with_lines(request, *ordered), "in the first line" if front else "in the last line")


_SPELLINGS: Final[tuple[tuple[str, Callable[[int], tuple[bytes, ...]], tuple[str, ...]], ...]] = (
    ("plus", lambda n: (b"+%d" % n,), (_INVALID,)),
    ("minus", lambda n: (b"-%d" % n,), (_INVALID,)),
    ("minus-zero", lambda n: (b"-0",), (_INVALID,)),
    ("hexadecimal", lambda n: (b"0x%x" % n,), (_INVALID,)),
    ("octal", lambda n: (b"0o%o" % n,), (_INVALID,)),
    ("leading-zero", lambda n: (b"0%d" % n,), ()),
    ("many-zeros", lambda n: (b"0" * 40 + b"%d" % n,), ()),
    ("underscore", lambda n: (b"0_%d" % n,), (_INVALID,)),
    ("fraction", lambda n: (b"%d.0" % n,), (_INVALID,)),
    ("exponent", lambda n: (b"%de0" % n,), (_INVALID,)),
    ("space-inside", lambda n: (b"0 %d" % n,), (_INVALID,)),
    ("space-and-numeral-behind", lambda n: (b"%d 0" % n,), (_INVALID,)),
    ("letter-behind", lambda n: (b"%dx" % n,), (_INVALID,)),
    ("semicolon-behind", lambda n: (b"%d;" % n,), (_INVALID,)),
    ("quoted", lambda n: (b'"%d"' % n,), (_INVALID,)),
    ("parenthesised", lambda n: (b"(%d)" % n,), (_INVALID,)),
    ("no-numeral", lambda n: (b"all",), (_INVALID,)),
    ("empty", lambda n: (b"",), (_INVALID,)),
    ("comma-alone", lambda n: (b",",), (_INVALID,)),
    ("vertical-tab", lambda n: (b"\x0b%d" % n,), (_INVALID,)),
    ("no-break-space", lambda n: (b"\xa0%d" % n,), (_INVALID,)),
    (
        "fullwidth-digits",
        lambda n: ("".join(chr(0xFF10 + int(one)) for one in str(n)).encode(),),
        (_INVALID,),
    ),
    ("nul-behind", lambda n: (b"%d\0" % n,), ("nul-in-field-value",)),
    ("nul-and-digit-behind", lambda n: (b"%d\x000" % n,), ("nul-in-field-value",)),
    ("cr-inside", lambda n: (b"0\r%d" % n,), ("bare-cr",)),
    ("list-same", lambda n: (b"%d, %d" % (n, n),), (_SAME,)),
    ("list-zeros", lambda n: (b"%d,0%d" % (n, n),), (_SAME,)),
    ("list-differing", lambda n: (b"%d, 0" % n,), (_DIFFERING,)),
    ("list-differing-first", lambda n: (b"0, %d" % n,), (_DIFFERING,)),
    ("empty-element-first", lambda n: (b",%d" % n,), (_SAME,)),
    ("empty-element-last", lambda n: (b"%d," % n,), (_SAME,)),
    ("two-lines-same", lambda n: (b"%d" % n, b"%d" % n), (_SAME,)),
    ("two-lines-differing", lambda n: (b"%d" % n, b"0"), (_DIFFERING,)),
    ("two-lines-differing-first", lambda n: (b"0", b"%d" % n), (_DIFFERING,)),
    ("two-lines-empty-first", lambda n: (b"", b"%d" % n), (_INVALID,)),
    ("two-lines-invalid-last", lambda n: (b"%d" % n, b"+%d" % n), (_INVALID,)),
    ("zero", lambda n: (b"0",), ()),
    ("one-too-few", lambda n: (b"%d" % (n - 1),), ()),
    ("one-too-many", lambda n: (b"%d" % (n + 1),), (_EARLY,)),
    ("two-too-many", lambda n: (b"%d" % (n + 2),), (_EARLY,)),
    ("wraps-at-32-bits", lambda n: (b"%d" % (2**32 + n),), (_EARLY,)),
    ("wraps-at-64-bits", lambda n: (b"%d" % (2**64 + n),), ("content-length-overflow",)),
    ("greatest-of-63-bits", lambda n: (b"%d" % (2**63 - 1),), (_EARLY,)),
    ("beyond-63-bits", lambda n: (b"%d" % 2**63,), ("content-length-overflow",)),
    ("hundreds-of-digits", lambda n: (b"9" * 400,), ("content-length-overflow",)),
    ("missing", lambda n: (), ()),
)

FRAMES: Final = True
MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(on_request(name, _lines(spell), *breaks) for name, spell, breaks in _SPELLINGS),
    on_request("lines-apart", _apart, _DIFFERING),
)
