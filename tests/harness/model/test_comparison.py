"""Two runs compared: every way in which a cell can come off, and what makes the comparison fail."""

from dataclasses import dataclass

import pytest

from harness.model.comparison import Kind, Side, Trouble, compared
from harness.model.verdict import Grade, Outcome

BAD, RISK, SOFT = Grade.BAD, Grade.RISK, Grade.SOFT
CONFORMS, UNDECIDED = Outcome.CONFORMS, Outcome.INCONCLUSIVE


@dataclass(frozen=True)
class Said:
    """A verdict, as far as a comparison looks at it."""

    how: Grade | Outcome
    plan: str = "a/1"
    rule: str = "a"
    target: str = "nginx"
    flaky: bool = False
    covers: tuple[str, ...] = ()

    @property
    def outcome(self):
        return Outcome.VIOLATES if isinstance(self.how, Grade) else self.how

    @property
    def grade(self):
        return self.how if isinstance(self.how, Grade) else None

    @property
    def observed(self):
        return f"seen: {self.how}"


def side(*said, targets=("nginx",), rules=("a",), troubles=()):
    return Side(
        "id", "then", "0.1.0", "run", (BAD,), True, targets, {one: one for one in rules}, said, troubles
    )


def compare(before, after, same=lambda target, plan: True):
    return compared(side(*before), side(*after), same)


@pytest.mark.parametrize(
    ("before", "after", "kind", "fails"),
    [
        ([Said(CONFORMS)], [Said(BAD)], Kind.NEW, True),
        ([Said(CONFORMS)], [Said(RISK)], Kind.NEW, False),
        ([Said(RISK)], [Said(BAD)], Kind.NEW, True),
        ([Said(UNDECIDED)], [Said(BAD)], Kind.NEW, True),
        ([Said(BAD, flaky=True)], [Said(BAD)], Kind.NEW, True),
        ([Said(BAD)], [Said(CONFORMS)], Kind.FIXED, False),
        ([Said(BAD)], [Said(RISK)], Kind.CHANGED, False),
        ([Said(BAD)], [Said(UNDECIDED)], Kind.CHANGED, False),
        ([Said(BAD)], [Said(BAD, flaky=True)], Kind.CHANGED, False),
        ([Said(CONFORMS)], [Said(UNDECIDED)], Kind.CHANGED, False),
    ],
)
def test_a_cell_comes_off(before, after, kind, fails):
    found = compare(before, after)
    assert [one.kind for one in found.changes] == [kind]
    assert found.fails([BAD]) is fails
    assert found.of(kind) == list(found.changes)


def test_equal_cells_are_no_change():
    assert compare([Said(BAD)], [Said(BAD)]).changes == ()


def test_a_rule_that_says_nothing_any_more_is_told():
    found = compare([Said(BAD), Said(CONFORMS, rule="b")], [Said(CONFORMS, rule="b")])
    (one,) = found.changes
    assert (one.kind, one.after) == (Kind.CHANGED, None)


def test_another_case_of_a_broken_rule_is_a_change_and_fails():
    before = [Said(BAD), Said(CONFORMS, "a/2"), Said(BAD, "a/3")]
    after = [Said(BAD), Said(BAD, "a/2"), Said(CONFORMS, "a/3")]
    found = compare(before, after)
    (one,) = found.changes
    assert one.kind is Kind.CHANGED
    assert [(case.plan, case.is_new) for case in one.cases] == [("a/2", True), ("a/3", False)]
    assert found.fails([BAD])
    assert not found.fails([SOFT])


def test_plans_that_send_something_else_are_not_compared():
    before, after = [Said(BAD), Said(CONFORMS, "a/2")], [Said(BAD), Said(BAD, "a/2")]
    assert compare(before, after, lambda target, plan: False).changes == ()
    assert compare(before, [Said(BAD), Said(BAD, "a/3")]).changes == ()


def test_the_worst_of_a_plan_counts():
    found = compare([Said(BAD), Said(CONFORMS)], [Said(CONFORMS), Said(CONFORMS)])
    assert found.of(Kind.FIXED)


def test_what_only_one_run_has_is_told_and_no_change():
    before = side(Said(BAD), Said(BAD, target="old"), targets=("nginx", "old"), rules=("a", "x"))
    after = side(Said(BAD), Said(BAD, target="new"), targets=("nginx", "new"), rules=("a", "y"))
    found = compared(before, after, lambda target, plan: True)
    assert (found.only_before, found.only_after) == (("old",), ("new",))
    assert (found.rules_before, found.rules_after) == (("x",), ("y",))
    assert (found.targets, found.cells, found.changes) == (("nginx",), 1, ())
    assert not found.fails([BAD])


def test_a_target_that_is_not_judged_any_more_fails():
    found = compared(side(Said(CONFORMS)), side(), lambda target, plan: True)
    assert found.lost == ("nginx",)
    assert found.fails([BAD])


def test_a_new_crash_fails_and_one_that_was_there_does_not():
    crash, hang = Trouble("nginx", "crash", "by a/1"), Trouble("nginx", "hang", "by a/2")
    before = side(Said(CONFORMS), troubles=(crash,))
    after = side(Said(CONFORMS), troubles=(Trouble("nginx", "crash", "by a/3"), hang))
    found = compared(before, after, lambda target, plan: True)
    assert (found.new_troubles, found.gone_troubles) == ((hang,), ())
    assert found.fails([BAD])
    assert not compared(after, before, lambda target, plan: True).fails([BAD])
