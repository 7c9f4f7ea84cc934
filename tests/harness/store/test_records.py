"""Records survive their encoding, and say what their schema says."""

import json
from importlib.resources import files

import jsonschema
import msgspec
import pytest

from harness.model.limit import Limit, Reaction, Then, Tried
from harness.model.plan import (
    Abort,
    AwaitEnd,
    AwaitResponse,
    HalfClose,
    Origin,
    Pause,
    Plan,
    Provenance,
    Send,
)
from harness.model.requirement import Level
from harness.model.transcript import (
    Aborted,
    BudgetSpent,
    Connected,
    ConnectFailed,
    DeadlinePassed,
    Ended,
    HalfClosed,
    PeerClosed,
    PeerReset,
    Received,
    SendFailed,
    Sent,
    Transcript,
)
from harness.model.verdict import Grade, Outcome, Verdict
from harness.store.recording import event_parts, limit_of, limit_record, plan_record, verdict_record
from harness.store.records import (
    CampaignRecord,
    ChosenPart,
    EndRecord,
    FindingRecord,
    RulePart,
    RunRecord,
    TargetEndRecord,
    TargetRecord,
    TranscriptRecord,
    decode,
    encode,
    json_schema,
)

RULE = RulePart("9112-x", 9112, "6.3", "https://example.invalid", Level.MUST, "framing", "t", ("9112-6.3-l",))
PLAN = Plan(
    (Send(b"GET\x00\xff", (1,)), Pause(0.5), AwaitResponse(2), AwaitEnd(), HalfClose(), Abort()),
    Provenance(Origin.PROBE, "9112-x", "1"),
    "a title",
    marker_at=3,
)
EVENTS = (
    Connected(0.1),
    Sent(0.2, 5),
    SendFailed(0.3, "EPIPE", 2),
    Received(0.4, b"HTTP/1.1\x00"),
    HalfClosed(0.5),
    PeerClosed(0.6),
    PeerReset(0.7),
    DeadlinePassed(0.8, "a final response"),
    BudgetSpent(0.9, 7),
    Aborted(1.0),
    ConnectFailed(1.1, "ECONNREFUSED"),
)
VERDICT = Verdict("9112-x", Outcome.VIOLATES, ("9112-6.3-l",), "200", Grade.BAD, sent_span=(0, 3))
LIMITS = [
    Limit(
        "request-line",
        "octets",
        (Tried(65_535, Reaction(414, Then.CLOSES)), Tried(65_536, Reaction(None, Then.RESETS))),
        8190,
        Reaction(414, Then.CLOSES),
        up_to=1 << 20,
    ),
    Limit("field value", "octets", (), 127_917, Reaction(None, Then.RESETS), up_to=1 << 20),
    Limit("field lines", "lines", (), 1 << 16, None, up_to=1 << 16),
    Limit("trailer section", "octets", (), None, None, "content is not taken: answered 405", 1 << 20),
]
RECORDS = [
    RunRecord(
        "id", "2026-01-01T00:00:00Z", "0.1.0", "wireproof run", "3.11", (RULE,), targets=(ChosenPart("t"),)
    ),
    TargetRecord("t", "http://127.0.0.1:1/", facts=(("server", "x"),)),
    plan_record(PLAN, "t", "control/1"),
    TranscriptRecord("9112-x/1", "t", event_parts(Transcript(EVENTS)), Ended.CLOSED, "closed"),
    verdict_record(
        Verdict("9112-x", Outcome.VIOLATES, ("9112-6.3-l",), "200", Grade.BAD, sent_span=(0, 3)),
        "t",
        "p",
        RULE,
    ),
    FindingRecord("t", "died", "ECONNREFUSED", "9112-x/1"),
    *(limit_record(limit, "t") for limit in LIMITS),
    CampaignRecord("t", 1, 100, 0.5, {"host-twice": 3}, behaviours=((1, 1), (2, 2))),
    TargetEndRecord("t", 7, 0.5, "it died", ("its last words",)),
    EndRecord("2026-01-01T00:00:01Z", 1, 1.0),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_survives_its_encoding(record):
    assert decode(encode(record)) == record


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_keeps_to_the_schema(record):
    jsonschema.validate(json.loads(encode(record)), json_schema())


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_limit_is_read_again_as_it_was(limit):
    assert limit_of(decode(encode(limit_record(limit, "t")))) == limit


def test_a_limit_tells_the_fate_as_programs_know_it():
    assert json.loads(encode(limit_record(LIMITS[1], "t"))) == {
        "type": "limit",
        "target": "t",
        "name": "field value",
        "unit": "octets",
        "most": 127_917,
        "beyond": {"then": "resets"},
        "up_to": 1 << 20,
    }


def test_the_schema_rejects_a_verdict_without_outcome():
    broken = json.loads(encode(RECORDS[4]))
    del broken["outcome"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, json_schema())


def test_the_schema_file_is_what_the_classes_say():
    kept = json.loads(files("harness.store").joinpath("records.schema.json").read_text())
    assert kept == json.loads(json.dumps(json_schema()))


def test_a_verdict_names_what_users_rely_on():
    verdict = json.loads(encode(RECORDS[4]))
    wanted = {"type", "target", "plan", "rule", "covers", "section", "level", "outcome", "grade", "observed"}
    assert wanted <= verdict.keys()
    assert verdict["type"] == "verdict"


def test_every_event_has_a_name_of_its_own():
    names = [part.event for part in event_parts(Transcript(EVENTS))]
    assert len(set(names)) == len(EVENTS)


def test_what_is_no_record_is_refused():
    with pytest.raises(msgspec.ValidationError):
        decode(b'{"type": "nonsense"}')
