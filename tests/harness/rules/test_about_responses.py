"""Rules about responses are asked once of what differs by nothing but its date, and see the same."""

from itertools import islice

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing.stimulus import stimulus
from harness.http1.dates import masked
from harness.rules.about_responses import AboutResponses
from harness.rules.rule import Views, catalogue
from harness.strategies.planning import seeded_plans
from tests.harness.engine.engine_support import TARGET, reference

RULES = list(catalogue().values())
PASSIVE = [rule for rule in RULES if rule.passive]


@pytest.mark.parametrize("fault", ["", "date-malformed", "content-length-on-204", "lf-line-ends"])
def test_what_is_remembered_is_what_would_be_said(fault):
    transport = reference(fault)
    calibration = calibrate(TARGET, transport)
    examiner = Deadlines(calibration, transport).examiner()
    about = AboutResponses(RULES)
    for number, one in enumerate(islice(seeded_plans(5), 60)):
        seen = examiner.examine(stimulus(number, one, calibration.around).plan)
        views = Views(seen)
        expected = {said for rule in PASSIVE for said in rule.violations(seen, views)}
        assert set(about.violations(seen, views)) == expected


def test_only_sound_dates_are_left_out():
    sound = b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 09:00:00 GMT\r\n\r\n"
    assert masked(sound) == sound.replace(b"Tue, 24 Nov 2026 09:00:00", b"Thu, 01 Jan 1970 00:00:00")
    for wrong in (
        b"Mon, 24 Nov 2026 09:00:00 GMT",
        b"Tue, 24 Nov 2026 25:00:00 GMT",
        b"tue, 24 Nov 2026 09:00:00 GMT",
    ):
        octets = b"HTTP/1.1 200 OK\r\nDate: " + wrong + b"\r\n\r\n"
        assert masked(octets) == octets
