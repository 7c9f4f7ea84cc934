"""What goes on the wire: field values, framing, dates."""

from datetime import UTC, datetime

import pytest
from server_support import MIDNIGHT, Talk, VirtualClock, request, values_of

from server.clock import imf_fixdate, read_http_date, steady_clock
from server.response import Response
from server.response_writer import chunk, write_response


def test_a_response_octet_for_octet() -> None:
    assert Talk(request("/about")).sent == (
        b"HTTP/1.1 200 OK\r\n"
        b"Date: Sun, 06 Nov 1994 00:00:00 GMT\r\n"
        b"Server: almost-an-nginx\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n"
        b"Content-Length: 19\r\n"
        b"\r\n"
        b"<h3>About page</h3>"
    )


def test_date_follows_the_clock() -> None:
    clock = VirtualClock()
    talk = Talk(clock=clock)
    for second in (0, 1, 59):
        clock.now = MIDNIGHT + second + 0.999
        sent = talk.say(request())
        assert values_of(sent.split(b"\r\n"), b"Date") == [b"Sun, 06 Nov 1994 00:00:%02d GMT" % second]


@pytest.mark.parametrize("value", [b"a\r\nX: y", b"a\nb", b"a\rb", b"a\0b", b"\x7f", b"a\tb\r\n", b" \x0b "])
def test_no_control_octet_gets_into_a_value(value: bytes) -> None:
    sent = write_response(Response(200, ((b"X", value),)), None, True, MIDNIGHT)
    (line,) = (line for line in sent.split(b"\r\n") if line.startswith(b"X: "))
    assert not set(line) & {*range(32), 127}
    assert sent.count(b"\r\n") == 6


def test_a_chunk_of_nothing_is_nothing() -> None:
    assert chunk(b"") == b""
    assert chunk(b"x" * 255) == b"ff\r\n" + b"x" * 255 + b"\r\n"


def test_imf_fixdate_agrees_with_the_library() -> None:
    for seconds in (0, 951_782_400, 1_709_164_800, 4_102_444_799, 253_402_300_799):
        expected = datetime.fromtimestamp(seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        assert imf_fixdate(seconds) == expected.encode()
        assert read_http_date(imf_fixdate(seconds)) == seconds
        assert len(imf_fixdate(seconds)) == 29


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        (b"Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        (b"Sun Nov  6 08:49:37 1994", 784_111_777),
        (b"Sun Nov 06 08:49:37 1994", 784_111_777),
        (b"Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_799),
        (b"Sun, 6 Nov 1994 08:49:37 GMT", None),
        (b"sun, 06 nov 1994 08:49:37 gmt", None),
        (b"Sun, 06 Nov 1994 08:49:37 UTC", None),
        (b"Sun, 31 Feb 1994 08:49:37 GMT", None),
        (b"Sun, 06 Nov 1994 24:00:00 GMT", None),
        (b"", None),
    ],
)
def test_http_dates_are_read(value: bytes, seconds: int | None) -> None:
    assert read_http_date(value) == seconds


def test_a_year_of_two_digits_is_at_most_fifty_years_ahead() -> None:
    this_year = datetime.fromtimestamp(steady_clock(), UTC).year
    for ahead, year in ((50, this_year + 50), (51, this_year + 51 - 100)):
        seconds = read_http_date(b"Sunday, 06-Nov-%02d 08:49:37 GMT" % ((this_year + ahead) % 100))
        assert seconds is not None
        assert datetime.fromtimestamp(seconds, UTC).year == year
