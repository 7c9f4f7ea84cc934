"""What is replayed: cases, raw octets, and what an earlier run sent, addressed to the target of now."""

import pytest

from harness.engine.plans import Surroundings
from harness.engine.replay import CATCH_ALL, Replayed, Seen, of_case, of_raw, of_record, replayed
from harness.engine.results import Judged, Results
from harness.errors import BadCase
from harness.model.case import Case, Expectation
from harness.model.conversation import Fate
from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Origin, Pause, Plan, Provenance, Send
from harness.model.verdict import Grade, Outcome, Verdict
from harness.store.recording import plan_record

MARKER = b"GET /marker HTTP/1.1\r\nHost: new:1\r\n\r\n"
AROUND = Surroundings(b"new:1", b"/", b"/echo", MARKER)
OLD_MARKER = b"HEAD /then HTTP/1.1\r\nHost: old:8000\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: old:8000\r\n\r\n"
RULE = "9112-3.2-host-twice"


def recorded(*steps, marker_at=None):
    return plan_record(Plan(steps, Provenance(Origin.PROBE, RULE, "1"), "Title", marker_at), "then")


def test_a_marker_behind_the_answer_is_the_one_of_now():
    record = recorded(
        Send(GET, (5, 30)), AwaitResponse(1), Send(OLD_MARKER), AwaitResponse(1), marker_at=len(GET)
    )
    plan = of_record(record, b"old:8000").planned(AROUND).plan
    sent = GET.replace(b"old:8000", b"new:1")
    assert plan.steps == (Send(sent, (5, 27)), AwaitResponse(1), Send(MARKER), AwaitResponse(1))
    assert plan.marker_at == len(sent)


def test_a_marker_in_the_same_octets_stays_there():
    record = recorded(Send(GET + OLD_MARKER), AwaitResponse(2), AwaitEnd(0.1), marker_at=len(GET))
    plan = of_record(record, b"old:8000").planned(AROUND).plan
    sent = GET.replace(b"old:8000", b"new:1")
    assert plan.steps == (Send(sent + MARKER), AwaitResponse(2), AwaitEnd(0.1))
    assert plan.octets[plan.marker_at :] == MARKER


def test_a_plan_without_a_marker_is_sent_as_it_was():
    record = recorded(Send(GET), Pause(0.1), HalfClose(), AwaitEnd())
    plan = of_record(record, b"").planned(AROUND).plan
    assert plan.steps == (Send(GET), Pause(0.1), HalfClose(), AwaitEnd())
    assert plan.marker_at is None


def test_raw_octets_are_sent_as_they_are():
    planned = of_raw("one", b"GET {path} HTTP/1.1\r\n\r\n").planned(AROUND)
    assert planned.plan.steps[0] == Send(b"GET {path} HTTP/1.1\r\n\r\n")
    assert planned.control.octets.startswith(b"GET / HTTP/1.1\r\nHost: new:1\r\n")


def test_a_twin_has_the_method_and_content_where_there_is_any():
    case = Case("one", "One", (Send(b"POST {path} HTTP/1.1\r\nHost: {host}\r\nHost: a\r\n\r\n"),))
    planned = of_case(case).planned(AROUND)
    assert planned.plan.octets.startswith(b"POST /echo HTTP/1.1\r\nHost: new:1\r\nHost: a\r\n\r\n")
    assert planned.control.octets.startswith(b"POST /echo HTTP/1.1\r\n")
    assert b"hello" in planned.control.octets


def test_a_case_that_names_no_rule_is_refused():
    with pytest.raises(BadCase, match="which is no rule"):
        of_case(Case("one", "One", (Send(b"x"),), provokes=("none",)))


def judged(rule, outcome, grade=None, plan="one", flaky=False):
    return Judged(Verdict(rule, outcome, (), "seen", grade=grade, flaky=flaky), plan)


def outcome_of(case, *verdicts, seen=None, fail_on=(Grade.BAD,)) -> Replayed:
    results = Results("target", by_rule={one.verdict.rule: [one] for one in verdicts})
    (one,) = replayed([of_case(case)], results, seen or {"one": Seen((400,), "closed")}, fail_on)
    return one


CASE = Case("one", "One", (Send(GET),), provokes=(RULE,))


def test_a_case_fails_by_what_it_provokes_and_by_the_catch_all_alone():
    bad = (Outcome.VIOLATES, Grade.BAD)
    assert outcome_of(CASE, judged(RULE, *bad)).failed
    assert outcome_of(CASE, judged(CATCH_ALL, *bad)).failed
    assert not outcome_of(CASE, judged("9110-6.6.1-date", *bad)).failed
    assert outcome_of(Case("one", "One", (Send(GET),)), judged("9110-6.6.1-date", *bad)).failed


def test_what_is_flaky_fails_nothing_and_lesser_grades_warn():
    assert not outcome_of(CASE, judged(RULE, Outcome.VIOLATES, Grade.BAD, flaky=True)).failed
    found = outcome_of(CASE, judged(RULE, Outcome.VIOLATES, Grade.RISK))
    assert not found.failed
    assert len(found.warning) == 1


def test_a_pin_fails_where_another_answer_comes():
    pinned = Case("one", "One", (Send(GET),), expect=Expectation((400,), Fate.CLOSED))
    assert not outcome_of(pinned).failed
    assert "400 is pinned" in outcome_of(pinned, seen={"one": Seen((200,), "closed")}).unexpected
    assert "closed is pinned" in outcome_of(pinned, seen={"one": Seen((400,), "kept")}).unexpected


def test_repetitions_have_names_of_their_own_and_each_answer_is_told_once():
    names = [str(one.planned(AROUND).plan.provenance) for one in of_case(CASE).times(3)]
    assert names == ["one/1", "one/2", "one/3"]
    seen = {"one/1": Seen((400,), "closed"), "one/2": Seen((400,), "closed"), "one/3": Seen((), "reset")}
    assert outcome_of(CASE, seen=seen).seen == (Seen((400,), "closed"), Seen((), "reset"))
