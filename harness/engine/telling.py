"""Examinations and rules as records: what the run store, NDJSON and the reports get of them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.engine.calibrate import Calibration
from harness.model.conversation import Conversation, Exchange
from harness.model.reading import Reading, ResponseReading
from harness.model.requirement import Requirement
from harness.model.verdict import Examination
from harness.rules.ledger import waived
from harness.rules.rule import Rule
from harness.store.recording import event_parts, plan_record
from harness.store.records import (
    AnomalyPart,
    ExchangePart,
    OpinionPart,
    PlanRecord,
    ReactionPart,
    RequirementPart,
    RulePart,
    TargetRecord,
    TranscriptRecord,
)


def rule_part(rule: Rule) -> RulePart:
    """A rule as the run record keeps it."""
    return RulePart(
        id=rule.id,
        rfc=rule.citation.rfc,
        section=rule.citation.section,
        url=rule.citation.url,
        level=rule.level,
        area=rule.area,
        title=rule.title,
        covers=rule.covers,
        permitted=tuple(ReactionPart(one.name, one.description) for one in rule.permitted),
        security=rule.security,
        why=rule.why,
        probes=tuple(one.title for one in rule.probes),
    )


def requirement_part(row: Requirement) -> RequirementPart:
    """A row of the ledger as the run record keeps it."""
    return RequirementPart(
        id=row.id,
        rfc=row.citation.rfc,
        section=row.citation.section,
        url=row.citation.url,
        level=row.level,
        keyword=row.keyword,
        summary=row.summary,
        security=row.security,
        testable=row.testable,
        waived=waived().get(row.id, ""),
    )


def target_record(calibration: Calibration, not_applicable: Iterable[tuple[str, str]] = ()) -> TargetRecord:
    """A target and what calibration found out about it; rules that do not apply, each with the reason."""
    target = calibration.target
    return TargetRecord(
        name=target.name,
        address=target.address,
        path=target.path,
        again=target.again,
        server=calibration.server,
        facts=calibration.facts,
        not_applicable=tuple(not_applicable),
    )


def records(examination: Examination) -> tuple[PlanRecord, TranscriptRecord]:
    """The plan of an examination, with the name of its sound twin if it has one, and what happened."""
    control = str(examination.control.plan.provenance) if examination.control else ""
    return plan_record(examination.plan, examination.target, control), transcript_record(examination)


def transcript_record(examination: Examination) -> TranscriptRecord:
    """What happened, and how it was read: under the likeliest explanation."""
    conversation = examination.told
    return TranscriptRecord(
        plan=str(examination.plan.provenance),
        target=examination.target,
        events=event_parts(examination.transcript),
        ended=examination.transcript.ended,
        fate=conversation.fate,
        exchanges=tuple(_exchange(one) for one in conversation.exchanges),
        anomalies=_anomalies(conversation, examination.responses),
        opinions=tuple(
            OpinionPart(one.oracle, _of_requests(one.requests), _of_responses(one.responses))
            for one in examination.opinions
        ),
    )


def _exchange(exchange: Exchange) -> ExchangePart:
    answer = exchange.final or exchange.partial
    return ExchangePart(
        sent=(exchange.request.start, exchange.request.end),
        fate=exchange.fate,
        received=(answer.start, answer.end) if answer else None,
        status=exchange.status,
        interim=tuple(one.status for one in exchange.interim),
        framing=answer.framing.kind if answer else "",
        marker=exchange.marker,
    )


def _anomalies(conversation: Conversation, responses: ResponseReading) -> tuple[AnomalyPart, ...]:
    both = (("sent", conversation.reading.anomalies), ("received", responses.anomalies))
    return tuple(
        AnomalyPart(one.kind, one.span, one.ledger, side, one.detail) for side, found in both for one in found
    )


def _of_requests(reading: Reading) -> str:
    """`2 requests, complete`: what an oracle made of the octets sent."""
    return _told(len(reading.requests), "request", reading.end, reading.complaint)


def _of_responses(reading: ResponseReading) -> str:
    statuses = ", ".join(str(one.status) for one in reading.responses)
    told = _told(len(reading.responses), "response", reading.end, reading.complaint)
    return f"{told} ({statuses})" if statuses else told


def _told(count: int, what: str, end: str, complaint: str) -> str:
    plural = "" if count == 1 else "s"
    return f"{count} {what}{plural}, {end}" + (f": {complaint}" if complaint else "")
