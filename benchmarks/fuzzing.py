"""What campaigns cost, and what they find.

    python benchmarks/fuzzing.py rate [--rounds N] [--count N]
    python benchmarks/fuzzing.py stages [--count N]
    python benchmarks/fuzzing.py faults [--seconds S] [--seeds N] [--only PATTERN] [--processes N]
    python benchmarks/fuzzing.py shrinking [--seconds S] [--seeds N]
    python benchmarks/fuzzing.py memory [--count N]

`rate`: whole exchanges a second against the C server of this folder, one process with 16 connections, as a
share of a bare client in 16 threads, measured in the same rounds; the same against the reference server.
`stages`: CPU microseconds of each stage of one exchange, against the reference server in memory. `faults`:
for every named fault of the reference server a campaign in memory of so many seconds of wall time: the share
that is found, and the time to the first finding. `shrinking`: findings after the budget of a campaign beside
what ten times as much, and no limit of candidates, comes to. `memory`: the greatest resident size after so
many exchanges over TCP.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from transport import THREADS, c_server, measured, plain

from harness.engine import examine as spine
from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing import campaign as module
from harness.engine.fuzzing.campaign import Bounds, Listener
from harness.engine.fuzzing.finding import HASTE, Finding
from harness.engine.fuzzing.fuzz import Fuzzing, fuzz, scope
from harness.engine.fuzzing.stimulus import stimulus
from harness.engine.remembered import remembered_opinions
from harness.engine.shrink import size
from harness.errors import TargetUnavailable
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

RULES = list(catalogue().values())


def campaign(address: Address, count: int, *, shrink_tries: int = 1500) -> float:
    """Exchanges a second of a campaign of so many."""
    bounds = Bounds(seconds=3600, exchanges=count, shrink_tries=shrink_tries)
    report = fuzz(
        Target("benchmark", address.host, address.port),
        RULES,
        TcpTransport(address, limits_for(2.0)),
        lambda _: None,
        Fuzzing(seed=count, bounds=bounds, jobs=THREADS),
    )
    return report.course.tally.exchanges / report.course.seconds


def rate(rounds: int, count: int) -> None:
    """The rate over TCP, and its share of a bare client's.

    What is held against the C server, which is none of HTTP, is judged and counted, and not investigated.
    """
    module.MOST_OF_A_RULE = 0  # type: ignore[misc]
    rates: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with c_server() as address, started() as running:
        sound = Address(running.target.host, running.target.port)
        for number in range(rounds + 1):
            bare = measured(plain, address, 8000, THREADS).rate
            for name, target in (("the C server", address), ("the reference server", sound)):
                ours = campaign(target, count + number, shrink_tries=0)
                if number:  # the first round warms up
                    rates[name].append((ours, ours / bare))
    for name, figures in rates.items():
        ours, share = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name:24}{ours:8,.0f} exchanges/s{share:8.3f} of a bare client")


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
    examiner = replace(
        Deadlines(calibration, transport).examiner(HASTE), opine=timed("  h11", remembered_opinions)
    )
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


def found_after(fault: str, seed: int, seconds: float) -> tuple[str, float | None, str]:
    """After how many seconds a campaign in memory finds the first violation of a fault, and by which rule."""
    began = time.monotonic()
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
        )
    except _Found:
        return fault, time.monotonic() - began, rules[0]
    except TargetUnavailable:
        return fault, time.monotonic() - began, "its baseline has no answer"
    return fault, None, ""


def faults(seconds: float, seeds: int, only: str, processes: int) -> None:
    """The share of all named faults that is found, for each seed, and the times."""
    names = [name for name in all_faults() if fnmatchcase(name, only)]
    for seed in range(1, seeds + 1):
        with ProcessPoolExecutor(processes) as pool:
            results = []
            for one in pool.map(partial(found_after, seed=seed, seconds=seconds), names):
                results.append(one)
                print("  {}: {} {}".format(*one), file=sys.stderr, flush=True)
        times = sorted(after for _, after, _ in results if after is not None)
        missed = [name for name, after, _ in results if after is None]
        median = statistics.median(times) if times else float("nan")
        print(f"seed {seed}: {len(times)} of {len(names)} faults found, median {median:.1f} s", flush=True)
        print(f"  missed: {', '.join(missed)}", flush=True)


def findings(fault: str, seed: int, bounds: Bounds) -> Iterator[Finding]:
    """What a campaign in memory finds."""
    kept: list[Finding] = []
    fuzz(
        TARGET,
        RULES,
        reference(fault),
        lambda _: None,
        Fuzzing(seed=seed, bounds=bounds, jobs=1),
        listener=Listener(on_finding=kept.append),
    )
    yield from kept


SHRUNK = (
    "length-and-coding-kept-open",
    "host-twice-accepted",
    "space-before-colon-accepted",
    "content-length-octal",
)


def shrinking(seconds: float, seeds: int) -> None:
    """How many octets more than the shortest a finding has that much shrinking reaches."""
    more: list[int] = []
    for fault in SHRUNK:
        for seed in range(1, seeds + 1):
            usual = Bounds(seconds=3600, exchanges=1500, shrink_seconds=seconds)
            long = replace(usual, shrink_seconds=10 * seconds, shrink_tries=10**6)
            best = {one.cause: size(one.case.steps) for one in findings(fault, seed, long)}
            found = [one for one in findings(fault, seed, usual) if one.cause in best]
            more += [size(one.case.steps) - best[one.cause] for one in found]
    near = sum(one <= 2 for one in more)
    print(f"{near} of {len(more)} findings within 2 octets of the shortest; all: {sorted(more)}")


def memory(count: int) -> None:
    """The greatest resident size of this process after a tenth, a half and all of so many exchanges."""
    with started() as running:
        for part in (count // 10, count // 2, count - count // 10 - count // 2):
            campaign(Address(running.target.host, running.target.port), part)
            resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{part:,} exchanges more: {resident:.0f} MiB", flush=True)


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
    chosen = parser.parse_args()
    match chosen.what:
        case "rate":
            rate(chosen.rounds, chosen.count)
        case "stages":
            stages(chosen.count)
        case "faults":
            faults(chosen.seconds, chosen.seeds, chosen.only, chosen.processes)
        case "shrinking":
            shrinking(min(chosen.seconds, 5.0), chosen.seeds)
        case "memory":
            memory(chosen.count)


if __name__ == "__main__":
    main()
