"""Field names and values, drawn from the grammar (RFC 9110 5): tokens, lists, quoted strings, comments,
parameters, obs-text, whitespace.

A field whose grammar is known to servers gets a value of that grammar, and what may be anything stands
in fields that nobody knows: a server that minds the value of Accept is no worse for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.model.message import FieldLine
from harness.strategies.draw import ANY_OCTET, Draw, several

ALPHANUMERIC: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TCHAR: Final = ALPHANUMERIC + b"-._!#$%&'*+^`|~"
VCHAR: Final = bytes(octet for octet in ANY_OCTET if 0x21 <= octet <= 0x7E)
FIELD_VCHAR: Final = VCHAR + bytes(range(0x80, 0x100))
QDTEXT: Final = bytes(octet for octet in FIELD_VCHAR if octet not in b'"\\') + b" \t"
CTEXT: Final = bytes(octet for octet in FIELD_VCHAR if octet not in b"()\\") + b" \t"
BLANK: Final = (b" ", b"", b"\t", b"  ", b" \t ")

UNKNOWN_NAMES: Final = (
    b"X-A",
    b"X-B",
    b"x-c",
    b"A",
    b"X_D",
    b"Close",
    b"!#$%&'*+-.^_`|~0",
    b"X-" + b"n" * 60,
)

KNOWN_LINES: Final = tuple(
    FieldLine(name, value)
    for name, value in (
        (b"Accept", b"*/*"),
        (b"Accept", b"text/html, application/json;q=0.9, */*;q=0.8"),
        (b"Accept-Encoding", b"gzip, deflate, br"),
        (b"Accept-Language", b"en-GB,en;q=0.5"),
        (b"User-Agent", b"wireproof/1 (generated; (nested) comment)"),
        (b"Cookie", b"a=b; c=d"),
        (b"Cache-Control", b'no-cache, private="x, y"'),
        (b"If-None-Match", b'"a", W/"b,c"'),
        (b"If-None-Match", b"*"),
        (b"Referer", b"http://example.org/?a=b"),
        (b"From", b"wireproof@example.org"),
        (b"Via", b"1.1 proxy (a comment), 1.0 other:80"),
        (b"Max-Forwards", b"10"),
        (b"Date", b"Sun, 06 Nov 1994 08:49:37 GMT"),
        (b"Content-Type", b'text/plain; charset="utf-8"'),
    )
)


def token(draw: Draw) -> bytes:
    """1*tchar (RFC 9110 5.6.2)."""
    return draw.octets(1, 8, TCHAR)


def quoted_string(draw: Draw) -> bytes:
    """DQUOTE *( qdtext / quoted-pair ) DQUOTE (RFC 9110 5.6.4)."""
    text = draw.octets(0, 8, QDTEXT)
    pairs = draw.choice((b"", b'\\"', b"\\\\", b"\\,", b"\\\t"))
    return b'"' + text + pairs + b'"'


def comment(draw: Draw) -> bytes:
    """A product and a comment, nested now and then (RFC 9110 5.6.5)."""
    text = draw.octets(0, 8, CTEXT)
    return b"a/1 (" + text + draw.choice((b"", b"(nested)", b"\\)", b'"')) + b")"


def parameters(draw: Draw) -> bytes:
    """A token and its parameters (RFC 9110 5.6.6)."""
    return token(draw) + b"".join(several(draw, 2, _parameter))


def _parameter(draw: Draw) -> bytes:
    return draw.choice((b";", b"; ", b" ;")) + token(draw) + b"=" + _token_or_quoted(draw)


def _token_or_quoted(draw: Draw) -> bytes:
    return quoted_string(draw) if draw.boolean() else token(draw)


def list_value(draw: Draw) -> bytes:
    """Up to three elements; a recipient ignores the empty ones (RFC 9110 5.6.1)."""
    comma = draw.choice((b", ", b",", b" , ", b",\t"))
    empty = draw.choice((b"", b"", b"", b", "))
    return empty + comma.join([token(draw), *several(draw, 2, _token_or_quoted)])


def text(draw: Draw) -> bytes:
    """Visible octets and obs-text with whitespace between them (RFC 9110 5.5)."""
    words = (draw.octets(1, 8, FIELD_VCHAR), *several(draw, 2, lambda _: draw.octets(1, 8, FIELD_VCHAR)))
    return draw.choice((b" ", b"\t", b"  ")).join(words)


def obs_text(draw: Draw) -> bytes:
    """Octets beyond US-ASCII alone (RFC 9110 5.5)."""
    return draw.octets(1, 6, bytes(range(0x80, 0x100)))


VALUES: Final[tuple[Callable[[Draw], bytes], ...]] = (
    token,
    list_value,
    quoted_string,
    comment,
    parameters,
    text,
    obs_text,
    lambda _: b"",
)


def field_line(draw: Draw) -> FieldLine:
    """A field line of a known field, or of an unknown one with any value (RFC 9112 5)."""
    if not draw.boolean(0.375):
        return draw.choice(KNOWN_LINES)
    return unknown_line(draw)


def unknown_line(draw: Draw) -> FieldLine:
    """A field line that means nothing to anybody; fit for a trailer section, too."""
    value = draw.choice(VALUES)(draw)
    before, after = draw.choice(BLANK), draw.choice((b"", b"", b" ", b"\t"))
    if not value:  # all whitespace is then in front of the value, as a reader takes it
        before, after = before + after, b""
    return FieldLine(draw.choice(UNKNOWN_NAMES), value, before_value=before, after_value=after)
