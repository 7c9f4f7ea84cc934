"""Corpus cases made into plans: tokens filled in, and where the case has none, waits and a marker added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harness.engine.plans import MOMENT_SECONDS, Surroundings, with_marker
from harness.http1 import serialize
from harness.http1.build import fill, post, request
from harness.http1.request_reader import read_requests
from harness.model.case import MARKER, Case
from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Origin,
    Plan,
    Provenance,
    Send,
    Step,
)
from harness.rules.probe import Marker


def case_plan(case: Case, around: Surroundings) -> Plan:
    """The plan of a case against one target.

    A POST or PUT goes to the resource that takes content. A case that says itself how it ends (waits,
    half-closes or aborts behind its last octets) is left alone. Any other waits for as many final responses
    as it has requests, and then a marker is sent.
    """
    path = path_of(case.octets, around)
    steps = [_filled(step, around, path) for step in case.steps]
    bare = Plan(tuple(steps), Provenance(Origin.CASE, case.id), case.title)
    if MARKER in case.octets:
        front = fill(case.octets.partition(MARKER)[0], around.host, path)
        bare = replace(bare, marker_at=len(front))
    if _says_how_it_ends(case):
        return bare
    if bare.marker_at is not None:
        waits = (AwaitResponse(_expected(bare)), AwaitEnd(MOMENT_SECONDS))
        return replace(bare, steps=(*steps, *waits))
    return with_marker(bare, _expected(bare), Marker.AFTER, around)


def path_of(octets: bytes, around: Surroundings) -> bytes:
    """What {path} stands for: the resource that takes content, where a POST or PUT comes first."""
    takes_content = octets.lstrip(b"\r\n").startswith((b"POST ", b"PUT "))
    return around.content_path if takes_content else around.path


def _expected(plan: Plan) -> int:
    """How many final responses to wait for: one a whole request, and one at least."""
    return max(1, sum(one.complete for one in read_requests(plan.octets, ended=True).requests))


def twin_plan(octets: bytes, around: Surroundings) -> Plan:
    """The sound twin of any octets: the same method, with content where they have any, asked again behind it.

    Of a method that is no token, or none of the common ones, the twin is a GET.
    """
    reading = read_requests(octets, ended=True)
    first = reading.requests[0] if reading.requests else None
    method = first.request.line.method if first and first.request.line.method in _COMMON else b"GET"
    counted = method in _WITH_CONTENT
    twin = post(content=b"hello", method=method) if counted else request(method)
    path = around.content_path if counted else around.path
    sent = fill(serialize.request(twin), around.host, path)
    told = method.decode("ascii")
    provenance = Provenance(Origin.CONTROL, "control", f"sound {told}")
    bare = Plan((Send(sent),), provenance, f"Sound twin: {told}")
    return with_marker(bare, 1, Marker.AFTER, around)


_WITH_CONTENT: Final = frozenset({b"POST", b"PUT", b"PATCH"})
_COMMON: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"DELETE"}) | _WITH_CONTENT


def raw_plan(name: str, octets: bytes, around: Surroundings) -> Plan:
    """The plan of a raw file: its octets as they are, with no token filled in."""
    bare = Plan((Send(octets),), Provenance(Origin.CASE, name), name)
    return with_marker(bare, _expected(bare), Marker.AFTER, around)


def _says_how_it_ends(case: Case) -> bool:
    last = max((number for number, step in enumerate(case.steps) if isinstance(step, Send)), default=-1)
    return any(
        isinstance(step, AwaitResponse | AwaitEnd | HalfClose | Abort) for step in case.steps[last + 1 :]
    )


def _filled(step: Step, around: Surroundings, path: bytes) -> Step:
    if not isinstance(step, Send):
        return step
    octets = _fill(step.octets, around, path)
    if len(step.cuts) == len(step.octets) - 1:
        return Send(octets, tuple(range(1, len(octets))))
    return Send(octets, tuple(_cuts(step, around, path)))


def _cuts(step: Send, around: Surroundings, path: bytes) -> Iterator[int]:
    """Where the cuts are once the tokens in front of them are filled in."""
    for cut in step.cuts:
        yield len(_fill(step.octets[:cut], around, path))


def _fill(octets: bytes, around: Surroundings, path: bytes) -> bytes:
    """Host and path filled in around the marker, which has its own already."""
    return around.marker.join(fill(part, around.host, path) for part in octets.split(MARKER))
