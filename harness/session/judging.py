"""One target from its start to its end: opened, calibrated, judged, stopped, and its end told.

A target that cannot be started, does not answer, or dies ends its own part of the run and no other:
that is a finding of the run, and the reason in its `target-end` record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from harness.engine.calibrate import Calibration
from harness.engine.conform import MAX_SECONDS, Progress, Results, Write, conform
from harness.engine.deadlines import Deadlines
from harness.engine.plans import PlannedFor
from harness.engine.sizes import measure
from harness.errors import ExitCode, HarnessError, TargetDied, TargetUnavailable
from harness.model.baseline import Baseline
from harness.model.limit import Limit
from harness.model.verdict import Grade
from harness.rules.rule import Rule
from harness.session.choice import TargetChoice, opened
from harness.session.outcome import code_of
from harness.session.reaching import resources_of, transport_to
from harness.store.records import AnyRecord, FindingRecord, TargetEndRecord, TargetRecord
from harness.targets.base import Running, Target

OUTPUT_LINES = 40
"""How many of the last lines that a target printed are kept with the run."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How targets are judged: seconds for an answer, connections at a time, grades that fail, where the
    resources of the echo contract are (by the names of `Resources`), where they are not in their places,
    what is known of the targets and fails no more, whether their size limits are looked for, and how many
    seconds judging one may take."""

    timeout: float = 2.0
    jobs: int = 8
    fail_on: tuple[Grade, ...] = (Grade.BAD,)
    resources: Mapping[str, str] = field(default_factory=dict)
    baseline: Baseline | None = None
    limits: bool = False
    max_seconds: float = MAX_SECONDS


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent: the probes of these rules (if not told, of all that judge), and further plans."""

    probing: Sequence[Rule] | None = None
    cases: Sequence[PlannedFor] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """What whoever watches wants to hear: the target runs, it is calibrated, so far it got, its size limits
    were found."""

    on_started: Callable[[Target], None] = lambda _: None
    on_calibrated: Callable[[Calibration], None] = lambda _: None
    on_progress: Callable[[Progress], None] = lambda _: None
    on_limits: Callable[[Sequence[Limit]], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Course:
    """How it went with one target: its end, its verdicts, and why it could not be judged to its end."""

    end: TargetEndRecord
    results: Results | None = None
    failure: HarnessError | None = None


def judge(
    choice: TargetChoice,
    rules: Sequence[Rule],
    write: Write,
    manner: Manner,
    *,
    listener: Listener | None = None,
    sending: Sending | None = None,
) -> Course:
    """Judge one target by these rules, and write every record about it, its end last.

    Errors that are not about the target (a full disk, Ctrl-C) pass through, and leave it without an end.
    """
    part = Part(choice, write)
    try:
        with opened(choice) as running:
            part.running = running
            results = _conform(
                running,
                rules,
                part.write,
                manner,
                listener=listener or Listener(),
                sending=sending or Sending(),
            )
    except (TargetUnavailable, TargetDied) as error:
        return Course(part.failed(error), failure=error)
    return Course(part.ended(code_of(results, rules, manner.fail_on, manner.baseline)), results)


def _conform(
    running: Running,
    rules: Sequence[Rule],
    write: Write,
    manner: Manner,
    *,
    listener: Listener,
    sending: Sending,
) -> Results:
    """Judge it, and find its size limits once all verdicts are written: what it dies of then is a crash of
    this run, and takes nothing back."""
    target = running.target
    listener.on_started(target)
    transport = transport_to(target, manner.timeout)
    known: list[Calibration] = []

    def calibrated(calibration: Calibration) -> None:
        known.append(calibration)
        listener.on_calibrated(calibration)

    results = conform(
        target,
        rules,
        transport,
        write,
        jobs=manner.jobs,
        on_progress=listener.on_progress,
        on_calibrated=calibrated,
        probing=sending.probing,
        cases=sending.cases,
        restart=running.restart,
        max_seconds=manner.max_seconds,
        resources=resources_of(target, manner.resources),
    )
    if manner.limits:
        deadlines = Deadlines(known[0], transport)
        results.crashes += measure(deadlines, write, restart=running.restart, on_found=listener.on_limits)
    return results


@dataclass(slots=True)
class Part:
    """The records about one target as they pass by: which there were, what is missing, and its end."""

    choice: TargetChoice
    _write: Write
    running: Running | None = None
    _kinds: set[type[AnyRecord]] = field(default_factory=set)
    _began: float = field(default_factory=time.monotonic)

    def write(self, record: AnyRecord) -> None:
        """Hand a record on, with the version that the target is known by."""
        self._kinds.add(type(record))
        if isinstance(record, TargetRecord) and self.running:
            record = msgspec.structs.replace(record, version=self.running.target.version)
        self._write(record)

    def failed(self, error: HarnessError) -> TargetEndRecord:
        """Write what every target has, also one that never answered: its record, the reason, its end."""
        name = self.choice.name
        reason, _, printed = str(error).partition("\n")
        if TargetRecord not in self._kinds:
            target = self.running.target if self.running else None
            address, path = (target.address, target.path) if target else (self.choice.url, "/")
            self.write(TargetRecord(name, address, path, self.choice.again))
        died = isinstance(error, TargetDied)
        if died or FindingRecord not in self._kinds:
            kind = "died" if died else "unreachable"
            self.write(FindingRecord(name, kind, reason, example=""))
        return self.ended(error.exit_code, reason, [line.strip() for line in printed.splitlines()])

    def ended(self, code: ExitCode, reason: str = "", printed: Sequence[str] = ()) -> TargetEndRecord:
        """Write its end, with the last lines that it printed: those of our process, else what is known."""
        process = self.running.process if self.running else None
        output = tuple(process.lines)[-OUTPUT_LINES:] if process else ()
        seconds = round(time.monotonic() - self._began, 3)
        end = TargetEndRecord(self.choice.name, int(code), seconds, reason, output or tuple(printed))
        self._write(end)
        return end
