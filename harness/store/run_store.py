"""One SQLite file per run: written as the run goes, readable while it goes and after it was killed.

A single thread writes (SQLite's own rule, made simple); it commits whatever has gathered, at least
every two seconds. WAL keeps readers and writer apart; at the end the file is folded back into one
that can be copied alone. Octets that several records share are stored once. A run that was cut off is
gone on with in its own file, once what is to be judged anew was dropped from it.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from harness.errors import StoreError
from harness.store.octets import DICTIONARY, key_of, pack, unpack
from harness.store.records import (
    AnyRecord,
    EndRecord,
    EventPart,
    ExchangePart,
    FindingRecord,
    LimitRecord,
    OpinionPart,
    PlanRecord,
    ReactionPart,
    Record,
    RequirementPart,
    RulePart,
    RunRecord,
    StepPart,
    TargetEndRecord,
    TargetRecord,
    TranscriptRecord,
    VerdictRecord,
    decode,
    encode,
)
from harness.store.run_files import RunLock, all_runs, find_run, new_run_path

__all__ = [
    "EndRecord",
    "EventPart",
    "ExchangePart",
    "FindingRecord",
    "LimitRecord",
    "OpinionPart",
    "PlanRecord",
    "ReactionPart",
    "RequirementPart",
    "RulePart",
    "RunReader",
    "RunRecord",
    "RunWriter",
    "Sink",
    "StepPart",
    "TargetEndRecord",
    "TargetRecord",
    "TranscriptRecord",
    "VerdictRecord",
    "all_runs",
    "find_run",
    "new_run_path",
]

CHECKPOINT_SECONDS = 2.0
_APPLICATION_ID = 0x77697265  # "wire": tells a run file from any other SQLite file

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE octets (key BLOB PRIMARY KEY, packed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, target TEXT, plan TEXT, rule TEXT, outcome TEXT, grade TEXT,
    json BLOB NOT NULL
);
CREATE INDEX record_by_plan ON record (type, target, plan);
"""

R = TypeVar("R", bound=Record)


class Sink(Protocol):
    """Whatever takes the records of a run."""

    def write(self, record: AnyRecord) -> None:
        """Take one record; must be callable from any thread."""


class RunWriter:
    """Writes one run. `write` may be called from any thread and does not wait for the disk.

    With `keep` it goes on with a file that is there: the records about these targets stay, and the head;
    those about all other targets are dropped, and the end. StoreError if another process writes to it.
    `committed` counts the records that would outlive a kill now.
    """

    def __init__(self, path: Path, keep: Collection[str] | None = None) -> None:
        self.path = path
        self._keep = keep
        self._dictionary = DICTIONARY
        self._queue: queue.SimpleQueue[AnyRecord | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self.committed = 0
        self._lock: RunLock | None = RunLock(path)
        self._thread = threading.Thread(target=self._work, name="wireproof-store", daemon=True)
        self._thread.start()

    def write(self, record: AnyRecord) -> None:
        """Queue one record; StoreError if an earlier one could not be written."""
        if self._failure:
            raise StoreError(f"cannot write to {self.path}: {self._failure}") from self._failure
        self._queue.put(record)

    def close(self) -> None:
        """Write what is queued and fold the file into one that can be copied alone."""
        self._queue.put(None)
        self._thread.join()
        if self._lock:
            self._lock.release()
            self._lock = None
        if self._failure:
            raise StoreError(f"cannot write to {self.path}: {self._failure}") from self._failure

    def _work(self) -> None:
        try:
            with closing(sqlite3.connect(self.path, isolation_level=None)) as database:
                self._prepare(database)
                while self._drain(database):
                    pass
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.execute("PRAGMA journal_mode = DELETE")
        except (sqlite3.Error, OSError) as error:
            self._failure = error

    def _prepare(self, database: sqlite3.Connection) -> None:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if self._keep is not None:
            (self._dictionary,) = database.execute(
                "SELECT value FROM meta WHERE name = 'dictionary'"
            ).fetchone()
            _drop_all_but(database, self._keep)
            return
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO meta VALUES ('dictionary', ?)", (DICTIONARY,))

    def _drain(self, database: sqlite3.Connection) -> bool:
        """Write what gathers within one checkpoint interval, in one transaction; False at the end."""
        record = self._queue.get()
        if record is None:
            return False
        due = time.monotonic() + CHECKPOINT_SECONDS
        database.execute("BEGIN")
        going_on = True
        count = 0
        while record is not None:
            _insert(database, record, self._dictionary)
            count += 1
            try:
                record = self._queue.get(timeout=max(0.0, min(0.05, due - time.monotonic())))
            except queue.Empty:
                break
            going_on = record is not None
        database.execute("COMMIT")
        self.committed += count
        return going_on


def _drop_all_but(database: sqlite3.Connection, keep: Collection[str]) -> None:
    """All at once or not at all, so that a kill in between leaves nothing half."""
    database.execute("BEGIN")
    database.execute("DELETE FROM record WHERE type = 'end'")
    for (target,) in database.execute("SELECT DISTINCT target FROM record").fetchall():
        if target is not None and target not in keep:
            database.execute("DELETE FROM record WHERE target = ?", (target,))
    database.execute("COMMIT")


def _insert(database: sqlite3.Connection, record: AnyRecord, dictionary: bytes) -> None:
    if isinstance(record, PlanRecord):
        steps = tuple(_outsourced(database, step, dictionary) for step in record.steps)
        record = msgspec.structs.replace(record, steps=steps)
    elif isinstance(record, TranscriptRecord):
        events = tuple(_outsourced(database, event, dictionary) for event in record.events)
        record = msgspec.structs.replace(record, events=events)
    plan = getattr(record, "plan", None) or (record.id if isinstance(record, PlanRecord) else None)
    database.execute(
        "INSERT INTO record (type, target, plan, rule, outcome, grade, json) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            type(record).__struct_config__.tag,
            record.name if isinstance(record, TargetRecord) else getattr(record, "target", None),
            plan,
            getattr(record, "rule", None),
            getattr(record, "outcome", None),
            getattr(record, "grade", None),
            encode(record),
        ),
    )


P = TypeVar("P", StepPart, EventPart)


def _outsourced(database: sqlite3.Connection, part: P, dictionary: bytes) -> P:
    """The part with its octets moved to their own table and replaced by their key."""
    if not part.octets:
        return part
    key = key_of(part.octets)
    database.execute("INSERT OR IGNORE INTO octets VALUES (?, ?)", (key, pack(part.octets, dictionary)))
    return msgspec.structs.replace(part, octets=key)


class RunReader:
    """Reads one run, finished, running or killed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise StoreError(f"no run file {path}")
        try:
            self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise StoreError(f"cannot open {path}: {error}") from error
        try:
            self._dictionary = self._checked_dictionary()
        except BaseException:
            self._database.close()
            raise

    def _checked_dictionary(self) -> bytes:
        """The dictionary of the file, once it is known to be one of ours."""
        try:
            (application,) = self._database.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION_ID:
                raise StoreError(f"{self.path} is not a run file of wireproof")
            row = self._database.execute("SELECT value FROM meta WHERE name = 'dictionary'").fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"cannot read {self.path} as a run file: {error}") from error
        dictionary: bytes = row[0] if row else DICTIONARY
        return dictionary

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> RunReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def run(self) -> RunRecord:
        """The head of the run."""
        for record in self._all(RunRecord):
            return record
        raise StoreError(f"{self.path} has no head: the run was killed before it began")

    @property
    def end(self) -> EndRecord | None:
        """How the run ended; None while it runs, or when it was killed."""
        return next(iter(self._all(EndRecord)), None)

    def targets(self) -> list[TargetRecord]:
        """The targets, in the order in which they were examined."""
        return list(self._all(TargetRecord))

    def target_ends(self) -> list[TargetEndRecord]:
        """How the parts about single targets ended; a target without one was cut off, or never begun."""
        return list(self._all(TargetEndRecord))

    def verdicts(self, target: str | None = None, plan: str | None = None) -> Iterator[VerdictRecord]:
        """All verdicts, or those on one plan as carried out against one target, in the order of giving.

        Provisional ones only where nothing came in their place, because the run was cut off: they go last.
        """
        provisional: dict[tuple[str, str, str], list[VerdictRecord]] = {}
        for record in self._all(VerdictRecord, target, plan):
            key = record.target, record.plan, record.rule
            if record.provisional:
                provisional.setdefault(key, []).append(record)
            else:
                provisional.pop(key, None)
                yield record
        for left in provisional.values():
            yield from left

    def findings(self) -> list[FindingRecord]:
        """What is told once for several examples, crashes and hangs among it."""
        return list(self._all(FindingRecord))

    def limits(self) -> list[LimitRecord]:
        """The size limits that were found, target by target."""
        return list(self._all(LimitRecord))

    def plan_keys(self) -> Iterator[tuple[str, str]]:
        """Target and id of every plan, in the order in which they were carried out."""
        yield from self._database.execute("SELECT target, plan FROM record WHERE type = 'plan' ORDER BY id")

    def plans(self) -> Iterator[PlanRecord]:
        """All plans, with their octets."""
        return self._all(PlanRecord)

    def plan(self, target: str, plan: str) -> PlanRecord | None:
        """One plan as carried out against one target."""
        return next(self._all(PlanRecord, target, plan), None)

    def transcript(self, target: str, plan: str) -> TranscriptRecord | None:
        """What happened when it was carried out."""
        return next(self._all(TranscriptRecord, target, plan), None)

    def records(self) -> Iterator[AnyRecord]:
        """Everything in the order of writing, as NDJSON has it."""
        for (json,) in self._database.execute("SELECT json FROM record ORDER BY id"):
            yield self._whole(decode(json))

    def _all(self, kind: type[R], target: str | None = None, plan: str | None = None) -> Iterator[R]:
        query = "SELECT json FROM record WHERE type = ?"
        arguments: list[object] = [kind.__struct_config__.tag]
        if plan is not None:
            query += " AND target = ? AND plan = ?"
            arguments += [target, plan]
        for (json,) in self._database.execute(query + " ORDER BY id", arguments):
            record = self._whole(decode(json))
            assert isinstance(record, kind)
            yield record

    def _whole(self, record: AnyRecord) -> AnyRecord:
        """The record with its octets back in place."""
        if isinstance(record, PlanRecord):
            return msgspec.structs.replace(record, steps=tuple(map(self._insourced, record.steps)))
        if isinstance(record, TranscriptRecord):
            return msgspec.structs.replace(record, events=tuple(map(self._insourced, record.events)))
        return record

    def _insourced(self, part: P) -> P:
        if not part.octets:
            return part
        row = self._database.execute("SELECT packed FROM octets WHERE key = ?", (part.octets,)).fetchone()
        if row is None:
            raise StoreError(f"{self.path} is damaged: octets {part.octets.hex()} are missing")
        return msgspec.structs.replace(part, octets=unpack(row[0], self._dictionary))
