"""Targets as they are chosen: names that no two share, words that name them again, early errors."""

import pytest

from harness.errors import UsageError
from harness.session import TargetChoice, distinct, named


def names(*choices, given=()):
    return [choice.name for choice in named(choices, given)]


def test_a_target_is_called_by_what_is_known_before_it_runs():
    assert names(TargetChoice(url="127.0.0.1:81/x")) == ["127.0.0.1:81"]
    assert names(TargetChoice(url="http://[::1]/")) == ["[::1]:80"]
    assert names(TargetChoice(spawn="/usr/bin/python3 -m app {port}")) == ["python3"]
    assert names(TargetChoice(fault="host-twice-accepted")) == ["reference+host-twice-accepted"]
    assert names(TargetChoice(specimen="pong")) == ["specimen+pong"]
    assert names(TargetChoice()) == ["reference"]


def test_no_two_targets_have_one_name():
    url = TargetChoice(url="http://127.0.0.1:81/")
    assert names(url, url, url) == ["127.0.0.1:81", "127.0.0.1:81-2", "127.0.0.1:81-3"]
    assert names(url, url, given=["a"]) == ["a", "127.0.0.1:81"]
    assert names(url, url, given=["127.0.0.1:81"]) == ["127.0.0.1:81", "127.0.0.1:81-2"]
    assert distinct(["a", "a-2", "a", "a"]) == ["a", "a-2", "a-3", "a-4"]


@pytest.mark.parametrize(
    ("choice", "given", "says"),
    [
        (TargetChoice(), ["a", "a"], "two targets cannot have one name: a, a"),
        (TargetChoice(), ["a", "b", "c"], "3 names for 2 targets"),
        (TargetChoice(spawn="run me"), [], "where the port goes"),
        (TargetChoice(spawn="run 'me {port}"), [], "No closing quotation"),
        (TargetChoice(spawn=" "), [], "give a command"),
        (TargetChoice(url="https://127.0.0.1/"), [], "only http://"),
        (TargetChoice(url="http://192.0.2.1/"), [], "--i-may-test 192.0.2.1"),
        (TargetChoice(recipe="no-such"), [], "no recipe is called no-such"),
    ],
)
def test_what_cannot_be_a_target_is_told_before_anything_runs(choice, given, says):
    with pytest.raises(UsageError, match=says):
        named([TargetChoice(), choice], given)


def test_the_words_that_name_a_target_are_quoted_for_a_shell():
    assert TargetChoice(spawn="a b {port}").again == "--spawn 'a b {port}'"
    assert TargetChoice(recipe="nginx").again == "--recipe nginx"
    assert TargetChoice(url="http://127.0.0.1/?a&b").again == "'http://127.0.0.1/?a&b'"
    assert TargetChoice().again == ""
