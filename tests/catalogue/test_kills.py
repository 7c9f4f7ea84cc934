"""Every rule can fail: the faults of the reference server are caught, and the faultless server conforms."""

import tomllib
from pathlib import Path

import pytest

from harness.model.verdict import Outcome
from harness.rules.rule import catalogue
from server.faults import all_faults
from tests.catalogue.matrix import kills, usual_verdicts

KILLS = tomllib.loads(Path(__file__).with_name("kills.toml").read_text())
UNCAUGHT = {
    "answers-400-to-everything": "its sound twins are refused too: nothing is decided, and the run fails",
    "never-answers": "its baseline is not answered, and the run ends at that",
    "no-date": "a server without a clock sends none, and only its operator knows (RFC 9110 6.6.1)",
    "control-octets-in-value-kept": "NUL in a value may become SP, and no answer that is told of shows which",
    "long-request-line-answered-431": "its limit is found by `wireproof limits`; no rule sends as much",
}


REFUSED = {"9112-6.1-connect": "the reference server refuses CONNECT, and the rule is about what accepts it"}


def test_the_faultless_server_conforms():
    others = {
        (verdict.rule, verdict.outcome, verdict.grade, verdict.observed)
        for _, verdict in usual_verdicts()
        if verdict.outcome is not Outcome.CONFORMS
    }
    assert {one for one in others if one[0] not in REFUSED or one[1] is not Outcome.NOT_APPLICABLE} == set()
    assert {verdict.rule for _, verdict in usual_verdicts()} == set(catalogue())


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_a_fault_is_caught_by_the_rules_that_are_told_to(fault):
    expected = {(rule, row) for rule, rows in KILLS[fault].items() for row in rows}
    assert kills(fault) == expected
    assert expected or fault in UNCAUGHT


def test_every_row_that_a_rule_covers_is_named_under_some_fault():
    covered = {(rule.id, row) for rule in catalogue().values() for row in rule.covers}
    assert covered - set().union(*map(kills, all_faults())) == set()


def test_a_verdict_names_rows_that_its_rule_covers():
    named = {(verdict.rule, row) for _, verdict in usual_verdicts() for row in verdict.covers}
    named |= set().union(*map(kills, all_faults()))
    assert {(rule, row) for rule, row in named if row not in catalogue()[rule].covers} == set()


DEVIATIONS = {
    "length and coding answered, and the connection kept (uvicorn with h11, hypercorn, waitress)": (
        "length-and-coding-kept-open",
        ("9112-6.1-length-and-coding", "9112-6.1-p"),
    ),
    "one leading empty line refused (servers on h11)": (
        "leading-empty-line-refused",
        ("9112-2.2-leading-empty-line", "9112-2.2-i"),
    ),
    "the version of the request copied into the status-line (aiohttp, gunicorn)": (
        "request-version-copied",
        ("9110-6.2-own-version", "9110-6.2-b"),
    ),
    "LF alone taken in chunk lines (nginx)": (
        "bare-lf-ends-every-line",
        ("9112-7.1-chunk-line-end", "9112-7.1-d"),
    ),
    "cut content taken for the whole (gunicorn)": (
        "first-read-taken-for-content",
        ("9112-6.3-cut-short", "9112-6.3-t"),
    ),
    "close in a list not seen (aiohttp, gunicorn, waitress, tornado, node)": (
        "close-in-list-ignored",
        ("9112-9.6-close-honoured", "9112-9.3-b"),
    ),
    "HTAB not taken for whitespace around a value (nginx, node)": (
        "tab-kept-in-value",
        ("9112-5-whitespace-around-value", "9112-5.1-c"),
    ),
}


@pytest.mark.parametrize(("fault", "shown"), DEVIATIONS.values(), ids=DEVIATIONS)
def test_what_real_servers_do_is_seen(fault, shown):
    assert shown in kills(fault)


def test_a_connection_that_is_kept_behind_length_and_coding_is_not_held_to_be_misframed():
    """The marker's answer behind it is one more than the reading has requests, and no content."""
    assert ("9112-6.1-length-and-coding", "9112-6.3-g") not in kills("length-and-coding-kept-open")
