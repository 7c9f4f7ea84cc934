"""One run from its selection to its report: what the command line and the pytest plugin have in common.

A session owns the run's files. Whatever ends it - the last verdict, Ctrl-C, a target that died - it
writes the end record and the report; killed in the middle, it leaves a run file that can be read.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import reports
from harness import __version__
from harness.engine.conform import Results
from harness.engine.telling import requirement_part, rule_part
from harness.errors import ExitCode
from harness.model.verdict import Grade
from harness.packages import require_ours
from harness.rules.ledger import ledger
from harness.rules.rule import Rule
from harness.store.ndjson import NdjsonSink
from harness.store.records import AnyRecord, EndRecord, RunRecord
from harness.store.run_store import RunReader, RunWriter, new_run_path
from harness.targets.address import at
from harness.targets.base import Process, Target
from harness.targets.command import spawned
from harness.targets.reference import reference
from harness.transport.base import Limits

DEFAULT_OUT = Path("wireproof-report")
GRADES = {
    "bad": (Grade.BAD,),
    "unmet": (Grade.BAD, Grade.UNMET),
    "risk": (Grade.BAD, Grade.RISK),
    "soft": tuple(Grade),
}
"""What `--fail-on` names: which grades of VIOLATES make a run fail."""


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """What the user said about the target; nothing means the reference server."""

    url: str = ""
    spawn: str = ""
    fault: str = ""
    path: str = ""
    may_test: str = ""
    name: str = ""
    specimen: str = ""


@contextmanager
def opened(choice: TargetChoice) -> Iterator[tuple[Target, Process | None]]:
    """The target, started if it is ours to start, and ended with the block."""
    if choice.url:
        yield at(choice.url, path=choice.path or None, may_test=choice.may_test, name=choice.name), None
    elif choice.spawn:
        with spawned(choice.spawn, choice.path or "/", choice.name) as started:
            yield started
    else:
        with reference(choice.fault, choice.path or "/", choice.specimen) as started:
            yield started


def limits_for(timeout: float) -> Limits:
    """The limits for an answer that takes at most `timeout` seconds, and has at most 1 MiB to say."""
    return Limits(
        response_seconds=timeout,
        end_seconds=timeout,
        connect_seconds=max(timeout, 1.0),
        octets=1 << 20,
    )


class Session:
    """The files of one run. Use as a context manager; `finish` says how it went."""

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        out: Path = DEFAULT_OUT,
        ndjson: Path | None = None,
        command: str,
        fail_on: tuple[Grade, ...] = GRADES["bad"],
    ) -> None:
        require_ours(reports)
        self.rules = rules
        self.fail_on = fail_on
        self.out = out
        self.path = new_run_path(out)
        self._ndjson = NdjsonSink(ndjson) if ndjson else None
        self._writer = RunWriter(self.path)
        self._began = time.monotonic()
        self._ended = False
        self.write(self._head(command))

    def _head(self, command: str) -> RunRecord:
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
        )

    def write(self, record: AnyRecord) -> None:
        """Hand one record to every sink."""
        self._writer.write(record)
        if self._ndjson:
            self._ndjson.write(record)

    def verdict_on(self, results: Iterable[Results]) -> ExitCode:
        """FAILED by a violation of a grade that fails, and where nothing at all could be decided.

        A target that answers everything alike decides nothing, whatever its single answers look like.
        """
        results = list(results)
        if any(one.indiscriminate for one in results):
            return ExitCode.FAILED
        standings = [
            standing
            for one in results
            for rule in self.rules
            if (standing := one.standing(rule.id)) is not None
        ]
        if any(one.grade in self.fail_on for one in standings if one.grade):
            return ExitCode.FAILED
        return ExitCode.OK if any(one.conclusive for one in results) else ExitCode.FAILED

    def finish(self, code: int, reason: str = "") -> Path:
        """End the run, close its files, and write the report of it; the path of the report."""
        if not self._ended:
            self._ended = True
            seconds = time.monotonic() - self._began
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
