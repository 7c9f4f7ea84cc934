"""Calibration finds out what a target is like, within a bounded time, and what it means for the rules."""

import dataclasses
import json
import socket

import pytest

from harness.engine.calibrate import PATIENCE_FACTOR, PATIENCE_FLOOR, Resources, calibrate
from harness.engine.calibration.asking import MOST_WAITS
from harness.errors import TargetUnavailable
from harness.model.transcript import ConnectFailed, Transcript
from harness.rules.need import Need
from harness.targets.base import Target
from harness.transport.base import Address, Limits
from harness.transport.memory import MemoryTransport, VirtualClock
from harness.transport.tcp import TcpTransport
from tests.harness.engine.calibration.small_servers import (
    PATIENT,
    QUICK,
    keeps,
    listening,
    pages,
    requests,
    response,
)
from tests.harness.engine.engine_support import TARGET, reference


def facts(fault=""):
    return dict(calibrate(TARGET, reference(fault)).facts)


def test_the_reference_server_is_found_out():
    assert facts() | {"marker": None} == {
        "server": "almost-an-nginx",
        "baseline": "GET / is answered 200",
        "marker": None,
        "content": "POST /echo is answered 200, and echoed",
        "inspect": "/inspect tells requests: as they came",
        "foil": "told apart from a request",
        "persistence": "a second request is served",
        "pipelining": "two requests at once are served",
        "half-close": "requests are answered behind a half-close",
        "idle": "a connection is kept for 0.3 s and more behind an answer",
        "HTTP/1.0": "is answered 200 in HTTP/1.1, and the connection is closed",
        "clock": "every answer has Date",
        "times": "answers come within 1 ms",
    }
    assert facts()["marker"].endswith("HTTP/1.1, told apart by its answer")


def test_nothing_is_missing_at_the_reference_server():
    found = calibrate(TARGET, reference())
    assert not found.around.lacks
    assert [one.remedy for one in found.findings if one.remedy] == []


def test_the_answer_to_the_marker_is_known_again():
    found = calibrate(TARGET, reference())
    answers = [one for seen in found.examinations for one in seen.responses.finals]
    assert {one.status for one in answers if found.recognise(one)} == {404}


def test_a_server_that_answers_everything_alike_has_its_answers_counted_only():
    found = calibrate(TARGET, reference("answers-200-to-everything"))
    assert found.marker is None
    assert "only counted" in dict(found.facts)["marker"]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("answers-400-to-everything", "refuses everything: what is no request is answered 400, as GET / is"),
        ("answers-200-to-everything", "answers everything alike: what is no request is answered 200, as GET"),
    ],
)
def test_a_server_that_takes_anything_for_a_request_is_seen_through(fault, text):
    found = calibrate(TARGET, reference(fault))
    assert found.indiscriminate
    (foil,) = [one for one in found.findings if one.name == "foil"]
    assert foil.text.startswith(text)
    assert foil.remedy


def test_a_clock_is_seen_by_what_it_writes():
    assert facts("no-date")["clock"] == "no answer has Date"
    assert facts("no-date-on-errors")["clock"] == "some answers have Date, and some have none"


def test_content_goes_to_the_echo_wherever_the_page_is():
    page_only = Target("reference", "reference.invalid", 8000, "/post-something")
    found = calibrate(page_only, reference())
    assert (found.around.path, found.around.content_path) == (b"/post-something", b"/echo")


def test_resources_may_stand_elsewhere():
    found = calibrate(TARGET, reference(), Resources(echo="/nothing", inspect="/static"))
    assert found.around.lacks == {
        Need.ECHO: "no echo of content: POST /nothing is answered 404, POST / is answered 405: "
        "content is sent to / all the same"
    }
    assert dict(found.facts)["inspect"] == "GET /static is answered 200, but not as agreed"
    assert found.quirks is None


# Real sockets ----------------------------------------------------------------------------------------


def closes(connection):
    for one in requests(connection):
        connection.sendall(pages(one))
        connection.shutdown(socket.SHUT_WR)


def test_a_server_that_does_not_persist_is_seen():
    with listening(closes, limits=PATIENT) as server:
        found = dict(calibrate(server.target, server.transport, jobs=4).facts)
    assert found["persistence"] == "a second request is not served"
    assert found["pipelining"] == "only the first of two is served"
    assert found["server"] == "does not name itself"


def test_a_server_of_one_connection_is_asked_by_one_at_a_time():
    with listening(keeps(pages), at_once=1, limits=PATIENT) as server:
        found = calibrate(server.target, server.transport, jobs=4)
    assert (found.single, found.at_once) == (True, 1)
    assert "one at a time is served" in dict(found.facts)["connections"]
    assert dict(found.facts)["pipelining"] == "two requests at once are served"


def test_what_is_asked_at_once_is_told_in_the_same_order():
    def told(jobs):
        with listening(keeps(pages), limits=PATIENT) as server:
            found = calibrate(server.target, server.transport, jobs=jobs)
        names = [seen.plan.provenance.detail for seen in found.examinations]
        return names, [name for name, _ in found.facts if name != "connections"]

    assert told(jobs=8) == told(jobs=1)


def inspecting(one):
    """A page, and an inspect resource that joins lines."""
    head = one.partition(b"\r\n\r\n")[0].decode("latin-1")
    if b"/inspect" not in one:
        return pages(one)
    method, target, _ = head.partition("\r\n")[0].split(" ")
    fields = {}
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.lower(), []).append(value.strip())
    joined = [[name, ", ".join(values)] for name, values in fields.items()]
    return response(json.dumps({"method": method, "target": target, "fields": joined}).encode())


def test_what_a_target_lacks_keeps_from_sending_what_would_prove_nothing():
    with listening(keeps(inspecting), limits=PATIENT) as server:
        found = calibrate(server.target, server.transport, jobs=4)
    assert dict(found.facts)["inspect"] == (
        "/inspect tells requests: field names in lower case; lines of one name joined; no content"
    )
    assert set(found.around.lacks) == {Need.ECHO}
    assert not found.indiscriminate


# Time ------------------------------------------------------------------------------------------------


class Slow:
    """Answers `/` behind so many seconds, and everything else never."""

    def __init__(self, clock, seconds, answers_all):
        self.ended = False
        self._clock, self._seconds, self._answers_all = clock, seconds, answers_all
        self._due, self._octets = None, b""

    def receive(self, octets):
        if self._answers_all or octets.startswith(b"GET / "):
            self._octets += octets
            self._due = self._clock.now + self._seconds
        return b""

    def timeout(self):
        return self._due

    def tick(self):
        asked, self._due, self._octets = self._octets.count(b" HTTP/1."), None, b""
        return response() * asked


def slow(seconds, answers_all=True):
    clock = VirtualClock()
    limits = Limits(response_seconds=2.0, end_seconds=2.0, total_seconds=20.0)
    return MemoryTransport(lambda: Slow(clock, seconds, answers_all), limits, clock)


def test_patience_is_many_times_what_the_slowest_answer_took():
    assert calibrate(TARGET, slow(0.25)).patience == pytest.approx(0.25 * PATIENCE_FACTOR)
    assert dict(calibrate(TARGET, slow(0.25)).facts)["times"] == "answers come within 500 ms"


def test_patience_has_a_floor():
    assert calibrate(TARGET, reference()).patience == PATIENCE_FLOOR


def test_patience_is_the_users_where_a_sound_request_was_left_unanswered():
    assert calibrate(TARGET, slow(0.01, answers_all=False)).patience == float("inf")


class Counting:
    """Passes plans on, and counts them; from some connection on there is none any more."""

    def __init__(self, transport, last=10_000):
        self._transport, self._last, self.count = transport, last, 0

    def execute(self, plan, watch):
        self.count += 1
        if self.count > self._last:
            return Transcript((ConnectFailed(0.0, "ECONNREFUSED"),))
        return self._transport.execute(plan, watch)


def test_a_target_that_answers_once_and_then_never_is_not_asked_for_ever():
    clock = VirtualClock()
    transport = Counting(MemoryTransport(Once(clock), clock=clock))
    found = dict(calibrate(TARGET, transport).facts)
    assert transport.count <= 2 + MOST_WAITS
    assert found["baseline"] == "GET / is answered 200"
    unknown = "not known: too much before it was left unanswered"
    assert [found[name] for name in ("foil", "pipelining", "half-close", "idle")] == [unknown] * 4


class Once:
    """Makes peers: the first answers, all others are silent."""

    def __init__(self, clock):
        self._clock, self._made = clock, 0

    def __call__(self):
        self._made += 1
        return Slow(self._clock, 0.0 if self._made == 1 else 1e6, answers_all=True)


def test_a_target_that_goes_away_is_told_as_unknown():
    found = calibrate(TARGET, Counting(reference(), last=5))
    assert dict(found.facts)["foil"] == "not known: no connection any more (ECONNREFUSED)"
    assert found.examinations[-1].transcript.events == (ConnectFailed(0.0, "ECONNREFUSED"),)


# No target at all ------------------------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_told():
    with pytest.raises(TargetUnavailable, match="did not answer GET / within"):
        facts("never-answers")


def test_a_target_that_is_not_there_is_told():
    with pytest.raises(TargetUnavailable, match="ECONNREFUSED"):
        calibrate(Target("t", "127.0.0.1", 1), TcpTransport(Address("127.0.0.1", 1), QUICK))


def test_a_refused_baseline_is_a_baseline():
    with listening(keeps(lambda _: response(b"", b"403 Forbidden")), limits=PATIENT) as server:
        found = calibrate(dataclasses.replace(server.target, path="/x"), server.transport)
    (baseline,) = [one for one in found.findings if one.name == "baseline"]
    assert (baseline.text, "--path" in baseline.remedy) == ("GET /x is answered 403", True)


def test_a_target_whose_answers_never_end_is_not_asked_for_ever():
    """Nor is it taken for a quick one: what it was asked in vain counts as silence does."""
    answered = []

    def endless(connection):
        next(requests(connection))
        answered.append(connection)
        if len(answered) == 1:
            connection.sendall(response(b"page\n"))
        while len(answered) > 1:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    with listening(endless) as server:
        found = calibrate(server.target, server.transport)
    assert server.accepted <= 2 + MOST_WAITS
    assert dict(found.facts)["foil"] == "not known: too much before it was left unanswered"
    assert found.patience == float("inf")
