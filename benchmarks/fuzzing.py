"""What campaigns cost, and what they find.

    python benchmarks/fuzzing.py rate [--rounds N] [--count N]
    python benchmarks/fuzzing.py stages [--count N]
    python benchmarks/fuzzing.py faults [--seconds S] [--seeds N] [--only PATTERN] [--processes N]
    python benchmarks/fuzzing.py shrinking [--count N] [--seeds N] [--only PATTERN] [--findings N] [--long S]
    python benchmarks/fuzzing.py memory [--count N]

`rate`: plans a second against the C server of this folder, one process with 16 connections, as a share of
what a bare client exchanges in 16 threads, measured in the same rounds, and the requests answered in them:
both open a connection each time, on which the client asks once. The same against the reference server.
`stages`: CPU microseconds of each stage of one exchange, against the reference server in memory. `faults`:
for every named fault of the reference server a campaign in memory of so many seconds: the share that is
found, and the time to the first finding. `shrinking`: for every fault the first findings of a campaign in
memory, shrunk within its usual budget, beside what so many seconds more (`--long`), with no limit of
candidates, make of them, and beside the smallest of that cause in any of the campaigns. `memory`: the
resident size of `wireproof fuzz` while it holds so many exchanges with the reference server and writes them
down (Linux).

In memory nothing waits, so the seconds of `faults` and `shrinking` are those of the CPU: what a machine takes
that has nothing else to do.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from transport import THREADS, c_server, measured, plain

from harness.engine import examine as spine
from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing import campaign as module
from harness.engine.fuzzing import finding as investigation
from harness.engine.fuzzing.campaign import Bounds, Listener
from harness.engine.fuzzing.finding import HASTE, Finding
from harness.engine.fuzzing.fuzz import Fuzzing, fuzz, scope
from harness.engine.fuzzing.stimulus import stimulus
from harness.engine.remembered import remembered_opinions, remembering
from harness.engine.shrink import Budget, Shows, Shrunk, Steps, shrink, size
from harness.errors import TargetUnavailable
from harness.model.plan import octets_sent
from harness.rules.about_responses import AboutResponses
from harness.rules.concern import Concern
from harness.rules.rule import Views, catalogue
from harness.session import limits_for
from harness.strategies.planning import seeded_plans
from harness.targets.base import Target
from harness.targets.reference import reference as started
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport
from server.faults import all_faults
from tests.harness.engine.engine_support import TARGET, reference

ROOT = Path(__file__).resolve().parent.parent
RULES = list(catalogue().values())


class Rates(NamedTuple):
    """What a campaign does in a second: plans, each on its own connection, and requests answered there."""

    plans: float
    answers: float


def campaign(address: Address, count: int, *, shrink_tries: int = 1500) -> Rates:
    """The rates of a campaign of so many plans."""
    bounds = Bounds(seconds=3600, exchanges=count, shrink_tries=shrink_tries)
    report = fuzz(
        Target("benchmark", address.host, address.port),
        RULES,
        TcpTransport(address, limits_for(2.0)),
        lambda _: None,
        Fuzzing(seed=count, bounds=bounds, jobs=THREADS),
    )
    tally, seconds = report.course.tally, report.course.seconds
    answers = tally.statuses.total() - tally.statuses["none"]
    return Rates(tally.exchanges / seconds, answers / seconds)


def rate(rounds: int, count: int) -> None:
    """The rate over TCP, and its share of a bare client's.

    What is held against the C server, which is none of HTTP, is judged and counted, and not investigated.
    """
    module.MOST_OF_A_RULE = 0  # type: ignore[misc]
    rates: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    with c_server() as address, started() as running:
        sound = Address(running.target.host, running.target.port)
        for number in range(rounds + 1):
            bare = measured(plain, address, 8000, THREADS).rate
            for name, target in (("the C server", address), ("the reference server", sound)):
                ours = campaign(target, count + number, shrink_tries=0)
                if number:  # the first round warms up
                    rates[name].append((*ours, ours.plans / bare, ours.answers / bare))
    for name, figures in rates.items():
        plans, answers, share, answered = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name:22}{plans:6,.0f} plans/s, {share:.3f} of a bare client's exchanges", end="")
        print(f"; {answers:6,.0f} requests answered/s, {answered:.3f}")


def stages(count: int) -> None:
    """CPU microseconds of each stage: mean and median."""
    transport = reference()
    calibration = calibrate(TARGET, transport)
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            result = work(*arguments, **named)
            spent[name].append(time.process_time() - began)
            return result

        return run

    spine.converse = timed("  pairing", spine.converse)
    spine.explain = timed("  explanations", spine.explain)
    examiner = remembering(Deadlines(calibration, transport).examiner(HASTE))
    examiner = replace(examiner, opine=timed("  h11", remembered_opinions))
    concern, about = Concern([rule for rule in RULES if not rule.passive]), AboutResponses(RULES)
    draw = timed("generate", partial(next, seeded_plans(count, scope())))
    made = timed("make ready", stimulus)
    examine = timed("examine, the server in memory included", examiner.examine)
    judge = timed("judge", _judged)
    for number in range(count):
        one = made(number, draw(), calibration.around)
        judge(concern, about, examine(one.plan, None, one.meant))
    for name, seconds in spent.items():
        mean, median = sum(seconds) / count * 1e6, statistics.median(seconds) * 1e6
        print(f"{name:42}{mean:8.0f} us mean{median:8.0f} us median")


def _judged(concern: Concern, about: AboutResponses, examination: Any) -> list[Any]:
    views = Views(examination)
    about.violations(examination, views)
    return [one for rule in concern.of(examination) for one in rule.violations(examination, views)]


class _Found(Exception):
    """Something was found: that is all there was to know."""


NO_ANSWER = "its baseline has no answer"


def found_after(fault: str, seed: int, seconds: float) -> tuple[str, float | None, str]:
    """After how many seconds a campaign in memory finds the first violation of a fault, and by which rule."""
    began = time.process_time()
    rules: list[str] = []

    def stop(finding: Finding) -> None:
        rules.append(finding.rule.id)
        raise _Found

    try:
        fuzz(
            TARGET,
            RULES,
            reference(fault),
            lambda _: None,
            Fuzzing(seed=seed, bounds=Bounds(seconds=seconds, shrink_tries=0), jobs=1),
            listener=Listener(on_finding=stop),
            clock=time.process_time,
        )
    except _Found:
        return fault, time.process_time() - began, rules[0]
    except TargetUnavailable:
        return fault, time.process_time() - began, NO_ANSWER
    return fault, None, ""


def faults(seconds: float, seeds: int, only: str, processes: int) -> None:
    """The share of all named faults that is found, for each seed, and the times."""
    names = [name for name in all_faults() if fnmatchcase(name, only)]
    never = set(names)
    for seed in range(1, seeds + 1):
        with ProcessPoolExecutor(processes) as pool:
            results = []
            for one in pool.map(partial(found_after, seed=seed, seconds=seconds), names):
                results.append(one)
                print("  {}: {} {}".format(*one), file=sys.stderr, flush=True)
        times = sorted(after for _, after, _ in results if after is not None)
        unanswered = sum(told == NO_ANSWER for *_, told in results)
        missed = {name for name, after, _ in results if after is None}
        never &= missed
        median = statistics.median(times) if times else float("nan")
        noticed = f"{len(times)} of {len(names)} faults found ({unanswered} by an unanswered baseline)"
        print(f"seed {seed}: {noticed}, median {median:.1f} s", flush=True)
        print(f"  missed: {', '.join(sorted(missed))}", flush=True)
    print(f"{len(never)} missed by all seeds: {', '.join(sorted(never))}")


class Small(NamedTuple):
    """One finding: what its budget made of it, and what much more makes of that."""

    name: str
    usual: Steps
    long: Steps
    minimal: bool


def findings(fault: str, seed: int, bounds: Bounds, most: int, long: float) -> list[Small]:
    """The first findings of a campaign in memory, each shrunk within its budget, and on."""
    kept: list[Small] = []
    shrunk: list[Shrunk] = []

    def on(steps: Steps, shows: Shows, budget: Budget) -> Shrunk:
        """As usual; where that left something to try, on. Nothing left: more time would change nothing."""
        usual = shrink(steps, shows, budget)
        more = usual if usual.minimal else shrink(usual.steps, shows, Budget(10**9, long, time.process_time))
        shrunk[:] = usual, more
        return usual

    def keep(finding: Finding) -> None:
        usual, more = shrunk
        kept.append(Small(f"{fault} {finding.cause}", finding.case.steps, more.steps, usual.minimal))
        if len(kept) == most:
            raise _Found

    investigation.shrink = on  # type: ignore[assignment, attr-defined]
    with contextlib.suppress(_Found, TargetUnavailable):
        fuzz(
            TARGET,
            RULES,
            reference(fault),
            lambda _: None,
            Fuzzing(seed=seed, bounds=bounds, jobs=1),
            listener=Listener(on_finding=keep),
            clock=time.process_time,
        )
    return kept


def shrinking(count: int, seeds: int, only: str, most: int, long: float) -> None:
    """How far findings are from the smallest that much more shrinking reaches, and other campaigns."""
    bounds = Bounds(seconds=3600, exchanges=count)
    found: list[Small] = []
    smallest: dict[str, Steps] = {}
    for seed in range(1, seeds + 1):
        for fault in filter(partial(fnmatchcase, pat=only), all_faults()):
            for one in findings(fault, seed, bounds, most, long):
                found.append(one)
                smallest[one.name] = min(one.usual, one.long, smallest.get(one.name, one.long), key=size)
                sizes = f"{size(one.usual)} octets, {size(one.long)} after more"
                print(
                    f"  {seed} {one.name}: {sizes}{'' if one.minimal else ' *'}", file=sys.stderr, flush=True
                )
    faulty = len({one.name.partition(" ")[0] for one in found})
    minimal = sum(one.minimal for one in found)
    print(f"{len(found)} findings of {faulty} faults; of {minimal} nothing was left to try within the budget")
    for title, best in (
        (f"{long:g} s more", [one.long for one in found]),
        ("the smallest of their cause", [smallest[one.name] for one in found]),
    ):
        pairs = [(one.usual, other) for one, other in zip(found, best, strict=True)]
        octets = sum(excess(*pair) <= 2 for pair in pairs)
        near = sum(excess(*pair) <= max(2, longest_line(pair[0])) for pair in pairs)
        more = sorted(excess(*pair) for pair in pairs if excess(*pair))
        print(f"beside {title}: {octets} within 2 octets, {near} within 2 octets or one line; more by {more}")


def excess(usual: Steps, best: Steps) -> int:
    """How many octets (and steps, and cuts) more."""
    return size(usual) - size(best)


def longest_line(steps: Steps) -> int:
    """The octets of the longest line behind the first that is sent: no field line is longer."""
    return max(map(len, octets_sent(steps).splitlines(keepends=True)[1:]), default=0)


COUNTED = tuple("0123456789")
"""What the lines begin with that tell how much was exchanged and found."""


def memory(count: int) -> None:
    """The resident size of a campaign's process, each minute and at its greatest."""
    with tempfile.TemporaryDirectory() as out, (Path(out) / "told").open("w+") as told:
        words = ["fuzz", "--max-exchanges", str(count), "--max-time", "10h", "--seed", "1", "--out", out]
        command = [sys.executable, "-m", "harness", *words]
        with subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=subprocess.STDOUT) as process:
            try:
                _watched(process)
            finally:
                process.terminate()
        told.seek(0)
        print(*[line for line in told if line.startswith(COUNTED)], sep="", end="")


def _watched(process: subprocess.Popen[Any]) -> None:
    began, minute, greatest = time.monotonic(), 1, 0
    while process.poll() is None:
        resident, peak = (_kilobytes(process.pid, what) for what in ("VmRSS", "VmHWM"))
        greatest = max(greatest, peak)
        if time.monotonic() - began >= 60 * minute:
            print(f"after {minute:3} minutes {resident / 1024:6.0f} MiB", flush=True)
            minute += 1
        time.sleep(0.5)
    print(f"at most, with the report at the end {greatest / 1024:.0f} MiB")


def _kilobytes(process: int, what: str) -> int:
    """From what Linux tells of a process; 0 once it has ended."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["rate", "stages", "faults", "shrinking", "memory"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="*")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--findings", type=int, default=2, help="of each campaign that are made smaller")
    parser.add_argument("--long", type=float, default=50.0, help="seconds of shrinking more")
    chosen = parser.parse_args()
    match chosen.what:
        case "rate":
            rate(chosen.rounds, chosen.count)
        case "stages":
            stages(chosen.count)
        case "faults":
            faults(chosen.seconds, chosen.seeds, chosen.only, chosen.processes)
        case "shrinking":
            shrinking(chosen.count, chosen.seeds, chosen.only, chosen.findings, chosen.long)
        case "memory":
            memory(chosen.count)


if __name__ == "__main__":
    main()
