"""The model of one connection: what it takes, and what it does not."""

import pytest

from harness.http1.build import field, get
from harness.http1.response_reader import read_responses
from harness.properties.one_connection import Answers, Expected, amiss, ends_connection

OK = Expected(200)
LAST = Expected(200, ends=True)
REFUSED = Expected(None, ends=True)


def finals(*statuses):
    octets = b"".join(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status for status in statuses)
    return read_responses(octets, [b"GET"] * len(statuses), False).finals


@pytest.mark.parametrize(
    ("expected", "statuses", "ended", "begun"),
    [
        ((OK, OK), (200, 200), False, False),
        ((OK, OK), (200,), True, False),  # RFC 9112 9.5: it may close at any time
        ((OK,), (200, 408), True, False),  # RFC 9110 15.5.9: said before it closes for idleness
        ((OK,), (408,), True, False),
        ((REFUSED,), (400,), True, False),
        ((REFUSED,), (), True, False),
        ((OK, LAST), (200, 200), True, False),
        ((OK,), (200, 431), True, True),  # half of a head is enough to refuse it
    ],
)
def test_what_a_server_may_do(expected, statuses, ended, begun):
    assert amiss(expected, finals(*statuses), ended=ended, begun=begun) == ""


@pytest.mark.parametrize(
    ("expected", "statuses", "ended", "begun", "told"),
    [
        ((OK, OK), (200, 404), False, False, "request 2 was answered 404; alone it is 200"),
        ((OK, OK), (200,), False, False, "request 2 was not answered, and the connection stayed open"),
        ((OK,), (200, 200), False, False, "1 requests were sent whole, and 2 answered"),
        ((REFUSED,), (200,), False, False, "request 1 was answered 200; it is to be refused"),
        ((REFUSED,), (400, 404), False, False, "request 1 ends the connection, and another was answered"),
        ((LAST,), (200, 404), True, False, "request 1 ends the connection, and another was answered"),
        ((), (200,), False, True, "0 requests were sent whole, and 1 answered"),
        ((), (400, 400), False, True, "0 requests were sent whole, and 2 answered"),
    ],
)
def test_what_it_may_not(expected, statuses, ended, begun, told):
    assert told in amiss(expected, finals(*statuses), ended=ended, begun=begun)


@pytest.mark.parametrize(
    ("version", "option", "ends"),
    [
        (b"HTTP/1.1", b"X-A", False),
        (b"HTTP/1.1", b"X-A, CLOSE", True),
        (b"HTTP/1.0", b"X-A", True),
        (b"HTTP/1.0", b"Keep-Alive", False),
    ],
)
def test_what_ends_a_connection(version, option, ends):
    request = get(version=version, fields=[field(b"Connection", option)])
    assert ends_connection(request) is ends


def test_answers_are_read_by_the_methods_of_requests_that_come_later():
    answers = Answers()
    answers.ask(b"GET")
    answers.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
    answers.ask(b"HEAD", b"GET")
    answers.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end")
    assert answers.finals == 2
    answers.end()
    assert [one.content for one in answers.reading().finals] == [b"x", b"", b"to the end"]
    answers.ask(b"GET")
    assert answers.finals == 3
