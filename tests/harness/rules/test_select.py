"""Selectors choose rules by section, pattern, level, area and security class; a mistake is never silence."""

import pytest

from harness.errors import NothingSelected, UsageError
from harness.rules.rule import catalogue
from harness.rules.select import select

RULES = list(catalogue().values())


def ids(wanted=(), excluded=()):
    return [rule.id for rule in select(RULES, wanted, excluded)]


def test_without_selectors_all_rules_are_chosen():
    assert ids() == list(catalogue())


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ("9112-6.3", lambda rule: rule.citation.rfc == 9112 and rule.citation.section == "6.3"),
        ("9112-6", lambda rule: rule.citation.rfc == 9112 and rule.citation.section.split(".")[0] == "6"),
        ("9110", lambda rule: rule.citation.rfc == 9110),
        ("9112-3.2-*", lambda rule: rule.id.startswith("9112-3.2-")),
        ("9112-3.2-host-twice", lambda rule: rule.id == "9112-3.2-host-twice"),
        ("level:GRAMMAR", lambda rule: rule.level == "GRAMMAR"),
        ("area:host", lambda rule: rule.area == "host"),
        ("security:smuggling", lambda rule: rule.security == "smuggling"),
        ("not area:host", lambda rule: rule.area != "host"),
    ],
)
def test_a_selector_chooses_exactly_what_it_says(selector, holds):
    chosen = ids([selector])
    assert chosen == [rule.id for rule in RULES if holds(rule)]
    assert chosen


def test_selectors_are_added_up_and_negations_taken_off():
    assert ids(["9112-3.2-host-*", "9112-5.1", "not 9112-3.2-host-twice"]) == [
        "9112-3.2-host-invalid",
        "9112-3.2-host-missing",
        "9112-5.1-space-before-colon",
    ]


def test_excluded_rules_are_left_out():
    assert "9112-3.2-host-twice" not in ids(["area:host"], ["9112-3.2-host-twice"])


@pytest.mark.parametrize("selector", ["9112-99", "nonsense", "area:nonsense", "9113", "not nonsense"])
def test_a_selector_that_matches_nothing_is_told(selector):
    with pytest.raises(NothingSelected):
        ids([selector])


def test_what_leaves_nothing_is_told():
    with pytest.raises(NothingSelected, match="leave no rule"):
        ids(["area:host"], ["area:host"])


def test_the_nearest_rule_is_suggested():
    with pytest.raises(NothingSelected, match=r"Did you mean 9112-3\.2-host-twice\?"):
        ids(["9112-3.2-host-twise"])


def test_an_unknown_key_is_told_with_those_there_are():
    with pytest.raises(UsageError, match="not one of level, area, security"):
        ids(["colour:red"])
