"""Calibration finds out what a target is like, and says why one cannot be tested."""

import contextlib
import socket
import threading
from contextlib import contextmanager

import pytest

from harness.engine.calibrate import calibrate
from harness.errors import TargetUnavailable
from harness.targets.base import Target
from harness.transport.base import Address, Limits
from harness.transport.tcp import TcpTransport
from server.faults import named
from tests.catalogue.matrix import memory_transport

TARGET = Target("reference", "reference.invalid", 8000)
QUICK = Limits(response_seconds=0.3, end_seconds=0.3)


def facts(fault=None, target=TARGET):
    return dict(calibrate(target, memory_transport(named(fault) if fault else None)).facts)


@contextmanager
def target_that(answer):
    """A real listener that hands each connection to `answer`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):  # it may be gone already
                    answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        yield Target("t", "127.0.0.1", port), TcpTransport(Address("127.0.0.1", port), QUICK)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_the_reference_server_is_found_out():
    assert facts() | {"marker": None} == {
        "server": "almost-an-nginx",
        "baseline": "GET / is answered 200",
        "marker": None,
        "content": "POST /echo is answered 200, and echoed",
        "foil": "told apart from a request",
        "persistence": "a second request is served",
        "pipelining": "two requests at once are served",
    }
    assert facts()["marker"].endswith("HTTP/1.1, told apart by its answer")


def test_the_answer_to_the_marker_is_known_again():
    calibration = calibrate(TARGET, memory_transport(None))
    answers = [one for seen in calibration.examinations for one in seen.responses.finals]
    assert {one.status for one in answers if calibration.recognise(one)} == {404}


def test_a_server_that_answers_everything_alike_has_its_answers_counted_only():
    calibration = calibrate(TARGET, memory_transport(named("answers-200-to-everything")))
    assert calibration.marker is None
    assert "only counted" in dict(calibration.facts)["marker"]


@pytest.mark.parametrize("fault", ["answers-400-to-everything", "answers-200-to-everything"])
def test_a_server_that_takes_anything_for_a_request_is_seen_through(fault):
    assert calibrate(TARGET, memory_transport(named(fault))).indiscriminate


def test_a_server_that_does_not_persist_is_seen():
    def close_behind_each(connection):
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 16):
            pass

    with target_that(close_behind_each) as (target, transport):
        found = dict(calibrate(target, transport).facts)
    assert found["persistence"] == "a second request is not served"
    assert found["pipelining"] == "only the first of two is served"
    assert found["server"] == "does not name itself"


def test_content_goes_to_the_page_itself_where_nothing_echoes():
    page_only = Target("reference", "reference.invalid", 8000, "/post-something")
    calibration = calibrate(page_only, memory_transport(None))
    assert calibration.around.path == b"/post-something"
    assert calibration.around.content_path == b"/echo"


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"220 mail.invalid ESMTP\r\n", r"does not answer GET / in HTTP/1.1: it sent '220 mail"),
        (b"", "closed the connection without an answer"),
    ],
)
def test_what_is_no_http_server_is_told(says, why):
    def greet(connection):
        connection.sendall(says)
        connection.recv(1 << 16)

    with target_that(greet) as (target, transport), pytest.raises(TargetUnavailable, match=why):
        calibrate(target, transport)


def test_a_server_that_does_not_answer_is_told():
    with pytest.raises(TargetUnavailable, match="did not answer GET / within"):
        facts("never-answers")


def test_a_target_that_is_not_there_is_told():
    with pytest.raises(TargetUnavailable, match="ECONNREFUSED"):
        calibrate(Target("t", "127.0.0.1", 1), TcpTransport(Address("127.0.0.1", 1), QUICK))
