"""The mode *conform*: the probes of the selected rules against one target, judged by all of them.

Controls go first, each once; then the probes, several connections at a time. Every Examination is
judged by every selected rule, and everything is handed to the sinks as it comes: what has been gathered
when a run is cut off stays. What would fail the target is then seen again before it counts (`confirm`).

A run is bounded: each plan by the limits of the transport, the whole by `max_seconds`. Plans that the time
does not suffice for are told as not run, and what was not confirmed by then stays as it was seen.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from harness.engine.calibrate import Calibration, Resources, calibrate
from harness.engine.confirm import Confirmation
from harness.engine.deadlines import Deadlines
from harness.engine.diagnosis import not_applicable
from harness.engine.health import Health, Restart, unanswered
from harness.engine.judging import Bench, Case, Write
from harness.engine.plans import Planned, PlannedFor, left_out, planned
from harness.engine.results import Judged, Progress, Results
from harness.engine.schedule import Schedule, stalls
from harness.engine.telling import target_record
from harness.errors import TargetDied
from harness.model.plan import Plan
from harness.model.verdict import Examination, Outcome
from harness.rules.rule import Rule
from harness.store.records import FindingRecord
from harness.targets.base import Target
from harness.transport.base import Transport

__all__ = ["MAX_SECONDS", "Judged", "Progress", "Results", "Write", "conform"]

INDISCRIMINATE = "what is no request at all is answered as the baseline is: its answers prove nothing"

MAX_SECONDS: Final = 600.0
"""How long judging one target may take: many times what a slow server needs, and an end to a hostile one."""

Clock = Callable[[], float]


def conform(
    target: Target,
    rules: Sequence[Rule],
    transport: Transport,
    write: Write,
    *,
    jobs: int = 8,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_calibrated: Callable[[Calibration], None] = lambda _: None,
    probing: Sequence[Rule] | None = None,
    cases: Sequence[PlannedFor] = (),
    restart: Restart = lambda: False,
    max_seconds: float = MAX_SECONDS,
    resources: Resources | None = None,
    clock: Clock = time.monotonic,
) -> Results:
    """Calibrate the target, carry out the probes of the rules, judge, confirm, and write every record.

    `probing` are the rules whose probes are carried out (if not told, all of them), `cases` further plans;
    all rules judge all of it.

    `restart` starts the target anew and tells whether that is ours to do. TargetUnavailable when the
    baseline is not answered; TargetDied when the target answers no more and cannot be restarted.
    KeyboardInterrupt passes through, with everything so far written.
    """
    limit = TimeLimit(max_seconds, clock)
    calibration = calibrate(target, transport, resources, jobs=jobs)
    on_calibrated(calibration)
    bench = Bench(target.name, rules, write, tuple(calibration.around.lacks))
    left = not_applicable(rules, calibration.around)
    write(target_record(calibration, ((one.rule, one.why) for one in left)))
    if calibration.indiscriminate:
        bench.results.indiscriminate = True
        write(FindingRecord(target.name, "foil", INDISCRIMINATE, "calibration/foil 1"))
    for examination in calibration.examinations:
        bench.judge(examination, Planned("", examination.plan, _plan_of(examination.control)))
    probing = rules if probing is None else probing
    for rule in probing:
        for one in left_out(rule, calibration.around):
            bench.not_judged(rule.id, one.plan, Outcome.NOT_APPLICABLE, one.why)
    deadlines = Deadlines(calibration, transport)
    run = _Run(bench, deadlines, Health(deadlines, write, restart), limit)
    work = [one for rule in probing for one in planned(rule, calibration.around)]
    run.carry_out([*work, *(case(calibration.around) for case in cases)], on_progress)
    run.confirm()
    return bench.results


class TimeLimit:
    """How long a run may take, by a clock that tells seconds."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self.not_run = f"not run: the {seconds:g} s of the run were over"

    def over(self) -> bool:
        """Whether the time is up."""
        return self._clock() >= self._until


def _plan_of(examination: Examination | None) -> Plan | None:
    return examination.plan if examination else None


class _Counter:
    """Counts plans that are through."""

    def __init__(self, total: int, tell: Callable[[Progress], None]) -> None:
        self._done, self._total, self._tell = 0, total, tell
        tell(Progress(0, total))

    def step(self) -> None:
        self._done += 1
        self._tell(Progress(self._done, self._total))


class _Run:
    """One target under way."""

    def __init__(self, bench: Bench, deadlines: Deadlines, health: Health, limit: TimeLimit) -> None:
        self._bench = bench
        self._deadlines = deadlines
        self._examiner = deadlines.examiner()
        self._health = health
        self._limit = limit
        self._at_once = deadlines.calibration.at_once
        self._twins: dict[str, Examination] = {}
        self._lethal: set[str] = set()
        self._recent: deque[Planned] = deque(maxlen=2 * self._at_once)

    def carry_out(self, work: Sequence[Planned], on_progress: Callable[[Progress], None]) -> None:
        """Controls, then probes. Where one connection is served at a time, those that stall go last."""
        controls = {str(one.control.provenance): one.control for one in work if one.control}
        self._progress = _Counter(len(work) + len(controls), on_progress)
        ordered = sorted(work, key=stalls) if self._deadlines.calibration.single else work
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="wireproof") as pool:
            self._all(pool, (Planned("", one, None) for one in controls.values()))
            self._all(pool, ordered)

    def confirm(self) -> None:
        """See again what would fail the target; what proves nothing is not worth a second look."""
        Confirmation(
            self._bench,
            self._deadlines,
            at_once=self._at_once,
            late=lambda: self._bench.results.indiscriminate or self._limit.over(),
            look=self._look,
            lethal=frozenset(self._lethal),
        ).run()
        self._bench.results.crashes = self._health.crashes

    def _all(self, pool: ThreadPoolExecutor, work: Iterable[Planned]) -> None:
        schedule = Schedule(pool, self._examined, self._at_once, work)
        try:
            while True:
                if self._limit.over():
                    self._leave(schedule.rest())
                result = schedule.next()
                if result is None:
                    return
                one, examination = result
                if unanswered(examination) and not self._health.well:
                    self._find_out(one, examination, schedule)
                else:
                    self._take(one, examination)
        finally:
            schedule.cancel()

    def _examined(self, one: Planned) -> Examination:
        twin = self._twins.get(str(one.control.provenance)) if one.control else None
        return self._examiner.examine(one.plan, twin)

    def _take(self, one: Planned, examination: Examination) -> None:
        if not one.rule:
            self._twins[str(one.plan.provenance)] = examination
        self._recent.append(one)
        self._bench.judge(examination, one)
        self._progress.step()

    def _find_out(self, one: Planned, examination: Examination, schedule: Schedule) -> None:
        """The baseline stayed unanswered behind a plan: was the target busy with others, or is it gone?"""
        schedule.settle()
        ailment = self._health.ailment()
        if ailment is None:
            self._take(one, examination)
            return
        suspects = [one, *schedule.dropped()]
        found = self._health.attribute(ailment, suspects, self._examined, tuple(self._recent))
        try:
            for suspect, seen, ailed in found:
                if ailed:
                    self._lethal.add(str(suspect.plan.provenance))
                self._take(suspect, seen)
                suspects.remove(suspect)
        except TargetDied:
            if one in suspects:
                self._bench.record(examination)
            raise

    def _look(self, case: Case) -> None:
        """See whether the target still lives behind a plan that was carried out again."""
        if ailment := self._health.ailment():
            self._health.tell(ailment, case.plan, ["seen when the plan was carried out again"])
            self._health.restart(ailment, case.plan)

    def _leave(self, rest: Iterable[Planned]) -> None:
        for one in rest:
            if one.rule:
                self._bench.results.cut_short = True
                self._bench.not_run(one, self._limit.not_run)
            self._progress.step()
