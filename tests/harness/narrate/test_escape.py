"""Octets made visible: nothing is lost, nothing is confused, nothing reaches the terminal raw."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.narrate.escape import Kind, Piece, as_text, hex_rows, lines, pieces, visible_text

_FORM = re.compile(r"\\x([0-9a-f]{2})|\\([rn\\])|([ -\[\]-~])")


def octets_of(text: str) -> bytes:
    """The octets that the visible text stands for."""
    found = list(_FORM.finditer(text))
    assert "".join(one[0] for one in found) == text
    table = {"r": 0x0D, "n": 0x0A, "\\": 0x5C}
    return bytes(int(one[1], 16) if one[1] else table[one[2]] if one[2] else ord(one[3]) for one in found)


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 60))
@settings(deadline=None)
def test_what_is_shown_can_be_read_back(octets: bytes, start: int, length: int) -> None:
    start = min(start, len(octets))
    end = min(start + length, len(octets))
    shown = list(pieces(octets, (start, end)))
    assert octets_of("".join(one.text for one in shown if one.kind is not Kind.POINT)) == octets
    marked = "".join(one.text for one in shown if one.marked and one.kind is not Kind.POINT)
    assert octets_of(marked) == octets[start:end]
    assert sum(one.kind is Kind.POINT for one in shown) == (start == end)
    flat = [one for row in lines(octets, (start, end)) for one in row]
    assert flat == shown


@pytest.mark.parametrize(
    ("octets", "kinds"),
    [
        (b"a\r\n", [Kind.PLAIN, Kind.LINE_END]),
        (b"a\n", [Kind.PLAIN, Kind.BARE_LINE_END]),
        (b"\r\r\n", [Kind.BARE_LINE_END, Kind.LINE_END]),
        (b"\x00\t\x7f", [Kind.CONTROL]),
        (b"\xe2\x80\xae", [Kind.OBS_TEXT]),
        (b"\\", [Kind.CONTROL]),
    ],
)
def test_kinds(octets: bytes, kinds: list[Kind]) -> None:
    assert [one.kind for one in pieces(octets)] == kinds


def test_lines_end_where_the_wire_ends_them() -> None:
    rows = lines(b"a: 1\r\nb\n\r\n\r\rc")
    assert ["".join(one.text for one in row) for row in rows] == ["a: 1\\r\\n", "b\\n", "\\r\\n", "\\r\\rc"]


def test_what_is_missing_has_a_place() -> None:
    assert list(pieces(b"ab", (1, 1))) == [Piece("a"), Piece("▸", Kind.POINT, True), Piece("b")]
    assert list(pieces(b"ab", (2, 2)))[-1] == Piece("▸", Kind.POINT, True)
    assert list(pieces(b"", (0, 0))) == [Piece("▸", Kind.POINT, True)]


def test_long_octets_are_cut_in_the_middle_and_say_so() -> None:
    octets = b"head" + b"x" * 1_000_000 + b"tail"
    text = as_text(octets, limit=300)
    assert text.startswith("head")
    assert text.endswith("tail")
    assert "… 999,708 octets left out …" in text


def test_a_cut_keeps_the_span_and_never_parts_a_line_end() -> None:
    octets = b"a\r\n" * 5000 + b"Bad : x\r\n" + b"b\r\n" * 5000
    shown = list(pieces(octets, (15_003, 15_004), limit=600))
    assert "".join(one.text for one in shown if one.marked) == " "
    assert sum(one.kind is Kind.LEFT_OUT for one in shown) == 2
    assert not any(one.kind is Kind.BARE_LINE_END for one in shown)


def test_ascii_terminals_get_ascii() -> None:
    assert as_text(b"a\r\n\xff\\", glyphs=False) == "a\\r\\n\\xff\\\\"
    assert as_text(b"a" * 99, 10, glyphs=False).isascii()


def test_hex_rows_hold_offset_hexadecimal_and_text() -> None:
    rows = list(hex_rows(b"GET / HTTP/1.1\r\nHost:\x00", (16, 20)))
    assert [row.offset for row in rows] == [0, 16]
    assert rows[0].hex == (Piece("47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a"),)
    assert rows[1].hex == (Piece("48 6f 73 74 ", marked=True), Piece("3a 00"))
    assert rows[1].text == (Piece("Host", marked=True), Piece(":·"))


@given(st.integers(0, 400), st.integers(1, 100), st.none() | st.integers(0, 400))
@settings(deadline=None)
def test_hex_rows_account_for_every_octet(length: int, limit: int, at: int | None) -> None:
    octets = bytes(index % 256 for index in range(length))
    place = 0
    for row in hex_rows(octets, at if at is None else (at, at + 3), limit):
        assert row.offset == place
        shown = bytes.fromhex("".join(one.text for one in row.hex))
        assert shown == octets[place : place + len(shown)]
        place += len(shown) + row.left_out
    assert place == length


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nginx/1.29 (Débian)", "nginx/1.29 (Débian)"),
        ("a\x00b\x1b[31m\x9b", "a\\u0000b\\u001b[31m\\u009b"),
        ("\u202eevil\u2066\u200b", "\\u202eevil\\u2066\\u200b"),
        ("\ud800\U000e0041", "\\ud800\\U000e0041"),
        ("two\nlines\r", "two\nlines\\u000d"),
    ],
)
def test_foreign_text_is_made_harmless(text: str, shown: str) -> None:
    assert visible_text(text) == shown
