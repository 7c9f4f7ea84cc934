"""Summing up verdicts: the worst one is the rule's cell, and nothing but a pass is a pass."""

from __future__ import annotations

import itertools

import pytest

from harness.model.requirement import Level
from harness.model.tally import Standing, Tally, Triple, standing, worst
from harness.model.verdict import Grade, Outcome

BAD: Triple = (Outcome.VIOLATES, Grade.BAD, False)
SOFT: Triple = (Outcome.VIOLATES, Grade.SOFT, False)
FLAKY: Triple = (Outcome.VIOLATES, Grade.BAD, True)
UNKNOWN: Triple = (Outcome.INCONCLUSIVE, None, False)
GOOD: Triple = (Outcome.CONFORMS, None, False)
NONE: Triple = (Outcome.NOT_APPLICABLE, None, False)


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        (BAD, Standing.BAD),
        ((Outcome.VIOLATES, Grade.RISK, False), Standing.RISK),
        ((Outcome.VIOLATES, Grade.UNMET, False), Standing.UNMET),
        (SOFT, Standing.SOFT),
        ((Outcome.VIOLATES, None, False), Standing.BAD),
        (FLAKY, Standing.FLAKY),
        ((Outcome.CONFORMS, None, True), Standing.FLAKY),
        (UNKNOWN, Standing.INCONCLUSIVE),
        (GOOD, Standing.CONFORMS),
        (NONE, Standing.NOT_APPLICABLE),
    ],
)
def test_a_verdict_has_one_standing(triple: Triple, expected: Standing) -> None:
    assert standing(*triple) is expected


def test_the_worst_verdict_is_the_cell_in_whatever_order_they_come() -> None:
    ordered = [BAD, SOFT, FLAKY, UNKNOWN, GOOD, NONE]
    for first, second in itertools.combinations(ordered, 2):
        assert worst([first, second]) is worst([second, first]) is standing(*first)


def test_no_verdict_is_not_a_pass() -> None:
    assert worst([]) is None


def test_only_violations_have_a_grade() -> None:
    assert [one.grade for one in Standing] == [*Grade, None, None, None, None]
    assert [one for one in Standing if one.violates] == list(Standing)[:4]


def test_a_tally_counts_by_level_and_standing() -> None:
    tally = Tally()
    for triple in (BAD, BAD, GOOD):
        tally.add(Level.MUST, triple)
    tally.add(Level.SHOULD, SOFT)
    assert tally.of(Standing.BAD) == tally.of(Standing.BAD, Level.MUST) == 2
    assert tally.row(Level.SHOULD) == {one: int(one is Standing.SOFT) for one in Standing}
    assert (tally.violations(), tally.violations([Grade.SOFT]), tally.total) == (3, 1, 4)


def test_asking_a_tally_changes_nothing() -> None:
    tally = Tally()
    tally.row(Level.MUST)
    assert not tally.counts
