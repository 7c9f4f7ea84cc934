"""How many mutants of the reference server `wireproof fuzz` finds, and how soon.

    python benchmarks/mutants.py [--seconds S] [--seeds N] [--count N] [--sample-seed N]
                                 [--processes N] [--keep FILE]

mutmut makes all its mutants of what reads requests, conducts a connection and writes responses (`MUTATED`);
of these a sample is drawn that depends on nothing but the names and `--sample-seed`. Each is put into a copy
of the packages and fuzzed there as a user would: `wireproof fuzz --max-time S --seed N`, over TCP, until its
first finding is on the disk. The time is what the user waits: it counts from the start of the command, so
that calibration and the shrinking of that finding are in it. The server as it is takes part as `none`: a
finding there would be a false one.

Outcomes: `found` (a finding was told), `broken` (the command ends with exit 6 or 7, since the server does not
start, does not answer its baseline, or dies for good), `indiscriminate` (exit 1 without a finding: answers
that prove nothing), `missed`, and `failed` for everything else, which is ours to look into. Mutants that
mean the same on the wire are among the missed: their diffs are printed at the end, to be judged by eye.

Results come as they are there, to standard error. With `--keep FILE` they are written to it as well, one
JSON object a line, and what stands there is not measured again. Needs mutmut (`pip install 'mutmut>=3.8'`).
mutmut leaves decorated functions and what stands outside functions alone (patterns, tables).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("harness", "server", "corpus", "reports")
MUTATED: Final = (
    "server/request_reader.py",
    "server/reading.py",
    "server/plain_request.py",
    "server/connection.py",
    "server/response_writer.py",
)
NONE: Final = "none"
"""The name of the server as it is."""

GRACE: Final = 60.0
"""So many seconds may a command take beyond its campaign, for its start, its last finding and its end."""

_LOOK_EVERY: Final = 0.05
_GENERATE: Final = """
from mutmut.__main__ import create_file_mutants, walk_source_files
for path in walk_source_files():
    made = create_file_mutants(path)
    if made.error:
        raise made.error
"""
"""What `mutmut run` does before it runs tests, without its pool of processes."""


class Checkout:
    """A copy of the packages in which one mutant at a time is put in its place, and fuzzed."""

    def __init__(self, folder: Path, over: threading.Event) -> None:
        self.folder = folder
        self._over = over
        for package in PACKAGES:
            shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))

    def holds(self, path: str, source: str) -> None:
        """Let the mutated modules be as they were, but for this one."""
        for one in MUTATED:
            shutil.copyfile(ROOT / one, self.folder / one)
        if path:
            (self.folder / path).write_text(source)
        shutil.rmtree(self.folder / "server" / "__pycache__", ignore_errors=True)

    def fuzz(self, seed: int, seconds: float) -> tuple[str, float, str]:
        """The outcome of a campaign, after how many seconds, and what was told."""
        with tempfile.TemporaryDirectory(prefix="mutant-") as name:
            out = Path(name)
            command = ["fuzz", "--max-time", f"{seconds:g}s", "--seed", str(seed), "--out", str(out)]
            with _started([sys.executable, "-m", "harness", *command], self.folder, out / "told") as process:
                began = time.monotonic()
                finding = self._first_finding(process, out / "findings", began + seconds + GRACE)
                after = time.monotonic() - began
                code = process.poll()
            told = (out / "told").read_text(errors="replace").strip().splitlines()
        if finding:
            return "found", after, finding
        last = next((line for line in reversed(told) if line.startswith("wireproof: ")), f"exit {code}")
        outcome = {0: "missed", 1: "indiscriminate", 6: "broken", 7: "broken"}.get(code, "failed")  # type: ignore[arg-type]
        return outcome, after, "" if code == 0 else last

    def _first_finding(self, process: subprocess.Popen[bytes], folder: Path, until: float) -> str:
        """The first line of the first finding's story, as soon as it is kept; empty if none comes."""
        while time.monotonic() < until and not self._over.is_set():
            ended = process.poll() is not None
            if cases := sorted(folder.glob("*.toml")):
                with cases[0].with_suffix(".txt").open() as story:
                    return story.readline().strip()
            if ended:
                return ""
            time.sleep(_LOOK_EVERY)
        return ""


@contextlib.contextmanager
def _started(command: list[str], folder: Path, told: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command, ended with the block; its servers end with it, however it ends."""
    with told.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Mutants:
    """All mutants that mutmut makes, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one_at_a_time = threading.Lock()
        shutil.copytree(ROOT / "server", folder / "server", ignore=shutil.ignore_patterns("__pycache__"))
        only = "\n  ".join(MUTATED)
        (folder / "setup.cfg").write_text(f"[mutmut]\nsource_paths=server\nonly_mutate={only}\n")
        self._run("-c", _GENERATE)
        listed = self._run("-m", "mutmut", "results", "--all", "true").splitlines()
        self.names = sorted(line.strip().partition(": ")[0] for line in listed if "__mutmut_" in line)

    def sample(self, count: int, seed: int) -> list[str]:
        """So many of them, the same for the same names and seed, in the order of the alphabet."""
        return sorted(random.Random(seed).sample(self.names, min(count, len(self.names))))

    def source(self, name: str) -> tuple[str, str]:
        """The module that a mutant changes, and its source with the change; nothing for `NONE`."""
        if name == NONE:
            return "", ""
        path = name.partition(".x")[0].replace(".", "/") + ".py"
        with self._one_at_a_time:
            self._run("-m", "mutmut", "apply", name)
            source = (self._folder / path).read_text()
            shutil.copyfile(ROOT / path, self._folder / path)
        if source == (ROOT / path).read_text():
            raise RuntimeError(f"mutmut did not apply {name}")
        return path, source

    def diff(self, name: str) -> str:
        """What it changes."""
        return self._run("-m", "mutmut", "show", name)

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=self._folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed: {done.stderr.strip()[-800:]}")
        return done.stdout


@dataclass(frozen=True, slots=True)
class Trial:
    """One campaign against one mutant: the terms first, then what came of it."""

    mutant: str
    seed: int
    seconds: float
    outcome: str
    after: float
    told: str

    @property
    def terms(self) -> tuple[str, int, float]:
        """What makes it the same trial."""
        return self.mutant, self.seed, self.seconds


def kept(path: Path | None) -> list[Trial]:
    """What an earlier run has measured."""
    if path is None or not path.exists():
        return []
    return [Trial(**json.loads(line)) for line in path.read_text().splitlines()]


def measured(
    folder: Path, mutants: Mutants, wanted: list[tuple[str, int]], seconds: float, processes: int
) -> Iterator[Trial]:
    """The trials, as they come to an end; each process has a checkout of its own."""
    over = threading.Event()  # so that a signal need not wait for the campaigns under way
    checkouts: queue.SimpleQueue[Checkout] = queue.SimpleQueue()
    for number in range(processes):
        checkouts.put(Checkout(folder / f"checkout-{number}", over))

    def trial(terms: tuple[str, int]) -> Trial:
        name, seed = terms
        checkout = checkouts.get()
        try:
            checkout.holds(*mutants.source(name))
            outcome, after, told = checkout.fuzz(seed, seconds)
        finally:
            checkouts.put(checkout)
        return Trial(name, seed, seconds, outcome, round(after, 2), told)

    with ThreadPoolExecutor(processes) as pool:
        try:
            yield from pool.map(trial, wanted)
        finally:
            over.set()
            pool.shutdown(cancel_futures=True)


def table(trials: list[Trial], seeds: int) -> Iterator[str]:
    """A line a seed; the medians are of those that were found."""
    columns = ("found", "broken", "indiscriminate", "missed", "failed")
    yield (
        "seed".ljust(8) + "".join(one.rjust(15) for one in columns) + "share".rjust(8) + "median s".rjust(10)
    )
    for seed in range(1, seeds + 1):
        ours = [one for one in trials if one.seed == seed and one.mutant != NONE]
        if not ours:
            continue
        counts = Counter(one.outcome for one in ours)
        noticed = counts["found"] + counts["broken"] + counts["indiscriminate"]
        times = [one.after for one in ours if one.outcome == "found"]
        median = f"{statistics.median(times):.1f}" if times else "-"
        figures = "".join(str(counts[one]).rjust(15) for one in columns)
        yield f"{seed:<8}{figures}{noticed / len(ours):8.2f}{median:>10}"


def _end(*_: object) -> NoReturn:
    raise SystemExit("ended by a signal")


def main() -> None:
    """Measure, and print the table and the diffs of what no seed found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of one campaign")
    parser.add_argument("--seeds", type=int, default=3, help="campaigns against each mutant")
    parser.add_argument("--count", type=int, default=60, help="mutants in the sample")
    parser.add_argument("--sample-seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="results so far, and from now on")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name)
        (folder / "all").mkdir()
        mutants = Mutants(folder / "all")
        sample = [NONE, *mutants.sample(chosen.count, chosen.sample_seed)]
        terms = [(mutant, seed) for seed in range(1, chosen.seeds + 1) for mutant in sample]
        wanted = {(*one, chosen.seconds) for one in terms}
        trials = [one for one in kept(chosen.keep) if one.terms in wanted]
        done = {one.terms for one in trials}
        left = [one for one in terms if (*one, chosen.seconds) not in done]
        for one in measured(folder, mutants, left, chosen.seconds, chosen.processes):
            trials.append(one)
            print(
                f"{one.seed} {one.mutant}: {one.outcome} {one.after:.1f} {one.told}",
                file=sys.stderr,
                flush=True,
            )
            if chosen.keep:
                with chosen.keep.open("a") as file:
                    file.write(json.dumps(asdict(one)) + os.linesep)
        _tell(trials, mutants, chosen)


def _tell(trials: list[Trial], mutants: Mutants, chosen: argparse.Namespace) -> None:
    drawn = f"{chosen.count} of {len(mutants.names)} mutants, sample seed {chosen.sample_seed}"
    print(f"{drawn}, {chosen.seconds:g} s a campaign")
    print("\n".join(table(trials, chosen.seeds)))
    sound = ", ".join(one.outcome for one in trials if one.mutant == NONE)
    print(f"the server as it is: {sound}")
    noticed = {one.mutant for one in trials if one.outcome != "missed"} | {NONE}
    for name in sorted({one.mutant for one in trials} - noticed):
        print(f"\n{mutants.diff(name).strip()}")


if __name__ == "__main__":
    main()
