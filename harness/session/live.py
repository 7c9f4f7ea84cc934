"""A target that runs, for tests that send it what they like: what the fixture `wireproof_target` gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from harness.engine.calibrate import calibrate
from harness.engine.case_plans import case_plan
from harness.engine.deadlines import AGAIN, Deadlines
from harness.engine.health import Ailment, Health
from harness.engine.judging import Bench
from harness.errors import TargetDied
from harness.model.case import Case
from harness.model.plan import Origin, Plan, Provenance, Send
from harness.model.transcript import PeerClosed, Transcript
from harness.model.verdict import Examination, Grade, Outcome, Verdict
from harness.rules.concern import Concern
from harness.rules.rule import Rule
from harness.session.choice import TargetChoice, opened
from harness.session.reaching import resources_of, transport_to
from harness.store.finding_files import FOLDER
from harness.targets.base import Running, Target
from harness.transport.base import Watch
from harness.transport.stepwise import Stepwise
from harness.transport.tcp import TcpTransport

_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a live target is judged by: rules, the grades that fail, seconds for an answer, and where the
    resources of the echo contract are; `out` is the folder for findings."""

    rules: Sequence[Rule]
    fail_on: Sequence[Grade] = (Grade.BAD,)
    timeout: float = 2.0
    resources: Mapping[str, str] = field(default_factory=dict)
    out: Path = Path("wireproof-report")


class LiveTarget:
    """What the fixture `wireproof_target` gives.

    target       what is tested: its name, host, port and path
    calibration  what was found out about it; `calibration.around` has what plans are written with
    """

    def __init__(self, running: Running, deadlines: Deadlines, by: Judgement) -> None:
        calibration = deadlines.calibration
        self.target: Target = running.target
        self.calibration = calibration
        self.fail_on = tuple(by.fail_on)
        self.findings = by.out / FOLDER
        self._running = running
        self._deadlines = deadlines
        self._health = Health(deadlines, lambda _: None, running.restart)
        self._bench = Bench(self.target.name, by.rules, lambda _: None, tuple(calibration.around.lacks))
        self._concern = Concern(by.rules)

    @property
    def address(self) -> str:
        """The URL of the resource that is asked for."""
        return self.target.address

    def plan(self, plan: Plan | bytes) -> Plan:
        """A plan, or octets, made ready for this target as a case of the corpus is.

        `{host}`, `{path}` and `{marker}` are filled in; what only sends waits for the answers as well, and
        then a marker is sent, a sound request whose answer is known. One that has a marker is left alone.
        """
        if isinstance(plan, bytes):
            plan = Plan((Send(plan),), Provenance(Origin.USER, "octets"))
        if plan.marker_at is not None:
            return plan
        title = plan.title[:_LONGEST_TITLE]
        ready = case_plan(Case(plan.provenance.name, title, plan.steps), self.calibration.around)
        return replace(ready, provenance=plan.provenance)

    def examine(self, plan: Plan | bytes, patience: float = 1.0) -> Examination:
        """Carry out a plan on a connection of its own, and read both directions.

        Waits take `patience` times as long as calibration found to be worth it. What the target does wrong
        is in the examination; nothing is raised.
        """
        return self._deadlines.examiner(patience).examine(self.plan(plan))

    def examined(self, plan: Plan, transcript: Transcript) -> Examination:
        """What has happened on a connection already, read the same way; no token is left in the plan."""
        return replace(self._deadlines.examiner(), transport=_Recorded(transcript)).examine(plan)

    def begin(self, watch: Watch, patience: float = 1.0) -> Stepwise:
        """A connection to be taken step by step. TargetDied where there is none."""
        transport = self._deadlines.examiner(patience).transport
        assert isinstance(transport, TcpTransport)
        try:
            return transport.begin(watch)
        except OSError as error:
            raise TargetDied(f"{self.target.name} takes no connection any more: {error}") from None

    def violations(self, examination: Examination) -> tuple[Verdict, ...]:
        """What the rules say against it, of those grades that fail (--wireproof-fail-on)."""
        said = (one for rule in self._concern.of(examination) for one in self._bench.said(rule, examination))
        return tuple(one for one in said if one.outcome is Outcome.VIOLATES and one.grade in self.fail_on)

    def confirmed(
        self, verdicts: Sequence[Verdict], plan: Plan | bytes, patience: Sequence[float] = AGAIN
    ) -> tuple[Verdict, ...]:
        """Those of the verdicts that are seen as often again, with so much patience each time."""
        for factor in patience:
            if verdicts:
                again = {(one.rule, one.grade) for one in self.violations(self.examine(plan, factor))}
                verdicts = [one for one in verdicts if (one.rule, one.grade) in again]
        return tuple(replace(one, confirmed=True) for one in verdicts)

    def ailment(self) -> Ailment | None:
        """What is wrong with the target if its baseline is not answered any more; None if it lives."""
        return self._health.ailment()

    def revive(self) -> None:
        """Start it again, if it was ours to start."""
        self._running.restart()

    @cached_property
    def server(self) -> str:
        """What it calls itself."""
        return " ".join(filter(None, (self.calibration.server, self.target.version)))


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A transport to where everything has happened already."""

    transcript: Transcript

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        """Tell the watch again what came."""
        if watch is not None:
            watch.feed(self.transcript.received)
            if any(isinstance(event, PeerClosed) for event in self.transcript.events):
                watch.end()
        return self.transcript


@contextmanager
def live(choice: TargetChoice, by: Judgement) -> Iterator[LiveTarget]:
    """Open, calibrate, and end with the block. TargetUnavailable, TargetDied where that cannot be."""
    with opened(choice) as running:
        target = running.target
        transport = transport_to(target, by.timeout)
        calibration = calibrate(target, transport, resources_of(target, by.resources), jobs=2)
        yield LiveTarget(running, Deadlines(calibration, transport), by)
