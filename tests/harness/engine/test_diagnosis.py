"""What calibration found is told as rules that do not apply, and as what to do about it."""

from dataclasses import replace

from harness.engine.calibrate import Resources, calibrate
from harness.engine.diagnosis import NotApplicable, advice, not_applicable
from harness.engine.plans import lacking
from harness.rules.need import Need
from harness.rules.probe import probe
from harness.rules.rule import catalogue
from tests.harness.engine.engine_support import TARGET, reference

FIRST, SECOND, THIRD = list(catalogue().values())[:3]
RULES = [
    replace(FIRST, probes=(probe("1", b"x", needs=[Need.ECHO]), probe("2", b"x"))),
    replace(SECOND, probes=(probe("1", b"x", needs=[Need.ECHO]), probe("2", b"x", needs=[Need.HALF_CLOSE]))),
    replace(THIRD, probes=(probe("1", b"x", needs=[Need.ECHO, Need.HALF_CLOSE]),)),
    replace(FIRST, id="passive", probes=()),
]
BARE = calibrate(TARGET, reference(), Resources(echo="/nothing", inspect="/nothing"))
WHOLE = calibrate(TARGET, reference())


def test_rules_that_do_not_apply_are_told_with_the_reason():
    around = replace(BARE.around, lacks={Need.ECHO: "nothing echoes", Need.HALF_CLOSE: "nothing answers"})
    found = list(not_applicable(RULES, around))
    echo, both = lacking(RULES[0].probes[0], around), lacking(RULES[2].probes[0], around)
    assert found == [
        NotApplicable(FIRST.id, 1, 2, echo),
        NotApplicable(SECOND.id, 2, 2, both),
        NotApplicable(THIRD.id, 1, 1, both),
    ]
    assert echo.startswith("Nothing echoes. ")
    assert both.startswith(echo)
    assert [one.whole for one in found] == [False, True, True]


def test_advice_says_how_many_rules_it_helps():
    (echo,) = advice(BARE, RULES)
    assert echo.startswith("Serve /nothing, which answers POST")
    assert echo.endswith(" 3 rules have probes that need it.")
    assert [one.endswith(" 1 rule has probes that need it.") for one in advice(BARE, RULES[:1])] == [True]


def test_advice_does_not_promise_what_something_else_prevents():
    around = replace(BARE.around, lacks={Need.ECHO: "nothing echoes", Need.HALF_CLOSE: "nothing answers"})
    (echo,) = advice(replace(BARE, around=around), RULES)
    assert echo.endswith(" 2 rules have probes that need it.")


def test_advice_that_helps_no_rule_is_not_given():
    assert list(advice(BARE, RULES[3:])) == []
    assert list(advice(WHOLE, RULES)) == []


def test_advice_that_is_not_about_a_need_is_given_anyway():
    found = calibrate(TARGET, reference("answers-200-to-everything"))
    assert list(advice(found, [])) == [
        "No answer of this server proves anything: test the server itself, not a stand-in."
    ]
