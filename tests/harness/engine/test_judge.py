"""Any octets get a judgement, from our readers and from every parser that is installed."""

from __future__ import annotations

import itertools

import pytest

from harness.engine.judge import judge, parsers
from harness.model.reading import End
from harness.narrate.judgement import as_json, as_lines
from tests.harness.oracle.tricky import TRICKY, Tricky


def test_a_judgement_has_our_readings_and_the_opinion_of_each_parser() -> None:
    judged = judge(b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [one.kind for one in judged.strict.anomalies] == ["leading-empty-line"]
    assert [one.end for one in judged.readings] == [End.COMPLETE, End.REJECTED]
    assert {name: reading.end for name, reading in judged.opinions} == {
        "h11": End.REJECTED,
        "llhttp": End.COMPLETE,
    }


def test_h11_is_always_asked() -> None:
    assert next(parsers())[0] == "h11"


@pytest.mark.parametrize("case", TRICKY, ids=lambda case: case.name)
def test_whatever_is_tricky_can_be_judged_and_told(case: Tricky) -> None:
    judged = judge(case.octets)
    assert as_lines(judged, case.name)
    assert as_json(judged, case.name)["file"] == case.name
    assert len(judged.readings) == len(case.readings)


def test_when_the_time_is_spent_the_judgement_says_so() -> None:
    ticks = itertools.count()
    judged = judge(b"X: y\n" * 5000, seconds=3, clock=lambda: float(next(ticks)))
    assert judged.too_many


def test_octets_that_may_go_on_are_no_premature_end() -> None:
    assert judge(b"GET / HT", ended=False).strict.anomalies == ()


def test_other_parsers_are_not_asked_about_lines_beyond_the_ordinary() -> None:
    judged = judge(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")
    opinion = dict(judged.opinions)["h11"]
    assert opinion.complaint.startswith("not asked")
    assert opinion.end is End.NEEDS_MORE
