"""The tokens that stand for the target's own, kept whole while octets are mutated and cut, and filled in.

A generated plan is written without knowing its target, as a corpus case is: `{host}` and `{path}` stand
in its octets (harness/http1/build.py). No mutation and no cut goes through one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from harness.http1.build import HOST, PATH, fill
from harness.model.message import Request
from harness.model.plan import Plan, Send, Step

_TOKEN: Final = re.compile(b"|".join(map(re.escape, (HOST, PATH))))
_LONGEST: Final = max(len(HOST), len(PATH))
"""Octets, at most, between two cuts of what is cut at every octet."""


def outside_tokens(octets: bytes, at: int) -> int:
    """That offset, or the beginning of the token that it lies within."""
    if octets.find(b"{", max(at - len(HOST) + 1, 0), at) < 0:
        return at
    for token in _TOKEN.finditer(octets, max(at - len(HOST) + 1, 0), at + len(HOST)):
        if token.start() < at < token.end():
            return token.start()
    return at


def unit(octets: bytes, at: int) -> tuple[int, int]:
    """Where the octet at that offset begins and ends; a token counts as one octet."""
    begin = outside_tokens(octets, at)
    token = _TOKEN.match(octets, begin)
    return (begin, token.end()) if token else (at, at + 1)


def every_cut(octets: bytes) -> tuple[int, ...]:
    """All offsets between two octets, tokens counting as one."""
    cuts = set(range(1, len(octets)))
    for token in _TOKEN.finditer(octets):
        cuts.difference_update(range(token.start() + 1, token.end()))
    return tuple(sorted(cuts))


def fill_request(request: Request, host: bytes, path: bytes) -> Request:
    """The request with the target's own in place of the tokens of its target and its field values."""
    line = replace(request.line, target=fill(request.line.target, host, path))
    lines = tuple(replace(one, value=fill(one.value, host, path)) for one in request.field_lines)
    return replace(request, line=line, field_lines=lines)


def fill_plan(plan: Plan, host: bytes, path: bytes) -> Plan:
    """The plan with the target's own in place of the tokens; its cuts stay where they were in the text.

    What was cut at every octet still is. The provenance, and so the plan's id, does not change.
    """
    return replace(plan, steps=fill_steps(plan.steps, host, path))


def fill_steps(steps: tuple[Step, ...], host: bytes, path: bytes) -> tuple[Step, ...]:
    """The same of the steps alone."""
    return tuple([_filled(step, host, path) if isinstance(step, Send) else step for step in steps])


def _filled(send: Send, host: bytes, path: bytes) -> Send:
    octets = fill(send.octets, host, path)
    if not send.cuts or octets == send.octets:
        return Send(octets, send.cuts)
    if _LONGEST * (len(send.cuts) + 1) >= len(send.octets) and send.cuts == every_cut(send.octets):
        return Send(octets, tuple(range(1, len(octets))))
    return Send(octets, tuple(len(fill(send.octets[:cut], host, path)) for cut in send.cuts))
