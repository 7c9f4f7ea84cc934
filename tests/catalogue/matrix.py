"""The kill matrix in process: which verdicts each deliberate fault of the reference server brings about.

Sans-I/O server, memory transport, virtual time; probes and controls as the engine makes them. Octets that
come back as from the faultless server get no other verdicts than there, so they are judged once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from harness.engine.examine import Examiner, ResponseWatch
from harness.engine.plans import Planned, Surroundings, planned
from harness.http1.build import fill, get
from harness.http1.request_reader import read_requests
from harness.http1.serialize import request as octets_of
from harness.model.plan import Plan
from harness.model.reading import ReadResponse
from harness.model.transcript import PeerClosed, Received, Transcript
from harness.model.verdict import Examination, Verdict
from harness.rules.concern import Concern
from harness.rules.rule import Views, catalogue
from harness.transport.base import Limits, Watch
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


@dataclass(frozen=True)
class Told:
    """A transport that carries nothing out: it tells what happened."""

    transcript: Transcript
    limits: Limits = LIMITS

    def execute(self, plan: Plan, watch: Watch | None) -> Transcript:
        """The transcript, and its octets to the watch."""
        for event in self.transcript.events if watch else ():
            if isinstance(event, Received):
                watch.feed(event.octets)
            elif isinstance(event, PeerClosed):
                watch.end()
        return self.transcript


def carried_out(plan: Plan, fault: Fault | None) -> Transcript:
    """The plan against a fresh server with that fault, in virtual time that begins anew."""
    clock = VirtualClock(now=1_800_000_000.0)
    transport = MemoryTransport(lambda: Connection(clock=clock, fault=fault), LIMITS, clock)
    return transport.execute(plan, Remembering(methods(plan.octets)))


@cache
def finals(methods: tuple[bytes, ...], octets: bytes, ended: bool) -> int:
    """How many final responses these octets are; most faults leave most of them as they are."""
    watch = ResponseWatch(methods)
    watch.feed(octets)
    if ended:
        watch.end()
    return watch.finals


class Remembering:
    """What `ResponseWatch` is, each stream of octets being read once."""

    def __init__(self, methods: tuple[bytes, ...]) -> None:
        self._methods, self._octets = methods, b""
        self.finals = 0

    def feed(self, octets: bytes) -> None:
        """These octets came next."""
        self._octets += octets
        self.finals = finals(self._methods, self._octets, False)

    def end(self) -> None:
        """The peer closed its sending side."""
        self.finals = finals(self._methods, self._octets, True)


@cache
def methods(octets: bytes) -> tuple[bytes, ...]:
    """Those of the requests, as our reader finds them."""
    return tuple(one.request.line.method for one in read_requests(octets, ended=True).requests)


def examined(plan: Plan, transcript: Transcript, control: Examination | None) -> Examination:
    """What happened, read by every oracle as the engine does it."""
    return Examiner("reference", Told(transcript), is_marker).examine(plan, control)


@cache
def work() -> tuple[Planned, ...]:
    """Everything that the whole catalogue sends, in the order of the catalogue."""
    return tuple(
        one
        for path in PATHS
        for rule in catalogue().values()
        if path == PATHS[0] or rule.passive
        for one in planned(rule, surroundings(path))
    )


@cache
def shortened() -> tuple[Planned, ...]:
    """The first two plans of each rule, and all of those that look at responses: a fault of what is sent
    shows in nearly all of them alike."""
    catalogued = catalogue()
    return tuple(
        one for one in work() if catalogued[one.rule].passive or one.plan.provenance.detail in ("1", "2")
    )


@cache
def faultless() -> Mapping[Plan, Transcript]:
    """What each plan comes to without any fault."""
    plans = {plan for one in work() for plan in (one.plan, one.control) if plan}
    return {plan: carried_out(plan, None) for plan in plans}


def examinations(fault: Fault | None) -> Iterator[Examination]:
    """What a fault changes: each plan that comes to something else, or whose sound twin does.

    Of all the others the verdicts are those on the faultless server. Without a fault, everything.
    """
    twins: dict[Plan, Examination] = {}
    usual = faultless()
    asked = work() if fault is None or fault.behaviour.rewrite is None else shortened()
    plans = {plan for one in asked for plan in (one.plan, one.control) if plan}
    changed = usual if fault is None else {plan: carried_out(plan, fault) for plan in plans}
    for one in asked:
        twin = None
        if one.control:
            twin = twins.get(one.control) or examined(one.control, changed[one.control], None)
            twins[one.control] = twin
        same = changed[one.plan] == usual[one.plan]
        if fault is None or not same or (one.control and changed[one.control] != usual[one.control]):
            yield examined(one.plan, changed[one.plan], twin)
    yield from (one for plan, one in twins.items() if fault is None or changed[plan] != usual[plan])


@cache
def concern() -> Concern:
    """Which rules have anything to say of an examination."""
    return Concern(list(catalogue().values()))


@cache
def usual_verdicts() -> tuple[tuple[Plan, Verdict], ...]:
    """All verdicts of all rules on the faultless server, each with the plan it is about."""
    return tuple(
        (examination.plan, verdict) for examination in examinations(None) for verdict in judged(examination)
    )


def judged(examination: Examination) -> Iterator[Verdict]:
    """What all rules say of it."""
    views = Views(examination)
    for rule in concern().of(examination):
        yield from rule.judge(examination, views)


@cache
def kills(fault: str) -> frozenset[tuple[str, str]]:
    """The (rule, ledger row) pairs that VIOLATES names under a fault."""
    found = set()
    for examination in examinations(named(fault)):
        views = Views(examination)
        for rule in concern().of(examination):
            found |= {(one.rule, row) for one in rule.violations(examination, views) for row in one.covers}
    return frozenset(found)


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
