"""The records of a run: what the store keeps and `--ndjson` prints, one JSON object each.

`type` tells them apart: run, target, plan, transcript, verdict, finding, limit, campaign, target-end, end.
Octets are base64, times are seconds since the start of the connection (events) or RFC 3339 in UTC
(run, end). The JSON Schema in `records.schema.json` is generated from these classes; a test keeps the
two equal. Within a schema version fields are only ever added. `recording.py` makes them of values.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.model.baseline import Baseline
from harness.model.limit import Then
from harness.model.plan import Origin
from harness.model.requirement import Level
from harness.model.transcript import (
    Ended,
)
from harness.model.verdict import Grade, Outcome
from harness.store.schema import schema_of

SCHEMA_VERSION = 1


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a record."""


class Record(Part, frozen=True, tag_field="type"):
    """A record of its own."""


class ReactionPart(Part, frozen=True):
    """A reaction that a rule permits."""

    name: str
    description: str


class RequirementPart(Part, frozen=True):
    """A row of the ledger. `testable` is black-box, black-box-with-cooperation or not-testable.

    `waived` is the reason why no rule covers it, where that was decided.
    """

    id: str
    rfc: int
    section: str
    url: str
    level: Level
    keyword: str
    summary: str
    security: str = "none"
    testable: str = "black-box"
    waived: str = ""


class RulePart(Part, frozen=True):
    """A rule as it stood when the run was made, so that a report needs no catalogue."""

    id: str
    rfc: int
    section: str
    url: str
    level: Level
    area: str
    title: str
    covers: tuple[str, ...]
    permitted: tuple[ReactionPart, ...] = ()
    security: str = "none"
    why: str = ""
    probes: tuple[str, ...] = ()


class ChosenPart(Part, frozen=True):
    """A target as it was asked for: its name, and the words that name it to `wireproof run`."""

    name: str
    again: str = ""


class RunRecord(Record, frozen=True, tag="run"):
    """The head of a run. `targets` are all that it is to judge, in their order; `baseline` is what was known.

    `requirements` are the rows of the ledger that its rules cover, `uncovered` all other rows. `limits` tells
    that the size limits of its targets were asked for.
    """

    id: str
    started: str
    wireproof: str
    command: str
    python: str
    rules: tuple[RulePart, ...]
    requirements: tuple[RequirementPart, ...] = ()
    schema: int = SCHEMA_VERSION
    fail_on: tuple[Grade, ...] = (Grade.BAD,)
    ledger_rows: int = 0
    targets: tuple[ChosenPart, ...] = ()
    uncovered: tuple[RequirementPart, ...] = ()
    baseline: Baseline | None = None
    limits: bool = False


class TargetRecord(Record, frozen=True, tag="target"):
    """A target and what calibration found out about it: facts as name and text, in order of telling.

    `again` are the words that name it to `wireproof run`. `version` is what the server calls its version,
    `server` how it names itself on the wire; both are empty where that is not known, and so are the facts
    of a target that never answered.
    """

    name: str
    address: str
    path: str = "/"
    again: str = ""
    server: str = ""
    version: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    not_applicable: tuple[tuple[str, str], ...] = ()


class StepPart(Part, frozen=True):
    """One step of a plan; `do` is send, pause, await-response, await-end, half-close or abort."""

    do: str
    octets: bytes = b""
    cuts: tuple[int, ...] = ()
    seconds: float | None = None
    count: int | None = None


class PlanRecord(Record, frozen=True, tag="plan"):
    """A plan as carried out against one target. `control` names the plan that is its sound twin."""

    id: str
    target: str
    origin: Origin
    title: str
    steps: tuple[StepPart, ...]
    marker_at: int | None = None
    control: str = ""


class EventPart(Part, frozen=True):
    """One event of a transcript."""

    at: float
    event: str
    octets: bytes = b""
    count: int = 0
    text: str = ""


class ExchangePart(Part, frozen=True):
    """One request and its answer: spans of the octets sent and received, final status, fate."""

    sent: tuple[int, int]
    fate: str
    received: tuple[int, int] | None = None
    status: int | None = None
    interim: tuple[int, ...] = ()
    framing: str = ""
    marker: bool = False


class AnomalyPart(Part, frozen=True):
    """A departure from the grammar, in the octets `sent` or `received`."""

    kind: str
    span: tuple[int, int]
    ledger: str
    side: str
    detail: str = ""


class OpinionPart(Part, frozen=True):
    """What an independent parser made of the octets, in words."""

    oracle: str
    requests: str
    responses: str


class TranscriptRecord(Record, frozen=True, tag="transcript"):
    """What happened when a plan was carried out, and how it was read."""

    plan: str
    target: str
    events: tuple[EventPart, ...]
    ended: Ended
    fate: str
    exchanges: tuple[ExchangePart, ...] = ()
    anomalies: tuple[AnomalyPart, ...] = ()
    opinions: tuple[OpinionPart, ...] = ()


class VerdictRecord(Record, frozen=True, tag="verdict"):
    """What a rule says of one plan. `seen` is the permitted reaction that matched, if one did.

    `confirmed` tells that it was seen again, `flaky` that it was not. Those that are `provisional` were
    written before that: what the same rule says later of the same plan takes the place of all of them.
    """

    target: str
    plan: str
    rule: str
    covers: tuple[str, ...]
    section: str
    level: Level
    outcome: Outcome
    observed: str
    grade: Grade | None = None
    permitted: tuple[str, ...] = ()
    seen: str = ""
    sent_span: tuple[int, int] | None = None
    received_span: tuple[int, int] | None = None
    flaky: bool = False
    confirmed: bool = False
    provisional: bool = False


class FindingRecord(Record, frozen=True, tag="finding"):
    """Something told once for all its examples: a cause of VIOLATES, a crash, a hang."""

    target: str
    kind: str
    cause: str
    example: str
    rule: str = ""
    count: int = 1
    notes: tuple[str, ...] = ()


class AnswerPart(Part, frozen=True):
    """How a size was answered: the final status (none without a complete answer), and what came of the
    connection.
    """

    then: Then
    status: int | None = None


class SizePart(Part, frozen=True):
    """One size that was sent, and how it was answered."""

    size: int
    then: Then
    status: int | None = None


class LimitRecord(Record, frozen=True, tag="limit"):
    """How much a target takes of one thing, counted in `unit`s.

    `most` is the largest size that is known to be taken (none: not even a small one), and `beyond` how
    `most` + 1 was answered. Without `beyond` all sizes to `up_to`, the largest that is ever sent, were taken,
    or `note` says why nothing more is known. `tried` are the sizes that are sent in any case.
    """

    target: str
    name: str
    unit: str
    most: int | None = None
    beyond: AnswerPart | None = None
    note: str = ""
    up_to: int = 0
    tried: tuple[SizePart, ...] = ()


class CampaignRecord(Record, frozen=True, tag="campaign"):
    """What a fuzz campaign against one target came to: counts by kind of anomaly sent, by final status
    (`none`: not answered), by family of mutation.

    `behaviours` are pairs of exchanges and of how many different behaviours were known by then; `violations`
    how often each cause was seen, the examples among them. `left_out` are plans or violations that were not
    looked at, since there were enough like them.
    """

    target: str
    seed: int
    exchanges: int
    seconds: float
    anomalies: dict[str, int] = {}
    statuses: dict[str, int] = {}
    families: dict[str, int] = {}
    behaviours: tuple[tuple[int, int], ...] = ()
    violations: dict[str, int] = {}
    unconfirmed: int = 0
    left_out: int = 0


class TargetEndRecord(Record, frozen=True, tag="target-end"):
    """How the part of a run that is about one target ended; without it that part was cut off.

    `exit_code` is what a run against this target alone would have exited with, `reason` why it could not
    go on, in words, and `output` the last lines that the target printed, where we started it.
    """

    target: str
    exit_code: int
    seconds: float
    reason: str = ""
    output: tuple[str, ...] = ()


class EndRecord(Record, frozen=True, tag="end"):
    """The end of a run. A run without it was cut off, and keeps what it had."""

    finished: str
    exit_code: int
    seconds: float
    reason: str = ""


AnyRecord = (
    RunRecord
    | TargetRecord
    | PlanRecord
    | TranscriptRecord
    | VerdictRecord
    | FindingRecord
    | LimitRecord
    | CampaignRecord
    | TargetEndRecord
    | EndRecord
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


def encode(record: AnyRecord) -> bytes:
    """One line of NDJSON, without its line end."""
    return _encoder.encode(record)


def decode(line: bytes | str) -> AnyRecord:
    """The record of one line; msgspec.ValidationError says what does not fit the schema."""
    return _decoder.decode(line)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"wireproof record, version {SCHEMA_VERSION}",
        **schema_of(AnyRecord),
    }
