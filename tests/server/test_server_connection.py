"""Connections as conversations: what is answered, and what becomes of the connection."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from server_support import MIDNIGHT, Talk, VirtualClock, every_delivery, octet_by_octet, request, values_of

from server.limits import Limits
from server.resource import Resource, Resources, always
from server.response import Response

HOME = b"<h3>Home page</h3>"
BIG = b"\x00\xff" * 30_000


def chunked(content: bytes, size: int = 7_000) -> bytes:
    pieces = [content[i : i + size] for i in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


# Persistence (RFC 9112 9.3, 9.6) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "version", "ended"),
    [
        ((), "1.1", False),
        (("Connection: keep-alive",), "1.1", False),
        (("Connection: x-close, closed",), "1.1", False),
        (("Close: x",), "1.1", False),
        (("Connection: close",), "1.1", True),
        (("Connection: CLOSE",), "1.1", True),
        (("Connection: keep-alive ,\tclose",), "1.1", True),
        (("Connection: ,close,",), "1.1", True),
        (("Connection: keep-alive", "Connection: foo, close"), "1.1", True),
        ((), "1.5", False),
        ((), "1.0", True),
        (("Connection: foo",), "1.0", True),
        (("Keep-Alive: timeout=5",), "1.0", True),
        (("Connection: Keep-Alive",), "1.0", False),
        (("Connection: keep-alive, close",), "1.0", True),
    ],
)
def test_a_connection_lasts_as_version_and_options_say(
    lines: tuple[str, ...], version: str, ended: bool
) -> None:
    talk = Talk(request("/", *lines, version=version))
    assert talk.statuses == [200]
    assert talk.ended is ended
    expected = [b"close"] if ended else [b"keep-alive"] * (version == "1.0")
    assert values_of(talk.head, b"Connection") == expected


@pytest.mark.parametrize("target", ["/", "/nothing", "/redirect", "/no-content", "/echo", "/chunked"])
def test_nothing_is_processed_behind_close(target: str) -> None:
    talk = Talk(request(target, "Connection: close") + request("/about"))
    assert len(talk.statuses) == 1
    assert talk.ended
    assert values_of(talk.head, b"Connection") == [b"close"]
    assert talk.say(request()) == b""


def test_http_1_0_and_1_1_take_turns_on_one_connection() -> None:
    talk = Talk(
        request(), request("/", "Connection: keep-alive", version="1.0"), request(), request(version="1.0")
    )
    assert talk.statuses == [200] * 4
    assert talk.ended


def test_pipelined_requests_are_answered_in_order_however_they_are_cut() -> None:
    octets = (
        request()
        + request("/about", method="HEAD")
        + request("/post-something", method="POST", content=b'{"message": "m"}')
        + request("/nothing")
        + request("/", method="BREW")
        + request("/", method="DELETE", content=b"GET / HTTP/1.1\r\n\r\n")
        + request("/echo", "Transfer-Encoding: chunked", method="PUT", content=chunked(b"content"))
        + request("*", method="OPTIONS")
        + request("/about")
    )
    expected = Talk(octets)
    assert expected.statuses == [200, 200, 200, 404, 501, 405, 200, 204, 200]
    assert not expected.ended
    for pieces in every_delivery(octets):
        assert Talk(*pieces).sent == expected.sent


# Content (RFC 9112 6.3, 9.3) -------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/", "/nothing", "/echo", "/inspect", "/no-content", "/redirect"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"])
def test_content_is_never_taken_for_a_request(target: str, method: str) -> None:
    content = request("/about", "Connection: close")
    framed = (
        request(target, method=method, content=content),
        request(target, "Transfer-Encoding: chunked", method=method, content=chunked(content)),
    )
    for octets in framed:
        talk = Talk(octets + request())
        assert b"About page" not in talk.sent
        assert talk.sent.endswith(HOME)
        assert not talk.ended


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 60_000])
def test_echo_gives_content_back(size: int) -> None:
    content = BIG[:size]
    by_length = Talk(request("/echo", method="POST", content=content), request())
    assert by_length.content.startswith(content + b"HTTP/1.1 200 OK\r\n")
    assert values_of(by_length.head, b"Content-Length") == [b"%d" % size]
    by_chunks = Talk(request("/echo", "Transfer-Encoding: chunked", method="POST", content=chunked(content)))
    if size > 16_384:
        assert values_of(by_chunks.head, b"Transfer-Encoding") == [b"chunked"]
        head = request("/inspect", "Transfer-Encoding: chunked", method="POST")
        assert base64.b64encode(content) in Talk(head + by_chunks.content).content
    else:
        assert by_chunks.content == content
    assert not by_chunks.ended


def test_echo_streams_while_content_comes() -> None:
    talk = Talk(request("/echo", "Content-Length: 60000", method="POST"))
    assert talk.sent == b""
    assert talk.say(BIG[:20_000]).endswith(BIG[:20_000])
    assert talk.say(BIG[20_000:59_999]) == BIG[20_000:59_999]
    assert talk.say(BIG[59_999:]) == BIG[59_999:]
    assert talk.say(request()).endswith(HOME)


def test_echo_to_http_1_0_is_counted_and_not_chunked() -> None:
    talk = Talk(request("/echo", method="POST", version="1.0", content=BIG))
    assert talk.content == BIG
    assert values_of(talk.head, b"Transfer-Encoding") == []


def test_echo_to_head_has_no_content() -> None:
    for framing, content in (
        (f"Content-Length: {len(BIG)}", BIG),
        ("Transfer-Encoding: chunked", chunked(BIG)),
    ):
        talk = Talk(request("/echo", framing, method="HEAD", content=content) + request())
        head, _, rest = talk.sent.partition(b"\r\n\r\n")
        assert rest.startswith(b"HTTP/1.1 200 OK")
        assert framing.encode() in head


def test_a_streamed_response_is_cut_off_when_its_request_breaks() -> None:
    head = request("/echo", "Transfer-Encoding: chunked", method="POST")
    talk = Talk(head + b"5000\r\n" + BIG[:0x5000] + b"\r\nnonsense\r\n" + request())
    assert talk.statuses == [200]
    assert talk.ended
    assert not talk.sent.endswith(b"0\r\n\r\n")


def test_a_short_echo_of_a_request_that_breaks_is_a_400() -> None:
    talk = Talk(request("/echo", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\nnonsense\r\n")
    assert talk.statuses == [400]
    assert talk.ended


def test_announced_content_that_is_too_large_is_refused_at_once() -> None:
    limits = Limits(held_content=10)
    for target in ("/", "/nothing", "/inspect", "/post-something"):
        talk = Talk(request(target, "Content-Length: 11", method="POST"), limits=limits)
        assert (talk.statuses, talk.ended) == ([413], True)
    assert Talk(request("/", "Content-Length: 10", method="POST"), limits=limits).sent == b""


def test_chunked_content_that_grows_too_large_is_refused() -> None:
    octets = (
        request("/inspect", "Transfer-Encoding: chunked", method="POST")
        + b"8\r\n12345678\r\n8\r\n12345678\r\n"
    )
    talk = Talk(octets, limits=Limits(held_content=10))
    assert (talk.statuses, talk.ended) == ([413], True)


# Expect (RFC 9110 10.1.1) ----------------------------------------------------------------------------

EXPECTING = ("Expect: 100-continue", "Content-Length: 2")


@pytest.mark.parametrize("expect", ["100-continue", "100-CONTINUE", ",100-continue,", "foo, 100-continue"])
def test_100_comes_at_once_and_then_the_final_response(expect: str) -> None:
    talk = Talk(request("/echo", f"Expect: {expect}", "Content-Length: 2", method="POST"))
    assert talk.sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert talk.say(b"hi").startswith(b"HTTP/1.1 200 OK\r\n")
    assert not talk.ended


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [("/nothing", "POST", 404), ("/", "POST", 405), ("/echo", "BREW", 501)],
)
def test_a_final_response_that_is_due_comes_in_place_of_100(target: str, method: str, status: int) -> None:
    talk = Talk(request(target, *EXPECTING, method=method))
    assert (talk.statuses, talk.ended) == ([status], True)
    assert values_of(talk.head, b"Connection") == [b"close"]
    assert talk.say(b"hi" + request()) == b""


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        (EXPECTING, "1.0"),
        (("Expect: foo", "Content-Length: 2"), "1.1"),
        (("Expect: 100-continue", "Content-Length: 0"), "1.1"),
        (("Expect: 100-continue",), "1.1"),
    ],
)
def test_no_100_where_none_is_expected(lines: tuple[str, ...], version: str) -> None:
    assert b" 100 " not in Talk(request("/echo", *lines, method="POST", version=version), b"hi").sent


def test_content_that_is_too_large_gets_no_100() -> None:
    assert Talk(request("/inspect", *EXPECTING), limits=Limits(held_content=1)).statuses == [413]


# Errors (RFC 9112 2.2, 3, 6.3) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (request(version="2.0"), 505),
        (request("/", "X : y"), 400),
        (request(host=None), 400),
        (request("/", "Content-Length: x"), 400),
        (request("/", "Transfer-Encoding: gzip, chunked"), 501),
        (request("/" + "x" * 65_536), 414),
        (request("/", "X: " + "x" * 65_536), 431),
        (request("example.org:80", method="CONNECT"), 501),
    ],
)
def test_an_error_of_the_message_says_close_and_ends(octets: bytes, status: int) -> None:
    talk = Talk(octets + request())
    assert (talk.statuses, talk.ended) == ([status], True)
    assert values_of(talk.head, b"Connection") == [b"close"]
    assert len(values_of(talk.head, b"Date")) == 1


@pytest.mark.parametrize(
    "octets",
    [
        request("/", "X : y", method="HEAD"),
        request(host=None, method="HEAD"),
        request("ftp://x/", method="HEAD"),
        request("/#fragment", method="HEAD"),
        b"HEAD / HTTP/2.0\r\n\r\n",
    ],
)
def test_an_error_to_head_has_no_content(octets: bytes) -> None:
    assert Talk(octets).content == b""


def test_a_request_line_of_exactly_the_limit_is_served() -> None:
    assert Talk(request("/?" + "x" * (65_536 - len("GET /? HTTP/1.1")))).statuses == [200]


def test_nothing_of_a_request_is_reflected_in_an_error() -> None:
    for octets in (request("/<script>"), request("/script"), request("/", "<script>: 1"), b"<script>\r\n"):
        assert b"script" not in Talk(octets).sent


# Half-close (RFC 9112 8, 9.6) ------------------------------------------------------------------------


def test_half_close_when_idle_ends_without_a_word() -> None:
    talk = Talk(request())
    assert talk.say(b"") == b""
    assert talk.ended


@pytest.mark.parametrize("cut", [1, 10, 40, 64])
def test_half_close_within_a_request_is_a_400(cut: int) -> None:
    octets = request("/inspect", method="POST", content=b"12345")
    talk = Talk(octets[:cut], b"")
    assert (talk.statuses, talk.ended) == ([400], True)


def test_half_close_within_a_streamed_request_completes_nothing() -> None:
    talk = Talk(request("/echo", "Transfer-Encoding: chunked", method="POST"), b"5000\r\n" + BIG[:0x5000])
    assert talk.say(b"") == b""
    assert talk.ended


def test_nothing_comes_after_the_end() -> None:
    talk = Talk(request("/", "Connection: close"))
    assert talk.say(request(), b"", request()) == b""
    assert talk.connection.tick() == b""
    assert talk.connection.timeout() is None


# Time (RFC 9112 9.5) ---------------------------------------------------------------------------------

TIMES = Limits(header_timeout=10, content_timeout=20, idle_timeout=60)


def test_an_idle_connection_ends_silently() -> None:
    clock = VirtualClock()
    talk = Talk(clock=clock, limits=TIMES)
    assert talk.connection.timeout() == MIDNIGHT + 60
    clock.advance(30)
    talk.say(request())
    assert talk.connection.timeout() == MIDNIGHT + 90
    clock.advance(59)
    assert talk.connection.tick() == b""
    assert not talk.ended
    clock.advance(1)
    assert talk.connection.tick() == b""
    assert talk.ended


def test_a_header_section_that_dribbles_in_gets_408() -> None:
    clock = VirtualClock()
    talk = Talk(clock=clock, limits=TIMES)
    for octet in octet_by_octet(request())[:10]:
        talk.say(octet)
        clock.advance(1)
    assert talk.connection.timeout() == MIDNIGHT + 10
    answer = talk.connection.tick()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert talk.ended


def test_content_may_take_its_time_but_not_stall() -> None:
    clock = VirtualClock()
    limits = replace(TIMES, content_rate=0)
    talk = Talk(request("/inspect", "Content-Length: 100", method="POST"), clock=clock, limits=limits)
    for _ in range(5):
        clock.advance(19)
        assert talk.connection.tick() == b""
        talk.say(b"x")
    clock.advance(20)
    assert talk.connection.tick().startswith(b"HTTP/1.1 408 ")
    assert talk.ended


RATE = Limits(content_timeout=20, content_rate=10, content_arrears=60)
FRAMED = {
    "counted": (("Content-Length: 100000",), lambda size: b"x" * size),
    "chunked": (
        ("Transfer-Encoding: chunked",),
        lambda size: b"%x;%b\r\n%b\r\n" % (size, b"e" * 9, b"x" * size),
    ),
}


@pytest.mark.parametrize(("lines", "piece"), FRAMED.values(), ids=FRAMED)
def test_content_that_never_stalls_but_is_too_slow_gets_408(
    lines: tuple[str, ...], piece: Callable[[int], bytes]
) -> None:
    """9 octets of content a second where 10 are asked for: a second of arrears in ten."""
    clock = VirtualClock()
    talk = Talk(request("/inspect", *lines, method="POST"), clock=clock, limits=RATE)
    for _ in range(50):
        clock.advance(10)
        assert talk.connection.tick() == b""
        talk.say(piece(90))
    assert talk.connection.timeout() == clock.now + 10
    clock.advance(10)
    assert talk.connection.tick().startswith(b"HTTP/1.1 408 ")
    assert talk.ended


@pytest.mark.parametrize(("lines", "piece"), FRAMED.values(), ids=FRAMED)
def test_content_that_keeps_up_is_taken_for_ever(
    lines: tuple[str, ...], piece: Callable[[int], bytes]
) -> None:
    clock = VirtualClock()
    talk = Talk(request("/inspect", *lines, method="POST"), clock=clock, limits=RATE)
    for _ in range(500):
        clock.advance(10)
        assert talk.connection.tick() == b""
        talk.say(piece(100))
    assert not talk.ended


def test_haste_pays_for_no_delay_later() -> None:
    clock = VirtualClock()
    talk = Talk(request("/inspect", "Content-Length: 100000", method="POST"), clock=clock, limits=RATE)
    talk.say(b"x" * 50_000)
    for _ in range(5):
        clock.advance(11)
        assert talk.connection.tick() == b""
        talk.say(b"x")
    assert talk.connection.timeout() == pytest.approx(clock.now + 60 - 5 * 11 + 5 * 0.1)


def test_the_rate_asked_of_content_ends_with_it() -> None:
    """The arrears of one request are not those of the next, nor does an idle connection owe any."""
    clock = VirtualClock()
    talk = Talk(request("/inspect", "Content-Length: 2", method="POST"), b"x", clock=clock, limits=RATE)
    clock.advance(15)
    talk.say(b"x")
    assert talk.connection.timeout() == clock.now + RATE.idle_timeout
    talk.say(request("/inspect", "Content-Length: 2", method="POST"))
    talk.say(b"x")
    assert talk.connection.timeout() == clock.now + RATE.content_timeout
    limits = replace(RATE, content_timeout=1000)
    talk = Talk(request("/inspect", "Content-Length: 2", method="POST"), clock=clock, limits=limits)
    assert talk.connection.timeout() == clock.now + RATE.content_arrears


def test_time_in_which_the_peer_was_not_listened_to_buys_no_arrears() -> None:
    clock = VirtualClock()
    limits = replace(RATE, content_timeout=1000)
    talk = Talk(request("/inspect", "Content-Length: 100", method="POST"), clock=clock, limits=limits)
    clock.advance(100)
    talk.connection.restart_time()
    assert talk.connection.timeout() == clock.now + RATE.content_arrears


def test_time_in_which_the_peer_was_not_listened_to_does_not_count() -> None:
    clock = VirtualClock()
    talk = Talk(request("/inspect", "Content-Length: 100", method="POST"), clock=clock, limits=TIMES)
    clock.advance(30)
    talk.connection.restart_time()
    assert talk.connection.tick() == b""
    assert talk.connection.timeout() == MIDNIGHT + 50


# Retiring (RFC 9112 9.5) -----------------------------------------------------------------------------


def test_a_retired_idle_connection_ends_at_once() -> None:
    talk = Talk(request())
    talk.connection.retire()
    assert talk.ended


def test_a_retired_connection_finishes_its_request_and_says_close() -> None:
    octets = request("/", method="GET")
    talk = Talk(octets[:20])
    talk.connection.retire()
    assert not talk.ended
    assert b"\r\nConnection: close\r\n" in talk.say(octets[20:] + request())
    assert (talk.statuses, talk.ended) == ([200], True)


def test_a_connection_retired_amid_a_stream_ends_with_it() -> None:
    talk = Talk(request("/echo", "Content-Length: 20001", method="POST"), BIG[:20_000])
    talk.connection.retire()
    assert talk.say(b"x") == b"x"
    assert talk.ended


def test_resources_are_a_parameter() -> None:
    mine = Resource(b"/mine", {b"GET": always(Response(299))})
    talk = Talk(request("/mine") + request("/"), resources=Resources([mine]))
    assert talk.sent.startswith(b"HTTP/1.1 299 \r\n")
    assert b"404" in talk.sent
