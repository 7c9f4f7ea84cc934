"""The reader: a table of inputs, each delivered in every way, and each with the same events."""

from dataclasses import replace
from typing import Any

import pytest
from server_support import events_of, every_delivery, octet_by_octet, request

from server.limits import Limits
from server.reading import STRICT, State
from server.request import (
    CHUNKED,
    ContentOctets,
    EndOfRequest,
    Refusal,
    RequestHead,
    TargetForm,
)
from server.request_reader import RequestReader

CHUNKED_POST = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

SERVED = {
    "a plain request": request(),
    "no field line in HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "one empty line before": b"\r\n" + request(),
    "an empty line between two": request() + b"\r\n" + request(),
    "minor version 9": request(version="1.9"),
    "an unknown method": request(method="!#$%&'*+-.^_`|~09AZaz"),
    "no whitespace behind the colon": b"GET / HTTP/1.1\r\nHost:a\r\n\r\n",
    "much whitespace round a value": b"GET / HTTP/1.1\r\nHost: \t a\t \r\n\r\n",
    "an empty value": request("/", "X-Empty:"),
    "obs-text": request("/", "X: caf\xe9\xff"),
    "whitespace within a value": request("/", "X: a \t b"),
    "origin-form with everything": request("/a//b;p=1/%41%7e?x?y/z:@!$&'()*+,="),
    "two slashes": request("//x/y"),
    "absolute-form": request("http://example.org:80/a?b"),
    "absolute-form, scheme in capitals": request("HTTP://example.org/"),
    "absolute-form without path": request("http://example.org"),
    "absolute-form without path, with query": request("http://example.org?q"),
    "absolute-form of an IPv6 host": request("http://[::1]:80/"),
    "absolute-form that differs from Host": request("http://one.example/", host="two.example"),
    "authority-form": request("example.org:443", method="CONNECT"),
    "asterisk-form": request("*", method="OPTIONS"),
    "a length with leading zeros": request("/", "Content-Length: 005", method="POST", content=b"hello"),
    "a length of nothing": request("/", "Content-Length: 00", method="POST"),
    "a field name in capitals": request("/", "CONTENT-LENGTH: 2", method="POST", content=b"hi"),
    "content that looks like a request": request("/", method="POST", content=request()),
    "no framing at all": request("/", method="POST") + request(),
    "a coding in capitals": CHUNKED_POST.replace(b"chunked", b"cHuNkEd") + b"0\r\n\r\n",
    "empty list members": CHUNKED_POST.replace(b"chunked", b", ,chunked ,") + b"0\r\n\r\n",
    "two lines, one empty": CHUNKED_POST.replace(b"Tr", b"Transfer-Encoding:\r\nTr") + b"0\r\n\r\n",
    "sizes in either case": CHUNKED_POST + b"a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n",
    "sizes with leading zeros": CHUNKED_POST + b"0000000000000000000000000005\r\nhello\r\n0\r\n\r\n",
    "chunk extensions": CHUNKED_POST + b'2;a;b=c;d="e\\"f;\xff"\r\nhi\r\n0;last\r\n\r\n',
    "whitespace in chunk extensions": CHUNKED_POST + b"2 ; a\t=\t b ;c\r\nhi\r\n0 ;x\r\n\r\n",
    "a trailer section": CHUNKED_POST + b"2\r\nhi\r\n0\r\nX-One: 1\r\nHost: b\r\n\r\n",
    "chunk data of CR and LF": CHUNKED_POST + b"4\r\n\r\n\r\n\r\n0\r\n\r\n",
    **{
        f"Host {host}": request(host=host)
        for host in (
            *("", "a_b", "a,b", "a!b", "h:", "h:99999", "1.2.3.999", "a..b", "%41", "A.b:0", ":80"),
            *(
                "[::]",
                "[::1]:80",
                "[1:2:3:4:5:6:7:8]",
                "[1:2:3:4:5:6:1.2.3.4]",
                "[1::8]",
                "[1:2:3:4:5:6:7::]",
            ),
            *("[::2:3:4:5:6:7:8]", "[::ffff:192.0.2.1]", "[v1.x]", "[vF.a:b]", "[fe80::a]"),
        )
    },
}

REFUSED = {
    "no version": (400, b"GET /\r\n\r\n"),
    "one word": (400, b"GET\r\n\r\n"),
    "four words": (400, request("/a b")),
    "two spaces": (400, b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a tab": (400, b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a space before the method": (400, b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a space behind the version": (400, b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    "two empty lines before": (400, b"\r\n\r\n" + request()),
    "an empty line of LF before": (400, b"\n" + request()),
    "a method that is no token": (400, request(method="G(ET")),
    "a status-line": (400, b"HTTP/1.1 200 OK\r\nHost: a\r\n\r\n"),
    "version in lower case": (400, b"GET / http/1.1\r\nHost: a\r\n\r\n"),
    "version 1.10": (400, request(version="1.10")),
    "version 01.1": (400, request(version="01.1")),
    "version 1": (400, request(version="1")),
    "major version 2": (505, request(version="2.0")),
    "major version 0": (505, request(version="0.9")),
    "the preface of HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "LF in place of CRLF": (400, b"GET / HTTP/1.1\nHost: a\n\n"),
    "LF behind one field line": (400, b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    "CR within the request-line": (400, b"GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n"),
    "CR within a value": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
    "CR CR LF": (400, b"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"),
    "NUL within a value": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
    "DEL within a value": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fb\r\n\r\n"),
    "a space before the colon": (400, request("/", "X : y")),
    "a tab before the colon": (400, request("/", "X\t: y")),
    "whitespace before the first field line": (400, b"GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
    "a folded line": (400, request("/", "X: a", " b")),
    "a line of whitespace": (400, request("/", "X: a", " ")),
    "no colon": (400, request("/", "nothing")),
    "an empty field name": (400, request("/", ": x")),
    "a field name that is no token": (400, request("/", "Fo(o: x")),
    "a target in no form": (400, request("foo")),
    "a fragment": (400, request("/a#b")),
    "an octet no target has": (400, request("/a|b")),
    "obs-text in a target": (400, request("/caf\xe9")),
    "half an escape": (400, request("/%4")),
    "no escape": (400, request("/%zz")),
    "an asterisk for GET": (400, request("*")),
    "a path for CONNECT": (400, request("/", method="CONNECT")),
    "no port for CONNECT": (400, request("example.org", method="CONNECT")),
    "an empty port for CONNECT": (400, request("example.org:", method="CONNECT")),
    "an empty host for CONNECT": (400, request(":80", method="CONNECT")),
    "userinfo for CONNECT": (400, request("u@h:80", method="CONNECT")),
    "an http URI without host": (400, request("http:///x")),
    "an http URI of a port alone": (400, request("http://:80/x")),
    "an http URI with userinfo": (400, request("http://u@h/x")),
    "an http URI without slashes": (400, request("http:x")),
    "an http URI with a fragment": (400, request("http://h/#f")),
    "an https URI": (421, request("https://example.org/")),
    "another URI": (421, request("ftp://example.org/")),
    "no Host": (400, request(host=None)),
    "no Host beside an absolute-form": (400, request("http://a/", host=None)),
    "two equal Hosts": (400, request("/", "Host: example.org")),
    "two Hosts in HTTP/1.0": (400, request("/", "host: b", version="1.0")),
    "an invalid Host beside an absolute-form": (400, request("http://a/", host="a b")),
    **{
        f"Host {host!r}": (400, request(host=host))
        for host in (
            *(
                "a b",
                "a/b",
                "a?b",
                "a#b",
                "u@h",
                "http://h/",
                "h:abc",
                "h:-1",
                "h:80:80",
                "a%zz",
                "a\\b",
                "a<b",
            ),
            *("[::1", "::1", "[::1]x", "\xe9", "[]", "[:::]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]"),
            *("[1::2::3]", "[::12345]", "[1:2:3:4:5:6:7::8]", "[::1.2.3.256]", "[v.x]", "[v1.]", "[vg.x]"),
        )
    },
    **{
        f"Content-Length {value!r}": (400, request("/", f"Content-Length: {value}", method="POST"))
        for value in (
            *(
                "abc",
                "",
                "+5",
                "-1",
                "-0",
                "0x5",
                "5.0",
                "5e0",
                "5 5",
                "5;",
                '"5"',
                "5_0",
                "5,6",
                "5, 5",
                "5,",
            ),
            *("\xb2", "\xef\xbc\x95"),
        )
    },
    "two Content-Lengths": (400, request("/", "Content-Length: 5", "Content-Length: 6", method="POST")),
    "two equal Content-Lengths": (400, request("/", "Content-Length: 5", "Content-Length: 5", method="POST")),
    "a Content-Length of 2^64+5": (413, request("/", "Content-Length: 18446744073709551621")),
    "a Content-Length of 5000 digits": (413, request("/", "Content-Length: " + "9" * 5000)),
    "more content than is taken": (413, request("/", f"Content-Length: {Limits().content + 1}")),
    **{
        f"Transfer-Encoding {value!r}": (status, request("/", f"Transfer-Encoding: {value}", method="POST"))
        for status, value in (
            *((501, "foo, chunked"), (501, "gzip,chunked"), (501, "identity, chunked")),
            *((501, 'a;b="c;d" ;e=f, chunked'), (400, "gzip"), (400, "identity"), (400, "chunked, gzip")),
            *(
                (400, "xchunked"),
                (400, "chunkedx"),
                (400, "\xa0chunked"),
                (400, '"chunked"'),
                (400, "chunk ed"),
            ),
            *((400, "chunked foo"), (400, ";chunked"), (400, "chunked, chunked"), (400, "chunked;q=1")),
            *((400, ""), (400, ","), (400, "chunked;"), (400, "foo;, chunked"), (400, "chunked\x0b")),
        )
    },
    "both framings": (400, request("/", "Content-Length: 5", "Transfer-Encoding: chunked")),
    "both framings, the other way round": (
        400,
        request("/", "Transfer-Encoding: chunked", "Content-Length: x"),
    ),
    "chunked in HTTP/1.0": (400, request("/", "Transfer-Encoding: chunked", version="1.0")),
    **{
        f"chunk-size line {line!r}": (400, CHUNKED_POST + line + b"\r\nhello\r\n0\r\n\r\n")
        for line in (
            *(b"+5", b"-5", b"0x5", b"5h", b"5_0", b" 5", b"5 ", b"", b"x", b"5.0", b"\xef\xbc\x95", b"5\r"),
            *(
                b"5;",
                b"5;=b",
                b"5;a=",
                b'5;a="b',
                b"5;a b",
                b"5 a",
                b"5;a\0",
                b'5;a="\n"',
                b"5;\xe9",
                b"5;a=b\rc",
            ),
        )
    },
    "a chunk-size line that ends in LF": (400, CHUNKED_POST + b"5\nhello\r\n0\r\n\r\n"),
    "chunk data that is too long": (400, CHUNKED_POST + b"5\r\nhelloo\r\n0\r\n\r\n"),
    "chunk data that is too short": (400, CHUNKED_POST + b"5\r\nhell\r\n0\r\n\r\n"),
    "chunk data that ends in LF": (400, CHUNKED_POST + b"5\r\nhello\n0\r\n\r\n"),
    "chunk data that ends in CR": (400, CHUNKED_POST + b"5\r\nhello\r0\r\n\r\n"),
    "a chunk of 2^64 octets": (413, CHUNKED_POST + b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    "a trailer line without a colon": (400, CHUNKED_POST + b"0\r\nnothing\r\n\r\n"),
    "a folded trailer line": (400, CHUNKED_POST + b"0\r\nX: a\r\n b\r\n\r\n"),
    "a request behind the last chunk": (400, CHUNKED_POST + b"0\r\n" + request()),
}


@pytest.mark.parametrize("octets", SERVED.values(), ids=SERVED)
def test_sound_requests_are_read_the_same_however_they_are_cut(octets: bytes) -> None:
    expected = events_of([octets])
    assert isinstance(expected[0], RequestHead)
    assert isinstance(expected[-1], EndOfRequest)
    for pieces in every_delivery(octets):
        assert events_of(pieces) == expected


@pytest.mark.parametrize(("status", "octets"), REFUSED.values(), ids=REFUSED)
def test_unsound_requests_are_refused_the_same_however_they_are_cut(status: int, octets: bytes) -> None:
    expected = events_of([octets])
    assert isinstance(expected[-1], Refusal)
    assert expected[-1].status == status
    for pieces in every_delivery(octets):
        assert events_of(pieces) == expected


def test_nothing_is_read_behind_a_refusal() -> None:
    assert len(events_of([b"nonsense\r\n\r\n", request()])) == 1


def test_refusals_are_alike_if_they_say_the_same() -> None:
    one, same, other = Refusal(400, "a", "b"), Refusal(400, "a", "b"), Refusal(400, "a", "c")
    assert {one, same, other} == {one, other}
    assert one != "400: a (b)"


def test_a_head_says_what_was_received() -> None:
    head = events_of([b"PUT /a%20b?c=d HTTP/1.3\r\nHost: h\r\nx-A:  1 \r\nX-a: 2\r\n\r\n"])[0]
    assert isinstance(head, RequestHead)
    assert head.line == (b"PUT", b"/a%20b?c=d", 3, TargetForm.ORIGIN, b"/a%20b", b"c=d")
    assert head.field_lines == ((b"Host", b"h"), (b"x-A", b"1"), (b"X-a", b"2"))
    assert head.values[b"x-a"] == [b"1", b"2"]
    assert not head.is_http_1_0


@pytest.mark.parametrize(
    ("method", "target", "form", "path", "query"),
    [
        ("GET", "http://h/a?b", TargetForm.ABSOLUTE, b"/a", b"b"),
        ("GET", "http://h", TargetForm.ABSOLUTE, b"/", None),
        ("OPTIONS", "http://h", TargetForm.ABSOLUTE, b"", None),
        ("OPTIONS", "http://h?q", TargetForm.ABSOLUTE, b"/", b"q"),
        ("OPTIONS", "*", TargetForm.ASTERISK, b"", None),
        ("CONNECT", "h:1", TargetForm.AUTHORITY, b"", None),
        ("GET", "//h/x?", TargetForm.ORIGIN, b"//h/x", b""),
    ],
)
def test_a_target_is_taken_apart(
    method: str, target: str, form: TargetForm, path: bytes, query: bytes | None
) -> None:
    head = events_of([request(target, method=method)])[0]
    assert isinstance(head, RequestHead)
    assert head.line[3:] == (form, path, query)


def test_chunks_become_content_and_trailer_fields_stay_apart() -> None:
    octets = CHUNKED_POST + b'2;a="b"\r\nhi\r\n3\r\n!\r\n\r\n0\r\nHost: evil\r\n\r\n'
    head, content, end = events_of([octets])
    assert isinstance(head, RequestHead)
    assert head.framing == CHUNKED
    assert b"evil" not in head.values[b"host"]
    assert content == ContentOctets(b"hi!\r\n")
    assert end == EndOfRequest(((b"Host", b"evil"),))


LIMITS = Limits(
    request_line=40,
    header_section=60,
    field_lines=3,
    content=10,
    chunk_size_digits=4,
    chunk_extensions=6,
    trailer_section=20,
)
ROOM = "x" * (60 - len("Host: a\r\n") - len("X: \r\n"))

AT_THE_LIMIT = {
    "request-line": request("/" + "x" * (40 - len("GET / HTTP/1.1")), host="a"),
    "header section": request("/", f"X: {ROOM}", host="a"),
    "number of field lines": request("/", "X:", "Y:", host="a"),
    "content": request("/", host="a", content=b"0123456789"),
    "digits of a chunk-size": CHUNKED_POST + b"0005\r\nhello\r\n5\r\nhello\r\n0000\r\n\r\n",
    "chunk extensions": CHUNKED_POST + b"1;a\r\nx\r\n1;b\r\nx\r\n0;c\r\n\r\n",
    "trailer section": CHUNKED_POST + b"0\r\nX: " + b"x" * 15 + b"\r\n\r\n",
    "number of trailer lines": CHUNKED_POST + b"0\r\nX:\r\nY:\r\nZ:\r\n\r\n",
}
BEYOND_THE_LIMIT = {
    "request-line": (414, request("/x" + "x" * (40 - len("GET / HTTP/1.1")), host="a")),
    "header section": (431, request("/", f"X: {ROOM}x", host="a")),
    "number of field lines": (431, request("/", "X:", "Y:", "Z:", host="a")),
    "content": (413, request("/", host="a", content=b"0123456789a")),
    "content in chunks": (413, CHUNKED_POST + b"5\r\nhello\r\n6\r\nhello!\r\n0\r\n\r\n"),
    "digits of a chunk-size": (400, CHUNKED_POST + b"00005\r\nhello\r\n0\r\n\r\n"),
    "chunk extensions": (413, CHUNKED_POST + b"1;a\r\nx\r\n1;b\r\nx\r\n0;cc\r\n\r\n"),
    "chunk extensions without an end": (413, CHUNKED_POST + b"1;" + b"a" * 100),
    "trailer section": (431, CHUNKED_POST + b"0\r\nX: " + b"x" * 16 + b"\r\n\r\n"),
    "number of trailer lines": (431, CHUNKED_POST + b"0\r\nX:\r\nY:\r\nZ:\r\nA:\r\n\r\n"),
}


@pytest.mark.parametrize("octets", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_fits_exactly_is_read(octets: bytes) -> None:
    for pieces in every_delivery(octets):
        assert isinstance(events_of(pieces, LIMITS)[-1], EndOfRequest)


@pytest.mark.parametrize(("status", "octets"), BEYOND_THE_LIMIT.values(), ids=BEYOND_THE_LIMIT)
def test_one_octet_more_is_refused(status: int, octets: bytes) -> None:
    for pieces in every_delivery(octets):
        refusal = events_of(pieces, LIMITS)[-1]
        assert isinstance(refusal, Refusal)
        assert refusal.status == status


class WatchedBuffer(bytearray):
    """Counts the octets that are looked at in search of a line end, and how many are ever held."""

    looked_at = 0
    held = 0

    def find(self, *arguments: Any) -> int:
        """As bytearray, and counted."""
        end = super().find(*arguments)
        self.looked_at += (len(self) if end < 0 else end + 1) - arguments[1]
        self.held = max(self.held, len(self))
        return end


@pytest.mark.parametrize(
    ("octets", "most_held"),
    [
        (b"GET /" + b"x" * 65_000, 65_005),
        (request("/", *["X: " + "y" * 200] * 255), 206),
        (request("/", method="POST", content=b"z" * 100_000), 30),
        (CHUNKED_POST + b"1\r\nx\r\n" * 10_000 + b"0\r\n\r\n", 30),
        (CHUNKED_POST + b"1;" + b"a" * 16_000, 16_002),
        (request() * 1000, 30),
    ],
    ids=["a target", "field lines", "content", "chunks", "a chunk extension", "many requests"],
)
def test_each_octet_is_looked_at_once_and_held_no_longer_than_its_line(octets: bytes, most_held: int) -> None:
    reader = RequestReader()
    reader._buffer = buffer = WatchedBuffer()
    for octet in octet_by_octet(octets):
        reader.feed(octet)
        while reader.next_event() is not None:
            pass
    assert buffer.looked_at <= len(octets)
    assert buffer.held <= most_held


def test_a_reading_may_end_content_with_its_first_chunk() -> None:
    reading = replace(STRICT, after_chunk=State.END)
    events = events_of([CHUNKED_POST + b"2\r\nhi\r\n0\r\n\r\n"], reading=reading)
    assert [type(event) for event in events] == [RequestHead, ContentOctets, EndOfRequest, Refusal]
