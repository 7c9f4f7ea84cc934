"""Known deviations: what they excuse, what they never excuse, and what a run leaves of them."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from harness.model.baseline import Baseline, Excuses, Known, deviations, hold
from harness.model.verdict import Grade, Outcome

DAY = date(2026, 11, 24)
RULE = "9112-7.1-lenient"
KNOWN = Known(
    "nginx", RULE, Grade.RISK, ("9112-7.1-a", "9112-7.1-b"), reason="said upstream", example=f"{RULE}/1"
)
PROBES = {RULE: (f"{RULE}/1", f"{RULE}/2")}


@dataclass(frozen=True)
class Said:
    """A verdict, as far as a baseline looks at it."""

    outcome: Outcome = Outcome.VIOLATES
    grade: Grade | None = Grade.RISK
    covers: tuple[str, ...] = ("9112-7.1-a",)
    plan: str = f"{RULE}/1"
    rule: str = RULE
    target: str = "nginx"
    observed: str = "read as a chunk"
    flaky: bool = False


CONFORMS = Said(Outcome.CONFORMS, None, ("9112-7.1-a", "9112-7.1-b"))
UNDECIDED = Said(Outcome.INCONCLUSIVE, None, ("9112-7.1-a", "9112-7.1-b"))


def held(*said, known=(KNOWN,), day=DAY):
    return hold(Baseline("file", day, tuple(known)), said, PROBES)


@pytest.mark.parametrize(
    ("said", "excused"),
    [
        (Said(), True),
        (Said(covers=("9112-7.1-a", "9112-7.1-b")), True),
        (Said(plan="corpus/other"), True),
        (Said(grade=Grade.SOFT), True),
        (Said(grade=Grade.BAD), False),
        (Said(grade=None), False),
        (Said(covers=("9112-7.1-c",)), False),
        (Said(covers=("9112-7.1-a", "9112-7.1-c")), False),
        (Said(target="hyper"), False),
        (Said(rule="9112-7.1-other"), False),
        (Said(flaky=True), False),
        (CONFORMS, False),
    ],
)
def test_an_entry_excuses_its_rule_its_target_its_rows_and_nothing_worse(said, excused):
    entries = Excuses(Baseline("file", DAY, (KNOWN,))).of(said.target, said)
    assert entries == ((KNOWN,) if excused else ())


def test_without_a_baseline_nothing_is_excused():
    assert Excuses(None).of("nginx", Said()) == ()


def test_an_entry_excuses_until_the_day_it_expires():
    known = replace(KNOWN, expires=DAY)
    assert held(Said(), known=[known], day=date(2026, 11, 23)).new == ()
    late = held(Said(), known=[known])
    assert [one.rule for one in late.new] == [RULE]
    assert late.expired == (known,)
    assert held(Said(grade=Grade.BAD), known=[known]).expired == ()


def test_two_entries_excuse_together_what_neither_does_alone():
    one = replace(KNOWN, requirements=("9112-7.1-a",))
    other = replace(KNOWN, grade=Grade.BAD, requirements=("9112-7.1-b",))
    said = Said(covers=("9112-7.1-a", "9112-7.1-b"))
    assert held(said, known=[one, other]).new == ()
    assert len(held(said, known=[one]).new) == 1


def test_deviations_are_one_a_grade_with_all_rows_and_the_plan_of_the_rule_itself():
    found = deviations(
        [
            Said(plan="corpus/a", covers=("9112-7.1-b",)),
            Said(plan=f"{RULE}/10"),
            Said(plan=f"{RULE}/9"),
            Said(grade=Grade.BAD, covers=("9112-7.1-c",)),
            CONFORMS,
            Said(flaky=True),
        ]
    )
    assert [(one.grade, one.requirements, one.example) for one in found] == [
        (Grade.BAD, ("9112-7.1-c",), f"{RULE}/1"),
        (Grade.RISK, ("9112-7.1-a", "9112-7.1-b"), f"{RULE}/9"),
    ]


def test_deviations_sort_by_target_section_and_grade():
    rules = ["9112-10.1-x", "9112-9.1-x", "9110-5.5-x"]
    found = deviations(
        [*(Said(rule=rule) for rule in rules), Said(rule=rules[0], grade=Grade.BAD), Said(target="a")]
    )
    assert [(one.target, one.rule, one.grade) for one in found] == [
        ("a", RULE, Grade.RISK),
        ("nginx", "9110-5.5-x", Grade.RISK),
        ("nginx", "9112-9.1-x", Grade.RISK),
        ("nginx", "9112-10.1-x", Grade.BAD),
        ("nginx", "9112-10.1-x", Grade.RISK),
    ]


def test_what_conforms_in_all_rows_is_fixed():
    assert held(CONFORMS).fixed == (KNOWN,)


def test_what_conforms_in_some_rows_is_less():
    found = held(Said(), replace(CONFORMS, covers=("9112-7.1-b",)))
    assert [(one.known, one.requirements) for one in found.lessened] == [(KNOWN, ("9112-7.1-a",))]
    assert found.fixed == found.unseen == ()


@pytest.mark.parametrize(
    "said",
    [
        [],
        [UNDECIDED],
        [CONFORMS, UNDECIDED],
        [replace(CONFORMS, outcome=Outcome.NOT_APPLICABLE)],
        [Said(flaky=True)],
        [replace(CONFORMS, target="hyper")],
        [replace(CONFORMS, plan=f"{RULE}/2")],
    ],
)
def test_what_a_run_does_not_decide_is_not_fixed(said):
    found = held(*said)
    assert found.unseen == (KNOWN,)
    assert found.fixed == found.lessened == ()


def test_a_plan_that_the_catalogue_has_no_more_keeps_nothing_from_being_fixed():
    gone = replace(KNOWN, example=f"{RULE}/9")
    assert held(replace(CONFORMS, plan=f"{RULE}/2"), known=[gone]).fixed == (gone,)
    elsewhere = replace(KNOWN, example="corpus/te-vt")
    assert held(CONFORMS, known=[elsewhere]).unseen == (elsewhere,)


def test_an_entry_for_what_is_milder_now_is_not_fixed():
    found = held(Said(grade=Grade.SOFT, covers=("9112-7.1-a", "9112-7.1-b")))
    assert (found.new, found.fixed, found.lessened, found.unseen) == ((), (), (), ())
    assert [one.grade for one in found.known] == [Grade.SOFT]
