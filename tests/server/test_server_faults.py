"""Every fault can be seen: on some octets the faulty server differs from the sound one, as it says."""

import pkgutil
import re

import pytest
from server_support import Talk, octet_by_octet, request

from server import faults
from server.faults import Fault, UnknownFault, all_faults, named

GET = request()
ABOUT = request("/about")
HEAD = request(method="HEAD")
POST_5 = request("/echo", "Content-Length: 5", method="POST", content=b"hello")
CHUNKS = b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
BOTH = request("/echo", "Content-Length: 3", "Transfer-Encoding: chunked", method="POST", content=CHUNKS)
CLOSE = request("/", "Connection: close")
CLOSE_IN_LIST = request("/", "Connection: x, close")
CONNECT = request("example.org:80", method="CONNECT")
GARBAGE = b"garbage\r\n\r\n"


def echo(*lines: str, content: bytes = b"", version: str = "1.1") -> bytes:
    return request("/echo", *lines, method="POST", content=content, version=version)


NOT_MODIFIED = request("/static", "If-None-Match: *")
BOTH_1_0 = echo(
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
    "Connection: keep-alive",
    content=CHUNKS,
    version="1.0",
)


def message(content: bytes) -> bytes:
    return request("/post-something", method="POST", content=content)


SEEN: dict[str, tuple[bytes | tuple[bytes, ...], bytes]] = {
    # what is sent
    "lf-line-ends": (GET, rb"\AHTTP/1.1 200 OK\nDate: .*(?s:.*)\n\n<h3>"),
    "bare-cr-in-field": (GET, rb"\r\nServer: a\rb"),
    "whitespace-before-first-field": (GET, rb" OK\r\n Date: "),
    "stray-octets-between-responses": (GET + ABOUT, rb"</h3>stray octets\r\nHTTP/1.1 200 OK"),
    "status-line-without-second-space": (GET, rb"\AHTTP/1.1 200\r\n"),
    "status-line-double-space": (GET, rb"\AHTTP/1.1  200 OK\r\n"),
    "status-code-of-two-digits": (GET, rb"\AHTTP/1.1 20 OK\r\n"),
    "reason-with-control": (GET, rb"\AHTTP/1.1 200 OK\x07\r\n"),
    "lower-case-version": (GET, rb"\Ahttp/1.1 200 OK\r\n"),
    "field-name-with-space": (GET, rb"\r\nServer : "),
    "field-value-with-control": (GET, rb"\r\nServer: a\x01b"),
    "obs-fold-in-response": (GET, rb"\r\nServer: folded\r\n "),
    "content-length-in-characters": (request("/greeting"), rb"Content-Length: 18\r\n"),
    "content-length-too-long": (GET, rb"Content-Length: 19\r\n"),
    "content-length-too-short": (GET, rb"Content-Length: 17\r\n"),
    "content-length-signed": (GET, rb"Content-Length: \+18\r\n"),
    "content-length-twice-differing": (GET, rb"Content-Length: 18\r\nContent-Length: 180\r\n"),
    "content-length-with-transfer-encoding": (
        GET,
        rb"chunked\r\nContent-Length: 18\r\n\r\n12\r\n<h3>Home page</h3>\r\n0\r\n\r\n\Z",
    ),
    "content-length-on-204": (request("/no-content"), rb" 204 (?s:.*)Content-Length: 0\r\n"),
    "transfer-encoding-on-204": (request("/no-content"), rb" 204 (?s:.*)Transfer-Encoding: chunked\r\n"),
    "head-with-content": (HEAD, rb"\r\n\r\nx{18}\Z"),
    "head-length-zero": (HEAD, rb"Content-Length: 0\r\n"),
    "no-length-kept-open": (GET, rb"charset=utf-8\r\n\r\n<h3>"),
    "chunked-missing-last-chunk-end": (GET, rb"\r\n0\r\n\Z"),
    "chunk-size-wrong": (GET, rb"\r\n\r\n13\r\n<h3>Home page</h3>\r\n0\r\n\r\n\Z"),
    "chunk-lines-end-in-lf": (GET, rb"\r\n\r\n12\n<h3>Home page</h3>\n0\n\n\Z"),
    "chunked-to-http-1.0": (request(version="1.0"), rb"Transfer-Encoding: chunked\r\n"),
    "no-allow-on-405": (request(method="PUT"), rb" 405 (?!(?s:.*)Allow:)"),
    "no-date": (GET, rb" OK\r\nServer: "),
    "no-date-on-errors": (request("/nowhere"), rb" 404 [^\r]*\r\nServer: "),
    "date-obsolete": (GET, rb"Date: Sun Nov  6 08:49:37 1994\r\n"),
    "date-with-two-spaces": (GET, rb"Date: .* \d{4}  \d\d:"),
    "status-code-out-of-range": (GET, rb"\AHTTP/1.1 900 "),
    "transfer-encoding-on-100": (
        echo("Expect: 100-continue", content=b"hello"),
        rb"\AHTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
    "chunked-said-twice": (GET, rb"Transfer-Encoding: chunked, chunked\r\n"),
    "chunk-extension-with-whitespace": (GET, rb"\r\n12;a = b\r\n"),
    "date-malformed": (GET, rb"00:00:00 UTC\r\n"),
    "not-modified-with-length-zero": (NOT_MODIFIED, rb" 304 (?s:.*)Content-Length: 0\r\n"),
    "not-modified-with-content": (NOT_MODIFIED, rb"\r\n\r\ncontent\Z"),
    "long-request-line-answered-431": (request("/" + "x" * 65_536), rb"\AHTTP/1.1 431 "),
    "expectation-ignored": (echo("Expect: 100-continue", "Content-Length: 2"), rb"\A\Z"),
    "continue-to-http-1.0": (
        echo("Expect: 100-continue", content=b"hello", version="1.0"),
        rb"\AHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ",
    ),
    "request-version-copied": (request(version="1.0"), rb"\AHTTP/1.0 200 OK\r\n"),
    "errors-in-http-1.0": (request("/nowhere"), rb"\AHTTP/1.0 404 "),
    "connect-answered-with-length": (
        CONNECT,
        rb"\AHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\Z",
    ),
    "connect-answered-chunked": (
        CONNECT,
        rb"\AHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\Z",
    ),
    "gzip-coding-unasked": (GET, rb"Transfer-Encoding: gzip\r\n\r\n<h3>"),
    "trailer-with-framing": (GET, rb"\r\n12\r\n<h3>Home page</h3>\r\n0\r\nContent-Length: 18\r\n\r\n\Z"),
    "field-called-close": (GET, rb"\r\nClose: yes\r\n"),
    # what is read
    "method-in-any-case": (request(method="get"), rb" 200 "),
    "version-in-any-case": (GET.replace(b"HTTP", b"http"), rb" 200 "),
    "version-not-looked-at": (GET.replace(b"HTTP/1.1", b"whatever"), rb" 200 "),
    "long-target-answered-400": (request("/?" + "a" * 16_384), rb" 400 "),
    "unknown-method-served-as-get": (request(method="BREW"), rb" 200 (?s:.*)Home page"),
    "first-read-taken-for-head": (b"GET / HTTP/1.1\r\n", rb" 200 (?s:.*)Home page"),
    "later-reads-lost": ((POST_5[:-3], POST_5[-3:]), rb"\r\n\r\nhe\0\0\0\Z"),
    "obs-text-refused": (request("/", "X: \xe9"), rb" 400 "),
    "last-line-taken-as-content": (echo(content=b"two\nlines"), rb"\r\n\r\n5\r\nlines\r\n0\r\n\r\n\Z"),
    "dies-of-odd-content": (message(b"{}"), rb"\A\Z"),
    "any-major-version-served": (request(version="2.0"), rb" 200 "),
    "request-target-repaired": (request("/inspect?a b"), rb'"query": "a%20b"'),
    "absolute-form-refused": (request("http://example.org/"), rb" 400 "),
    "asterisk-form-refused": (request("*", method="OPTIONS"), rb" 400 "),
    "host-compared-with-absolute-form": (request("http://other.example/"), rb" 400 "),
    "folded-line-ignored": (request("/inspect", "X: a", " b"), rb'\["X", "a"\]'),
    "control-octets-in-value-kept": (request("/inspect", "X: a\0\rb"), rb'\["X", "a\\u0000\\rb"\]'),
    "transfer-coding-by-substring": (
        echo("Transfer-Encoding: xchunked", content=CHUNKS),
        rb"\r\n\r\nhello\Z",
    ),
    "unknown-transfer-coding-ignored": (echo("Transfer-Encoding: gzip") + GET, rb" 200 (?s:.*)Home page"),
    "content-length-wraps-at-32-bits": (
        echo("Content-Length: 4294967301", content=b"hello") + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "chunk-size-wraps-at-32-bits": (
        echo("Transfer-Encoding: chunked", content=b"100000005\r\nhello\r\n0\r\n\r\n"),
        rb"\r\n\r\nhello\Z",
    ),
    "chunk-size-read-as-prefix": (
        echo("Transfer-Encoding: chunked", content=b"+5 \r\nhello\r\n0x0\r\n\r\n"),
        rb"\r\n\r\nhello\Z",
    ),
    "chunk-extension-refused": (
        echo("Transfer-Encoding: chunked", content=b"5;a=b\r\nhello\r\n0\r\n\r\n"),
        rb" 400 ",
    ),
    "leading-empty-line-refused": (b"\r\n" + GET, rb" 400 "),
    "host-missing-accepted": (request(host=None), rb" 200 "),
    "host-missing-answered-404": (request(host=None), rb" 404 "),
    "host-twice-accepted": (request("/", "Host: b"), rb" 200 "),
    "host-invalid-accepted": (request(host="a b"), rb" 200 "),
    "host-error-closes-silently": (request(host=None), rb"\A\Z"),
    "space-before-colon-accepted": (echo("Content-Length : 5") + b"hello", rb"\r\n\r\nhello\Z"),
    "space-before-colon-ignored-line": (echo("Content-Length : 5") + GET, rb"Home page"),
    "content-length-invalid-accepted-as-prefix": (
        echo("Content-Length: 5x", content=b"hello") + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "content-length-invalid-ignored": (echo("Content-Length: x") + GET, rb" 200 (?s:.*)Home page"),
    "content-length-differing-first-wins": (
        echo("Content-Length: 5", "Content-Length: 6", content=b"hello") + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "content-length-differing-last-wins": (
        echo("Content-Length: 6", "Content-Length: 5", content=b"hello") + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "content-length-error-keeps-open": (echo("Content-Length: x") + GET, rb" 400 (?s:.*)Home page"),
    "content-length-ignored": (echo(content=ABOUT), rb" 200 (?s:.*)About page"),
    "content-length-off-by-one": (POST_5 + GET, rb"\r\n\r\nhellHTTP"),
    "length-and-coding-kept-open": (BOTH + GET, rb"\r\n\r\nhelloHTTP(?s:.*)Home page"),
    "length-and-coding-by-length": (BOTH, rb"\r\n\r\n2\r\n"),
    "chunked-ignored": (
        echo("Transfer-Encoding: chunked", content=ABOUT),
        rb" 200 (?s:.*)About page",
    ),
    "chunked-first-chunk-only": (
        echo("Transfer-Encoding: chunked", content=CHUNKS),
        rb"\r\n\r\nheHTTP/1.1 400",
    ),
    "http-1.0-transfer-encoding-kept": (
        echo("Transfer-Encoding: chunked", "Connection: keep-alive", content=CHUNKS, version="1.0") + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "http-1.0-kept-open": (request(version="1.0") + ABOUT, rb"Home page(?s:.*)About page"),
    "close-ignored": (CLOSE + ABOUT, rb"Home page(?s:.*)About page"),
    "request-after-close-processed": (
        CLOSE + ABOUT,
        rb"Connection: close(?s:.*)Home page(?s:.*)About page",
    ),
    "responses-reordered": (GET + ABOUT, rb"About page(?s:.*)Home page"),
    "pipelined-request-lost": (GET + ABOUT + GET, rb"\A(?!(?s:.*)About)(?s:.*)Home(?s:.*)Home"),
    "characters-narrowed-to-octets": (
        request("/inspect", "X: a\xc4\x8d\xc4\x8aY: b"),  # U+010D and U+010A in UTF-8
        rb'\["X", "a"\],? *\["Y", "b"\]',
    ),
    "line-end-taken-for-part-of-character": (
        request("/inspect", "X: a\xe2", "Y: b"),
        rb'\["X", "a\?Y: b"\]',
    ),
    "bare-cr-ends-line": (request("/inspect", "X: a\rY: b"), rb'\["X", "a"\],? *\["Y", "b"\]'),
    "bare-cr-left-out": (request("/inspect", "X: a\rY: b"), rb'\["X", "aY: b"\]'),
    "octet-behind-cr-passed-over": (
        request("/inspect", "X: a\rZY: b"),
        rb'\["X", "a"\],? *\["Y", "b"\]',
    ),
    "bare-lf-ends-every-line": (
        echo("Transfer-Encoding: chunked", content=CHUNKS.replace(b"\r\n", b"\n")),
        rb"\r\n\r\nhello\Z",
    ),
    "whitespace-line-ends-head": (GET[:-2] + b" \t\r\n" + ABOUT, rb"Home page(?s:.*)About page"),
    "garbage-keeps-open": (GARBAGE + GET, rb" 400 (?s:.*)Home page"),
    "bad-field-line-answered-404": (request("/", "no colon"), rb" 404 "),
    "bad-request-line-answered-404": (b"GET /\r\n\r\n", rb" 404 "),
    "request-line-of-4000-refused": (request("/?" + "a" * 4000), rb" 414 "),
    "long-method-cut": (request(method="GET" + "X" * 100), rb" 200 (?s:.*)Home page"),
    "method-cleaned": (request(method="G(E)T"), rb" 200 (?s:.*)Home page"),
    "target-cut-at-control-octet": (request("/about\x01x"), rb" 200 (?s:.*)About page"),
    "second-question-mark-refused": (request("/?a?b"), rb" 400 "),
    "connect-taken-for-get": (CONNECT, rb" 200 (?s:.*)Home page"),
    "higher-minor-version-refused": (request(version="1.2"), rb" 505 "),
    "whitespace-led-line-taken-for-field": (
        request("/inspect", "X: a", " Y: b"),
        rb'\["X", "a"\],? *\["Y", "b"\]',
    ),
    "field-name-in-one-spelling": (GET.replace(b"Host", b"host"), rb" 400 "),
    "space-before-value-required": (request("/", "X:a"), rb" 400 "),
    "tab-kept-in-value": (request("/inspect", "X:\ta\t"), rb'\["X", "\\ta\\t"\]'),
    "field-name-cleaned": (request("/inspect", "X(y): a"), rb'\["Xy", "a"\]'),
    "value-cut-at-nul": (request("/inspect", "X: a\0b"), rb'\["X", "a"\]'),
    "empty-coding-refused": (echo("Transfer-Encoding: , chunked", content=CHUNKS), rb" 400 "),
    "coding-in-capitals-refused": (echo("Transfer-Encoding: CHUNKED", content=CHUNKS), rb" 501 "),
    "http-1.0-length-and-coding-kept": (BOTH_1_0 + GET, rb"\r\n\r\nhelloHTTP(?s:.*)Home page"),
    "content-length-alike-ignored": (
        echo("Content-Length: 5", "Content-Length: 5") + GET,
        rb" 200 (?s:.*)Home page",
    ),
    "content-length-octal": (echo("Content-Length: 010", content=b"0123456789"), rb"\r\n\r\n01234567\Z"),
    "first-read-taken-for-content": ((POST_5[:-3], POST_5[-3:] + GET), rb"\r\n\r\nheHTTP/1.1 "),
    "first-read-ends-chunks": (
        (echo("Transfer-Encoding: chunked", content=CHUNKS[:7]), CHUNKS[7:]),
        rb"\r\n\r\nheHTTP/1.1 400 ",
    ),
    "refused-content-read-as-request": (
        request("/wireproof-not-there", method="POST", content=ABOUT),
        rb" 404 (?s:.*)About page",
    ),
    "chunk-size-in-capitals-refused": (
        echo("Transfer-Encoding: chunked", content=b"A\r\n0123456789\r\n0\r\n\r\n"),
        rb" 400 ",
    ),
    "octets-behind-chunk-data-passed-over": (
        echo("Transfer-Encoding: chunked", content=b"5\r\nhelloxx0\r\n\r\n"),
        rb"\r\n\r\nhello\Z",
    ),
    "last-chunk-ends-request": (
        echo("Transfer-Encoding: chunked", content=CHUNKS[:-2]) + GET,
        rb"\r\n\r\nhelloHTTP(?s:.*)Home page",
    ),
    "trailing-length-honoured": (
        echo("Transfer-Encoding: chunked", content=CHUNKS[:-2] + b"Content-Length: 40\r\n\r\n")
        + request("/?ab")  # 40 octets
        + ABOUT,
        rb"\r\n\r\nhelloHTTP(?!(?s:.*)Home page)(?s:.*)About page",
    ),
    "close-in-list-ignored": (CLOSE_IN_LIST + ABOUT, rb"Home page(?s:.*)About page"),
    # what is answered
    "answers-400-to-everything": (GET, rb"\AHTTP/1.1 400 Bad Request\r\n"),
    "answers-200-to-everything": (b"nonsense\r\n\r\n" + GET, rb"\AHTTP/1.1 200 OK(?s:.*)HTTP/1.1 200 OK"),
    "closes-always": (GET + ABOUT, rb"\r\nConnection: close\r\n(?s:.*)Home page</h3>\Z"),
    "closes-without-saying": (GET + ABOUT, rb"\A(?!(?s:.*)\nConnection:)(?s:.*)Home page</h3>\Z"),
    "never-answers": (GET, rb"\A\Z"),
    "closes-silently-always": (GET, rb"\A\Z"),
}

ENDS = {
    "never-answers": (CLOSE, False),
    "closes-silently-always": (GET, True),
    "dies-of-odd-content": (message(b"{}"), True),
    "close-ignored": (CLOSE, False),
    "http-1.0-kept-open": (request(version="1.0"), False),
    "request-after-close-processed": (CLOSE, True),
    "host-error-closes-silently": (request(host=None), True),
    "content-length-error-keeps-open": (echo("Content-Length: x"), False),
    "length-and-coding-kept-open": (BOTH, False),
    "answers-400-to-everything": (GET, True),
    "answers-200-to-everything": (b"nonsense\r\n\r\n", False),
    "garbage-keeps-open": (GARBAGE, False),
    "http-1.0-length-and-coding-kept": (BOTH_1_0, False),
    "gzip-coding-unasked": (GET, False),
    "field-called-close": (GET, False),
    "closes-always": (GET, True),
    "closes-without-saying": (GET, True),
    "close-in-list-ignored": (CLOSE_IN_LIST, False),
    "no-length-kept-open": (GET, False),
}


def test_every_fault_is_in_the_table() -> None:
    assert set(SEEN) == set(all_faults())


@pytest.mark.parametrize("name", SEEN)
def test_a_fault_is_seen_and_the_sound_server_does_not_show_it(name: str) -> None:
    octets, seen = SEEN[name]
    pieces = octets if isinstance(octets, tuple) else (octets,)
    faulty, sound = Talk(*pieces, fault=named(name)), Talk(*pieces)
    assert re.search(seen, faulty.sent), faulty.sent
    assert not re.search(seen, sound.sent), sound.sent


@pytest.mark.parametrize("name", ENDS)
def test_a_faulty_connection_ends_as_the_fault_says(name: str) -> None:
    octets, ended = ENDS[name]
    assert Talk(octets, fault=named(name)).ended is ended


@pytest.mark.parametrize("fault", all_faults().values(), ids=all_faults())
def test_a_fault_is_described(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", fault.name)
    assert fault.summary.endswith(".")
    assert re.fullmatch(r"RFC 91(10|12) [0-9.]+(, (RFC 91(10|12) )?[0-9.]+)*", fault.section)


@pytest.mark.parametrize("name", all_faults())
def test_a_fault_takes_a_large_echo_and_garbage_too(name: str) -> None:
    content = b"0123456789" * 2000
    by_chunks = echo("Transfer-Encoding: chunked", content=b"4e20\r\n" + content + b"\r\n0\r\n\r\n")
    for octets in (echo(content=content), by_chunks, by_chunks[:-1], b"\x00garbage\r\n\r\n\r\n", GREETINGS):
        Talk(octets, b"", fault=named(name))


GREETINGS = b"".join(
    request("/greeting", method=method) for method in ("GET", "HEAD", "PUT", "OPTIONS", "BREW")
)


def test_a_rewritten_stream_is_sent_whole() -> None:
    content = b"0123456789" * 2000
    talk = Talk(echo(content=content), fault=named("chunked-missing-last-chunk-end"))
    assert talk.content == b"4e20\r\n" + content + b"\r\n0\r\n"


def test_a_rewritten_chunked_response_keeps_its_content() -> None:
    talk = Talk(request("/chunked"), fault=named("content-length-with-transfer-encoding"))
    assert talk.content == b"1a\r\n<h3>In several chunks</h3>\r\n0\r\n\r\n"


def test_answering_200_to_everything_skips_the_head_that_it_refused() -> None:
    talk = Talk(b"GET / HTTP/1.1\r\nX : y\r\nmore\r\n\r\n" + GET, fault=named("answers-200-to-everything"))
    assert talk.statuses == [200, 200]


def test_answering_200_to_everything_needs_no_particular_cuts() -> None:
    octets = b"GET / HTTP/1.1\r\nX : y\r\nmore\r\n\r\n" + GET
    talk = Talk(*octet_by_octet(octets), fault=named("answers-200-to-everything"))
    assert talk.statuses == [200, 200]


def test_answering_200_to_everything_leaves_100_alone() -> None:
    octets = echo("Expect: 100-continue", "Content-Length: 2")
    assert Talk(octets, b"hi", fault=named("answers-200-to-everything")).statuses == [100, 200]


@pytest.mark.parametrize(
    ("name", "lines", "status"),
    [
        ("content-length-invalid-ignored", ("Content-Length: 5", "Content-Length: 6"), 400),
        ("content-length-invalid-accepted-as-prefix", ("Content-Length: 5, 6",), 400),
        ("content-length-differing-first-wins", ("Content-Length: x",), 400),
        ("content-length-differing-last-wins", ("Content-Length: x", "Content-Length: 5"), 400),
        ("content-length-invalid-ignored", ("Content-Length: " + "9" * 40,), 413),
    ],
)
def test_a_fault_of_one_kind_leaves_the_others_refused(
    name: str, lines: tuple[str, ...], status: int
) -> None:
    assert Talk(echo(*lines), fault=named(name)).statuses == [status]


def test_two_faults_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = list(pkgutil.iter_modules(faults.__path__, "server.faults."))
    monkeypatch.setattr(pkgutil, "iter_modules", lambda *arguments: modules * 2)
    with pytest.raises(ValueError, match="two faults are named"):
        faults._discovered.__wrapped__()


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownFault, match="did you mean host-missing-accepted") as caught:
        named("host-mising-accepted")
    assert isinstance(caught.value, KeyError)
    assert caught.value.suggestions[0] == "host-missing-accepted"
    with pytest.raises(UnknownFault, match=r"no fault named 'x'\Z"):
        named("x")
