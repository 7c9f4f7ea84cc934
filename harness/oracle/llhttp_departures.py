"""Where llhttp, strict as it is by default, is known to depart from RFC 9110 and RFC 9112.

llhttp is the parser within a server and leaves Host, and what a target means, to it; the rows say so.
What the RFCs leave open is no departure: refusing bare LF, obs-fold in a request, Content-Length beside
Transfer-Encoding, or one length twice; taking whitespace runs in a request-line.
"""

from __future__ import annotations

from typing import Final

from harness.model.requirement import Citation
from harness.oracle.departure import Departure, passes, refuses, rejects, takes

_CHUNKED: Final = b"Transfer-Encoding: chunked\r\n"
_ONE: Final = b"Content-Length: 1\r\n"
_ONE_CHUNK: Final = b"1\r\na\r\n0\r\n\r\n"
_LEFT_TO_THE_SERVER: Final = "leaves it to the server"


def _get(
    fields: bytes = b"",
    body: bytes = b"",
    *,
    target: bytes = b"/",
    method: bytes = b"GET",
    version: bytes = b"1.1",
) -> bytes:
    return b"%b %b HTTP/%b\r\nHost: a\r\n%b\r\n%b" % (method, target, version, fields, body)


def _ok(fields: bytes = _ONE, body: bytes = b"a", line: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"%b\r\n%b\r\n%b" % (line, fields, body)


DEPARTURES: Final[tuple[Departure, ...]] = (
    # As a server: takes what is to be refused.
    takes(
        "host-absent",
        b"GET / HTTP/1.1\r\n\r\n",
        "An HTTP/1.1 request without Host is answered with 400.",
        "9112-3.2-g",
        does=_LEFT_TO_THE_SERVER,
    ),
    takes(
        "host-twice",
        _get(b"Host: a\r\n"),
        "A request with two Host lines is answered with 400.",
        "9112-3.2-h",
        does=_LEFT_TO_THE_SERVER,
    ),
    takes(
        "host-invalid",
        b"GET / HTTP/1.1\r\nHost: a b/@\r\n\r\n",
        "A Host that is no uri-host with a port is answered with 400.",
        "9112-3.2-i",
        does=_LEFT_TO_THE_SERVER,
    ),
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
    takes(
        "transfer-encoding-in-http-1.0-kept-open",
        _get(b"Connection: keep-alive\r\n" + _CHUNKED, _ONE_CHUNK, version=b"1.0"),
        "The connection is closed behind an HTTP/1.0 message with Transfer-Encoding.",
        "9112-6.1-q",
        b"a",
        does="keeps the connection",
    ),
    # As a server: refuses what is to be taken.
    refuses(
        "tab-behind-chunked",
        _get(b"Transfer-Encoding: chunked\t\r\n", _ONE_CHUNK),
        "Whitespace behind a field value is no part of it, and HTAB is whitespace.",
        "9112-5.1-c",
        b"",
    ),
    refuses(
        "target-absolute-without-slashes",
        _get(target=b"urn:a"),
        "Any absolute URI is a request-target.",
        "9112-3.2.2-g",
    ),
    refuses(
        "content-length-in-trailer",
        _get(_CHUNKED, b"1\r\na\r\n0\r\nContent-Length: 1\r\n\r\n"),
        "A trailer field is not merged into the header section, and frames nothing.",
        "9110-6.5.1-b",
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
        "version-1.2",
        _get(version=b"1.2"),
        "A higher minor version should be read as the highest known one.",
        "9110-6.2-c",
    ),
    # As a client: passes what a server must not send.
    passes("version-2.0", _ok(line=b"HTTP/2.0 200 OK", fields=_ONE), "The major version is 1.", "9112-2.3-c"),
    passes("status-code-600", _ok(line=b"HTTP/1.1 600 OK"), "Status codes lie in 100 to 599.", "9110-15-g1"),
    passes("status-code-000", _ok(line=b"HTTP/1.1 000 OK"), "Status codes lie in 100 to 599.", "9110-15-g1"),
    passes(
        "space-after-status-missing",
        _ok(line=b"HTTP/1.1 200"),
        "The SP behind the status-code is sent even without a reason-phrase.",
        "9112-4-g",
    ),
    passes("reason-phrase-control", _ok(line=b"HTTP/1.1 200 a\1b"), "No control octets there.", "9112-4-c"),
    passes(
        "crlf-between-responses",
        _ok(body=b"a\r\n") + _ok(),
        "Nothing stands between two responses.",
        "9112-2.1-b",
        b"a",
        b"a",
    ),
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
        "transfer-encoding-empty-element",
        _ok(b"Transfer-Encoding: , chunked\r\n", _ONE_CHUNK),
        "A sender leaves no list element empty.",
        "9110-5.6.1.1-a",
    ),
    # As a client: refuses what a client must read all the same.
    rejects(
        "response-obs-fold",
        _ok(_ONE + b"X: a\r\n b\r\n"),
        "A user agent replaces a fold in a response by SP.",
        "",
        citation=Citation(9112, "5.2"),
    ),
    rejects(
        "content-length-invalid-in-204",
        _ok(b"Content-Length: x\r\n", b"", b"HTTP/1.1 204 x"),
        "A 204 response ends at its empty line whatever its fields say.",
        "9112-6.3-c",
    ),
    rejects(
        "both-framing-fields-in-response-to-head",
        _ok(_CHUNKED + _ONE, b""),
        "A response to HEAD ends at its empty line whatever its fields say.",
        "9112-6.3-a",
        method=b"HEAD",
    ),
    rejects(
        "response-chunk-ext-bad-whitespace",
        _ok(_CHUNKED, b"1 ;a=b\r\na\r\n0\r\n\r\n"),
        "Bad whitespace before a chunk extension is to be parsed and dropped.",
        "9110-5.6.3-f",
        b"",
    ),
)
"""Every known departure; the tests run the installed llhttp over each."""
