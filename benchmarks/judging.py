"""What judging costs: microseconds a message, and the hostile inputs against 1 s and 100 MiB.

    python benchmarks/judging.py [--sound N]

Prints two tables. With `--sound N` it also reads N sound messages with every reader and counts the
disagreements. Each hostile input runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import collections
import multiprocessing
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness.engine.judge import judge
from harness.http1.request_reader import read_requests
from harness.oracle import h11_oracle, llhttp_oracle
from harness.oracle.compare import differences
from harness.oracle.permitted import permitted_readings
from tests.harness.oracle.sound import sound_request
from tests.harness.oracle.test_permitted import HOSTILE

G = b"GET / HTTP/1.1\r\nHost: x\r\n"
P = b"POST / HTTP/1.1\r\nHost: x\r\n"
MESSAGES = {
    "sound, 200 octets": (
        b"GET /index.html?q=conformance HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: wireproof/0.1\r\n"
        b"Accept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate\r\nCookie: a=b; c=d\r\n"
        b"X-Id: 12345678\r\n\r\n"
    ),
    "space before colon": G + b"X : y\r\n\r\n",
    "bare LF everywhere": b"GET / HTTP/1.1\nHost: x\nX: y\n\n",
    "obs-fold": G + b"X: a\r\n b\r\n\r\n",
    "bare CR in a value": G + b"X: a\rb\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "length and coding": P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "differing lengths": P + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "unknown coding": P + b"Transfer-Encoding: foo\r\n\r\n",
    "LF in a chunk-size line": P + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    "four words": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
}
READERS: dict[str, Callable[[bytes, bool], object]] = {
    "reader": read_requests,
    "permitted": permitted_readings,
    "h11": h11_oracle.read_requests,
    "llhttp": llhttp_oracle.read_requests,
}


def microseconds(read: Callable[[bytes, bool], object], octets: bytes) -> float:
    """The median of 15 rounds of 100."""
    rounds = []
    for _ in range(15):
        start = time.perf_counter()
        for _ in range(100):
            read(octets, True)
        rounds.append((time.perf_counter() - start) * 1e4)
    return statistics.median(rounds)


def costs() -> None:
    """Microseconds a message."""
    print(f"{'microseconds a message':28}" + "".join(f"{name:>10}" for name in READERS))
    for name, octets in MESSAGES.items():
        figures = "".join(f"{microseconds(read, octets):10.1f}" for read in READERS.values())
        print(f"{name:28}{figures}")


def _hostile(name: str, pipe: Connection) -> None:
    octets = HOSTILE[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    permitted = permitted_readings(octets)
    middle = time.perf_counter()
    judge(octets)
    end = time.perf_counter()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    pipe.send(
        (middle - start, end - middle, grown, len(permitted.readings) + permitted.more, permitted.too_many)
    )


def hostile() -> None:
    """Seconds and memory for each hostile input: the permitted readings alone, and the whole judgement."""
    print(f"\n{'hostile input':42}{'permitted':>10}{'judge':>9}{'memory':>11}  readings")
    context = multiprocessing.get_context("fork")
    for name in HOSTILE:
        ours, theirs = context.Pipe()
        process = context.Process(target=_hostile, args=(name, theirs))
        process.start()
        seconds, whole, grown, found, too_many = ours.recv()
        process.join()
        told = f"{found}{' and too many' if too_many else ''}"
        print(f"{name:42}{seconds:9.2f}s{whole:8.2f}s{grown:7.1f} MiB  {told}", flush=True)


def sound(count: int) -> None:
    """Disagreements over sound messages, by oracle, difference and complaint."""
    seen: collections.Counter[tuple[str, str, str]] = collections.Counter()
    example: dict[tuple[str, str, str], bytes] = {}
    start = time.perf_counter()
    for seed in range(count):
        octets = sound_request(random.Random(seed))
        strict = read_requests(octets)
        if permitted_readings(octets).readings != (strict,):
            seen["permitted", "readings", ""] += 1
        for name, oracle in (("h11", h11_oracle), ("llhttp", llhttp_oracle)):
            theirs = oracle.read_requests(octets, True)
            for one in differences(strict, theirs):
                key = name, one.what, theirs.complaint.partition(":")[0]
                seen[key] += 1
                example.setdefault(key, octets)
    print(f"\n{count:,} sound messages in {time.perf_counter() - start:.0f} s; differences:")
    for key, number in seen.most_common():
        print(f"{number:8,}  {' / '.join(key)}\n          {example[key][:160]!r}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sound", type=int, default=0, metavar="N")
    count = parser.parse_args().sound
    if count:
        sound(count)
        return
    costs()
    hostile()


if __name__ == "__main__":
    main()
