"""No octets, however cut, make the server raise, stall or say anything that is no response."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from server_support import Talk, VirtualClock, request

from server.connection import State
from server.faults import all_faults, named
from server.limits import Limits

FRAGMENTS = (
    *(
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"OPTIONS ",
        b"CONNECT ",
        b"BREW ",
        b"/",
        b"/echo",
        b"/inspect",
        b"*",
        b"/chunked",
    ),
    *(
        b"/static",
        b"/post-something",
        b"/no-content",
        b"http://a/",
        b"a:1",
        b" HTTP/1.1\r\n",
        b" HTTP/1.0\r\n",
    ),
    *(
        b" HTTP/1.9\r\n",
        b" HTTP/2.0\r\n",
        b"Host: a\r\n",
        b"Host: [::1]\r\n",
        b"Host:\r\n",
        b"\r\n",
        b"\r\n\r\n",
    ),
    *(
        b"Content-Length: 5\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length: 0\r\n",
        b"hello",
    ),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
    ),
    *(
        b"5;a=b\r\n",
        b"FFFFFFFFFFFFFFFFF\r\n",
        b"0\r\n",
        b"T: u\r\n",
        b"Expect: 100-continue\r\n",
        b"\n",
        b"\r",
        b" ",
    ),
    *(
        b"Connection: close\r\n",
        b"Connection: keep-alive\r\n",
        b"Accept: application/json\r\n",
        b":",
        b"X: y\r\n",
    ),
    *(
        b'{"message": "\\ud800"}',
        b"If-None-Match: *\r\n",
        b"If-Modified-Since: x\r\n",
        b"x" * 3000,
        b"\x00\xff",
    ),
)
OCTETS = st.one_of(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8)), max_size=30).map(b"".join),
    st.tuples(
        st.sampled_from([b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST /echo HTTP/1.1\r\nHost: a\r\n"]),
        st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(b"".join),
    ).map(b"".join),
)
LIMITS = Limits(request_line=4000, header_section=5000, held_content=8000, chunk_extensions=50)
STATUS_LINE = re.compile(rb"HTTP/1\.1 [1-5][0-9]{2} [ -~]*\r\n")


@settings(deadline=None, database=None, max_examples=400)
@given(octets=OCTETS, cuts=st.lists(st.integers(0, 400), max_size=6), half_closed=st.booleans())
def test_any_octets_in_any_cuts_get_the_same_sound_answer(
    octets: bytes, cuts: list[int], half_closed: bool
) -> None:
    bounds = [0, *sorted(min(cut, len(octets)) for cut in cuts), len(octets)]
    pieces = [octets[a:b] for a, b in pairwise(bounds) if a < b]
    end = [b""] * half_closed
    cut, whole = Talk(*pieces, *end, limits=LIMITS), Talk(*([octets] if octets else []), *end, limits=LIMITS)
    assert cut.ended == whole.ended
    assert cut.sent == whole.sent
    assert not whole.sent or STATUS_LINE.match(whole.sent)
    assert whole.ended or not half_closed


@settings(deadline=None, database=None, max_examples=400)
@given(octets=OCTETS, name=st.sampled_from(sorted(all_faults())), cut=st.integers(0, 400))
def test_a_faulty_server_takes_any_octets_too(octets: bytes, name: str, cut: int) -> None:
    pieces = [piece for piece in (octets[:cut], octets[cut:]) if piece]
    assert Talk(*pieces, b"", limits=LIMITS, fault=named(name)).ended


def test_a_fault_that_reads_on_behind_a_line_too_long_gets_on() -> None:
    """Once it was refused again and again without an octet being read: a server that never came back."""
    assert Talk(b"x" * 5000, b"x" * 5000, b"", limits=LIMITS, fault=named("never-answers")).ended


@settings(deadline=None, database=None, max_examples=200)
@given(octets=st.binary(max_size=2000))
def test_garbage_is_never_served(octets: bytes) -> None:
    """Binary examples may well spell a sound request; what names no version of HTTP/1 is none."""
    talk = Talk(octets, b"") if octets else Talk(b"")
    assert talk.ended
    assert b"HTTP/1." in octets or not any(status < 400 for status in talk.statuses)


def test_a_request_that_a_fuzzer_took_for_garbage_is_served() -> None:
    """A name of one tchar and an empty value are sound (RFC 9110 5.1, 5.5); HTTP/1.0 needs no Host."""
    assert Talk(b"GET / HTTP/1.0\r\n!:\r\n\r\n", b"").statuses == [200]


@settings(deadline=None, database=None, max_examples=400)
@given(octets=OCTETS, cut=st.integers(0, 400))
def test_every_state_waits_for_something_and_not_for_ever(octets: bytes, cut: int) -> None:
    """Either it has ended, or it has a deadline that ends it, with an answer if a request has begun."""
    clock = VirtualClock()
    talk = Talk(*[piece for piece in (octets[:cut], octets[cut:]) if piece], limits=LIMITS, clock=clock)
    deadline = talk.connection.timeout()
    if talk.ended:
        assert deadline is None
        return
    assert deadline is not None
    assert 0 < deadline - clock.now <= LIMITS.idle_timeout
    assert talk.connection.tick() == b""
    assert not talk.ended
    clock.now = deadline
    last = talk.connection.tick()
    assert talk.ended
    assert not last or last.startswith(b"HTTP/1.1 408 ")


@settings(deadline=None, database=None, max_examples=200)
@given(octets=OCTETS)
def test_an_idle_connection_serves(octets: bytes) -> None:
    """No state swallows requests: on an idle connection a sound one is served."""
    talk = Talk(octets, limits=LIMITS) if octets else Talk(limits=LIMITS)
    if talk.connection._state is State.IDLE:
        assert talk.say(request("/about")).endswith(b"<h3>About page</h3>")
