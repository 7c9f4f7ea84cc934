"""How long the sweep of truncated reads takes against the reference server: count and seconds.

Every proper prefix then half-closed, every two-way split, and octet by octet, of four representative
requests, over real sockets. Run it from the top folder: `python benchmarks/truncated.py`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness.engine.calibrate import calibrate
from harness.engine.truncate import SWEPT, sweep
from harness.strategies.delivery import EVERY, Kind
from harness.targets.reference import reference
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport


def main() -> None:
    """Sweep, several times, and print what it came to."""
    arguments = argparse.ArgumentParser(description="the sweep of truncated reads, timed")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--jobs", type=int, default=16)
    arguments.add_argument("--kind", action="append", choices=[kind.name.lower() for kind in EVERY])
    chosen = arguments.parse_args()
    kinds = [Kind[name.upper()] for name in chosen.kind or ()] or SWEPT
    with reference() as running:
        target = running.target
        transport = TcpTransport(Address(target.host, target.port))
        calibration = calibrate(target, transport)
        for _ in range(chosen.rounds):
            began, busy = time.perf_counter(), time.process_time()
            found = sweep(calibration, transport, kinds, chosen.jobs)
            seconds, cpu = time.perf_counter() - began, time.process_time() - busy
            print(
                f"{found.exchanges} exchanges in {seconds:.2f} s ({found.exchanges / seconds:.0f}/s, "
                f"{cpu / found.exchanges * 1e6:.0f} us of our CPU each): "
                f"{len(found.departures)} departures, {len(found.undecided)} undecided"
            )
    for told, count in Counter(f"{one.request}: {one.observed}" for one in found.remarks).items():
        print(f"{count:6}  {told}")


if __name__ == "__main__":
    main()
