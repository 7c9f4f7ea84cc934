"""Where h11 is known to depart from RFC 9110 and RFC 9112, in both directions.

As a server it departs by taking what is to be refused, or refusing what is to be taken. As a client its
rows are what a server must not send and h11 passes, or may send and h11 refuses: there its silence, or
its complaint, says nothing about the server. What the RFCs leave open is no departure: bare LF, obs-fold
or one Content-Length twice in a request, 501 for an unknown coding, no keep-alive under HTTP/1.0.
"""

from __future__ import annotations

from typing import Final

from harness.oracle.departure import Departure, passes, refuses, rejects, takes

_CHUNKED: Final = b"Transfer-Encoding: chunked\r\n"
_ONE: Final = b"Content-Length: 1\r\n"
_ONE_CHUNK: Final = b"1\r\na\r\n0\r\n\r\n"


def _get(fields: bytes = b"", body: bytes = b"", *, target: bytes = b"/", method: bytes = b"GET") -> bytes:
    return b"%b %b HTTP/1.1\r\nHost: a\r\n%b\r\n%b" % (method, target, fields, body)


def _ok(fields: bytes = _ONE, body: bytes = b"a", line: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"%b\r\n%b\r\n%b" % (line, fields, body)


DEPARTURES: Final[tuple[Departure, ...]] = (
    # As a server: takes what is to be refused.
    takes(
        "host-invalid",
        b"GET / HTTP/1.1\r\nHost: a b/@\r\n\r\n",
        "A Host that is no uri-host with a port is answered with 400.",
        "9112-3.2-i",
    ),
    takes(
        "content-length-beside-transfer-encoding-kept-open",
        _get(_CHUNKED + b"Content-Length: 3\r\n", b"0\r\n\r\n") + _get(),
        "The connection is closed behind a request that has both fields.",
        "9112-6.1-p",
        b"",
        b"",
        does="reads the next request on the same connection",
    ),
    takes(
        "chunk-ext-nul",
        _get(_CHUNKED, b"1;\0\r\na\r\n0\r\n\r\n"),
        "A chunk extension is made of tokens and quoted-strings.",
        "9112-7.1.1-b",
        b"a",
    ),
    takes(
        "chunk-ext-bare-cr",
        _get(_CHUNKED, b"1;a\rb\r\na\r\n0\r\n\r\n"),
        "A CR in a chunk extension makes it invalid, or is read as SP, which leaves it invalid here.",
        "9112-7.1.1-b",
        b"a",
    ),
    takes(
        "chunk-size-whitespace",
        _get(_CHUNKED, b"1 \r\na\r\n0\r\n\r\n"),
        "Nothing but an extension may stand between a chunk-size and its CRLF.",
        "9112-7.1-b",
        b"a",
    ),
    takes("target-without-form", _get(target=b"foo"), "A target has one of four forms.", "9112-3.2-a"),
    takes("target-not-uri", _get(target=b"/<x>"), "A target is made of URI characters.", "9112-3.2-a"),
    takes("target-fragment", _get(target=b"/a#b"), "A target has no fragment.", "3986-3.5-g1"),
    takes(
        "target-percent", _get(target=b"/%zz"), "Two hexadecimal digits follow a percent sign.", "3986-2.1-g1"
    ),
    takes(
        "target-empty-host",
        _get(target=b"http:///x"),
        "An http URI without a host is refused.",
        "9110-4.2.1-b",
    ),
    takes(
        "target-userinfo", _get(target=b"http://u@a/"), "Userinfo should count as an error.", "9110-4.2.4-b"
    ),
    takes(
        "connect-origin-form",
        _get(method=b"CONNECT"),
        "The target of CONNECT is a host and a port.",
        "9112-3.2.3-a",
    ),
    takes("get-asterisk", _get(target=b"*"), "Only OPTIONS has the target *.", "9112-3.2.4-a"),
    # As a server: refuses what is to be taken.
    refuses(
        "leading-crlf", b"\r\n" + _get(), "An empty line before a request should be ignored.", "9112-2.2-i"
    ),
    refuses(
        "crlf-between-requests",
        _get(_ONE, b"a\r\n") + _get(),
        "An empty line behind a body should be ignored.",
        "9112-2.2-j",
        b"a",
    ),
    refuses(
        "chunk-ext-bad-whitespace",
        _get(_CHUNKED, b"1 ;a=b\r\na\r\n0\r\n\r\n"),
        "Bad whitespace before a chunk extension is to be parsed and dropped.",
        "9110-5.6.3-f",
        b"",
    ),
    refuses(
        "chunk-size-leading-zeros",
        _get(_CHUNKED, b"0" * 20 + _ONE_CHUNK),
        "A chunk-size has any number of digits.",
        "9112-7.1-a",
        b"",
    ),
    refuses(
        "content-length-leading-zeros",
        _get(b"Content-Length: " + b"0" * 20 + b"1\r\n", b"a"),
        "A Content-Length has any number of digits.",
        "9110-8.6-g2",
    ),
    refuses(
        "transfer-encoding-empty-element",
        _get(b"Transfer-Encoding: , chunked\r\n", _ONE_CHUNK),
        "Empty list elements are to be ignored.",
        "9110-5.6.1.2-a",
    ),
    # As a client: passes what a server must not send.
    passes("line-end-lf", _ok().replace(b"\r\n", b"\n"), "A sender ends lines in CRLF.", "9112-2.1-b"),
    passes("version-2.0", _ok(line=b"HTTP/2.0 200 OK"), "The major version is 1.", "9112-2.3-c"),
    passes(
        "status-code-600",
        _ok(line=b"HTTP/1.1 600 OK"),
        "Status codes lie in 100 to 599.",
        "9110-15-g1",
    ),
    passes(
        "space-after-status-missing",
        _ok(line=b"HTTP/1.1 200"),
        "The SP behind the status-code is sent even without a reason-phrase.",
        "9112-4-g",
    ),
    passes("reason-phrase-control", _ok(line=b"HTTP/1.1 200 a\1b"), "No control octets there.", "9112-4-c"),
    passes("field-value-control", _ok(_ONE + b"X: a\1b\r\n"), "No control octets there.", "9112-5-e"),
    passes("obs-fold", _ok(_ONE + b"X: a\r\n b\r\n"), "A sender does not fold lines.", "9112-5.2-b"),
    passes(
        "content-length-list",
        _ok(b"Content-Length: 1, 1\r\n"),
        "Content-Length is one number.",
        "9110-8.6-g1",
    ),
    passes("content-length-twice", _ok(_ONE + _ONE), "Content-Length is one line.", "9110-8.6-g1"),
    passes(
        "content-length-in-204",
        _ok(_ONE, b"", b"HTTP/1.1 204 x"),
        "A 204 response has no Content-Length.",
        "9110-8.6-e",
        b"",
    ),
    passes(
        "content-length-in-1xx",
        _ok(_ONE, b"", b"HTTP/1.1 103 x") + _ok(),
        "A 1xx response has no Content-Length.",
        "9110-8.6-e",
        b"",
        b"a",
    ),
    passes(
        "content-length-in-connect",
        _ok(body=b""),
        "A 2xx response to CONNECT has no Content-Length.",
        "9110-8.6-f",
        b"",
        method=b"CONNECT",
    ),
    passes(
        "transfer-encoding-in-204",
        _ok(_CHUNKED, b"", b"HTTP/1.1 204 x"),
        "A 204 response has no Transfer-Encoding.",
        "9112-6.1-j",
        b"",
    ),
    passes(
        "transfer-encoding-in-1xx",
        _ok(_CHUNKED, b"", b"HTTP/1.1 103 x") + _ok(),
        "A 1xx response has no Transfer-Encoding.",
        "9112-6.1-i",
        b"",
        b"a",
    ),
    passes(
        "transfer-encoding-in-connect",
        _ok(_CHUNKED, b""),
        "A 2xx response to CONNECT has no Transfer-Encoding.",
        "9112-6.1-k",
        b"",
        method=b"CONNECT",
    ),
    passes(
        "transfer-encoding-in-http-1.0",
        _ok(_CHUNKED, _ONE_CHUNK, b"HTTP/1.0 200 OK"),
        "An HTTP/1.0 message with Transfer-Encoding is framed faultily.",
        "9112-6.1-q",
    ),
    passes(
        "content-length-beside-transfer-encoding",
        _ok(_CHUNKED + _ONE, _ONE_CHUNK),
        "A sender does not send both fields.",
        "9112-6.2-b",
    ),
    passes(
        "response-chunk-size-whitespace",
        _ok(_CHUNKED, b"1 \r\na\r\n0\r\n\r\n"),
        "A sender follows the chunked grammar.",
        "9112-7.1-f",
    ),
    passes(
        "response-chunk-ext-nul",
        _ok(_CHUNKED, b"1;\0\r\na\r\n0\r\n\r\n"),
        "A sender follows the grammar of chunk extensions.",
        "9112-7.1.1-c",
    ),
    passes(
        "response-chunk-ext-bare-cr",
        _ok(_CHUNKED, b"1;a\rb\r\na\r\n0\r\n\r\n"),
        "A sender sends no bare CR outside of the content.",
        "9112-2.2-c",
    ),
    # As a client: refuses what a server may send, or what a client must read all the same.
    rejects(
        "coding-until-close",
        _ok(b"Transfer-Encoding: gzip\r\n", b"abc"),
        "A response whose final coding is not chunked ends when the connection closes.",
        "9112-6.3-j",
        ended=True,
    ),
    rejects(
        "coding-then-chunked",
        _ok(b"Transfer-Encoding: gzip, chunked\r\n", _ONE_CHUNK),
        "A response whose final coding is chunked ends where the chunked data does.",
        "9112-6.3-i",
    ),
    rejects(
        "response-transfer-encoding-empty-element",
        _ok(b"Transfer-Encoding: , chunked\r\n", _ONE_CHUNK),
        "Empty list elements are to be ignored.",
        "9110-5.6.1.2-a",
    ),
    rejects(
        "coding-in-response-to-head",
        _ok(b"Transfer-Encoding: gzip\r\n", b""),
        "A response to HEAD may have the Transfer-Encoding that GET would get.",
        "9112-6.1-h",
        method=b"HEAD",
    ),
    rejects(
        "coding-in-connect",
        _ok(b"Transfer-Encoding: gzip\r\n", b""),
        "A client ignores the framing fields of a 2xx response to CONNECT.",
        "9112-6.3-e",
        method=b"CONNECT",
    ),
    rejects(
        "content-length-invalid-in-204",
        _ok(b"Content-Length: x\r\n", b"", b"HTTP/1.1 204 x"),
        "A 204 response ends at its empty line whatever its fields say.",
        "9112-6.3-c",
    ),
    rejects(
        "response-chunk-ext-bad-whitespace",
        _ok(_CHUNKED, b"1 ;a=b\r\na\r\n0\r\n\r\n"),
        "Bad whitespace before a chunk extension is to be parsed and dropped.",
        "9110-5.6.3-f",
        b"",
    ),
    rejects(
        "response-chunk-size-leading-zeros",
        _ok(_CHUNKED, b"0" * 20 + _ONE_CHUNK),
        "A chunk-size has any number of digits.",
        "9112-7.1-a",
        b"",
    ),
    rejects(
        "response-content-length-leading-zeros",
        _ok(b"Content-Length: " + b"0" * 20 + b"1\r\n"),
        "A Content-Length has any number of digits.",
        "9110-8.6-g1",
    ),
)
"""Every known departure; the tests run the installed h11 over each."""
