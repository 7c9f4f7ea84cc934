"""A judgement told: carets under the octets meant, harmless text, and the JSON shape."""

from __future__ import annotations

import json

import pytest

from harness.http1.request_anomalies import ANOMALY_KINDS
from harness.http1.request_reader import read_requests
from harness.model.judgement import Judgement
from harness.model.reading import End, Reading
from harness.narrate.judgement import as_json, as_lines, as_one_line, citation
from harness.rules.ledger import ledger

G = b"GET / HTTP/1.1\r\nHost: x\r\n"


def _judged(
    octets: bytes, *opinions: tuple[str, Reading], more: int = 0, too_many: bool = False
) -> Judgement:
    strict = read_requests(octets)
    return Judgement(octets, True, strict, (strict,), more, too_many, opinions)


def _under_carets(lines: list[str]) -> list[str]:
    """What stands above each row of carets."""
    found, shown = [], ""
    for line in lines:
        if line.strip("^ ") == "" and "^" in line:
            start, end = line.index("^"), line.rindex("^") + 1
            found.append(shown[start:end])
        elif line[:10].strip().isdigit() and line[8:10] == "  ":
            shown = line
    return found


@pytest.mark.parametrize(
    ("octets", "meant"),
    [
        (G + b"X : y\r\n\r\n", [" "]),
        (G + b"X: a\x00\x00b\r\n\r\n", [r"\x00\x00"]),
        (b"GET / HTTP/1.1\nHost: x\r\n\r\n", [r"\n"]),
        (b"GET / HTTP/1.1\r\nX: y\r\n\r\n", [r"GET / HTTP/1.1\r\n"]),
        (G + b"X: a\rb\x01\r\n\r\n", [r"\r", r"\x01"]),
        (b"GET / HT", ["GET / HT"]),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" * 2, [r"GET / HTTP/1.1\r\n", "GET / HTTP/1.1"]),
    ],
)
def test_carets_stand_under_the_octets_that_are_meant(octets: bytes, meant: list[str]) -> None:
    assert _under_carets(as_lines(_judged(octets), "f", glyphs=False)) == meant


def test_a_long_line_is_cut_around_the_octets_that_are_meant() -> None:
    lines = as_lines(_judged(G + b"X: " + b"a" * 500 + b"\x01" + b"b" * 500 + b"\r\n\r\n"), "f", glyphs=False)
    assert _under_carets(lines) == [r"\x01"]
    assert max(map(len, lines)) < 130


def test_every_anomaly_says_what_it_is_and_where_it_is_written() -> None:
    text = "\n".join(as_lines(_judged(G + b"X : y\r\n\r\n"), "f"))
    assert "space-before-colon: Whitespace stands between a field name and its colon." in text
    assert "RFC 9112 5.1 (9112-5.1-a, smuggling) https://www.rfc-editor.org/rfc/rfc9112#section-5.1" in text


def test_a_kind_is_explained_once_and_many_anomalies_are_counted() -> None:
    text = "\n".join(as_lines(_judged(b"GET / HTTP/1.1\n" + b"X: y\n" * 30 + b"\n"), "f"))
    assert text.count("ends in LF without CR") == 1
    assert "and 13 more" in text


def test_what_a_parser_says_cannot_play_tricks_on_a_terminal() -> None:
    evil = Reading((), End.REJECTED, 0, complaint="\x1b[2J\u202e<script>")
    lines = as_lines(_judged(b"\x1b[31m\r\n\r\n", ("h11", evil)), "\x1b]0;x", glyphs=False)
    assert "\n".join(lines).isascii()
    assert "\x1b" not in "\n".join(lines)


def test_too_many_readings_are_never_told_as_a_number() -> None:
    judged = _judged(G + b"\r\n", too_many=True)
    assert "too many permitted readings" in as_one_line(judged, "f")
    assert "and others: there are too many to follow them all" in "\n".join(as_lines(judged, "f"))
    assert as_json(judged, "f")["more_readings"] is None


def test_further_readings_are_counted() -> None:
    assert "and 3 more" in "\n".join(as_lines(_judged(G + b"\r\n", more=3), "f"))


def test_the_json_shape() -> None:
    octets = b"POST /\xe9 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    strict = read_requests(octets)
    refused = Reading((), End.REJECTED, 0, (), (400,), must_close=True, complaint="no")
    judged = as_json(_judged(octets, ("h11", refused)), "a.http")
    assert judged == {
        "file": "a.http",
        "readings": [
            {
                "requests": [{"method": "POST", "target": "/é", "content_length": 5}],
                "end": "complete",
                "statuses": [],
                "must_close": False,
            }
        ],
        "more_readings": 0,
        "anomalies": [
            {"kind": "target-octets-invalid", "ledger": "9112-3.2-a", "span": list(strict.anomalies[0].span)}
        ],
        "oracles": {
            "h11": {
                "requests": [],
                "end": "rejected",
                "statuses": [400],
                "must_close": True,
                "complaint": "no",
            }
        },
    }
    assert json.loads(json.dumps(judged)) == judged


def test_one_line_for_a_folder_of_files() -> None:
    assert as_one_line(_judged(G + b"\r\n"), "a") == "a: 1 permitted reading; nothing amiss"
    assert (
        as_one_line(_judged(G + b"X : y\r\nZ : y\r\n\r\n"), "a")
        == "a: 1 permitted reading; space-before-colon"
    )


def test_a_ledger_row_names_its_section() -> None:
    for kind in ANOMALY_KINDS.values():
        assert citation(kind.ledger) == ledger()[kind.ledger].citation
