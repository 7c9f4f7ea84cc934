"""The mode *fuzz*, whole: calibrate the target, run a campaign against it, and write every record of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harness.engine.calibrate import Calibration, Resources, calibrate
from harness.engine.conform import INDISCRIMINATE
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing.campaign import Bounds, Campaign, Clock, Course, Listener
from harness.engine.fuzzing.finding import Finding
from harness.engine.health import Ailment, Health, Restart
from harness.engine.judging import Bench, Write
from harness.engine.telling import records, rule_part, target_record
from harness.model.case import Case
from harness.model.verdict import Examination, Grade
from harness.rules.rule import Rule
from harness.store.recording import verdict_record
from harness.store.records import CampaignRecord, FindingRecord
from harness.strategies.delivery import Kind
from harness.strategies.planning import Scope, seeded_plans
from harness.targets.base import Target
from harness.transport.base import Transport

KINDS: Final = (
    *(Kind.WHOLE,) * 140,
    *(Kind.HELD_BACK,) * 20,
    *(Kind.SPLIT,) * 16,
    *(Kind.CUTS,) * 8,
    *(Kind.HALF_CLOSED,) * 8,
    *(Kind.ABORTED,) * 4,
    *(Kind.PAUSED,) * 2,
    Kind.OCTETS,
)
"""How a campaign sends: in one piece mostly, and so what is held back, unless it expects 100-continue. Pieces
are kept apart by 2 ms each, so that one request octet by octet takes the time of a hundred others."""


def scope(*families: str) -> Scope:
    """What the plans of a campaign are made of: mutations of these families, of all if none. One plan in four
    is sound: what is refused of it, or lost between its pieces, is refused or lost without ground."""
    return Scope(mutations=families, kinds=KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzing:
    """What is sent, and how long: the seed of the plans, the scope that they are made within, the bounds;
    `known` are cases whose causes are not told again, `jobs` connections at a time."""

    seed: int = 1
    scope: Scope = field(default_factory=scope)
    bounds: Bounds = field(default_factory=Bounds)
    jobs: int = 8
    known: Sequence[Case] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """How it went; `indiscriminate` where the answers of the target prove nothing."""

    course: Course
    indiscriminate: bool

    def fails(self, fail_on: Iterable[Grade]) -> bool:
        """Whether a target fails by this: a finding of a grade that fails, a crash, or nothing decided."""
        grades = {finding.verdict.grade for finding in self.course.findings}
        return self.indiscriminate or bool(self.course.crashes or grades & set(fail_on))


def fuzz(
    target: Target,
    rules: Sequence[Rule],
    transport: Transport,
    write: Write,
    fuzzing: Fuzzing,
    *,
    listener: Listener | None = None,
    on_calibrated: Callable[[Calibration], None] = lambda _: None,
    restart: Restart = lambda: False,
    resources: Resources | None = None,
    clock: Clock = time.monotonic,
) -> Report:
    """Send the plans of a seed to a target, and hand on and write what they find as they find it.

    TargetUnavailable when the baseline is not answered; TargetDied when the target answers no more and
    cannot be restarted. These and KeyboardInterrupt pass through, with everything so far written.
    """
    calibration = calibrate(target, transport, resources, jobs=fuzzing.jobs)
    on_calibrated(calibration)
    write(target_record(calibration))
    if calibration.indiscriminate:
        write(FindingRecord(target.name, "foil", INDISCRIMINATE, "calibration/foil 1"))
    scribe = Scribe(target.name, write, listener or Listener())
    deadlines = Deadlines(calibration, transport)
    campaign = Campaign(
        calibration,
        Bench(target.name, rules, lambda _: None, tuple(calibration.around.lacks)),
        deadlines,
        Health(deadlines, write, restart),
        restart,
        seed=fuzzing.seed,
        bounds=fuzzing.bounds,
        listener=replace(scribe.listener, on_finding=scribe.finding, on_ailment=scribe.ailment),
        clock=clock,
    )
    try:
        campaign.know(fuzzing.known)
        campaign.run(seeded_plans(fuzzing.seed, fuzzing.scope))
    finally:
        write(_campaign_record(target.name, fuzzing, campaign.course))
    return Report(campaign.course, calibration.indiscriminate)


class Scribe:
    """Writes what a campaign finds, and tells it on."""

    def __init__(self, target: str, write: Write, listener: Listener) -> None:
        self._target = target
        self._write = write
        self.listener = listener

    def finding(self, finding: Finding) -> None:
        """The plan, what happened, the verdict, and the cause that all this is an example of."""
        name = str(finding.examination.plan.provenance)
        self._examination(finding.examination)
        part = rule_part(finding.rule)
        self._write(verdict_record(finding.verdict, self._target, name, part))
        notes = (finding.case.provenance, f"{finding.tries} candidates tried")
        record = FindingRecord(
            self._target, "violation", str(finding.cause), name, rule=finding.rule.id, notes=notes
        )
        self._write(record)
        self.listener.on_finding(finding)

    def ailment(self, ailment: Ailment, case: Case, examination: Examination) -> None:
        """The plan that the crash or hang, which is written already, is attributed to."""
        self._examination(examination)
        self.listener.on_ailment(ailment, case, examination)

    def _examination(self, examination: Examination) -> None:
        for one in (examination.control, examination):
            for record in records(one) if one else ():
                self._write(record)


def _campaign_record(target: str, fuzzing: Fuzzing, course: Course) -> CampaignRecord:
    tally = course.tally
    return CampaignRecord(
        target=target,
        seed=fuzzing.seed,
        exchanges=tally.exchanges,
        seconds=round(course.seconds, 3),
        anomalies=dict(tally.anomalies.most_common()),
        statuses=dict(tally.statuses.most_common()),
        families=dict(tally.families.most_common()),
        behaviours=tuple(tally.growth),
        violations={f"{one.rule}: {one}": count for one, count in course.counts.most_common()},
        unconfirmed=course.unconfirmed,
        left_out=course.left_out,
    )
