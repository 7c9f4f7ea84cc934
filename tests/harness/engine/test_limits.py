"""Limits in memory: known ones are found to the octet, and nothing is claimed that was not seen."""

from dataclasses import replace

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.ladders import LADDERS
from harness.engine.limits import find_limits
from harness.http1 import serialize
from harness.http1.request_reader import read_requests
from harness.model.limit import Reaction, Then
from harness.model.reading import End
from harness.targets.base import Target
from harness.transport.base import Limits as Waits
from harness.transport.memory import MemoryTransport, VirtualClock
from server.connection import Connection
from server.limits import Limits
from tests.catalogue.matrix import surroundings

TARGET = Target("reference", "reference.invalid", 8000)
AROUND = surroundings()
HOST_LINE = len(b"Host: reference.invalid:8000\r\n")
BY_NAME = {ladder.name: ladder for ladder in LADDERS}


def found(limits=None, *, make_peer=None, names=tuple(BY_NAME)):
    """What is found out about a server in memory, by name."""
    clock = VirtualClock(now=1_800_000_000.0)
    make_peer = make_peer or (lambda: Connection(limits, clock=clock))
    transport = MemoryTransport(make_peer, Waits(), clock)
    ladders = [BY_NAME[name] for name in names]
    return {one.name: one for one in find_limits(calibrate(TARGET, transport), transport, ladders, jobs=1)}


def closes(status):
    return Reaction(status, Then.CLOSES)


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_every_size_of_a_ladder_is_a_sound_request(ladder):
    for size in (ladder.first, ladder.first + 1, 4001, 12_007):
        octets = serialize.request(ladder.build(AROUND, size))
        reading = read_requests(octets)
        assert (reading.end, len(reading.requests), reading.anomalies) == (End.COMPLETE, 1, ())


SIZES = {
    "request-line": lambda octets, request: octets.index(b"\r\n"),
    "request-target": lambda octets, request: len(request.request.line.target),
    "field value": lambda octets, request: len(request.request.values(b"X-Wireproof")[0]),
    "field name": lambda octets, request: len(request.request.field_lines[1].name),
    "field lines": lambda octets, request: len(request.request.field_lines),
    "header section": lambda octets, request: len(serialize.field_lines(request.request.field_lines)),
    "chunk extension": lambda octets, request: len(request.request.body.chunks[0].extension),
    "trailer section": lambda octets, request: len(serialize.field_lines(request.trailer_section)),
}


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_a_request_has_the_size_that_was_asked_for(ladder):
    measure = next(measure for name, measure in SIZES.items() if ladder.name.startswith(name))
    for size in (ladder.first, 4001, 12_007):
        octets = serialize.request(ladder.build(AROUND, size))
        assert measure(octets, read_requests(octets).requests[0]) == size


def test_a_target_with_a_query_or_a_long_path_of_its_own_is_padded_behind_it():
    ladder = BY_NAME["request-target in origin-form, its query"]
    for path in (b"/hello?name=x", b"/" + b"x" * 500):
        target = ladder.build(replace(AROUND, path=path), 100).line.target
        assert len(target) == 100
        assert target.count(b"?") == 1


def test_the_limits_of_a_small_server_are_found_to_the_octet():
    small = Limits(
        request_line=3000, header_section=2500, field_lines=40, chunk_extensions=77, trailer_section=333
    )
    limits = found(small)
    assert {name: (one.most, one.beyond) for name, one in limits.items()} == {
        "request-line": (3000, closes(414)),
        "request-target in origin-form, its path": (2987, closes(414)),
        "request-target in origin-form, its query": (2987, closes(414)),
        "request-target in absolute-form": (2987, closes(414)),
        "field value": (2500 - HOST_LINE - len(b"X-Wireproof: \r\n"), closes(431)),
        "field name": (2500 - HOST_LINE - len(b": a\r\n"), closes(431)),
        "field lines": (40, closes(431)),
        "header section": (2500, closes(431)),
        "chunk extension": (77, closes(413)),
        "trailer section": (333, closes(431)),
    }
    tried = limits["request-target in absolute-form"].tried
    assert [(one.size, one.reaction.status) for one in tried] == [(100, 200), (8000, 414), (1 << 20, 414)]
    assert {one.note for one in limits.values()} == {""}


def test_what_is_taken_up_to_the_end_of_the_ladder_has_no_limit_here():
    limit = found(Limits(request_line=2 << 20), names=["request-line"])["request-line"]
    assert (limit.most, limit.beyond, limit.note) == (1 << 20, None, "")
    assert {one.reaction for one in limit.tried} == {Reaction(200, Then.IN_STEP)}


class Scripted:
    """A peer that answers a request by what its length says, and each next one with 404."""

    ended = False

    def __init__(self, answer):
        self.answer = answer
        self.count = 0

    def receive(self, octets):
        self.count += 1
        if b"/wireproof-" in octets or self.count > 1:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        said = self.answer(octets)
        self.ended = said in (b"", None) or b"close" in said
        return said or b""


SMALL = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TOO_LONG = b"HTTP/1.1 414 URI Too Long\r\nContent-Length: 0\r\n\r\n"


def of_a_query(beyond, limit=1000):
    """The limit of a query for a peer that says `beyond` beyond `limit` octets of message."""
    name = "request-target in origin-form, its query"

    def answer(octets):
        return SMALL if len(octets) <= limit else beyond

    return found(make_peer=lambda: Scripted(answer), names=[name])[name]


@pytest.mark.parametrize(
    ("beyond", "reaction"),
    [
        (TOO_LONG, Reaction(414, Then.IN_STEP)),
        (TOO_LONG[:-2] + b"Connection: close\r\n\r\n", Reaction(414, Then.CLOSES)),
        (b"", Reaction(None, Then.CLOSES)),
    ],
)
def test_what_lies_beyond_is_told_as_it_was_seen(beyond, reaction):
    limit = of_a_query(beyond)
    assert limit.beyond == reaction
    assert limit.note == ""


def test_an_answer_to_the_rest_of_a_long_line_is_a_lost_step():
    limit = of_a_query(TOO_LONG + SMALL)
    assert limit.beyond == Reaction(414, Then.OUT_OF_STEP)


class Mute(Scripted):
    """It leaves unanswered what is too long, and stays."""

    ended = False

    def receive(self, octets):
        if len(octets) > 1000:
            self.count = -10
        self.count += 1
        return SMALL if self.count >= 0 else b""


def test_silence_ends_a_search_and_is_no_limit():
    name = "request-target in origin-form, its query"
    limit = found(make_peer=lambda: Mute(None), names=[name])[name]
    assert limit.beyond is None
    assert limit.most < 1000
    assert limit.note == "1,600 octets were not answered in time"


def test_a_refusal_with_silence_behind_it_is_a_limit():
    name = "request-target in origin-form, its query"

    def answer(octets):
        return SMALL if len(octets) <= 1000 else TOO_LONG

    class Stuck(Scripted):
        stuck = False

        def receive(self, octets):
            if self.stuck:
                return b""
            self.stuck = len(octets) > 1000
            return super().receive(octets)

    limit = found(make_peer=lambda: Stuck(answer), names=[name])[name]
    assert limit.beyond == Reaction(414, Then.SILENT)


def test_a_target_that_takes_no_content_is_told():
    def refuse(octets):
        return SMALL if octets.startswith(b"GET") else b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"

    limit = found(make_peer=lambda: Scripted(refuse), names=["chunk extension"])["chunk extension"]
    assert (limit.most, limit.note) == (None, "content is not taken: answered 405")


def test_a_target_that_answers_not_even_a_small_one_is_told():
    def refuse(octets):
        return SMALL if b"X-Wireproof: a" not in octets else b""

    limit = found(make_peer=lambda: Scripted(refuse), names=["field value"])["field value"]
    assert (limit.most, limit.note) == (None, "not even 100 octets are answered")
