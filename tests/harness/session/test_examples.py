"""A failing example is told as a story, and kept."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from harness.engine.calibrate import calibrate
from harness.engine.case_plans import case_plan
from harness.engine.deadlines import Deadlines
from harness.model.case import Case
from harness.model.plan import HalfClose, Send
from harness.rules.rule import catalogue
from harness.session.examples import Shown, fail, must_not_violate, told
from harness.store.case_file import read
from harness.store.corpus import paths
from harness.strategies import plans
from harness.strategies.profiles import PROFILES, register
from tests.harness.engine.engine_support import TARGET, reference

RULES = list(catalogue().values())
TWICE = b"GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"


def examined(octets, fault=""):
    transport = reference(fault)
    calibration = calibrate(TARGET, transport)
    plan = case_plan(Case("x", "two Host lines", (Send(octets),)), calibration.around)
    return Deadlines(calibration, transport).examiner().examine(plan)


def test_what_conforms_passes(tmp_path):
    must_not_violate(examined(TWICE), RULES, keep_in=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_violation_is_told_as_a_wire_story_and_kept(tmp_path):
    seen = examined(TWICE, "host-twice-accepted")
    with pytest.raises(AssertionError) as failed:
        must_not_violate(seen, RULES, keep_in=tmp_path, address=TARGET.address)
    text = str(failed.value)
    assert "9112-3.2-host-twice: answered 200" in text
    assert "sent 78 octets" in text
    assert "our marker" in text
    assert "b'" not in text
    (path,) = paths(tmp_path / "findings")
    assert str(path) in text
    assert read(path).octets == seen.plan.octets[: seen.plan.marker_at]
    assert "9112-3.2-host-twice" in read(path).provokes


def test_what_fails_for_a_reason_of_the_test_is_told_as_well():
    with pytest.raises(AssertionError, match=r"(?s)served alike.*received"):
        fail(examined(TWICE), demand="served alike")


def test_steps_of_the_plan_are_kept_and_waits_of_ours_are_not(tmp_path):
    transport = reference()
    calibration = calibrate(TARGET, transport)
    steps = (Send(TWICE[:20]), HalfClose())
    seen = (
        Deadlines(calibration, transport)
        .examiner()
        .examine(case_plan(Case("x", "x", steps), calibration.around))
    )
    with pytest.raises(AssertionError):
        fail(seen, keep_in=tmp_path)
    (path,) = paths(tmp_path / "findings")
    assert [type(step) for step in read(path).steps] == [Send, HalfClose]


@settings(max_examples=20, deadline=None, database=None)
@given(plans().map(Shown))
def test_a_plan_is_shown_in_a_line(shown):
    assert len(repr(shown)) < 250
    assert repr(shown).startswith(f"<plan {shown.plan.provenance.name}, ")
    assert "\n" not in repr(shown)
    assert repr(shown).isascii()


def test_told_needs_no_verdicts():
    assert "connected" in told(examined(TWICE))


def test_the_profiles_have_no_deadline_and_ci_is_the_same_every_time(tmp_path):
    register(tmp_path)
    for name in PROFILES:
        assert settings.get_profile(name).deadline is None
    assert settings.get_profile("ci").derandomize


PROPERTY = """
import sys
from pathlib import Path
from hypothesis import given, settings, strategies as st
from harness.strategies.profiles import register
register(Path(sys.argv[1]))
settings.load_profile("dev")

@given(st.integers())
def small(number):
    assert number < 1000

small()
"""


def test_the_database_of_examples_is_kept(tmp_path):
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROPERTY, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False
    )
    assert "reproduce_failure" in done.stderr
    assert any((tmp_path / ".hypothesis" / "examples").rglob("*"))
