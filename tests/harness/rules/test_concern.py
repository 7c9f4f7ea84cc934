"""Rules that are not asked have nothing to say."""

from itertools import islice

from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing.stimulus import stimulus
from harness.model.verdict import Outcome
from harness.rules.concern import Concern, questions
from harness.rules.rule import Views, catalogue
from harness.strategies.planning import Scope, seeded_plans
from tests.harness.engine.engine_support import TARGET, reference

RULES = list(catalogue().values())


def test_what_a_check_asks_for_is_found_out_by_asking_it():
    assert questions(catalogue()["9112-6.3-content-length-invalid"]) == (("content-length-invalid",),)
    assert questions(catalogue()["9112-6.2-content-by-length"]) == ((),)


def test_a_rule_about_responses_is_always_asked():
    assert questions(catalogue()["9110-6.6.1-date"]) is None


def test_most_rules_are_not_called_in_vain():
    assert sum(questions(one) is not None for one in RULES) > len(RULES) / 2


def test_a_rule_that_is_not_asked_would_have_said_nothing():
    transport = reference()
    calibration = calibrate(TARGET, transport)
    examiner = Deadlines(calibration, transport).examiner()
    concern = Concern(RULES)
    left_out = 0
    for number, one in enumerate(islice(seeded_plans(2), 150)):
        seen = examiner.examine(stimulus(number, one, calibration.around).plan)
        asked = set(concern.of(seen))
        others = [rule for rule in RULES if rule not in asked]
        left_out += len(others)
        assert [said for rule in others for said in rule.judge(seen)] == []
    assert left_out > 150 * 20


def test_violations_are_those_of_the_judgement():
    transport = reference("length-and-coding-kept-open")
    calibration = calibrate(TARGET, transport)
    examiner = Deadlines(calibration, transport).examiner()
    found = 0
    about_codings = Scope(mutations=["transfer-encoding"], min_mutations=1)
    for number, one in enumerate(islice(seeded_plans(2, about_codings), 100)):
        seen = examiner.examine(stimulus(number, one, calibration.around).plan)
        views = Views(seen)
        for rule in RULES:
            judged = tuple(said for said in rule.judge(seen) if said.outcome is Outcome.VIOLATES)
            assert rule.violations(seen, views) == judged
            found += len(judged)
    assert found
