"""An examination carries every permitted reading that fits what was seen, and says how far they fit."""

import pytest

from harness.model.conversation import Explanation
from tests.harness.engine.engine_support import CLOSE, answers, examined

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
HIDDEN = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\nContent-Length: 5\r\n\r\n"
INVALID = POST + b"Content-Length: +5\r\n\r\nhello"
MALFORMED = POST + b"Transfer-Encoding: chunked\r\n\r\n5 x\r\nhello\r\n0\r\n\r\n"

SEEN = [
    ("both answered in step", GET, answers(200, 404), Explanation.FITS),
    ("the marker is not answered as it is known", GET, answers(200, 200), Explanation.REFUTED),
    ("a failure in place of the marker's answer decides nothing", GET, answers(200, 503), Explanation.FITS),
    ("one answer too many", GET, answers(200, 404, 404), Explanation.REFUTED),
    ("no answer at all", GET, b"", Explanation.FITS),
    ("a LF that became SP", HIDDEN, answers(200, 404), Explanation.FITS),
    ("a LF that ended a line, so that content follows", HIDDEN, answers(200, 400) + CLOSE, Explanation.FITS),
    ("a LF that did both", HIDDEN, answers(200, 404, 400) + CLOSE, Explanation.REFUTED),
    ("an invalid length served in step", INVALID, answers(200, 404), Explanation.REFUTED),
    ("an invalid length served and closed", INVALID, answers(200) + CLOSE, Explanation.STATUS),
    ("a malformed chunk-size taken", MALFORMED, answers(200, 404), Explanation.RECOVERS),
]


@pytest.mark.parametrize(
    ("sent", "answer", "explanation"), [pytest.param(*row, id=name) for name, *row in SEEN]
)
def test_what_was_seen_is_explained_as_far_as_it_can_be(sent, answer, explanation):
    examination = examined(sent, answer)
    assert examination.explanation is explanation
    assert bool(examination.explanations) is (explanation is not Explanation.REFUTED)
    assert bool(examination.nearest) is (explanation is Explanation.REFUTED)


def test_the_strict_reading_is_there_even_if_it_does_not_fit():
    examination = examined(GET, answers(200, 200, 200))
    assert examination.explanations == ()
    assert examination.told is examination.strict
    assert [one.status for one in examination.strict.exchanges] == [200, 200]
    assert [one.status for one in examination.strict.unasked] == [200]


def test_the_reading_with_the_boundaries_of_the_strict_one_is_told_first():
    examination = examined(HIDDEN, b"")
    assert len(examination.explanations) > 1
    strict = [one.request.end for one in examination.strict.exchanges]
    assert [one.request.end for one in examination.told.exchanges] == strict


def test_a_request_that_never_comes_to_its_end_is_amiss_under_every_reading():
    examination = examined(POST + b"Content-Length: 9\r\n\r\nhel", b"", marked=False)
    for one in (examination.strict, *examination.explanations):
        assert [found.kind for found in one.exchanges[0].anomalies] == ["premature-end"]


def test_octets_seen_twice_are_explained_alike():
    assert (
        examined(HIDDEN, answers(200, 404)).explanations == examined(HIDDEN, answers(200, 404)).explanations
    )
