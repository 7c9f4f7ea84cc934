"""How many connections a target serves at once: with fewer than are wanted, plans wait for one another.

Connections are held open, silent or with an unfinished head, while one more asks for the baseline. It is
served beside them if its answer is there before we can have let go of any. Where that is not seen, which
on a busy machine proves little, fewer are taken to be served: that costs time only.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.fact import Fact
from harness.http1.build import get
from harness.model.plan import AwaitEnd, AwaitResponse, Origin, Plan, Provenance, Send, Step
from harness.model.transcript import Transcript

HELD_SECONDS: Final = 0.3
"""How long connections are held; longer where the target takes longer to answer."""

LONG_SECONDS: Final = 1.0
"""How long one is held before it is believed that the target serves only one."""

MOST: Final = 16
"""More are not tried: who serves so many waits for none of them."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """`at_once` connections are served without waiting for one another, of those that were wanted."""

    at_once: int
    fact: Fact


class _Arrived:
    """A watch that is content with anything, and tells since when it is asked.

    A transport asks it at an AwaitResponse: the steps before are carried out, those behind are not begun.
    """

    def __init__(self) -> None:
        self.here = threading.Event()
        self.since = math.inf

    @property
    def finals(self) -> int:
        """As many as the plan waits for."""
        if not self.here.is_set():
            self.since = time.monotonic()
            self.here.set()
        return 1

    def feed(self, octets: bytes) -> None:
        """Nothing is expected."""

    def end(self) -> None:
        """Nothing is expected."""


def crowd(
    ask: Asker,
    wanted: int,
    pool: ThreadPoolExecutor,
    *,
    held_seconds: float = HELD_SECONDS,
    long_seconds: float = LONG_SECONDS,
) -> Crowd:
    """How many of the `wanted` connections are served at once; `pool` has MOST threads for those held."""
    most = min(wanted, MOST)
    for held in _ever_fewer(most - 1):
        everyone = held + 1 == most
        if _served_beside(ask, [number % 2 == 0 for number in range(held)], held_seconds, pool, everyone):
            if everyone:
                return Crowd(wanted, Fact("connections", f"{most} at a time are served"))
            text = f"at most {held + 1} at a time are served: more of them wait for those that are silent"
            return Crowd(held + 1, Fact("connections", text))
    served = _served_beside(ask, [True], long_seconds, pool)
    if served or (served is None and _served_beside(ask, [False], long_seconds, pool)):
        return Crowd(2, Fact("connections", "at most 2 at a time are served"))
    text = "one at a time is served: a second waits while the first is silent or unfinished"
    return Crowd(1, Fact("connections", text))


def _ever_fewer(held: int) -> Iterator[int]:
    """How many to hold: all but one, then half of them and again, down to one."""
    while held >= 1:
        yield held
        held //= 2


def _served_beside(
    ask: Asker, unfinished: Sequence[bool], seconds: float, pool: ThreadPoolExecutor, leave: bool = False
) -> bool | None:
    """Whether one connection is served while others are held open, each silent or with an unfinished head.

    None if the target has ended all of them by itself: those are in nobody's way. `leave` leaves them open
    where they do not matter, so that nothing has to wait for them.
    """
    seconds = max(seconds, 5 * ask.measured.slowest)
    holding = [_hold(ask, each, seconds, pool) for each in unfinished]
    steps = (Send(ask.octets(get())), AwaitResponse(1))
    seen = ask.carry_out(f"beside {len(holding)} held connections", steps, judged=False, timed=False)
    let_go = min(arrived.since for _, arrived in holding) + seconds
    served = bool(seen.responses.finals) and time.monotonic() < let_go
    ended = all(one.done() for one, _ in holding)
    if not (served and leave):
        wait(one for one, _ in holding)
    return None if served and ended else served


def _hold(
    ask: Asker, unfinished: bool, seconds: float, pool: ThreadPoolExecutor
) -> tuple[Future[Transcript], _Arrived]:
    """A connection that is held for so long, once it stands and what there is to send is sent."""
    head = (Send(ask.octets(get())[:-2]),) if unfinished else ()
    steps: tuple[Step, ...] = (*head, AwaitResponse(1), AwaitEnd(seconds))
    plan = Plan(steps, Provenance(Origin.CALIBRATION, "calibration", "held"))
    arrived = _Arrived()
    holding = pool.submit(ask.transport.execute, plan, arrived)
    holding.add_done_callback(lambda _: arrived.here.set())  # whatever became of it
    arrived.here.wait()
    return holding, arrived
