"""A plan nobody wrote a twin for, beside the twin that a rule knows how to make of it (`Rule.plain`).

Only a plan that sends one request of its own, to its end, has such a twin. One thing alone may tell the two
apart: the twin of a request that came whole is told otherwise, and that of one in pieces is the same, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from harness.engine.examine import Examiner
from harness.engine.plans import Surroundings, control_plan
from harness.http1 import serialize
from harness.http1.build import fill
from harness.http1.request_reader import read_requests
from harness.model.message import Request
from harness.model.plan import Abort, HalfClose, Plan, Send
from harness.model.verdict import Examination
from harness.rules.plain import as_it_is, with_short_query
from harness.rules.rule import Rule

_LONGEST: Final = 1000
"""Octets of a twin, at most: near the limits of a target the few that the other one has more may be why it is
refused."""

_APART: Final = 64
"""So many octets more, at most, has the other one, where its size is not what the rule is about."""


@dataclass(frozen=True, slots=True)
class Single:
    """The one request that a plan sends of its own, its octets, and whether they came in several pieces."""

    request: Request
    octets: bytes
    in_pieces: bool

    def twin_by(self, rule: Rule, around: Surroundings) -> Plan | None:
        """The sound twin that a rule makes of it; None where it makes none."""
        if rule.plain is None or (self.in_pieces and rule.plain is not as_it_is):
            return None
        made = rule.plain(self.request)
        if made == self.request and rule.plain is not as_it_is:
            return None
        twin = fill(serialize.request(made), around.host, around.path)
        more = len(self.octets) - len(twin)
        if len(twin) > _LONGEST or (more > _APART and rule.plain is not with_short_query):
            return None
        return control_plan(twin, around) if (twin == self.octets) is self.in_pieces else None


def single(plan: Plan) -> Single | None:
    """The request of a plan that sends one, whole, and a marker behind it; None for all others."""
    end = plan.marker_at
    if end is None or any(isinstance(step, HalfClose | Abort) for step in plan.steps):
        return None
    octets = plan.octets
    own = [one for one in read_requests(octets).requests if one.start < end]
    if len(own) != 1 or not own[0].complete or own[0].end != end:
        return None
    return Single(own[0].request, octets[:end], _pieces(plan, end) > 1)


def _pieces(plan: Plan, end: int) -> int:
    """In how many pieces the octets in front of that offset came."""
    sent = pieces = 0
    for step in plan.steps:
        for piece in step.pieces if isinstance(step, Send) else ():
            pieces += sent < end
            sent += len(piece)
    return pieces


def twin_by(rule: Rule, plan: Plan, around: Surroundings) -> Plan | None:
    """The sound twin that a rule makes of the one request of a plan; None where it makes none."""
    one = single(plan) if rule.plain else None
    return one.twin_by(rule, around) if one else None


def beside_twin(rule: Rule, seen: Examination, examiner: Examiner, around: Surroundings) -> Examination:
    """What was seen, with the examination of the twin that the rule makes of it, if it makes one."""
    twin = twin_by(rule, seen.plan, around)
    return seen if twin is None else replace(seen, control=examiner.examine(twin))
