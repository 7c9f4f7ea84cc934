"""Truncated reads in memory and virtual time: the sound server passes, naive ones are seen through."""

from collections import Counter
from dataclasses import replace

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.delivered import Answer, Comparison, Seen
from harness.engine.truncate import LEFT_OUT, representatives, sweep
from harness.model.message import Framing, FramingKind
from harness.model.transcript import Ended
from harness.model.verdict import Grade
from harness.strategies import delivery as deliveries
from harness.strategies.delivery import Kind
from harness.targets.base import Target
from harness.transport.base import Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from tests.catalogue.matrix import surroundings

TARGET = Target("reference", "reference.invalid", 8000)
LONG = Limits(response_seconds=60.0, end_seconds=60.0, total_seconds=600.0)


def swept(make_peer, *kinds, limits=LONG):
    """The sweep of a peer in memory, after its calibration."""
    clock = VirtualClock(now=1_800_000_000.0)
    transport = MemoryTransport(lambda: make_peer(clock), limits, clock)
    return sweep(calibrate(TARGET, transport), transport, kinds, jobs=1)


def reference(clock):
    return Connection(clock=clock)


@pytest.mark.parametrize("kind", [kind for kind in deliveries.EVERY if kind is not Kind.WHOLE])
def test_the_reference_server_takes_every_delivery_as_it_should(kind):
    found = swept(reference, kind)
    assert found.remarks == ()
    assert found.exchanges >= 12


class Wrapped:
    """A peer around the reference server's connection; what it does otherwise is for those below."""

    def __init__(self, clock):
        self.inner = Connection(clock=clock)
        self.over = False

    @property
    def ended(self):
        return self.over or self.inner.ended

    def timeout(self):
        return None if self.over else self.inner.timeout()

    def tick(self):
        return self.inner.tick()

    def receive(self, octets):
        return self.inner.receive(octets)


class TakesOneReadForTheMessage(Wrapped):
    """Whatever comes at once is the request: it is completed by force, and the rest is another request."""

    def receive(self, octets):
        if octets and b"\r\n\r\n" not in octets:
            octets = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        return self.inner.receive(octets)


class TakesTheEndOfTheStreamForTheEndOfTheContent(Wrapped):
    """What CGI does to those who forget to count."""

    def __init__(self, clock):
        super().__init__(clock)
        self.seen = b""

    def receive(self, octets):
        self.seen += octets
        head, empty_line, content = self.seen.partition(b"\r\n\r\n")
        if octets or not (empty_line and content and b"Content-Length" in head):
            return self.inner.receive(octets)
        self.over = True
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)


class ForgetsItsAnswersAtAHalfClose(Wrapped):
    """It answers a little later, and its handler goes with the client."""

    def __init__(self, clock):
        super().__init__(clock)
        self.clock = clock
        self.later = b""

    def timeout(self):
        return self.clock() if self.later else self.inner.timeout()

    def tick(self):
        now, self.later = self.later, b""
        return now or self.inner.tick()

    def receive(self, octets):
        self.over = not octets
        self.later += self.inner.receive(octets)
        return b""


class GoesDeafWithinALine(Wrapped):
    """A read that does not end in a line end is the last one."""

    deaf = False

    def timeout(self):
        return None if self.deaf else self.inner.timeout()

    def receive(self, octets):
        self.deaf = self.deaf or not octets.endswith((b"\r\n", b"content"))
        return b"" if self.deaf else self.inner.receive(octets)


class Lossy(Wrapped):
    """Ends a connection whose request came in pieces."""

    def receive(self, octets):
        answer = self.inner.receive(octets)
        self.over = not answer
        return answer


def test_a_head_that_is_served_before_it_is_complete_is_a_breach():
    found = swept(TakesOneReadForTheMessage, Kind.STALLED)
    observed = Counter(one.observed for one in found.departures)
    assert observed["answered 200 before the empty line behind the field lines"] > 100
    assert {one.grade for one in found.departures} == {Grade.BAD}


def test_a_request_that_is_read_otherwise_in_pieces_departs():
    found = swept(TakesOneReadForTheMessage, Kind.SPLIT)
    assert {one.grade for one in found.departures} >= {Grade.UNMET}
    assert {one.request for one in found.departures} > {"GET"}


def test_cut_content_that_is_taken_for_the_whole_is_a_breach():
    found = swept(TakesTheEndOfTheStreamForTheEndOfTheContent, Kind.HALF_CLOSED)
    assert {(one.request, one.observed) for one in found.departures} == {
        ("POST, counted", "answered 200 with the cut content, taken for the whole")
    }


def test_no_verdict_rests_on_a_half_close_that_is_not_answered():
    found = swept(ForgetsItsAnswersAtAHalfClose, Kind.HALF_CLOSED)
    assert found.departures == ()
    assert {one.observed for one in found.undecided} == {"a half-close is not answered here"}
    assert found.exchanges == 12


def test_a_silent_target_is_not_waited_for_again_and_again():
    found = swept(GoesDeafWithinALine, Kind.SPLIT)
    left_out = sum(one.observed == LEFT_OUT for one in found.undecided)
    assert left_out > 100
    assert found.exchanges < 700


def test_a_close_without_the_answer_decides_nothing():
    found = swept(Lossy, Kind.OCTETS)
    assert found.departures == ()
    assert {one.observed for one in found.undecided} == {
        "0 of 1 answers, then closed",
        "0 of 2 answers, then closed",
    }


def test_a_target_that_does_not_answer_the_whole_is_told():
    class Dumb(Wrapped):
        def receive(self, octets):
            return b"" if b"chunked" in octets else self.inner.receive(octets)

    found = swept(Dumb, Kind.SPLIT)
    assert {(one.request, one.observed) for one in found.remarks} == {
        ("POST, chunked with a trailer section", "not answered even when whole")
    }


# What one delivery may get, case by case

GET, COUNTED, _, PIPELINED = representatives(surroundings())
OK = Answer(200, Framing(FramingKind.LENGTH, 4), b"here")
BAD_REQUEST = Answer(400, Framing(FramingKind.LENGTH, 3), b"bad")
KEPT = Seen((OK,), marked=True, in_step=True, ended=Ended.OPEN)


def remark(one, delivery, seen, whole=KEPT):
    found = Comparison(one, whole).remark(delivery, seen)
    return found and (found.grade, found.observed)


def behind_the_head(one):
    return one.requests[0].body_at + 3


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_any_final_response_may_come_early_behind_the_head(status):
    early = Seen((replace(OK, status=status),), marked=False, in_step=False, ended=Ended.CLOSED)
    for deliver in (deliveries.half_closed, deliveries.stalled):
        assert remark(COUNTED, deliver(COUNTED.octets, behind_the_head(COUNTED)), early) is None


@pytest.mark.parametrize("deliver", [deliveries.paused, deliveries.split])
def test_an_early_response_to_a_piece_may_differ_if_the_connection_closes_or_stays_in_step(deliver):
    pieces = deliver(COUNTED.octets, behind_the_head(COUNTED))
    closed = Seen((BAD_REQUEST,), marked=False, in_step=False, ended=Ended.CLOSED)
    undecided = (None, "answered 400, and 200 when it comes whole")
    assert remark(COUNTED, pieces, closed) == undecided
    assert remark(COUNTED, pieces, replace(closed, marked=True, in_step=True)) == undecided
    lost = remark(COUNTED, pieces, replace(closed, marked=True))
    assert lost == (Grade.UNMET, "answered 400, and 200 when it comes whole")


def test_a_piece_of_content_that_is_echoed_as_the_whole_is_a_breach():
    whole = replace(KEPT, answers=(replace(OK, content=COUNTED.requests[0].content),))
    pieces = deliveries.split(COUNTED.octets, behind_the_head(COUNTED))
    first = replace(OK, content=COUNTED.requests[0].content[:3])
    assert remark(COUNTED, pieces, replace(KEPT, answers=(first,)), whole) == (
        Grade.BAD,
        "answered with the content of the first piece, taken for the whole",
    )
    assert remark(COUNTED, pieces, whole, whole) is None


def test_a_pause_within_the_head_permits_nothing_else():
    paused = deliveries.paused(COUNTED.octets, 9)
    refused = Seen((BAD_REQUEST,), marked=False, in_step=False, ended=Ended.CLOSED)
    assert remark(COUNTED, paused, refused) == (Grade.UNMET, "answered 400, and 200 when it comes whole")


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (KEPT, None),
        (replace(KEPT, in_step=False), (Grade.BAD, "the connection has lost step")),
        (
            replace(KEPT, marked=False, ended=Ended.CLOSED),
            (Grade.UNMET, "the connection is closed, and kept when the request comes whole"),
        ),
        (
            replace(KEPT, marked=False),
            (None, "the connection is open, and kept when the request comes whole"),
        ),
        (
            replace(KEPT, answers=(replace(OK, content=b"gone"),)),
            (Grade.UNMET, "answered with other content than when it comes whole"),
        ),
        (replace(KEPT, answers=(replace(OK, content=None),)), None),
        (
            replace(KEPT, answers=(replace(OK, framing=Framing(FramingKind.CHUNKED)),)),
            (Grade.UNMET, "framed by chunked, and by content-length when it comes whole"),
        ),
        (Seen((), False, False, Ended.RESET), (None, "0 of 1 answers, then reset")),
    ],
)
def test_a_split_is_compared_with_the_whole(seen, told):
    assert remark(GET, deliveries.split(GET.octets, 5), seen) == told


def test_a_reset_behind_a_complete_answer_is_a_close():
    closing = replace(KEPT, marked=False, ended=Ended.CLOSED)
    assert remark(GET, deliveries.split(GET.octets, 5), replace(closing, ended=Ended.RESET), closing) is None


def test_an_answer_that_nothing_asked_for_is_a_breach_but_a_408_is_not():
    between = deliveries.stalled(PIPELINED.octets, PIPELINED.requests[0].end)
    seen = Seen((OK, BAD_REQUEST), marked=False, in_step=False, ended=Ended.CLOSED)
    whole = replace(KEPT, answers=(OK, OK))
    assert remark(PIPELINED, between, seen, whole) == (Grade.BAD, "answers that nothing asked for: 400")
    announced = replace(seen, answers=(OK, replace(BAD_REQUEST, status=408)))
    assert remark(PIPELINED, between, announced, whole) is None


def test_the_requests_before_the_cut_are_answered_as_ever():
    cut = deliveries.half_closed(PIPELINED.octets, PIPELINED.requests[0].end + 5)
    whole = replace(KEPT, answers=(OK, OK))
    sound = Seen((OK, BAD_REQUEST), marked=False, in_step=False, ended=Ended.CLOSED)
    assert remark(PIPELINED, cut, sound, whole) is None
    assert remark(PIPELINED, cut, replace(sound, answers=(BAD_REQUEST,)), whole)[0] is Grade.UNMET
    assert remark(PIPELINED, cut, replace(sound, answers=()), whole)[0] is None


def test_what_is_stalled_may_wait_for_the_rest_and_what_is_half_closed_has_none():
    silent = Seen((), marked=False, in_step=False, ended=Ended.OPEN)
    assert remark(GET, deliveries.stalled(GET.octets, 5), silent) is None
    told = remark(GET, deliveries.half_closed(GET.octets, 5), silent)
    assert told == (None, "no answer to what was cut off, and the connection is open")
    for deliver in (deliveries.stalled, deliveries.half_closed):
        assert remark(GET, deliver(GET.octets, 5), replace(silent, ended=Ended.CLOSED)) is None
        assert remark(GET, deliver(GET.octets, 5), replace(silent, ended=Ended.RESET))[0] is None
