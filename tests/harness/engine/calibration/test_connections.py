"""What becomes of connections is found out with sound requests, and told in words."""

import itertools
import socket

import pytest

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.connections import half_close, idle, old, persistence, pipelining
from tests.harness.engine.calibration.small_servers import (
    PATIENT,
    QUICK,
    keeps,
    listening,
    pages,
    requests,
    response,
)


def asked(question, handle, *more, limits=PATIENT):
    with listening(handle, limits=limits) as server:
        return question(Asker(server.target, server.transport), *more)


def closes(connection):
    """One answer a connection."""
    for one in requests(connection):
        connection.sendall(pages(one))
        connection.shutdown(socket.SHUT_WR)


def test_connections_that_are_kept():
    assert asked(persistence, keeps(pages)).holds
    assert asked(persistence, closes).lacking == "a second request is not served"


def serves_only(count):
    """Reads all that came, and answers only so many of the requests in it."""

    def handle(connection):
        for number, one in enumerate(requests(connection)):
            if number < count:
                connection.sendall(pages(one))

    return handle


def test_requests_that_come_together():
    assert asked(pipelining, keeps(pages)).holds
    first = asked(pipelining, serves_only(1), limits=QUICK)
    assert (first.holds, first.fact.text) == (False, "only the first of two is served")
    neither = asked(pipelining, serves_only(0), limits=QUICK)
    assert neither.lacking == "neither of two requests at once is served"


def test_answers_behind_a_half_close():
    assert asked(half_close, keeps(pages), "/").holds


def test_answers_that_a_half_close_drops():
    """As of a handler that is slower than our FIN: the server sees the end first, and goes."""

    def drops(connection):
        connection.settimeout(20)
        for _ in requests(connection):
            if not connection.recv(1):
                return

    found = asked(half_close, drops, "/")
    assert not found.holds
    assert found.lacking == "answers may be dropped behind a half-close"


def test_answers_to_content_alone_that_a_half_close_drops():
    def drops(connection):
        connection.settimeout(20)
        for one in requests(connection):
            if one.startswith(b"POST") and not connection.recv(1):
                return
            connection.sendall(pages(one))

    assert not asked(half_close, drops, "/").holds


def test_answers_that_a_half_close_drops_now_and_then():
    turns = itertools.count(1)

    def drops(connection):
        connection.settimeout(20)
        for one in requests(connection):
            if next(turns) % 7 == 0 and not connection.recv(1):
                return
            connection.sendall(pages(one))

    assert not asked(half_close, drops, "/").holds


def test_connections_that_are_idle():
    assert asked(idle, keeps(pages), 0.05).text == "a connection is kept for 0.05 s and more behind an answer"
    assert asked(idle, closes, 20.0).text == "a connection is closed within 20 s behind an answer"


@pytest.mark.parametrize(
    ("handle", "text"),
    [
        (keeps(pages), "is answered 200 in HTTP/1.1, and the connection is kept"),
        (closes, "is answered 200 in HTTP/1.1, and the connection is closed"),
        (
            keeps(lambda _: response(b"", b"505 HTTP Version Not Supported").replace(b"/1.1", b"/1.0")),
            "is answered 505 in HTTP/1.0, and the connection is kept",
        ),
        (lambda connection: connection.recv(1), "is not answered"),
    ],
)
def test_http_1_0(handle, text):
    assert asked(old, handle, b"GET / HTTP/1.1\r\nHost: marker\r\n\r\n").text == text
