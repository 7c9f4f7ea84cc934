"""The twin that a rule makes of a plan nobody wrote one for: one thing apart, or none at all."""

import pytest

from harness.engine.beside import twin_by
from harness.engine.plans import Surroundings
from harness.model.plan import AwaitResponse, HalfClose, Origin, Pause, Plan, Provenance, Send
from harness.rules.rule import catalogue

MARKER = b"GET /marker HTTP/1.1\r\nHost: x\r\n\r\n"
AROUND = Surroundings(b"x", b"/", b"/echo", MARKER)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
OBS_TEXT, PIECES, LINE = "9110-5.5-obs-text", "9112-2.1-head-in-pieces", "9112-3-line-of-8000"


def plan(octets, *cuts, then=(), behind=True):
    """These octets with a marker behind them."""
    sent = Send(octets + MARKER, cuts) if behind else Send(octets, cuts)
    after = () if behind else (AwaitResponse(1), Send(MARKER))
    return Plan((sent, *after, *then), Provenance(Origin.FUZZ, "test"), marker_at=len(octets))


def twin(rule, *arguments, **named):
    """The octets of the twin that the rule makes, without the marker; None if it makes none."""
    made = twin_by(catalogue()[rule], plan(*arguments, **named), AROUND)
    return made and made.octets[: made.marker_at]


ODD = GET + b"A: \xe9\r\n\r\n"


@pytest.mark.parametrize("behind", [True, False])
def test_what_came_whole_is_told_otherwise(behind):
    assert twin(OBS_TEXT, ODD, behind=behind) == GET + b"A: a\r\n\r\n"
    assert twin(PIECES, ODD, behind=behind) is None


@pytest.mark.parametrize("behind", [True, False])
def test_what_came_in_pieces_is_the_same_whole(behind):
    assert twin(PIECES, ODD, 5, behind=behind) == ODD
    assert twin(OBS_TEXT, ODD, 5, behind=behind) is None


def test_what_has_nothing_of_the_kind_has_no_twin():
    assert twin(OBS_TEXT, GET + b"A: a\r\n\r\n") is None


def test_a_rule_that_makes_no_twins_makes_none():
    assert twin("9112-3.2-host-missing", ODD) is None


def test_of_several_requests_there_is_no_twin():
    assert twin(OBS_TEXT, ODD + GET + b"\r\n") is None


def test_of_a_request_that_is_not_whole_there_is_no_twin():
    assert twin(OBS_TEXT, ODD[:-2]) is None


def test_where_we_end_the_connection_there_is_no_twin():
    assert twin(OBS_TEXT, ODD, then=(HalfClose(),)) is None


def test_a_pause_behind_the_request_makes_no_pieces_of_it():
    assert twin(OBS_TEXT, ODD, then=(Pause(0.01),)) is not None


def test_what_is_much_larger_than_its_twin_has_none():
    assert twin("9112-5-whitespace-around-value", GET + b"A:" + b" " * 60 + b"a\r\n\r\n") is not None
    assert twin("9112-5-whitespace-around-value", GET + b"A:" + b" " * 80 + b"a\r\n\r\n") is None


def test_what_is_large_itself_has_none():
    assert twin(OBS_TEXT, GET + b"B: " + b"b" * 1000 + b"\r\nA: \xe9\r\n\r\n") is None


def test_size_is_what_some_rules_are_about():
    long = b"GET /?" + b"q" * 4097 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert twin(LINE, long) == b"GET /?q HTTP/1.1\r\nHost: x\r\n\r\n"
