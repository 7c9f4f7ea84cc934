"""The shrinker: what it leaves still shows the same, and nothing smaller of its kind does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engine.shrink import Budget, Steps, shrink, size
from harness.http1.build import fill
from harness.http1.request_reader import read_requests
from harness.model.plan import AwaitResponse, HalfClose, Pause, Send
from harness.store.corpus import entries
from tests.corpus.test_bundled_corpus import ROOT

CASES = {entry.case.id: entry.case for entry in entries(ROOT)}
GET = b"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: somebody\r\nAccept: */*\r\n\r\n"
POST = b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 11\r\nAccept: */*\r\n\r\nhello world"


def octets(steps: Steps) -> bytes:
    return b"".join(step.octets for step in steps if isinstance(step, Send))


def having(kind: str):
    return lambda steps: any(one.kind == kind for one in read_requests(octets(steps), ended=True).anomalies)


@pytest.mark.parametrize(
    ("name", "kind", "most"),
    [
        ("host-twice-differing", "host-twice", 34),
        ("space-before-colon-of-host", "space-before-colon", 22),
        ("nul-in-value", "nul-in-field-value", 22),
        ("chunk-size-underscore", "chunk-size-malformed", 48),
    ],
)
def test_what_is_left_shows_the_same_and_is_small(name, kind, most):
    noisy = (Send(GET), Pause(0.2), *CASES[name].steps, HalfClose(), AwaitResponse(2))
    assert having(kind)(noisy)
    shrunk = shrink(noisy, having(kind))
    assert having(kind)(shrunk.steps)
    assert shrunk.minimal
    assert size(shrunk.steps) <= most, octets(shrunk.steps)


def test_a_length_is_kept_true_while_its_content_shrinks():
    def whole_post(steps: Steps) -> bool:
        reading = read_requests(fill(octets(steps), b"h", b"/"), ended=True)
        methods = [one.request.line.method for one in reading.requests if one.content]
        return methods == [b"POST"] and not reading.anomalies

    shrunk = shrink((Send(GET + POST + GET),), whole_post)
    assert octets(shrunk.steps) == b"POST {path} HTTP/1.1\r\nHost:{host}\r\nContent-Length:1\r\n\r\na"


def test_octets_that_matter_are_found_among_many():
    sent = Send(b"A" * 5_000 + b"<needle>" + b"B" * 5_000, tuple(range(1, 10_000, 7)))
    shrunk = shrink((sent, Pause(3)), lambda steps: b"needle" in octets(steps))
    assert shrunk.steps == (Send(b"needle"),)
    assert shrunk.tries < 200


def test_a_cut_that_matters_stays_alone():
    steps = (Send(GET, tuple(range(1, 60))), AwaitResponse(1))
    shrunk = shrink(steps, lambda now: any(20 in step.cuts for step in now if isinstance(step, Send)))
    (send,) = shrunk.steps
    assert send.cuts == (20,)
    assert len(send.octets) == 21


def test_the_budget_ends_it_and_what_was_reached_is_kept():
    steps = (Send(b"A" * 1_000),)
    shrunk = shrink(steps, lambda now: len(octets(now)) >= 10, Budget(tries=3))
    assert shrunk.tries == 3
    assert not shrunk.minimal
    assert 10 <= len(octets(shrunk.steps)) < 1_000
    now = iter(range(100))
    timed = shrink(steps, lambda _: False, Budget(seconds=5, clock=lambda: float(next(now))))
    assert timed.steps == steps
    assert not timed.minimal


@given(st.binary(min_size=1, max_size=60), st.binary(min_size=1, max_size=3))
def test_nothing_is_left_that_can_be_deleted(noise, needle):
    steps = (Send(noise + needle + noise),)
    shrunk = shrink(steps, lambda now: needle in octets(now))
    assert octets(shrunk.steps) == needle


def test_tokens_are_never_cut():
    def sound(steps: Steps) -> bool:
        text = octets(steps)
        assert text.count(b"{") == text.count(b"{host}") + text.count(b"{path}")
        return b"GET" in text

    assert octets(shrink((Send(GET),), sound).steps) == b"GET"
