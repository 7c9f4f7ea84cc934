"""Facts that need no question of their own: they stand in the answers that came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harness.engine.calibration.fact import Fact
from harness.model.reading import ReadResponse
from harness.model.verdict import Examination
from harness.targets.base import Target

_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds to which response times are rounded up: how many a target takes to the octet says little."""


def server_fact(first: ReadResponse) -> Fact:
    """How the server names itself (RFC 9110 10.2.4)."""
    values = first.response.values(b"Server")
    name = values[0].decode("ascii", "backslashreplace")[:80] if values else ""
    return Fact("server", name or "does not name itself")


def baseline_fact(target: Target, first: ReadResponse) -> Fact:
    """How the baseline is answered, and in which version, where that is not HTTP/1.1."""
    version = first.response.line.version
    spoken = "" if version == b"HTTP/1.1" else f" in {version[:20].decode('ascii', 'backslashreplace')}"
    remedy = (
        "" if first.status < 400 else "Give the --path of something that is served: a refusal shows less."
    )
    return Fact("baseline", f"GET {target.path} is answered {first.status}{spoken}", remedy)


def clock_fact(seen: Iterable[Examination]) -> Fact:
    """Whether the server has a clock, which it shows by Date (RFC 9110 6.6.1)."""
    dated = {bool(one.response.values(b"Date")) for each in seen for one in each.responses.finals}
    if dated == {True}:
        return Fact("clock", "every answer has Date")
    return Fact(
        "clock", "some answers have Date, and some have none" if True in dated else "no answer has Date"
    )


def times_fact(slowest: float) -> Fact:
    """How long the slowest answer took."""
    within = next((step for step in _STEPS if slowest <= step), slowest)
    return Fact("times", f"answers come within {within * 1000:.0f} ms")
