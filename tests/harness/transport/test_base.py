"""The limits, and what is said of a plan that cannot be carried out."""

from __future__ import annotations

import pytest

from harness.errors import BadPlan
from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Origin,
    Pause,
    Plan,
    Provenance,
    Send,
    Step,
)
from harness.transport.base import Limits, check_plan
from harness.transport.contract.peers import MarkWatch


def plan(*steps: Step) -> Plan:
    return Plan(steps, Provenance(Origin.CASE, "some-case", "variant"))


def test_stretched_limits_wait_longer_and_take_no_more() -> None:
    assert Limits(1, 2, 3, 4, 5, 6).stretched(2) == Limits(2, 4, 6, 8, 10, 6)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((Send(b"a"), Send(b"")), r"some-case/variant: step 2 \(Send\) has no octets"),
        ((Send(b"abc", (2, 1)),), r"cuts \(2, 1\) that do not rise within its 3 octets"),
        ((Pause(-0.5),), r"\(Pause\) needs finite seconds from 0, not -0.5"),
        ((AwaitResponse(-1),), r"awaits -1 responses, not 1 or more"),
        ((HalfClose(), Send(b"a")), r"step 2 \(Send\) comes after HalfClose"),
        ((Abort(), Pause(1)), r"step 2 \(Pause\) comes after Abort"),
    ],
)
def test_a_bad_plan_is_told_by_its_step_and_flaw(steps: tuple[Step, ...], said: str) -> None:
    with pytest.raises(BadPlan, match=said):
        check_plan(plan(*steps), MarkWatch())


def test_awaiting_a_response_takes_a_watch() -> None:
    with pytest.raises(BadPlan, match="needs a watch"):
        check_plan(plan(AwaitResponse()), None)


def test_sound_plans_are_let_through() -> None:
    check_plan(plan(), None)
    check_plan(plan(Send(b"abc", (0, 1, 1, 3)), Pause(0), HalfClose(), AwaitEnd(2.5), Abort()), None)
    check_plan(plan(HalfClose(), AwaitResponse(2), Pause(1), Abort()), MarkWatch())
