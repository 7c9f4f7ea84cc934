"""What makes two violations one finding: the rule, what is amiss with the request, and the reaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.model.conversation import Exchange, Explanation, Fate
from harness.model.reading import Anomaly, Span
from harness.model.verdict import Examination, Verdict
from harness.rules.agreement import REMARKS

_MOST_KINDS: Final = 4


@dataclass(frozen=True, slots=True)
class Cause:
    """`kinds` are those of the anomalies of the request in question, or of the response where a rule is about
    responses; `phase` is where the first of them stands."""

    rule: str
    grade: str
    kinds: tuple[str, ...]
    phase: str
    reaction: str

    def __str__(self) -> str:
        told = ", ".join(self.kinds) or "a sound request"
        return f"{self.grade}: {told} ({self.phase}); {self.reaction}"

    def shows(self, other: Cause) -> bool:
        """Whether the other is the same to whoever makes it small: with as much amiss, or less."""
        same = (self.rule, self.grade, self.reaction) == (other.rule, other.grade, other.reaction)
        return same and set(other.kinds) <= set(self.kinds) and bool(other.kinds) == bool(self.kinds)


def cause(examination: Examination, verdict: Verdict) -> Cause:
    """The cause of one violation."""
    grade = str(verdict.grade or "")
    if verdict.sent_span is None:
        kinds = _kinds(_of_response(examination, verdict.received_span))
        return Cause(verdict.rule, grade, kinds or verdict.covers, "response", "")
    exchange = _concerned(examination, verdict.sent_span)
    found = [one for one in exchange.anomalies if one.kind not in REMARKS] if exchange else []
    kinds = _kinds(found)
    phase = _phase(examination, exchange, found[0].span[0]) if exchange and found else "sound"
    return Cause(verdict.rule, grade, kinds, phase, _reaction(examination, exchange))


def _kinds(found: list[Anomaly]) -> tuple[str, ...]:
    return tuple(sorted({one.kind for one in found}))[:_MOST_KINDS]


def _of_response(examination: Examination, span: Span | None) -> list[Anomaly]:
    if span is None:
        return []
    return [one for one in examination.responses.anomalies if span[0] <= one.span[0] <= span[1]]


def _concerned(examination: Examination, span: Span) -> Exchange | None:
    """The request that begins last in front of what shows it."""
    before = [one for one in examination.told.exchanges if one.request.start <= span[0] and not one.marker]
    return before[-1] if before else None


def _phase(examination: Examination, exchange: Exchange, at: int) -> str:
    request = exchange.request
    if at >= request.body_at:
        return "content"
    line_end = examination.plan.octets.find(b"\n", request.start)
    return "request-line" if line_end < 0 or at <= line_end else "fields"


def _reaction(examination: Examination, exchange: Exchange | None) -> str:
    """Both axes of the answer; where nothing explains them, only that."""
    if exchange is None or examination.explanation in (Explanation.REFUTED, Explanation.TOO_MANY):
        return "answers that nothing explains"
    status = "no answer" if exchange.status is None else f"answered {exchange.status // 100}xx"
    return f"{status}, {Fate(exchange.fate)}"
