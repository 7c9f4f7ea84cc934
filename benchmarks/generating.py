"""What generating plans costs, beside a natural `@given` and beside one exchange over loopback.

    python benchmarks/generating.py [--rounds N] [--count N]

In every round, one after the other: the seeded generator (sound plans of one request, the same with one
mutation each, what a campaign sends), the total decoder, our own strategy under `@given`, a natural
structured strategy under `@given` that builds a request of the same size from `builds`, `text` and `lists`,
and a blocking loopback exchange on a new connection with the C server of this folder (needs cc). Rates
and our CPU are medians of the rounds; ratios are medians of those within a round, which a busy machine
moves least.
"""

from __future__ import annotations

import argparse
import random
import statistics
import string
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from transport import Address, c_server, plain

from harness.strategies import plans
from harness.strategies.planning import MUTATED, Generated, Scope, decoded_plan, seeded_plans
from harness.strategies.repertoire import Repertoire

ONE_REQUEST = Repertoire(max_requests=1)
SOUND = Scope(uses=ONE_REQUEST, max_mutations=0)
ONCE_MUTATED = Scope(uses=ONE_REQUEST, min_mutations=1, max_mutations=1)
BARE = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Work = Callable[[int], None]


def taken(plans_of: Callable[[int], Iterator[Generated]]) -> Work:
    """Take so many plans; each number of a seed is taken once."""
    seeds = iter(range(10**6))

    def work(count: int) -> None:
        for _ in islice(plans_of(next(seeds)), count):
            pass

    return work


def decoding(count: int) -> None:
    """Decode random octets, 64 for each plan."""
    dice = random.Random(count)
    for _ in range(count):
        decoded_plan(dice.randbytes(64), ONCE_MUTATED)


def given_each(strategy: st.SearchStrategy[object]) -> Work:
    """Draw under `@given`, as many examples as are asked for; nothing is done with them."""

    def work(count: int) -> None:
        @settings(BARE, max_examples=count)
        @given(strategy)
        def drawn(_: object) -> None:
            """Only the drawing is measured."""

        drawn()

    return work


def natural() -> st.SearchStrategy[bytes]:
    """A request as one would first write it down: 3 to 6 field lines, counted content or chunks."""
    letters = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=12)
    field = st.builds("{}: {}\r\n".format, letters, letters)
    content = st.text(string.printable, max_size=24).map(lambda text: text.encode("latin-1"))
    counted = content.map(lambda octets: b"Content-Length: %d\r\n\r\n%b" % (len(octets), octets))
    chunks = st.lists(content.filter(bool), max_size=3).map(
        lambda many: (
            b"Transfer-Encoding: chunked\r\n\r\n"
            + b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in many)
            + b"0\r\n\r\n"
        )
    )
    return st.builds(
        lambda method, path, fields, body: f"{method} /{path} HTTP/1.1\r\n{''.join(fields)}".encode() + body,
        st.sampled_from(["GET", "POST", "HEAD", "OPTIONS"]),
        letters,
        st.lists(field, min_size=3, max_size=6),
        st.one_of(counted, chunks),
    )


class Figures(NamedTuple):
    """What one round of one kind of work came to: how many a second, and microseconds of our CPU for one."""

    rate: float
    cpu: float


def measured(work: Work, count: int) -> Figures:
    """Do it so many times."""
    began, busy = time.perf_counter(), time.process_time()
    work(count)
    elapsed, cpu = time.perf_counter() - began, time.process_time() - busy
    return Figures(count / elapsed, cpu / count * 1e6)


def works(address: Address) -> dict[str, tuple[Work, int]]:
    """What is measured, and by what its count is divided so that each takes about as long."""
    return {
        "seeded, sound, one request": (taken(lambda seed: seeded_plans(seed, SOUND)), 1),
        "seeded, one mutation, one request": (taken(lambda seed: seeded_plans(seed, ONCE_MUTATED)), 1),
        "seeded, each mutated": (taken(lambda seed: seeded_plans(seed, MUTATED)), 1),
        "decoded from 64 octets": (decoding, 1),
        "@given(plans())": (given_each(plans(max_requests=1, min_mutations=1, max_mutations=1)), 20),
        "@given(natural())": (given_each(natural()), 20),
        "loopback exchange": (lambda count: plain(address, count), 1),
    }


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description="plans a second")
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--count", type=int, default=4000, help="plans of the seeded generator in a round")
    chosen = arguments.parse_args()
    found: dict[str, list[Figures]] = {}
    with c_server() as address:
        for _ in range(chosen.rounds + 1):
            for name, (work, part) in works(address).items():
                found.setdefault(name, []).append(measured(work, max(chosen.count // part, 1)))
    found = {name: figures[1:] for name, figures in found.items()}  # the first round warms up
    columns = f"{'a second':>9}{'CPU, us':>9}{'of @given(natural())':>22}{'of an exchange':>16}"
    print(f"{chosen.rounds} rounds".ljust(36) + columns)
    for name, figures in found.items():
        rate = statistics.median(one.rate for one in figures)
        cpu = statistics.median(one.cpu for one in figures)
        ratios = [ratio(figures, found[base]) for base in ("@given(natural())", "loopback exchange")]
        print(f"{name:36}{rate:9,.0f}{cpu:9.0f}{ratios[0]:22.1f}{ratios[1]:16.2f}")


def ratio(ours: list[Figures], theirs: list[Figures]) -> float:
    """The median of the ratios within each round."""
    return statistics.median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main()
