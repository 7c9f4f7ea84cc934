"""The mode *conform*: the probes of the selected rules against one target, judged by all of them.

Controls go first, each once; then the probes, several connections at a time. Every Examination is
judged by every selected rule, and everything is handed to the sinks as it comes: what has been gathered
when a run is cut off stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from harness.engine.calibrate import Calibration, calibrate
from harness.engine.examine import Examiner
from harness.engine.plans import Planned, planned
from harness.engine.telling import rule_part, transcript_record
from harness.errors import TargetDied
from harness.model.plan import Plan
from harness.model.tally import Standing, worst
from harness.model.transcript import ConnectFailed
from harness.model.verdict import Examination, Verdict
from harness.rules.rule import Rule
from harness.store.records import AnyRecord, FindingRecord, TargetRecord, plan_record, verdict_record
from harness.targets.base import Target
from harness.transport.base import Transport

Write = Callable[[AnyRecord], None]

INDISCRIMINATE = "what is no request at all is answered as the baseline is: its answers prove nothing"


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict and the plan it is about."""

    verdict: Verdict
    plan: str


@dataclass(slots=True)
class Results:
    """All verdicts on one target, by rule.

    `indiscriminate`: the target answers what is no request as it answers the baseline, so that a run
    against it fails, whatever its single answers look like.
    """

    target: str
    indiscriminate: bool = False
    by_rule: dict[str, list[Judged]] = field(default_factory=dict)

    @property
    def conclusive(self) -> bool:
        """Whether anything at all is known of the target; a run without that has tested nothing."""
        standings = [self.standing(rule) for rule in self.by_rule]
        decided = any(one and (one.violates or one is Standing.CONFORMS) for one in standings)
        return decided and not self.indiscriminate

    def standing(self, rule: str) -> Standing | None:
        """The worst of a rule; None when it never had anything to judge."""
        return worst(
            (one.verdict.outcome, one.verdict.grade, one.verdict.flaky) for one in self.by_rule.get(rule, ())
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    total: int


def conform(
    target: Target,
    rules: Sequence[Rule],
    transport: Transport,
    write: Write,
    *,
    jobs: int = 8,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_calibrated: Callable[[Calibration], None] = lambda _: None,
) -> Results:
    """Calibrate the target, carry out the probes of the rules, judge, and write every record.

    TargetUnavailable when the baseline is not answered; TargetDied when the target cannot be connected
    to any more. KeyboardInterrupt passes through, with everything so far written.
    """
    calibration = calibrate(target, transport)
    on_calibrated(calibration)
    judge = _Judge(target, rules, write)
    write(
        TargetRecord(
            name=target.name,
            address=target.address,
            path=target.path,
            again=target.again,
            server=calibration.facts[0][1],
            facts=calibration.facts,
        )
    )
    if calibration.indiscriminate:
        judge.results.indiscriminate = True
        write(FindingRecord(target.name, "foil", INDISCRIMINATE, "calibration/foil 1"))
    for examination in calibration.examinations:
        judge(examination)
    work = [one for rule in rules for one in planned(rule, calibration.around)]
    controls = list({str(one.control.provenance): one.control for one in work if one.control}.values())
    progress = _Counter(len(work) + len(controls), on_progress)
    examiner = Examiner(target.name, transport, calibration.recognise)
    with _pool(jobs) as pool:
        twins = {}
        for examination in _examined(pool, ((examiner.examine, one, None) for one in controls)):
            twins[str(examination.plan.provenance)] = examination
            judge(examination)
            progress.step()
        for examination in _examined(pool, _with_controls(examiner, work, twins)):
            judge(examination)
            progress.step()
    return judge.results


class _Judge:
    """Judges examinations and writes their records; stops the run when the target is gone."""

    def __init__(self, target: Target, rules: Sequence[Rule], write: Write) -> None:
        self.rules = [(rule, rule_part(rule)) for rule in rules]
        self.results = Results(target.name)
        self._target = target
        self._write = write

    def __call__(self, examination: Examination) -> None:
        target, plan = examination.target, str(examination.plan.provenance)
        control = str(examination.control.plan.provenance) if examination.control else ""
        self._write(plan_record(examination.plan, target, control))
        self._write(transcript_record(examination))
        for rule, part in self.rules:
            for verdict in rule.judge(examination):
                self.results.by_rule.setdefault(rule.id, []).append(Judged(verdict, plan))
                self._write(verdict_record(verdict, target, plan, part))
        failed = next((one for one in examination.transcript.events if isinstance(one, ConnectFailed)), None)
        if failed:
            self._write(FindingRecord(target, "died", failed.error, example=plan))
            raise TargetDied(
                f"{self._target.address} accepts no more connections ({failed.error}), seen by {plan}"
            )


class _Counter:
    def __init__(self, total: int, tell: Callable[[Progress], None]) -> None:
        self._done, self._total, self._tell = 0, total, tell
        tell(Progress(0, total))

    def step(self) -> None:
        self._done += 1
        self._tell(Progress(self._done, self._total))


Task = tuple[Callable[[Plan, Examination | None], Examination], Plan, Examination | None]


def _with_controls(
    examiner: Examiner, work: Iterable[Planned], twins: dict[str, Examination]
) -> Iterator[Task]:
    for one in work:
        twin = twins[str(one.control.provenance)] if one.control else None
        yield examiner.examine, one.plan, twin


def _examined(pool: ThreadPoolExecutor, tasks: Iterable[Task]) -> Iterator[Examination]:
    """The examinations as they end; whatever has not begun is dropped when the consumer stops."""
    futures: list[Future[Examination]] = [pool.submit(run, plan, control) for run, plan, control in tasks]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _pool(jobs: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="wireproof")
