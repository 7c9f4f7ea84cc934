"""A run file keeps everything, also when its writer is killed or its folder cannot be written."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from harness.errors import StoreError
from harness.model.plan import Origin
from harness.model.transcript import Ended
from harness.store.ndjson import NdjsonSink
from harness.store.records import (
    EndRecord,
    EventPart,
    LimitRecord,
    PlanRecord,
    RunRecord,
    StepPart,
    TargetEndRecord,
    TargetRecord,
    TranscriptRecord,
    decode,
)
from harness.store.run_store import RunReader, RunWriter, find_run, new_run_path

HEAD = RunRecord("id", "2026-01-01T00:00:00Z", "0.1.0", "wireproof run", "3.11", ())


def plan(number: int, octets: bytes = b"GET / HTTP/1.1\r\n\r\n") -> PlanRecord:
    return PlanRecord(f"rule/{number}", "t", Origin.PROBE, "", (StepPart("send", octets=octets),))


def transcript(number: int, octets: bytes) -> TranscriptRecord:
    return TranscriptRecord(
        f"rule/{number}", "t", (EventPart(0.0, "received", octets=octets),), Ended.CLOSED, "closed"
    )


def limit(target: str) -> LimitRecord:
    return LimitRecord(target, "request-line", "octets", 8190)


def stored(path: Path, *records) -> Path:
    writer = RunWriter(path)
    for record in records:
        writer.write(record)
    writer.close()
    return path


def test_everything_comes_back_in_its_order(tmp_path):
    target = TargetRecord("t", "http://127.0.0.1:1/")
    records = [
        HEAD,
        target,
        plan(1),
        transcript(1, b"\x00\xff" * 10),
        plan(2),
    ]
    with RunReader(stored(new_run_path(tmp_path), *records)) as run:
        assert list(run.records()) == records
        assert run.run == HEAD
        assert run.targets() == [target]
        assert run.plan("t", "rule/2") == plan(2)
        assert run.transcript("t", "rule/1") == records[3]
        assert run.plan("t", "rule/3") is None
        assert run.end is None


def test_equal_octets_are_kept_once(tmp_path):
    path = stored(new_run_path(tmp_path), HEAD, *(plan(number, b"A" * 5000) for number in range(50)))
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("SELECT count(*) FROM octets").fetchone() == (1,)


def test_a_finished_run_is_one_file(tmp_path):
    path = stored(new_run_path(tmp_path), HEAD, EndRecord("2026-01-01T00:00:01Z", 0, 1.0))
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_run_is_gone_on_with_in_its_own_file(tmp_path):
    begun = [HEAD, TargetRecord("t", "a"), plan(1), limit("t"), TargetEndRecord("t", 0, 1.0)]
    half = [
        TargetRecord("u", "b"),
        msgspec.structs.replace(plan(2), target="u"),
        limit("u"),
        EndRecord("", 2, 1.0),
    ]
    path = stored(new_run_path(tmp_path), *begun, *half)
    writer = RunWriter(path, keep={"t"})
    writer.write(half[1])
    writer.close()
    with RunReader(path) as run:
        assert list(run.records()) == [*begun, half[1]]
        assert run.limits() == [begun[3]]
        assert run.target_ends() == [begun[4]]
        assert run.end is None
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_two_do_not_write_to_one_run(tmp_path):
    path = new_run_path(tmp_path)
    first = RunWriter(path)
    with pytest.raises(StoreError, match="still being written by another wireproof"):
        RunWriter(path, keep=())
    first.close()
    RunWriter(path, keep=()).close()


KILLED = """
import os, signal, sys
from pathlib import Path
from harness.store.run_store import RunWriter
from harness.store.records import RunRecord, TargetRecord
writer = RunWriter(Path(sys.argv[1]))
writer.write(RunRecord("id", "", "", "", "", ()))
writer.write(TargetRecord("t", "a"))
while not writer.committed:
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_keeps_what_it_had(tmp_path):
    path = new_run_path(tmp_path)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=Path.cwd(), check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    with RunReader(path) as run:
        assert run.targets() == [TargetRecord("t", "a")]
        assert run.end is None
    RunWriter(path, keep={"t"}).close()  # a kill gives the right to write back
    with RunReader(path) as run:
        assert run.targets() == [TargetRecord("t", "a")]


def test_runs_of_one_second_are_in_the_order_in_which_they_began(tmp_path):
    paths = [new_run_path(tmp_path) for _ in range(20)]
    assert [find_run(f"last~{back}", tmp_path) for back in range(20)] == paths[::-1]


def test_last_is_the_latest_run(tmp_path):
    older = new_run_path(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    newer = new_run_path(tmp_path, datetime(2026, 1, 2, tzinfo=UTC))
    assert find_run("last", tmp_path) == newer
    assert find_run("last~1", tmp_path) == older
    assert find_run(str(older), Path("nowhere")) == older


@pytest.mark.parametrize("name", ["last~2", "no-such-file.sqlite"])
def test_a_run_that_is_not_there_is_told(tmp_path, name):
    new_run_path(tmp_path)
    with pytest.raises(StoreError, match=r"no run file|no last~2"):
        find_run(name, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write to the output folder"):
        new_run_path(tmp_path / "file" / "out")


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look like one" * 10])
def test_a_file_that_is_no_run_is_told(tmp_path, content):
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="run file"):
        RunReader(path)


def test_a_run_that_never_began_is_told(tmp_path):
    with RunReader(stored(new_run_path(tmp_path))) as run, pytest.raises(StoreError, match="has no head"):
        _ = run.run


def test_damaged_octets_are_told(tmp_path):
    path = stored(new_run_path(tmp_path), HEAD, plan(1))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM octets")
    with RunReader(path) as run, pytest.raises(StoreError, match="damaged"):
        list(run.plans())


def test_a_write_that_fails_is_told_by_the_next_call(tmp_path):
    path = new_run_path(tmp_path)
    os.truncate(path, 0)
    path.write_bytes(b"not a database, and long enough to be read as one" * 100)
    writer = RunWriter(path)
    with pytest.raises(StoreError, match="cannot write"):
        writer.close()
    with pytest.raises(StoreError, match="cannot write"):
        writer.write(HEAD)


def test_ndjson_has_one_record_a_line(tmp_path):
    sink = NdjsonSink(tmp_path / "run.ndjson")
    sink.write(HEAD)
    sink.write(plan(1))
    sink.close()
    lines = (tmp_path / "run.ndjson").read_bytes().splitlines()
    assert [decode(line) for line in lines] == [HEAD, plan(1)]


def test_an_ndjson_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(StoreError, match="cannot write NDJSON"):
        NdjsonSink(tmp_path / "no" / "folder")
