"""The nine ways in which testers of servers go wrong: no conformant server is failed by any of them.

Each is a server that keeps to the RFCs in a way of its own, driven through the whole catalogue by the real
engine over the memory transport. No verdict on it may be a breach, and what else is said of it stands here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.engine.examine import Examiner
from harness.engine.plans import Surroundings, planned
from harness.http1.build import fill, get
from harness.http1.serialize import request as octets_of
from harness.model.plan import Plan
from harness.model.reading import ReadResponse
from harness.model.verdict import Examination, Grade, Outcome, Verdict
from harness.rules.rule import catalogue
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport
from server.reading import STRICT
from tests.catalogue import matrix
from tests.harness.rules.conformant_server import (
    ABSOLUTE_FIRST,
    Server,
    Way,
    by_whitespace,
    lenient_chunk_size_line,
    neutral,
)

HOST = b"conformant.invalid:8000"
AROUND = Surroundings(HOST, b"/", b"/echo", fill(octets_of(get()), HOST, b"/wireproof-elsewhere"))
LIMITS = Limits(response_seconds=1.0, end_seconds=1.0, total_seconds=10.0)


def judged(way: Way) -> list[tuple[Verdict, Examination]]:
    """Every verdict of the whole catalogue on such a server.

    Calibration finds no request that marks where everything is answered alike.
    """
    recognise = None if way.everything else _is_marker
    examine = Examiner("conformant", MemoryTransport(lambda: Server(way), LIMITS), recognise).examine
    twins: dict[Plan, Examination] = {}
    found = []
    for one in (one for rule in catalogue().values() for one in planned(rule, AROUND)):
        twin = None
        if one.control:
            twin = twins.get(one.control) or examine(one.control)
            twins[one.control] = twin
        seen = examine(one.plan, twin)
        found += [(verdict, seen) for verdict in matrix.judged(seen)]
    return found


def _is_marker(response: ReadResponse) -> bool:
    return response.status == 404


def told(found: list[tuple[Verdict, Examination]]) -> str:
    """What was said, each once with an example."""
    examples = {(one.rule, one.grade, one.observed): seen.plan for one, seen in reversed(found)}
    return "\n".join(
        f"{rule} {grade} {observed} ({plan.provenance}: {plan.title})"
        for (rule, grade, observed), plan in examples.items()
    )


def of(*grades: Grade) -> frozenset[Grade]:
    """The grades that may be said of a way."""
    return frozenset(grades)


WAYS = {
    "as the reference server does": (Way(), of()),
    "1 an early 200, then a close": (Way(early=True), of(Grade.SOFT)),
    "2 a reset behind the answer": (Way(resets=True), of(Grade.SOFT)),
    "3 a bare close where no status is named": (Way(silent=True), of(Grade.SOFT)),
    "4 chunked content read leniently": (
        Way(replace(STRICT, chunk_size_line=lenient_chunk_size_line)),
        of(Grade.RISK),
    ),
    "5 waiting for what has not come": (Way(waits=True), of()),
    "6 SP for NUL and CR, then OWS": (Way(replace(STRICT, field_line=neutral)), of()),
    "6 CR as whitespace in the request-line": (Way(replace(STRICT, request_line=by_whitespace)), of()),
    "6 SP for a fold": (Way(unfolds=True), of()),
    "7 every response is the last": (Way(closes=True), of(Grade.SOFT)),
    "8 nobody is let in": (Way(everything=b"401 Unauthorized"), of(Grade.SOFT)),
    "8 nothing is there": (Way(everything=b"404 Not Found"), of(Grade.SOFT)),
    "8 content has to be counted": (Way(chunked_refused=True), of()),
    "9 absolute-form goes before the checks of Host": (Way(ABSOLUTE_FIRST), of()),
    "9 501 to a last coding that is not known": (
        Way(statuses={"RFC 9112 6.3": b"501 Not Implemented"}),
        of(Grade.UNMET),
    ),
    "http.server's 501 to every POST": (Way(no_post=b"501 Not Implemented"), of(Grade.SOFT)),
    "405 to every POST": (Way(no_post=b"405 Method Not Allowed"), of(Grade.SOFT)),
    "chunks that mod_lua leaves aside": (Way(counted_alone=True), of()),
    "granian's 500 to malformed chunks": (
        Way(statuses={"RFC 9112 7.1": b"500 Internal Server Error"}),
        of(),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_conformant_server_is_not_failed(way):
    conduct, grades = WAYS[way]
    found = judged(conduct)
    excess = [one for one in found if one[0].outcome is Outcome.VIOLATES and one[0].grade not in grades]
    assert told(excess) == ""
    assert len({one.rule for one, _ in found if one.outcome is Outcome.CONFORMS}) > 15, "vacuous"


@pytest.mark.parametrize("status", [b"501 Not Implemented", b"405 Method Not Allowed"])
def test_nothing_is_left_open_by_a_method_that_is_not_there(status):
    found = judged(Way(no_post=status))
    assert told(found_open := [one for one in found if _is_open(*one)]) == "", len(found_open)


def _is_open(verdict: Verdict, seen: Examination) -> bool:
    """Whether it is left open what a POST showed, though no POST shows anything there."""
    asked = seen.plan.octets.startswith(b"POST ")
    return asked and verdict.outcome is Outcome.INCONCLUSIVE


def test_505_is_no_other_reason_for_a_version_that_is_not_supported():
    found = judged(Way())
    assert [one for one, _ in found if one.rule == "9110-6.2-other-major"]
