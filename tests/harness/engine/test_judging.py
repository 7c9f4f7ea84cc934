"""What the rules say of an examination is written at once, and nothing rests on what shows nothing."""

import pytest

from harness.engine.examine import Examiner
from harness.engine.judging import Bench
from harness.engine.plans import Planned
from harness.model.conversation import Fate
from harness.model.plan import AwaitEnd, AwaitResponse, HalfClose, Origin, Plan, Provenance, Send
from harness.model.tally import Standing
from harness.model.verdict import Grade, Outcome
from harness.rules.need import Need
from harness.rules.rule import catalogue, rule
from harness.rules.step import IN_STEP
from harness.rules.vocabulary import sound_pairs
from harness.store.records import PlanRecord, TranscriptRecord, VerdictRecord
from tests.harness.engine.engine_support import examined, scripted


@rule("9110-15-answered", covers=["9110-15-d1"], area="responses", permitted=[IN_STEP])
def answered(seen):
    """A sound request is answered."""
    for pair in sound_pairs(seen):
        if pair.exchange.final:
            yield pair.conforms(IN_STEP)
        elif pair.exchange.fate is Fate.OPEN:
            yield pair.inconclusive()
        else:
            yield pair.violates(Grade.UNMET)


FINAL = answered.__wireproof_rule__
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def half_closed(answer):
    plan = Plan((Send(GET), HalfClose(), AwaitResponse(1), AwaitEnd()), Provenance(Origin.USER, "test"))
    return Examiner("scripted", scripted(lambda octets: answer if octets else None)).examine(plan)


@pytest.mark.parametrize(
    ("lacks", "expected"), [((), Standing.UNMET), ((Need.HALF_CLOSE,), Standing.INCONCLUSIVE)]
)
def test_no_verdict_rests_on_silence_behind_a_half_close_that_drops_answers(lacks, expected):
    examination = half_closed(b"")
    bench = Bench("scripted", [FINAL], [].append, lacks)
    bench.judge(examination, Planned("", examination.plan, None))
    assert bench.results.standing(FINAL.id) is expected


def test_an_answer_behind_a_half_close_is_judged_wherever_it_comes():
    examination = half_closed(b"HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n")
    bench = Bench("scripted", [FINAL], [].append, (Need.HALF_CLOSE,))
    bench.judge(examination, Planned("", examination.plan, None))
    assert bench.results.standing(FINAL.id) is Standing.CONFORMS


def test_nothing_about_requests_conforms_where_no_request_is_answered_alike():
    examination = examined(GET, b"HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n", marked=False)
    rules = [FINAL, catalogue()["9112-4-status-line"]]
    bench = Bench("scripted", rules, [].append)
    bench.judge(examination, Planned("", examination.plan, None))
    bench.results.indiscriminate = True
    bench.judge(examination, Planned("", examination.plan, None))
    said = {rule.id: [one.verdict.outcome for one in bench.results.by_rule[rule.id]] for rule in rules}
    believed, doubted = Outcome.CONFORMS, Outcome.INCONCLUSIVE
    assert list(said.values()) == [[believed, doubted], [believed, believed]]
    observed = bench.results.by_rule[FINAL.id][-1].verdict.observed
    assert observed.endswith(", and what is no request at all is answered alike")


def test_records_are_written_in_the_order_of_reading():
    records = []
    examination = examined(GET, b"HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n", marked=False)
    bench = Bench("scripted", list(catalogue().values()), records.append)
    bench.judge(examination, Planned("", examination.plan, None))
    assert [type(one) for one in records[:2]] == [PlanRecord, TranscriptRecord]
    assert {type(one) for one in records[2:]} == {VerdictRecord}


def test_cases_of_one_cause_are_one_question_and_others_are_not():
    bench = Bench("scripted", [FINAL], [].append)
    for answer in (None, None, b""):
        examination = examined(GET, answer, marked=False)
        bench.judge(examination, Planned("", examination.plan, None))
    closed, closed_too, silent = bench.cases
    assert closed.cause == closed_too.cause != silent.cause
    assert [one.verdicts[0].outcome for one in (closed, silent)] == [Outcome.VIOLATES, Outcome.INCONCLUSIVE]
