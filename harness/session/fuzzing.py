"""One target under a campaign, from its start to its end: opened, calibrated, fuzzed, stopped."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness import __version__
from harness.engine.calibrate import Calibration
from harness.engine.fuzzing.campaign import Listener
from harness.engine.fuzzing.finding import Finding
from harness.engine.fuzzing.fuzz import Fuzzing, Report, fuzz
from harness.engine.health import Ailment
from harness.engine.judging import Write
from harness.errors import ExitCode, HarnessError, TargetDied, TargetUnavailable
from harness.model.case import Case
from harness.model.verdict import Examination
from harness.narrate.finding import Told, reproducer, story
from harness.rules.rule import Rule
from harness.session.choice import TargetChoice, opened
from harness.session.judging import Manner, Part
from harness.session.reaching import resources_of, transport_to
from harness.store.finding_files import FOLDER, keep
from harness.targets.base import Running, Target

OnKept = Callable[[Told, Examination, Path], None]


@dataclass(frozen=True, slots=True)
class Watching:
    """What whoever watches wants to hear; `on_kept` comes with each finding, once its files are written."""

    on_started: Callable[[Target], None] = lambda _: None
    on_calibrated: Callable[[Calibration], None] = lambda _: None
    on_kept: OnKept = lambda *_: None
    listener: Listener = field(default_factory=Listener)


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """How it went with one target; `failure` where it could not be fuzzed to the end."""

    code: ExitCode
    report: Report | None = None
    failure: HarnessError | None = None


def fuzz_target(
    choice: TargetChoice,
    rules: Sequence[Rule],
    write: Write,
    *,
    manner: Manner,
    fuzzing: Fuzzing,
    out: Path,
    watching: Watching | None = None,
) -> Fuzzed:
    """Run a campaign against one target, write every record about it, its end last, and keep what it finds.

    Errors that are not about the target (a full disk, Ctrl-C) pass through, and leave it without an end.
    """
    part = Part(choice, write)
    try:
        with opened(choice) as running:
            part.running = running
            keeper = _Keeper(running, out, watching or Watching())
            report = _fuzzed(keeper, rules, part.write, manner, fuzzing)
    except (TargetUnavailable, TargetDied) as error:
        part.failed(error)
        return Fuzzed(error.exit_code, failure=error)
    code = ExitCode.FAILED if report.fails(manner.fail_on) else ExitCode.OK
    part.ended(code)
    return Fuzzed(code, report)


def _fuzzed(keeper: _Keeper, rules: Sequence[Rule], write: Write, manner: Manner, fuzzing: Fuzzing) -> Report:
    running = keeper.running
    target = running.target
    keeper.watching.on_started(target)
    return fuzz(
        target,
        rules,
        transport_to(target, manner.timeout),
        write,
        replace(fuzzing, jobs=manner.jobs),
        listener=replace(keeper.watching.listener, on_finding=keeper.finding, on_ailment=keeper.ailment),
        on_calibrated=keeper.calibrated,
        restart=running.restart,
        resources=resources_of(target, manner.resources),
    )


class _Keeper:
    """Keeps each finding as files, and tells it on."""

    def __init__(self, running: Running, out: Path, watching: Watching) -> None:
        self.running = running
        self.watching = watching
        self._target = running.target
        self._folder = out / FOLDER
        self._server = ""

    def calibrated(self, calibration: Calibration) -> None:
        self._server = calibration.server
        self.watching.on_calibrated(calibration)

    def finding(self, one: Finding) -> None:
        grade = one.verdict.grade or ""
        heading = f"{str(grade).upper()}  {one.rule.id}  {one.case.title}"
        self._keep(heading, one.rule.title, one.verdict.observed, one.case, one.examination)

    def ailment(self, ailment: Ailment, case: Case, examination: Examination) -> None:
        heading = f"{ailment.kind.upper()}  {case.id}"
        self._keep(heading, case.why, f"the target {ailment.seen}", case, examination)

    def _keep(self, heading: str, demand: str, observed: str, case: Case, examination: Examination) -> None:
        facts = [
            ("from", case.provenance),
            ("target", f"{self._target.name} {self._target.address}"),
            ("server", " ".join(filter(None, (self._server, self._target.version)))),
            ("by", f"wireproof {__version__}, Python {platform.python_version()}"),
        ]
        told = Told(heading, demand, observed, facts)
        program = reproducer(examination, self._target.address, f"{case.id}: {case.title}")
        path = keep(self._folder, case, [*story(told, examination), "", program], program)
        self.watching.on_kept(told, examination, path)
