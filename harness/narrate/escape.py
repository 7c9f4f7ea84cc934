"""The one place where octets become visible text, and foreign text becomes harmless.

Every octet has exactly one visible form and every form stands for one octet, so that what is read
can be sent again: printable US-ASCII is itself, CR and LF are \\r and \\n, a backslash is doubled, all
else is \\xNN, as in Python, in C and in printf. Nothing is decoded: obs-text (RFC 9110 5.5) never
turns into letters, and no control reaches a terminal or a browser. Markup is not escaped here; that
is the renderer's.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]


class Kind(StrEnum):
    """What a piece is, for renderers that set it apart."""

    PLAIN = "plain"
    LINE_END = "line-end"
    BARE_LINE_END = "bare-line-end"
    CONTROL = "control"
    OBS_TEXT = "obs-text"
    LEFT_OUT = "left-out"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Piece:
    """Visible text of one kind; `marked` tells whether it lies in the span that shows something."""

    text: str
    kind: Kind = Kind.PLAIN
    marked: bool = False


@dataclass(frozen=True, slots=True)
class HexRow:
    """At most 16 octets from `offset` on; `left_out` octets, and no pieces, where the view was cut."""

    offset: int
    hex: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    left_out: int = 0


_TOKEN = re.compile(
    rb"(?P<line_end>\r\n)|(?P<bare>[\r\n])|(?P<plain>[\x20-\x5b\x5d-\x7e]+)"
    rb"|(?P<control>[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\\]+)|(?P<obs>[\x80-\xff]+)"
)
_KINDS = {
    "line_end": Kind.LINE_END,
    "bare": Kind.BARE_LINE_END,
    "plain": Kind.PLAIN,
    "control": Kind.CONTROL,
    "obs": Kind.OBS_TEXT,
}
_POINT = Piece("▸", Kind.POINT, True)
_VISIBLE = [chr(octet) if 0x20 <= octet < 0x7F else f"\\x{octet:02x}" for octet in range(256)]
_VISIBLE[0x0D], _VISIBLE[0x0A], _VISIBLE[0x5C] = "\\r", "\\n", "\\\\"
_ROW = 16


def pieces(octets: bytes, span: Span | None = None, limit: int | None = None) -> Iterator[Piece]:
    """The octets as visible pieces, with those in `span` marked.

    More than `limit` octets are cut in the middle, with a count of what is left out; the head, the
    tail and the start of the span stay. An empty span is a POINT, the place where something is missing.
    """
    at = 0
    for start, end in kept(octets, limit, span):
        if start > at:
            yield _left_out(start - at)
        yield from _visible(octets, start, end, span)
        at = end
    if at < len(octets):
        yield _left_out(len(octets) - at)


def lines(octets: bytes, span: Span | None = None, limit: int | None = None) -> list[list[Piece]]:
    """The pieces in rows as the wire has lines: a row ends with its line end, bare ones too."""
    rows: list[list[Piece]] = [[]]
    broken = False
    for piece in pieces(octets, span, limit):
        if broken or piece.kind is Kind.LEFT_OUT:
            rows.append([])
        rows[-1].append(piece)
        broken = piece.text.endswith("\\n") or piece.kind is Kind.LEFT_OUT
    return [row for row in rows if row]


def as_text(octets: bytes, limit: int | None = None, glyphs: bool = True) -> str:
    """The octets in one line, cut as `pieces` cuts; without `glyphs` all of it is US-ASCII."""
    text = "".join(piece.text for piece in pieces(octets, limit=limit))
    return text if glyphs else text.replace("…", "...")


def hex_rows(octets: bytes, span: Span | None = None, limit: int | None = None) -> Iterator[HexRow]:
    """Offset, hexadecimal and text, 16 octets a row; cut as `pieces` cuts, at whole rows."""
    at = 0
    for kept_start, kept_end in kept(octets, limit, span):
        start, end = max(at, kept_start - kept_start % _ROW), -(-kept_end // _ROW) * _ROW
        if start > at:
            yield HexRow(at, left_out=start - at)
        for offset in range(start, min(end, len(octets)), _ROW):
            yield _hex_row(octets, offset, span)
        at = max(at, end)
    if at < len(octets):
        yield HexRow(at, left_out=len(octets) - at)


def alphabet() -> list[tuple[str, Kind]]:
    """The visible form of each of the 256 octets and its kind, for whoever makes text of octets elsewhere.

    CR LF together are one LINE_END; either alone is what the table says.
    """
    return [(text, _kind_of(octet)) for octet, text in enumerate(_VISIBLE)]


def kept(octets: bytes, limit: int | None, span: Span | None = None) -> list[Span]:
    """The ranges that stay: all, or the head, a window from shortly before the span, and the tail."""
    length = len(octets)
    if limit is None or length <= limit:
        return [(0, length)]
    if span is None:
        head = limit * 2 // 3
        wanted = [(0, head), (length - (limit - head), length)]
    else:
        third = max(1, limit // 3)
        around = max(0, min(span[0] - third // 4, length))
        wanted = [(0, third), (around, min(length, around + third)), (length - third, length)]
    kept: list[Span] = []
    for start, end in sorted(wanted):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((_whole(octets, start), _whole(octets, end)))
    return kept


def visible_text(text: str) -> str:
    """Text that a target may have had a hand in, with what would not show, or would change how the rest
    shows, written as \\uNNNN: controls but the newline, bidirectional and other format characters,
    surrogates, separators of lines, and what has no meaning."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _harmless(char) else _code(char) for char in text)


def _kind_of(octet: int) -> Kind:
    token = _TOKEN.match(bytes([octet]))
    return _KINDS[token.lastgroup or "plain"] if token else Kind.PLAIN


def _harmless(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _left_out(count: int) -> Piece:
    return Piece(f"… {count:,} octet{'s' if count != 1 else ''} left out …", Kind.LEFT_OUT)


def _whole(octets: bytes, edge: int) -> int:
    """The edge, moved so that it does not part CR from LF: halves would look like bare ones."""
    return edge + 1 if octets[edge - 1 : edge + 1] == b"\r\n" else edge


def _visible(octets: bytes, start: int, end: int, span: Span | None) -> Iterator[Piece]:
    """The pieces of one kept range; tokens are split where the span begins and ends."""
    edges = () if span is None else sorted({*span})
    point = span[0] if span is not None and span[0] >= span[1] else None
    for token in _TOKEN.finditer(octets, start, end):
        kind = _KINDS[token.lastgroup or "plain"]
        cuts = [token.start(), *(edge for edge in edges if token.start() < edge < token.end()), token.end()]
        for a, b in itertools.pairwise(cuts):
            if a == point:
                yield _POINT
            if a < b:
                marked = span is not None and span[0] <= a < span[1]
                yield Piece("".join(_VISIBLE[octet] for octet in octets[a:b]), kind, marked)
    if point is not None and point == end == len(octets):
        yield _POINT


def _hex_row(octets: bytes, offset: int, span: Span | None) -> HexRow:
    end = min(offset + _ROW, len(octets))
    inner = () if span is None else tuple(edge for edge in span if offset < edge < end)
    edges = sorted({offset, *inner, end})
    hexes, texts = [], []
    for a, b in itertools.pairwise(edges):
        marked = span is not None and span[0] <= a < span[1]
        hexes.append(Piece(octets[a:b].hex(" ") + (" " if b < end else ""), marked=marked))
        shown = "".join(chr(octet) if 0x20 <= octet < 0x7F else "·" for octet in octets[a:b])
        texts.append(Piece(shown, marked=marked))
    return HexRow(offset, tuple(hexes), tuple(texts))
