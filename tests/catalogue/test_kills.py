"""Every rule can fail: the faults of the reference server are caught, and the faultless server conforms."""

import tomllib
from pathlib import Path

import pytest

from harness.model.verdict import Outcome
from harness.rules.rule import catalogue
from server.faults import all_faults
from tests.catalogue.matrix import examinations, judged, kills

KILLS = tomllib.loads(Path(__file__).with_name("kills.toml").read_text())
UNCAUGHT = {
    "answers-400-to-everything": "its sound twins are refused too: nothing is decided, and the run fails",
    "never-answers": "its baseline is not answered, and the run ends at that",
    "no-date": "a server without a clock sends none, and only its operator knows (RFC 9110 6.6.1)",
    "long-request-line-answered-431": "its limit is found by `wireproof limits`; no rule sends as much",
    "control-octets-in-value-kept": "NUL in a value may become SP, and no answer that is told of shows which",
}


def test_the_faultless_server_conforms():
    verdicts = list(judged(list(catalogue().values()), examinations(None)))
    others = {
        (verdict.rule, verdict.outcome, verdict.observed)
        for _, verdict in verdicts
        if verdict.outcome is not Outcome.CONFORMS
    }
    assert others == set()
    assert {verdict.rule for _, verdict in verdicts} == set(catalogue()) - {"9112-6.3-until-close"}


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_a_fault_is_caught_by_the_rules_that_are_told_to(fault):
    expected = {(rule, row) for rule, rows in KILLS[fault].items() for row in rows}
    assert kills(fault) == expected
    assert expected or fault in UNCAUGHT


def test_every_row_that_a_rule_covers_is_named_under_some_fault():
    covered = {(rule.id, row) for rule in catalogue().values() for row in rule.covers}
    assert covered - set().union(*map(kills, all_faults())) == set()
