"""The short cut gives the answers of the careful way: both on the same octets, sound, mutated and cut."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from server_support import Talk, events_of, request

from server.connection import Connection
from server.limits import Limits
from server.plain_request import head_of, read_plain_request
from server.request import EndOfRequest, RequestHead

LIMITS = Limits(request_line=200, header_section=200, field_lines=5)
ROOM = 200


def read_plainly(octets: bytes) -> RequestHead | None:
    """By the short cut alone."""
    read = read_plain_request(octets, ROOM, LIMITS.field_lines)
    return None if read is None else head_of(read)


class Careful(Connection):
    """A connection without the short cut."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._plain_room = 0


METHODS = ["GET", "HEAD", "POST", "OPTIONS", "CONNECT", "BREW", "get", "!#$%&'*+-.^_`|~"]
TARGETS = [
    "/",
    "/about",
    "/static",
    "/chunked",
    "/no-content",
    "/echo",
    "/inspect",
    "/post-something",
    "/x/y",
]
TARGETS += ["/?", "/a%20b?c=%41/?", "/;=@:!$&'()*+,", "//a", "*", "http://a/", "a:1", "/%4", "/#", "/|"]
LINES = [
    "Host: a",
    "host:[::1]:80",
    "HOST: \t a ",
    "Host: a b",
    "Host:",
    "X:",
    "X: a \t b",
    "X-Y:\tz",
    "X: z ",
]
LINES += ["Connection: close", "Connection: Keep-Alive, x", "Accept: application/json", "If-None-Match: *"]
LINES += ["Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked", "Expect: 100-continue"]
LINES += [
    "X : y",
    " folded",
    "no colon",
    ":",
    "Content-Type: text/plain",
    "X: \xe9\xff",
    "X: \x7f",
    "X: " + "y" * 150,
]

HEADS = st.builds(
    lambda method, target, version, host, lines: request(
        target, *lines, method=method, version=version, host=host
    ),
    st.sampled_from(METHODS),
    st.sampled_from(TARGETS),
    st.sampled_from(["1.1", "1.1", "1.1", "1.0", "1.2", "2.0"]),
    st.sampled_from(["a", "a", "a", None]),
    st.lists(st.sampled_from(LINES), max_size=5),
)
OCTETS = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"\0", b"\x7f", b"\xff", b"a", b"/", b"%", b"?", b""]
)


def mutated(head: bytes, at: int, cut: int, octets: bytes) -> bytes:
    """A few octets from `at` on replaced."""
    at %= len(head) + 1
    return head[:at] + octets + head[at + cut :]


MUTATED = st.builds(mutated, HEADS, st.integers(0, 400), st.integers(0, 2), OCTETS)
STREAMS = st.lists(HEADS | MUTATED | st.just(b"\r\n") | st.just(b"hello"), min_size=1, max_size=4)


@settings(deadline=None, database=None, max_examples=400)
@given(octets=HEADS | MUTATED)
@example(request())
def test_what_is_read_plainly_is_what_is_read_with_care(octets: bytes) -> None:
    head = read_plainly(octets)
    if head is not None:
        assert events_of([octets], LIMITS) == [head, EndOfRequest()]


@settings(deadline=None, database=None, max_examples=300)
@given(pieces=STREAMS, joined=st.booleans(), half_closed=st.booleans())
@example(pieces=[request("/", "Connection: close"), request()], joined=False, half_closed=False)
@example(pieces=[b"\r\n", request(), b"\r\n", request()], joined=False, half_closed=True)
@example(pieces=[b"\r\n", b"\r\n" + request()], joined=False, half_closed=False)
@example(pieces=[request("/", "X: y ")], joined=False, half_closed=False)
@example(pieces=[request(method="HEAD"), request("/no-content")], joined=False, half_closed=False)
@example(pieces=[request("/static", "If-None-Match: *"), request("/x")], joined=False, half_closed=False)
def test_a_connection_with_the_short_cut_and_one_without_say_the_same(
    pieces: list[bytes], joined: bool, half_closed: bool
) -> None:
    sent = [b"".join(pieces)] if joined else pieces
    short, careful = Talk(limits=LIMITS), Talk(limits=LIMITS)
    careful.connection = Careful(limits=LIMITS, clock=short.connection._clock)
    for piece in [*filter(None, sent), *[b""] * half_closed]:
        assert short.say(piece) == careful.say(piece)
        assert short.connection._state is careful.connection._state
        assert short.connection.timeout() == careful.connection.timeout()


PLAIN = {
    "as wrk says it": b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
    "another target": b"GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "an empty Host": b"GET / HTTP/1.1\r\nHost: \t\r\n\r\n",
    "more than one line of a field": request("/", "X: a", "x: b"),
    "another method": b"HEAD /about HTTP/1.1\r\nhost: [::1]\r\n\r\n",
    "more fields": request("/", "Accept: */*", "X:", "Connection: keep-alive", "X: a \t b"),
}
NOT_PLAIN = {
    "nothing": b"",
    "no Host": request(host=None),
    "Host behind another field": request("/", "X: y", "Host: a", host=None),
    "two Hosts": request("/", "Host: example.org"),
    "a Host that is none": request(host="a b"),
    "content": request("/", "Content-Length: 5"),
    "chunks": request("/", "Transfer-Encoding: chunked"),
    "HTTP/1.0": request(version="1.0"),
    "absolute-form": request("http://a/"),
    "CONNECT": request("/", method="CONNECT"),
    "whitespace behind a value": request("/", "X: y "),
    "a part": request()[:-1],
    "more than one": request() * 2,
    "too many octets": request("/" + "x" * ROOM),
    "too many field lines": request("/", *["X:"] * 5),
}


@pytest.mark.parametrize("octets", PLAIN.values(), ids=PLAIN)
def test_what_clients_say_is_plain(octets: bytes) -> None:
    assert read_plainly(octets) is not None


@pytest.mark.parametrize("octets", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_needs_care_is_not(octets: bytes) -> None:
    assert read_plainly(octets) is None
