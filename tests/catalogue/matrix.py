"""The kill matrix in process: which verdicts each deliberate fault of the reference server brings about.

Sans-I/O server, memory transport, virtual time; probes and controls as the engine makes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from harness.engine.examine import Examiner
from harness.engine.plans import Planned, Surroundings, planned
from harness.http1.build import fill, get
from harness.http1.serialize import request as octets_of
from harness.model.reading import ReadResponse
from harness.model.verdict import Examination, Outcome, Verdict
from harness.rules.rule import Rule, catalogue
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from server.faults import Fault, all_faults, named

HEADING = """\
# Which rule catches which fault, and by which ledger rows; made by `python -m tests.catalogue.matrix`.
# A change here is a change of what the harness sees: review it as such.
"""
HOST = b"reference.invalid:8000"
ELSEWHERE = b"/wireproof-elsewhere"
PATHS = (b"/", b"/chunked", b"/no-content", b"/static")
"""The resource that is probed in full, and those that only show other kinds of responses."""

LIMITS = Limits(response_seconds=2.0, end_seconds=2.0, total_seconds=20.0)


def surroundings(path: bytes = b"/") -> Surroundings:
    """What calibration finds at the faultless server."""
    return Surroundings(HOST, path, b"/echo", fill(octets_of(get()), HOST, ELSEWHERE))


def is_marker(response: ReadResponse) -> bool:
    """Whether it is the faultless server's answer to the marker."""
    return response.status == 404


def examiner(fault: Fault | None) -> Examiner:
    """An examiner of a fresh connection a plan, to a server with that fault."""
    return Examiner("reference", memory_transport(fault), is_marker)


def memory_transport(fault: Fault | None) -> MemoryTransport:
    """To the server with that fault, in virtual time."""
    clock = VirtualClock(now=1_800_000_000.0)
    return MemoryTransport(lambda: Connection(clock=clock, fault=fault), LIMITS, clock)


def examinations(fault: Fault | None) -> Iterator[Examination]:
    """Everything that the whole catalogue sends, with the twins of what is malformed."""
    examine = examiner(fault).examine
    for path in PATHS:
        around = surroundings(path)
        twins: dict[str, Examination] = {}
        for work in _work(around, whole=path == PATHS[0]):
            twin = None
            if work.control:
                name = str(work.control.provenance)
                twin = twins.get(name) or examine(work.control)
                twins[name] = twin
            yield examine(work.plan, twin)
        yield from twins.values()


def _work(around: Surroundings, whole: bool) -> Iterator[Planned]:
    for rule in catalogue().values():
        if whole or rule.passive:
            yield from planned(rule, around)


def judged(rules: list[Rule], found: Iterator[Examination]) -> Iterator[tuple[Examination, Verdict]]:
    """All verdicts of the rules on the examinations."""
    for examination in found:
        for rule in rules:
            for verdict in rule.judge(examination):
                yield examination, verdict


@cache
def kills(fault: str) -> frozenset[tuple[str, str]]:
    """The (rule, ledger row) pairs that VIOLATES names under a fault."""
    verdicts = judged(list(catalogue().values()), examinations(named(fault)))
    return frozenset(
        (verdict.rule, row)
        for _, verdict in verdicts
        if verdict.outcome is Outcome.VIOLATES
        for row in verdict.covers
    )


def as_toml() -> str:
    """kills.toml: each fault, the rules that catch it, and the rows that they name."""
    lines = [HEADING]
    for fault in all_faults():
        lines.append(f'["{fault}"]')
        by_rule: dict[str, list[str]] = {}
        for rule, row in sorted(kills(fault)):
            by_rule.setdefault(rule, []).append(row)
        lines += [f'"{rule}" = {json.dumps(rows)}' for rule, rows in by_rule.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_toml(), end="")
