"""The files of one run: whatever ends it, it has its records, and its report if there is time to write one.

The last verdict, Ctrl-C and an error of ours all end with the end record and the report; killed in the
middle, a run leaves a file that can be read, and gone on with.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import reports
from harness import __version__
from harness.engine.telling import requirement_part, rule_part
from harness.errors import ExitCode
from harness.model.baseline import Baseline
from harness.model.verdict import Grade
from harness.packages import require_ours
from harness.rules.ledger import ledger
from harness.rules.rule import Rule
from harness.session.choice import TargetChoice
from harness.session.outcome import GRADES
from harness.session.resume import Resumed
from harness.store.ndjson import NdjsonSink
from harness.store.records import AnyRecord, ChosenPart, EndRecord, RunRecord
from harness.store.run_store import RunReader, RunWriter, new_run_path

DEFAULT_OUT = Path("wireproof-report")


class Session:
    """The files of one run. Use as a context manager; `finish` says how it went.

    `targets` are all that it is to judge, `baseline` what is known of them, `limits` whether their size
    limits are looked for; with `resumed` it goes on with a run that was cut off.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        out: Path = DEFAULT_OUT,
        ndjson: Path | None = None,
        command: str,
        fail_on: tuple[Grade, ...] = GRADES["bad"],
        targets: Sequence[TargetChoice] = (),
        resumed: Resumed | None = None,
        baseline: Baseline | None = None,
        limits: bool = False,
    ) -> None:
        require_ours(reports)
        self.rules = rules
        self.fail_on = fail_on
        self.out = out
        self._began = time.monotonic()
        self._before = resumed.seconds if resumed else 0.0
        self._ended = False
        self._ndjson = NdjsonSink(ndjson) if ndjson else None
        if resumed:
            self.path = resumed.path
            self._writer = RunWriter(self.path, keep=resumed.names)
            self._repeat(resumed)
        else:
            self.path = new_run_path(out)
            self._writer = RunWriter(self.path)
            self.write(self._head(command, targets, baseline, limits))

    def _head(
        self, command: str, targets: Sequence[TargetChoice], baseline: Baseline | None, limits: bool
    ) -> RunRecord:
        covered = dict.fromkeys(row for rule in self.rules for row in rule.covers)
        return RunRecord(
            id=self.path.stem,
            started=_now(),
            wireproof=__version__,
            command=command,
            python=platform.python_version(),
            rules=tuple(rule_part(rule) for rule in self.rules),
            requirements=tuple(requirement_part(ledger()[row]) for row in covered),
            fail_on=self.fail_on,
            ledger_rows=len(ledger()),
            uncovered=tuple(requirement_part(row) for name, row in ledger().items() if name not in covered),
            targets=tuple(ChosenPart(one.name, one.again) for one in targets),
            baseline=baseline,
            limits=limits,
        )

    def _repeat(self, resumed: Resumed) -> None:
        """NDJSON holds the whole run, what was gathered before it was cut off too."""
        if self._ndjson:
            for record in resumed.records():
                self._ndjson.write(record)

    def write(self, record: AnyRecord) -> None:
        """Hand one record to every sink."""
        self._writer.write(record)
        if self._ndjson:
            self._ndjson.write(record)

    def finish(self, code: int, reason: str = "") -> Path:
        """End the run, close its files, and write the report of it; the path of the report."""
        if not self._ended:
            self._ended = True
            seconds = self._before + time.monotonic() - self._began
            self.write(EndRecord(_now(), int(code), round(seconds, 3), reason))
            self._writer.close()
            if self._ndjson:
                self._ndjson.close()
            with RunReader(self.path) as run:
                reports.renderers()["html"].write(run, self.report)
        return self.report

    @property
    def report(self) -> Path:
        """Where the report of the latest run in this folder stands."""
        return self.out / "index.html"

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None:
            return
        code = (
            ExitCode.INTERRUPTED
            if kind is KeyboardInterrupt
            else getattr(error, "exit_code", ExitCode.INTERNAL_ERROR)
        )
        self.finish(code, "interrupted" if kind is KeyboardInterrupt else str(error))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
