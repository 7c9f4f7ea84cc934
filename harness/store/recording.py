"""Values made into records, and what is read again back into values: steps can be sent once more."""

from __future__ import annotations

from harness.model.limit import Limit, Reaction, Tried
from harness.model.plan import Abort, AwaitEnd, AwaitResponse, HalfClose, Pause, Plan, Send, Step
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Event,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.model.verdict import Verdict
from harness.store.records import (
    AnswerPart,
    EventPart,
    LimitRecord,
    PlanRecord,
    RulePart,
    SizePart,
    StepPart,
    VerdictRecord,
)


def step_part(step: Step) -> StepPart:
    """A step of a plan, as a part of its record."""
    match step:
        case Send(octets, cuts):
            return StepPart("send", octets=octets, cuts=cuts)
        case Pause(seconds):
            return StepPart("pause", seconds=seconds)
        case AwaitResponse(count):
            return StepPart("await-response", count=count)
        case AwaitEnd(limit):
            return StepPart("await-end", seconds=limit)
        case HalfClose():
            return StepPart("half-close")
        case Abort():
            return StepPart("abort")


def step_of(part: StepPart) -> Step:
    """The step that a part of a plan's record tells; ValueError for one that there is none of."""
    match part.do:
        case "send":
            return Send(part.octets, part.cuts)
        case "pause":
            return Pause(part.seconds or 0.0)
        case "await-response":
            return AwaitResponse(part.count or 1)
        case "await-end":
            return AwaitEnd(part.seconds)
        case "half-close":
            return HalfClose()
        case "abort":
            return Abort()
    raise ValueError(f"{part.do!r} is no step of a plan")


def event_part(event: Event) -> EventPart:
    """An event of a transcript, as a part of its record."""
    match event:
        case Connected(at):
            return EventPart(at, "connected")
        case ConnectFailed(at, error):
            return EventPart(at, "connect-failed", text=error)
        case Sent(at, count):
            return EventPart(at, "sent", count=count)
        case SendFailed(at, error, unsent):
            return EventPart(at, "send-failed", count=unsent, text=error)
        case Received(at, octets):
            return EventPart(at, "received", octets=octets, count=len(octets))
        case HalfClosed(at):
            return EventPart(at, "half-closed")
        case Aborted(at):
            return EventPart(at, "aborted")
        case PeerClosed(at):
            return EventPart(at, "peer-closed")
        case PeerReset(at):
            return EventPart(at, "peer-reset")
        case DeadlinePassed(at, waiting_for):
            return EventPart(at, "deadline-passed", text=waiting_for)
        case BudgetSpent(at, octets):
            return EventPart(at, "budget-spent", count=octets)


def plan_record(plan: Plan, target: str, control: str = "") -> PlanRecord:
    """A plan as carried out against `target`."""
    return PlanRecord(
        id=str(plan.provenance),
        target=target,
        origin=plan.provenance.origin,
        title=plan.title,
        steps=tuple(step_part(step) for step in plan.steps),
        marker_at=plan.marker_at,
        control=control,
    )


def event_parts(transcript: Transcript) -> tuple[EventPart, ...]:
    """All events of a transcript."""
    return tuple(event_part(event) for event in transcript.events)


def verdict_record(
    verdict: Verdict, target: str, plan: str, rule: RulePart, *, provisional: bool = False
) -> VerdictRecord:
    """A verdict with the section and level of its rule, and the reactions that the rule permits."""
    return VerdictRecord(
        target=target,
        plan=plan,
        rule=verdict.rule,
        covers=verdict.covers,
        section=rule.section,
        level=rule.level,
        outcome=verdict.outcome,
        observed=verdict.observed,
        grade=verdict.grade,
        permitted=tuple(one.name for one in rule.permitted),
        seen=verdict.permitted,
        sent_span=verdict.sent_span,
        received_span=verdict.received_span,
        flaky=verdict.flaky,
        confirmed=verdict.confirmed,
        provisional=provisional,
    )


def limit_record(limit: Limit, target: str) -> LimitRecord:
    """A size limit of `target`."""
    return LimitRecord(
        target=target,
        name=limit.name,
        unit=limit.unit,
        most=limit.most,
        beyond=AnswerPart(limit.beyond.then, limit.beyond.status) if limit.beyond else None,
        note=limit.note,
        up_to=limit.up_to,
        tried=tuple(SizePart(one.size, one.reaction.then, one.reaction.status) for one in limit.tried),
    )


def limit_of(record: LimitRecord) -> Limit:
    """The limit that a record tells."""
    return Limit(
        record.name,
        record.unit,
        tuple(Tried(one.size, Reaction(one.status, one.then)) for one in record.tried),
        record.most,
        Reaction(record.beyond.status, record.beyond.then) if record.beyond else None,
        record.note,
        record.up_to,
    )
