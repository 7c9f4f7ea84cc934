"""Plans on their way: several connections at a time, never more begun than are in flight, none forgotten.

Results come one by one, in the order in which they are there. Whoever takes them may stop the traffic and
look at the target alone, put plans back, or take the rest away when the time is up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from harness.engine.plans import Planned
from harness.http1.request_reader import read_requests
from harness.model.plan import Pause
from harness.model.reading import End
from harness.model.verdict import Examination

Carry = Callable[[Planned], Examination]


class Schedule:
    """Plans waiting and plans in flight, at most `at_once` of these."""

    def __init__(self, pool: ThreadPoolExecutor, carry: Carry, at_once: int, work: Iterable[Planned]) -> None:
        self._pool = pool
        self._carry = carry
        self._at_once = at_once
        self._waiting = deque(work)
        self._flying: dict[Future[Examination], Planned] = {}
        self._landed: deque[tuple[Planned, Examination]] = deque()

    def next(self) -> tuple[Planned, Examination] | None:
        """The next result; None when there is nothing left. What a transport raises passes through."""
        while not self._landed:
            while self._waiting and len(self._flying) < self._at_once:
                one = self._waiting.popleft()
                self._flying[self._pool.submit(self._carry, one)] = one
            if not self._flying:
                return None
            self._land(wait(self._flying, return_when=FIRST_COMPLETED).done)
        return self._landed.popleft()

    def settle(self) -> None:
        """Wait for all that are in flight; their results stay to be taken."""
        self._land(wait(self._flying).done)

    def dropped(self) -> list[Planned]:
        """Take away what has landed and was not taken, without its results."""
        dropped = [one for one, _ in self._landed]
        self._landed.clear()
        return dropped

    def rest(self) -> list[Planned]:
        """Take away all that have not begun."""
        rest = list(self._waiting)
        self._waiting.clear()
        return rest

    def cancel(self) -> None:
        """Begin nothing more; what is in flight ends by its own deadlines."""
        self._waiting.clear()
        for future in self._flying:
            future.cancel()

    def _land(self, done: Iterable[Future[Examination]]) -> None:
        for future in done:
            self._landed.append((self._flying.pop(future), future.result()))


def stalls(one: Planned) -> bool:
    """Whether a plan leaves the target waiting for octets, so that others behind it wait as long."""
    paused = any(isinstance(step, Pause) for step in one.plan.steps)
    return paused or read_requests(one.plan.octets).end is End.NEEDS_MORE
