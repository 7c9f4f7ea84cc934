"""A plan nobody wrote a twin for, beside the twin that a rule knows how to make of it (`Rule.plain`).

Only a plan that sends one request of its own, to its end, has such a twin. One thing alone may tell the two
apart: the twin of a request that came whole is told otherwise, and that of one in pieces is the same, whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harness.engine.examine import Examiner
from harness.engine.plans import Surroundings, control_plan
from harness.http1 import serialize
from harness.http1.build import fill
from harness.http1.request_reader import read_requests
from harness.model.plan import Abort, HalfClose, Plan, Send
from harness.model.verdict import Examination
from harness.rules.plain import as_it_is, with_short_query
from harness.rules.rule import Rule

_LONGEST: Final = 1000
"""Octets of a twin, at most: near the limits of a target the few that the other one has more may be why it is
refused."""

_APART: Final = 64
"""So many octets more, at most, has the other one, where its size is not what the rule is about."""


def twin_by(rule: Rule, plan: Plan, around: Surroundings) -> Plan | None:
    """The sound twin that a rule makes of the one request of a plan; None where it makes none."""
    if rule.plain is None or plan.marker_at is None:
        return None
    if any(isinstance(step, HalfClose | Abort) for step in plan.steps):
        return None
    octets = plan.octets
    own = [one for one in read_requests(octets).requests if one.start < plan.marker_at]
    if len(own) != 1 or not own[0].complete or own[0].end != plan.marker_at:
        return None
    alone = octets[: plan.marker_at]
    twin = fill(serialize.request(rule.plain(own[0].request)), around.host, around.path)
    if len(twin) > _LONGEST or (len(alone) - len(twin) > _APART and rule.plain is not with_short_query):
        return None
    same = twin == alone
    told_apart = same and rule.plain is as_it_is if _in_pieces(plan) else not same
    return control_plan(twin, around) if told_apart else None


def beside_twin(rule: Rule, seen: Examination, examiner: Examiner, around: Surroundings) -> Examination:
    """What was seen, with the examination of the twin that the rule makes of it, if it makes one."""
    twin = twin_by(rule, seen.plan, around)
    return seen if twin is None else replace(seen, control=examiner.examine(twin))


def _in_pieces(plan: Plan) -> bool:
    """Whether the request came in more than one piece; a marker in a piece of its own is none of them."""
    left = plan.marker_at or 0
    pieces = 0
    for step in plan.steps:
        for piece in step.pieces if isinstance(step, Send) else ():
            pieces += left > 0
            left -= len(piece)
    return pieces > 1
