"""Going on with a run that was cut off: which run, and what of it stays.

Targets that have their end stay as they are; all others are judged anew, and what the run holds about
them is dropped. Only the same question can be gone on with: the same targets, rules and version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness import __version__
from harness.errors import StoreError, UsageError
from harness.model.baseline import Baseline
from harness.model.verdict import Grade
from harness.rules.rule import Rule
from harness.session.choice import TargetChoice
from harness.store.records import AnyRecord, ChosenPart, RunRecord, TargetEndRecord, TargetRecord
from harness.store.run_store import RunReader, all_runs, find_run

UNFINISHED = "unfinished"
"""The name of the newest run in a folder that was cut off."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A run that was cut off, the ends of the targets that were judged before, and what was known of them."""

    path: Path
    ends: tuple[TargetEndRecord, ...]
    baseline: Baseline | None = None

    @property
    def names(self) -> frozenset[str]:
        """The targets that stay."""
        return frozenset(end.target for end in self.ends)

    @property
    def seconds(self) -> float:
        """How long judging them took."""
        return sum(end.seconds for end in self.ends)

    def records(self) -> Iterator[AnyRecord]:
        """Everything that stays, in the order in which it was written."""
        with RunReader(self.path) as run:
            for record in run.records():
                about = record.name if isinstance(record, TargetRecord) else getattr(record, "target", None)
                if isinstance(record, RunRecord) or about in self.names:
                    yield record


def resumed(
    name: str,
    out: Path,
    choices: Sequence[TargetChoice],
    rules: Sequence[Rule],
    fail_on: Sequence[Grade],
    *,
    baseline: Baseline | None = None,
    limits: bool = False,
) -> Resumed:
    """The run of that name in `out`, to be gone on with; `unfinished` is the newest that was cut off.

    UsageError if it is finished, or if it asked something else.
    """
    path = _newest_unfinished(out) if name == UNFINISHED else find_run(name, out)
    with RunReader(path) as run:
        if not _is_unfinished(run):
            raise UsageError(f"{path} is finished. Make a new run without --resume.")
        if difference := _difference(run.run, choices, rules, fail_on, baseline=baseline, limits=limits):
            raise UsageError(
                f"{path} cannot be gone on with: {difference}. It was made by\n    {run.run.command}\n"
                "Give the same words and --resume, or make a new run without --resume."
            )
        return Resumed(path, tuple(run.target_ends()), run.run.baseline)


def _newest_unfinished(out: Path) -> Path:
    for path in reversed(all_runs(out)):
        with suppress(StoreError), RunReader(path) as run:  # one that never began holds nothing to go on with
            if _is_unfinished(run):
                return path
    raise UsageError(f"no run in {out}/runs was cut off. Make a new run without --resume.")


def _is_unfinished(run: RunReader) -> bool:
    ended = {end.target for end in run.target_ends()}
    wanted = {target.name for target in run.run.targets}
    return bool(wanted) and (run.end is None or not wanted <= ended)


def _difference(
    head: RunRecord,
    choices: Sequence[TargetChoice],
    rules: Sequence[Rule],
    fail_on: Sequence[Grade],
    *,
    baseline: Baseline | None,
    limits: bool,
) -> str:
    """Why the run is not the one that was asked for now; nothing where it is."""
    if head.wireproof != __version__:
        return f"it is of version {head.wireproof}, not {__version__}"
    if head.targets != tuple(ChosenPart(one.name, one.again) for one in choices):
        return f"its targets are {_listed(head.targets)}"
    if [rule.id for rule in head.rules] != [rule.id for rule in rules]:
        return f"it has {len(head.rules)} rules, not the {len(rules)} selected now"
    if head.fail_on != tuple(fail_on):
        return f"it fails on {', '.join(head.fail_on)}"
    if (head.baseline and head.baseline.known) != (baseline and baseline.known):
        return f"its baseline is not the one given now, but {_told(head.baseline)}"
    if head.limits != limits:
        return "it was made with --limits" if head.limits else "it was made without --limits"
    return ""


def _told(baseline: Baseline | None) -> str:
    return f"{baseline.file} as it was on {baseline.day}" if baseline else "none"


def _listed(targets: Sequence[ChosenPart]) -> str:
    return ", ".join(f"{one.name} ({one.again})" if one.again else one.name for one in targets)
