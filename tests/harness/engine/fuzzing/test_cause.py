"""Violations with one cause are one, and what is smaller may show less but never something else."""

from dataclasses import replace

from harness.engine.fuzzing.cause import Cause, cause
from harness.rules.rule import Views, catalogue
from tests.harness.engine.engine_support import answers, examined

TWICE = b"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"


def causes(octets, answer, rule):
    seen = examined(octets, answer)
    return {cause(seen, one) for one in catalogue()[rule].violations(seen, Views(seen))}


def test_a_cause_tells_the_rule_what_is_amiss_where_and_the_reaction():
    assert causes(TWICE, answers(200, 404), "9112-3.2-host-twice") == {
        Cause("9112-3.2-host-twice", "bad", ("host-twice",), "fields", "answered 2xx, kept")
    }


def test_it_does_not_depend_on_what_is_amiss_with_nothing():
    other = TWICE.replace(b"GET / ", b"OPTIONS /other ").replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n")
    assert causes(other, answers(204, 404), "9112-3.2-host-twice") == causes(
        TWICE, answers(200, 404), "9112-3.2-host-twice"
    )


def test_what_a_response_has_wrong_is_the_cause_where_a_rule_is_about_responses():
    bare = b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"
    (found,) = causes(TWICE, bare, "9112-2.1-response-line-ends")
    assert (found.phase, found.reaction) == ("response", "")
    assert found.kinds


ONE = Cause("rule", "bad", ("a", "b"), "fields", "answered 2xx, kept")


def test_what_is_smaller_may_have_less_amiss_but_something():
    assert ONE.shows(ONE)
    assert ONE.shows(replace(ONE, kinds=("b",), phase="request-line"))
    assert not ONE.shows(replace(ONE, kinds=()))
    assert not ONE.shows(replace(ONE, kinds=("a", "b", "c")))


def test_what_is_smaller_may_show_nothing_else():
    for other in (
        replace(ONE, rule="other"),
        replace(ONE, grade="unmet"),
        replace(ONE, reaction="no answer, closed"),
    ):
        assert not ONE.shows(other)
