"""What a campaign remembers is what it would have found out."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.examine import ResponseWatch
from harness.engine.fuzzing.fuzz import scope
from harness.engine.fuzzing.stimulus import stimulus
from harness.engine.remembered import RememberedWatch, remembering
from harness.http1.request_reader import read_beginning, read_requests
from harness.model.verdict import Outcome
from harness.rules.about_responses import AboutResponses
from harness.rules.concern import Concern
from harness.rules.rule import Views, catalogue
from harness.strategies.planning import seeded_plans
from tests.harness.engine.engine_support import TARGET, reference

RULES = list(catalogue().values())
LINES = (
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"\r\n",
    b"abc",
    b"3\r\nabc\r\n0\r\n\r\n",
    b"x\n",
    b"a" * 5000,
)


@pytest.mark.parametrize(
    "fault", ["", "date-malformed", "length-and-coding-kept-open", "lf-line-ends", "pipelined-request-lost"]
)
def test_a_campaign_sees_what_every_rule_sees_who_is_asked_in_full(fault):
    calibration = calibrate(TARGET, reference(fault))
    plain = Deadlines(calibration, reference(fault)).examiner()
    quick = remembering(Deadlines(calibration, reference(fault)).examiner())
    concern, about = Concern([rule for rule in RULES if not rule.passive]), AboutResponses(RULES)
    for number, one in enumerate(islice(seeded_plans(3, scope()), 60)):
        made = stimulus(number, one, calibration.around)
        assert made.meant == read_requests(made.plan.octets)
        expected, seen = plain.examine(made.plan), quick.examine(made.plan, None, made.meant)
        for name in ("responses", "strict", "explanations", "explanation", "open_ended", "nearest"):
            assert getattr(seen, name) == getattr(expected, name)
        views = Views(seen)
        said = [
            *about.violations(seen, views),
            *(verdict for rule in concern.of(seen) for verdict in rule.violations(seen, views)),
        ]
        in_full = [verdict for rule in RULES for verdict in rule.judge(expected)]
        assert set(said) == {verdict for verdict in in_full if verdict.outcome is Outcome.VIOLATES}


@given(
    st.lists(st.sampled_from((b"GET", b"HEAD")), max_size=3),
    st.lists(st.sampled_from(LINES), max_size=12),
    st.booleans(),
)
def test_a_watch_that_remembers_tells_what_one_tells_that_reads(methods, pieces, closed):
    for _ in range(2):
        watches = ResponseWatch(methods), RememberedWatch(methods)
        for piece in pieces:
            for watch in watches:
                watch.feed(piece)
            assert watches[0].finals == watches[1].finals
        for watch in watches:
            if closed:
                watch.end()
        assert watches[0].finals == watches[1].finals
        assert watches[0].reading() == watches[1].reading()


def test_what_is_whole_within_a_beginning_is_the_same_request():
    around = calibrate(TARGET, reference()).around
    for number, one in enumerate(islice(seeded_plans(4, scope()), 150)):
        octets = stimulus(number, one, around).plan.octets
        whole = read_requests(octets)
        for request in whole.requests:
            for count in (request.start, request.body_at, request.end, request.end - 1):
                # Appended octets make another stream, of which nothing is remembered.
                told = read_beginning(octets, count)
                fresh = read_requests(octets[:count] + b"GET")
                assert told == read_requests(octets[:count])
                alike = [seen for seen in told.requests if seen.complete]
                assert alike == [seen for seen in fresh.requests if seen.complete][: len(alike)]
