"""Limits are told in a plain table, and in JSON that says the same."""

import json

from harness.model.limit import Found, Limit, Reaction, Then, Tried
from harness.narrate.limits import THEN, as_json, as_lines, in_short, in_words

FOUND = Limit(
    "request-line",
    "octets",
    (
        Tried(65_535, Reaction(200, Then.IN_STEP)),
        Tried(1 << 20, Reaction(None, Then.RESETS)),
    ),
    65_536,
    Reaction(414, Then.CLOSES),
)


def test_a_limit_is_a_few_lines():
    assert list(as_lines([FOUND])) == [
        "request-line (octets)",
        "       65,535  200, answers the next request",
        "    1,048,576  resets without an answer",
        "  at most 65,536, then 414, closes",
    ]


def test_what_is_not_known_is_said():
    taken = Limit("field lines", "lines", (), 1 << 16, None)
    silent = Limit("field lines", "lines", (), 400, None, "800 lines were not answered in time")
    nothing = Limit("trailer section", "octets", (), None, None, "content is not taken: answered 405")
    assert [list(as_lines([one]))[-1].strip() for one in (taken, silent, nothing)] == [
        "65,536 and less are answered alike",
        "unknown, 400 are taken: 800 lines were not answered in time",
        "unknown: content is not taken: answered 405",
    ]


def test_silence_is_no_close():
    assert in_words(Reaction(None, Then.SILENT)) == "no answer"
    assert in_words(Reaction(414, Then.SILENT)) == "414, stays open, answers no more"


def test_json_says_the_same():
    assert json.loads(json.dumps(as_json(FOUND))) == {
        "name": "request-line",
        "unit": "octets",
        "tried": [
            {"size": 65_535, "status": 200, "then": "in-step"},
            {"size": 1 << 20, "status": None, "then": "resets"},
        ],
        "most": 65_536,
        "beyond": {"status": 414, "then": "closes"},
        "note": "",
        "up_to": 0,
    }
    assert as_json(Limit("field lines", "lines", (), 9, None))["beyond"] is None


def test_they_are_counted_by_what_is_known():
    taken = Limit("field lines", "lines", (), 1 << 16, None)
    silent = Limit("field lines", "lines", (), 400, None, "800 lines were not answered in time")
    assert [one.found for one in (FOUND, taken, silent)] == list(Found)
    assert in_short([FOUND, FOUND, silent, taken]) == "2 found, 1 not reached, 1 unknown"
    assert in_short([FOUND]) == "1 found"


def test_every_fate_has_its_words():
    assert set(THEN) == set(Then)
