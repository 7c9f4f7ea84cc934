"""The exit code of a run over several targets."""

import pytest

from harness.session import worst_code


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 6, 0], 6),
        ([6, 7], 7),
        ([7, 1, 6], 1),
        ([0, 1], 1),
        ([1, 4, 6], 4),
        ([7, 3], 3),
    ],
)
def test_the_worst_code_is_that_of_the_run(codes, worst):
    assert worst_code(codes) == worst
