"""Tricky streams of requests, each with every reading that RFC 9110, 9112 and 3986 permit a server.

The readings were written by hand from the text, before any code read the octets; where one was wrong
and was changed, `why` says so. The octets are a whole connection: nothing follows. A reading is

    METHOD target [=content] ; METHOD target ... END

with END one of: "." all understood, ".x" the same and the connection must close; "..." a request is
not whole; "!" refused with any status, "!400" or "!400,501" with one of these, "!400x" and must close.
What any server may do at any time (close, refuse by a limit or a policy) is left out. Where "!" is
among the readings, stricter refusals of the same request are part of it and not listed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tricky:
    """One stream: a name, its octets, the permitted readings in any order, and where it is written."""

    name: str
    octets: bytes
    readings: tuple[str, ...]
    why: str = ""


G = b"GET / HTTP/1.1\r\nHost: x\r\n"
P = b"POST / HTTP/1.1\r\nHost: x\r\n"
TE = P + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"\r\n"
M = b"GET /m HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"0\r\n\r\n"


def _get(line: bytes) -> bytes:
    return b"GET / HTTP/1.1\r\n" + line + b"\r\n\r\n"


def _line(line: bytes) -> bytes:
    return line + b"\r\nHost: x\r\n\r\n"


def _post(lines: bytes, body: bytes = b"hello") -> bytes:
    return P + lines + b"\r\n\r\n" + body


_SOUND = "3, 6.3: nothing to choose"

TRICKY: tuple[Tricky, ...] = (
    # --- sound messages: exactly one reading ------------------------------------------------------
    Tricky("nothing", b"", (".",)),
    Tricky("get", G + END, ("GET / .",), _SOUND),
    Tricky("two-gets", G + END + M, ("GET / ; GET /m .",), _SOUND),
    Tricky(
        "get-with-content",
        G + b"Content-Length: 5\r\n\r\nhello" + M,
        ("GET / =hello ; GET /m .",),
        "6: framing ignores the method",
    ),
    Tricky("post-without-length", P + END + M, ("POST / ; GET /m .",), "6.3 step 7"),
    Tricky("length-zeros", _post(b"Content-Length: 005") + M, ("POST / =hello ; GET /m .",), "1*DIGIT"),
    Tricky("length-zero", _post(b"Content-Length: 0", b"") + M, ("POST / ; GET /m .",)),
    Tricky("length-ows", _post(b"Content-Length: \t 5 \t") + M, ("POST / =hello ; GET /m .",), "5.1"),
    Tricky("length-name-case", _post(b"cONTENT-lENGTH: 5") + M, ("POST / =hello ; GET /m .",), "5"),
    Tricky(
        "body-looks-like-request",
        _post(b"Content-Length: 28", M),
        ("POST / =GET /m HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n .",),
        "6",
    ),
    Tricky("chunked", TE + b"5\r\nhello\r\n" + LAST + M, ("POST / =hello ; GET /m .",), "7.1"),
    Tricky(
        "chunked-case",
        _post(b"Transfer-Encoding: cHuNkEd", b"5\r\nhello\r\n" + LAST),
        ("POST / =hello .",),
        "7",
    ),
    Tricky(
        "chunked-hex",
        TE + b"A\r\n0123456789\r\n00b\r\n0123456789a\r\n000\r\n\r\n",
        ("POST / =01234567890123456789a .",),
        "7.1",
    ),
    Tricky(
        "chunked-extension", TE + b'5;a;b=c;d="e\\"f"\r\nhello\r\n0;z\r\n\r\n', ("POST / =hello .",), "7.1.1"
    ),
    Tricky(
        "chunked-extension-bws",
        TE + b"5 ;\ta = b\r\nhello\r\n" + LAST,
        ("POST / =hello .",),
        "7.1.1, 9110 5.6.3",
    ),
    Tricky(
        "chunked-trailer",
        TE + b"5\r\nhello\r\n0\r\nX-T: 1\r\nContent-Length: 99\r\n\r\n" + M,
        ("POST / =hello ; GET /m .",),
        "7.1.2",
    ),
    Tricky(
        "chunked-list-empty-elements",
        _post(b"Transfer-Encoding: , chunked ,", LAST),
        ("POST / .",),
        "9110 5.6.1.2",
    ),
    Tricky(
        "chunked-then-empty-line",
        _post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding:", LAST),
        ("POST / .",),
        "9110 5.3: the lines are one list",
    ),
    Tricky("close", G + b"Connection: close\r\n\r\n", ("GET / .x",), "9.6"),
    Tricky("close-list", G + b"Connection: foo , CLOSE,\r\n\r\n", ("GET / .x",), "9110 7.6.1"),
    Tricky(
        "close-behind-keep-alive",
        G + b"Connection: keep-alive\r\nConnection: close\r\n\r\n",
        ("GET / .x",),
        "9.3: close is asked first",
    ),
    Tricky("closed-is-not-close", G + b"Connection: closed\r\n\r\n" + M, ("GET / ; GET /m .",), "9.3"),
    Tricky(
        "octets-behind-close",
        G + b"Connection: close\r\n\r\n" + M,
        ("GET / .x",),
        "9.6: nothing behind is processed",
    ),
    Tricky(
        "close-in-trailer", TE + b"0\r\nConnection: close\r\n\r\n" + M, ("POST / ; GET /m .",), "9110 6.5.1"
    ),
    Tricky("every-tchar", _get(b"Host: x\r\n!#$%&'*+-.^_`|~09AZaz: 1"), ("GET / .",), "9110 5.1"),
    Tricky("obs-text-value", _get(b"Host: x\r\nX: \x80\xff"), ("GET / .",), "9110 5.5"),
    Tricky("empty-value", _get(b"Host: x\r\nX:"), ("GET / .",), "5"),
    Tricky("odd-method", _line(b"G%ET / HTTP/1.1"), ("G%ET / .",), "9110 5.6.2: percent is a tchar"),
    Tricky("lower-case-method", _line(b"get / HTTP/1.1"), ("get / .",), "3.1: another method"),
    Tricky("options-asterisk", _line(b"OPTIONS * HTTP/1.1"), ("OPTIONS * .",), "3.2.4"),
    Tricky("absolute-form", _line(b"GET http://y/a?b HTTP/1.1"), ("GET http://y/a?b .",), "3.2.2"),
    Tricky("absolute-form-scheme-case", _line(b"GET HTTP://x HTTP/1.1"), ("GET HTTP://x .",), "3986 3.1"),
    Tricky(
        "absolute-uri-of-scheme-h",
        _line(b"GET h:80 HTTP/1.1"),
        ("GET h:80 .",),
        "3.2.2: an absolute-URI of scheme h",
    ),
    Tricky("connect", _line(b"CONNECT h:80 HTTP/1.1"), ("CONNECT h:80 .",), "3.2.3"),
    Tricky(
        "connect-then-get",
        _line(b"CONNECT h:80 HTTP/1.1") + M,
        ("CONNECT h:80 .", "CONNECT h:80 ; GET /m ."),
        "9110 9.3.6: granted, a tunnel follows; refused, a request",
    ),
    Tricky(
        "upgrade-then-get",
        G + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n" + M,
        ("GET / .", "GET / ; GET /m ."),
        "9110 7.8: accepted, another protocol follows; ignored, a request",
    ),
    Tricky(
        "upgrade-in-http-1.0-then-get",
        b"GET / HTTP/1.0\r\nHost: x\r\nConnection: upgrade, keep-alive\r\nUpgrade: h2c\r\n\r\n" + M,
        ("GET / ; GET /m .",),
        "9110 7.8: an Upgrade in HTTP/1.0 is ignored (the first version of this row had no Host: 3.3)",
    ),
    Tricky(
        "upgrade-not-among-the-options-then-get",
        G + b"Upgrade: h2c\r\n\r\n" + M,
        ("GET / ; GET /m .",),
        "9110 7.8: a sender of Upgrade says so in Connection",
    ),
    Tricky("double-slash-path", _line(b"GET //x//y HTTP/1.1"), ("GET //x//y .",), "3.2.1"),
    Tricky("query-of-marks", _line(b"GET /?a?b/c HTTP/1.1"), ("GET /?a?b/c .",), "3986 3.4"),
    Tricky("host-odd-but-valid", _get(b"Host: a_b,c;d!e"), ("GET / .",), "3986 3.2.2: sub-delims"),
    Tricky("host-empty-port", _get(b"Host: x:"), ("GET / .",), "3986 3.2.3: port may be empty"),
    Tricky("host-huge-port", _get(b"Host: x:99999"), ("GET / .",), "3986 3.2.3"),
    Tricky("host-ipv6", _get(b"Host: [::1]:80"), ("GET / .",), "3986 3.2.2"),
    Tricky("host-ipvfuture", _get(b"Host: [v1.fe]"), ("GET / .",), "3986 3.2.2"),
    Tricky("host-odd-dotted", _get(b"Host: 1.2.3.999"), ("GET / .",), "3986 3.2.2: a reg-name"),
    Tricky("host-escaped", _get(b"Host: %61"), ("GET / .",), "3986 3.2.2"),
    Tricky("host-ows", _get(b"Host:\t x\t "), ("GET / .",), "5.1"),
    # --- leading empty lines (2.2) ----------------------------------------------------------------
    Tricky("leading-crlf", END + G + END, ("GET / .", "!"), "2.2: one is to be ignored, SHOULD"),
    Tricky("leading-crlf-twice", END + END + G + END, ("GET / .", "!"), "2.2: at least one"),
    Tricky("leading-lf", b"\n" + G + END, ("GET / .", "!"), "2.2: LF may end a line"),
    Tricky("crlf-between", G + END + END + M, ("GET / ; GET /m .", "GET / ; !"), "2.2"),
    Tricky(
        "crlf-behind-content",
        _post(b"Content-Length: 5") + END + M,
        ("POST / =hello ; GET /m .", "POST / =hello ; !"),
        "2.2",
    ),
    Tricky("only-lf", b"\n", (".", "!", "..."), "2.2: or a line that has not ended"),
    Tricky("only-crlf", END, (".", "!"), "2.2"),
    Tricky("trailing-crlf", G + END + END, ("GET / .", "GET / ; !"), "2.2"),
    Tricky("leading-cr", b"\r" + G + END, ("GET / .", "!"), "3: CR is whitespace before the first word"),
    Tricky("leading-space", b" " + G + END, ("GET / .", "!"), "3"),
    # --- bare LF (2.2) ----------------------------------------------------------------------------
    Tricky(
        "lf-everywhere",
        b"GET / HTTP/1.1\nHost: x\n\n",
        ("GET / .", "!", "..."),
        "2.2: MAY; without it the line is not whole",
    ),
    Tricky("lf-request-line", b"GET / HTTP/1.1\nHost: x\r\n\r\n", ("GET / .", "!"), "2.2"),
    Tricky(
        "lf-host-line",
        b"GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
        ("GET / .", "!"),
        "2.2; 9110 5.5: as SP the Host is invalid",
    ),
    Tricky("lf-other-line", G + b"X: y\nZ: z\r\n\r\n", ("GET / .", "!"), "2.2; as SP the value goes on"),
    Tricky("lf-empty-line", G + b"\n", ("GET / .", "!", "..."), "2.2: the empty line, too"),
    Tricky(
        "lf-lf-then-crlf",
        G + b"X: y\n\n" + M,
        ("GET / ; GET /m .", "!"),
        "as SP: X is 'y  GET /m HTTP/1.1', then Host twice: 400. First also 'GET / .', overlooking that",
    ),
    Tricky(
        "lf-hides-length",
        G + b"X: y\nContent-Length: 5\r\n\r\nhello",
        ("GET / =hello .", "!", "GET / ; ..."),
        "as SP there is no Content-Length",
    ),
    Tricky(
        "lf-hides-coding",
        G + b"X: y\nTransfer-Encoding: chunked\r\n\r\n" + LAST,
        ("GET / .", "!", "GET / ; !"),
        "as SP the next request-line is '0'. First '...', which overlooked that its head is whole",
    ),
    Tricky(
        "lf-in-length",
        G + b"Content-Length: 5\nX: y\r\n\r\nhello",
        ("GET / =hello .", "!"),
        "as SP the length is invalid",
    ),
    Tricky(
        "lf-behind-close",
        G + b"Connection: close\nX: y\r\n\r\n",
        ("GET / .x", "!", "GET / ."),
        "as SP there is no close option",
    ),
    Tricky("lf-hides-close", G + b"X: y\nConnection: close\r\n\r\n", ("GET / .x", "!", "GET / .")),
    Tricky(
        "lf-at-value-end",
        G + b"X: y\n\r\n",
        ("GET / .", "!", "..."),
        "as SP the CRLF ends the line X and the head goes on",
    ),
    Tricky(
        "lf-before-fold", G + b"X: y\n z\r\n\r\n", ("GET / .", "!"), "2.2 and 5.2, or 9110 5.5: the same text"
    ),
    Tricky("lf-in-name", G + b"X\nY: z\r\n\r\n", ("GET / .", "!"), "2.2: X has no colon, SHOULD 400"),
    # --- bare CR (2.2) ----------------------------------------------------------------------------
    Tricky("cr-in-value", G + b"X: a\rb\r\n\r\n", ("GET / .", "!"), "2.2: SP or invalid"),
    Tricky("cr-cr-lf", G + b"X: a\r\r\n\r\n", ("GET / .", "!")),
    Tricky(
        "cr-hides-coding",
        G + b"X: a\rTransfer-Encoding: chunked\r\n\r\n" + M,
        ("GET / ; GET /m .", "!"),
        "2.2: CR ends no line",
    ),
    Tricky("cr-in-host", _get(b"Host: a\rb"), ("!400",), "either way the Host is invalid"),
    Tricky(
        "cr-behind-host",
        _get(b"Host: x\r"),
        ("GET / .", "!400"),
        "as SP it is OWS; an invalid element is an invalid Host",
    ),
    Tricky("cr-in-length", _post(b"Content-Length: 5\r5"), ("!400x",), "either way the length is invalid"),
    Tricky(
        "cr-behind-length", _post(b"Content-Length: 5\r"), ("POST / =hello .", "!400x"), "as SP it is OWS"
    ),
    Tricky(
        "cr-before-chunked",
        _post(b"Transfer-Encoding: \rchunked", LAST),
        ("POST / .", "!"),
        "as SP it is OWS",
    ),
    Tricky("cr-before-colon", G + b"X\r: a\r\n\r\n", ("!",), "as SP: 5.1; else invalid"),
    Tricky("cr-line", G + b"X: a\r\n\r\r\n\r\n", ("GET / .", "!"), "as SP it is a fold, not the empty line"),
    Tricky("cr-separates-words", _line(b"GET\r/\rHTTP/1.1"), ("GET / .", "!"), "3"),
    Tricky("cr-in-target", _line(b"GET /a\rb HTTP/1.1"), ("!",), "3: four words"),
    Tricky("cr-behind-version", _line(b"GET / HTTP/1.1\r"), ("GET / .", "!"), "3"),
    Tricky("cr-only-line-ends", b"GET / HTTP/1.1\rHost: x\r\r", ("...",), "2.2: CR ends no line"),
    # --- whitespace before the first field line, folds (2.2, 5.2) ----------------------------------
    Tricky(
        "led-by-space",
        b"GET / HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n",
        ("GET / .", "!"),
        "2.2: dropped or refused",
    ),
    Tricky("led-by-space-twice", b"GET / HTTP/1.1\r\n X: y\r\n\tZ\r\nHost: x\r\n\r\n", ("GET / .", "!")),
    Tricky(
        "led-by-space-host",
        b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        ("!",),
        "2.2: dropped, so there is no Host: 400; refused: any status",
    ),
    Tricky(
        "led-by-space-length",
        b"GET / HTTP/1.1\r\n Content-Length: 28\r\nHost: x\r\n\r\n" + M,
        ("GET / ; GET /m .", "!"),
    ),
    Tricky(
        "led-by-space-only-blank",
        b"GET / HTTP/1.1\r\n \r\nHost: x\r\n\r\n",
        ("GET / .", "!"),
        "not the empty line",
    ),
    Tricky(
        "led-by-space-lf",
        b"GET / HTTP/1.1\r\n X\nContent-Length: 5\r\nHost: x\r\n\r\nhello",
        ("GET / =hello .", "GET / ; ...", "!"),
        "2.2 twice: where LF ends no line, the length is dropped with the line",
    ),
    Tricky("fold", G + b"X: a\r\n b\r\n\r\n", ("GET / .", "!400"), "5.2"),
    Tricky("fold-of-host", _get(b"Host:\r\n x"), ("GET / .", "!400"), "5.2"),
    Tricky("fold-inside-host", _get(b"Host: a\r\n b"), ("!400",), "5.2: 'a b' is invalid"),
    Tricky("fold-of-length", _post(b"Content-Length:\r\n\t5"), ("POST / =hello .", "!400"), "5.2"),
    Tricky(
        "fold-inside-length",
        _post(b"Content-Length: 1\r\n 0"),
        ("!400",),
        "5.2: 400 for the fold, or 400 and close for '1 0'",
    ),
    Tricky("fold-of-coding", _post(b"Transfer-Encoding:\r\n chunked", LAST), ("POST / .", "!400"), "5.2"),
    Tricky(
        "fold-adds-coding",
        _post(b"Transfer-Encoding: chunked\r\n , identity", LAST),
        ("!400", "!400,411,501x"),
        "5.2; 6.3",
    ),
    Tricky(
        "fold-looks-like-field",
        G + b"X: y\r\n Content-Length: 28\r\n\r\n" + M,
        ("GET / ; GET /m .", "!400"),
        "5.2",
    ),
    Tricky(
        "fold-blank",
        G + b"X: a\r\n \r\nContent-Length: 5\r\n\r\nhello",
        ("GET / =hello .", "!400"),
        "5.2: the head goes on",
    ),
    Tricky("fold-in-trailer", TE + b"0\r\nX: a\r\n b\r\n\r\n" + M, ("POST / ; GET /m .", "!400"), "5.2"),
    # --- field lines that are none (5) ------------------------------------------------------------
    Tricky("space-before-colon", G + b"X : y\r\n\r\n", ("!400",), "5.1"),
    Tricky("tab-before-colon", G + b"X\t: y\r\n\r\n", ("!400",), "5.1"),
    Tricky("space-before-colon-length", _post(b"Content-Length : 5"), ("!400",), "5.1"),
    Tricky("space-before-colon-then-next", G + b"X : y\r\n\r\n" + M, ("!400",), "5.1"),
    Tricky(
        "space-before-colon-trailer",
        TE + b"0\r\nX : y\r\n\r\n",
        ("POST / .", "!"),
        "5.1 speaks of header fields",
    ),
    Tricky(
        "space-before-colon-then-cr", G + b"X : y\r\nZ: a\rb\r\n\r\n", ("!",), "5.1 lets nothing be served"
    ),
    Tricky("space-before-colon-then-fold", G + b"X : y\r\n z\r\n\r\n", ("!400",), "5.1, 5.2"),
    Tricky("no-colon-then-host", _get(b"garbage\r\nHost: x"), ("GET / .", "!"), "2.2"),
    Tricky("no-colon", G + b"garbage\r\n\r\n", ("GET / .", "!"), "2.2: SHOULD 400"),
    Tricky("empty-name", G + b": y\r\n\r\n", ("GET / .", "!"), "2.2"),
    Tricky(
        "name-with-space-inside",
        G + b"X Y: z\r\n\r\n",
        ("GET / .", "!"),
        "2.2: no token; 5.1 is about the place before the colon",
    ),
    Tricky("name-with-paren", G + b"Fo(o: z\r\n\r\n", ("GET / .", "!"), "2.2"),
    Tricky(
        "name-with-nul",
        _post(b"Content-Length\x00: 5", M),
        ("POST / ; GET /m .", "!"),
        "2.2: no token, so no Content-Length",
    ),
    Tricky("name-obs-text", G + b"X\xe9: z\r\n\r\n", ("GET / .", "!"), "2.2"),
    Tricky("nul-in-value", G + b"X: a\x00b\r\n\r\n", ("GET / .", "!"), "9110 5.5"),
    Tricky("nul-in-host", _get(b"Host: a\x00b"), ("!400",), "9110 5.5 and 3.2"),
    Tricky("nul-behind-host", _get(b"Host: x\x00"), ("GET / .", "!400"), "as SP it is OWS"),
    Tricky("nul-in-length", _post(b"Content-Length: 1\x000"), ("!400x",), "9110 5.5 and 6.3"),
    Tricky("nul-behind-chunked", _post(b"Transfer-Encoding: chunked\x00", LAST), ("POST / .", "!")),
    Tricky("bell-in-value", G + b"X: a\x07b\r\n\r\n", ("GET / .", "!"), "9110 5.5: MAY be retained"),
    Tricky("vt-in-value", G + b"X: a\x0bb\r\n\r\n", ("GET / .", "!"), "9110 5.5"),
    Tricky("soh-in-value", G + b"X: a\x01b\r\n\r\n", ("GET / .", "!"), "9110 5.5"),
    Tricky("del-in-value", G + b"X: a\x7fb\r\n\r\n", ("GET / .", "!"), "9110 5.5"),
    Tricky("nul-behind-invalid-host", _get(b"Host: a b:80\x00"), ("!400",), "9110 5.5 and 3.2"),
    Tricky("bell-in-host", _get(b"Host: a\x07b"), ("!400",), "3.2"),
    # --- the request-line (3) ---------------------------------------------------------------------
    Tricky("double-space", _line(b"GET  / HTTP/1.1"), ("GET / .", "!"), "3: MAY"),
    Tricky("tabs", _line(b"GET\t/\tHTTP/1.1"), ("GET / .", "!"), "3"),
    Tricky("vt-and-ff", _line(b"GET\x0b/\x0cHTTP/1.1"), ("GET / .", "!"), "3"),
    Tricky("trailing-space", _line(b"GET / HTTP/1.1 "), ("GET / .", "!"), "3"),
    Tricky("space-in-target", _line(b"GET /a b HTTP/1.1"), ("!",), "3.2"),
    Tricky("two-words", _line(b"GET /"), ("!",), "3"),
    Tricky(
        "simple-request",
        b"GET /\r\n",
        ("!", "..."),
        "3; without headers a server may still wait for the empty line",
    ),
    Tricky("one-word", _line(b"GET"), ("!",), "3"),
    Tricky("version-twice", _line(b"GET / HTTP/1.1 HTTP/1.1"), ("!",), "3"),
    Tricky("status-line", _line(b"HTTP/1.1 200 OK"), ("!",), "2.1; 'OK' is no version"),
    Tricky("garbage", b"\x16\x03\x01\x02\x00\x01\r\n\r\n", ("!",), "2.2"),
    Tricky("version-lower-case", _line(b"GET / http/1.1"), ("!",), "2.3"),
    Tricky("version-three-digits", _line(b"GET / HTTP/1.10"), ("!",), "2.3"),
    Tricky("version-one-digit", _line(b"GET / HTTP/1"), ("!",), "2.3"),
    Tricky("version-1.2", _line(b"GET / HTTP/1.2") + M, ("GET / ; GET /m .", "!"), "9110 6.2: SHOULD"),
    Tricky("version-2.0", _line(b"GET / HTTP/2.0"), ("GET / .", "!"), "9110 6.2: CAN 505"),
    Tricky("method-not-token", _line(b"G@T / HTTP/1.1"), ("G@T / .", "!"), "3.1: SHOULD 400"),
    Tricky("target-fragment", _line(b"GET /a#b HTTP/1.1"), ("GET /a#b .", "!"), "3.2: SHOULD"),
    Tricky("target-no-form", _line(b"GET foo HTTP/1.1"), ("GET foo .", "!"), "3.2: SHOULD"),
    Tricky("target-bad-escape", _line(b"GET /%zz HTTP/1.1"), ("GET /%zz .", "!"), "3986 2.1"),
    Tricky("target-nul", _line(b"GET /a\x00b HTTP/1.1"), ("GET /a\\x00b .", "!"), "3.2"),
    Tricky("target-obs-text", _line(b"GET /\xe9 HTTP/1.1"), ("GET /\\xe9 .", "!"), "3.2"),
    Tricky("get-asterisk", _line(b"GET * HTTP/1.1"), ("GET * .", "!"), "3.2.4"),
    Tricky("connect-origin-form", _line(b"CONNECT / HTTP/1.1"), ("CONNECT / .", "!"), "3.2.3: SHOULD 400"),
    Tricky("connect-empty-port", _line(b"CONNECT h: HTTP/1.1"), ("!",), "9110 9.3.6: MUST reject"),
    Tricky(
        "connect-impossible-port",
        _line(b"CONNECT h:65536 HTTP/1.1"),
        ("!",),
        "9110 9.3.6: invalid port number",
    ),
    Tricky(
        "absolute-empty-host",
        _line(b"GET http:///a HTTP/1.1"),
        ("GET http:///a .", "!"),
        "9110 4.2.1 against 9112 3.3: undecided",
    ),
    Tricky(
        "absolute-userinfo",
        _line(b"GET http://u@h/ HTTP/1.1"),
        ("GET http://u@h/ .", "!"),
        "9110 4.2.4: SHOULD",
    ),
    # --- Host (3.2) -------------------------------------------------------------------------------
    Tricky("host-missing", b"GET / HTTP/1.1\r\n\r\n", ("!400",), "3.2"),
    Tricky("host-missing-then-next", b"GET / HTTP/1.1\r\n\r\n" + M, ("!400",), "3.2"),
    Tricky("host-missing-behind-sound", M + b"GET / HTTP/1.1\r\n\r\n", ("GET /m ; !400",), "3.2"),
    Tricky("host-missing-absolute", b"GET http://x/ HTTP/1.1\r\n\r\n", ("!400",), "3.2: no exception"),
    Tricky("host-missing-1.0", b"GET / HTTP/1.0\r\n\r\n", ("GET / .x", "!"), "3.3: reject or default"),
    Tricky("host-twice", _get(b"Host: x\r\nHost: x"), ("!400",), "3.2"),
    Tricky(
        "host-twice-1.0",
        b"GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n",
        ("!400",),
        "3.2: any request message",
    ),
    Tricky(
        "host-twice-absolute",
        b"GET http://x/ HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        ("GET http://x/ .", "!400"),
        "3.2 against 3.2.2",
    ),
    Tricky("host-space-inside", _get(b"Host: a b"), ("!400",), "3.2"),
    Tricky("host-userinfo", _get(b"Host: u@x"), ("!400",), "3986 3.2.1"),
    Tricky("host-path", _get(b"Host: x/"), ("!400",), "3.2"),
    Tricky("host-port-letters", _get(b"Host: x:8a"), ("!400",), "3986 3.2.3"),
    Tricky("host-two-ports", _get(b"Host: x:80:80"), ("!400",), "3986 3.2.3"),
    Tricky("host-open-bracket", _get(b"Host: [::1"), ("!400",), "3986 3.2.2"),
    Tricky("host-bare-ipv6", _get(b"Host: ::1"), ("!400",), "3986 3.2.2"),
    Tricky("host-bad-escape", _get(b"Host: %zz"), ("!400",), "3986 2.1"),
    Tricky("host-obs-text", _get(b"Host: \xe9"), ("!400",), "3986 3.2.2"),
    Tricky("host-empty", _get(b"Host:"), ("GET / .", "!"), "3.3: reject or default"),
    # --- Content-Length (6.3) ---------------------------------------------------------------------
    Tricky("length-plus", _post(b"Content-Length: +5"), ("!400x",), "6.3 step 5"),
    Tricky("length-hex", _post(b"Content-Length: 0x5"), ("!400x",)),
    Tricky("length-empty", _post(b"Content-Length:"), ("!400x",)),
    Tricky("length-space", _post(b"Content-Length: 5 5"), ("!400x",)),
    Tricky(
        "length-vt",
        _post(b"Content-Length: \x0b5"),
        ("!400x",),
        "VT is no OWS. First '!', as for controls elsewhere; but 6.3 names 400 for an invalid length",
    ),
    Tricky("length-differing", _post(b"Content-Length: 5\r\nContent-Length: 6"), ("!400x",)),
    Tricky("length-differing-list", _post(b"Content-Length: 5, 6"), ("!400x",)),
    Tricky("length-one-invalid", _post(b"Content-Length: 5\r\nContent-Length: abc"), ("!400x",)),
    Tricky(
        "length-twice",
        _post(b"Content-Length: 5\r\nContent-Length: 5") + M,
        ("POST / =hello ; GET /m .", "!400x"),
        "6.3; 9110 8.6: reject or use",
    ),
    Tricky("length-list", _post(b"Content-Length: 5,5 , 5"), ("POST / =hello .", "!400x"), "6.3; 9110 8.6"),
    Tricky(
        "length-list-zeros",
        _post(b"Content-Length: 5, 05"),
        ("POST / =hello .", "!400x"),
        "the text does not decide: both",
    ),
    Tricky(
        "length-list-empty-element",
        _post(b"Content-Length: 5,"),
        ("POST / =hello .", "!400x"),
        "the text does not decide: both",
    ),
    Tricky(
        "length-huge", _post(b"Content-Length: 18446744073709551621"), ("...",), "9110 8.6: never wrapped"
    ),
    Tricky("length-cut", _post(b"Content-Length: 9"), ("...",), "6.3 step 6"),
    # --- Transfer-Encoding (6.1, 6.3) -------------------------------------------------------------
    Tricky(
        "both",
        _post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", LAST),
        ("POST / .x", "!x"),
        "6.1: either way the connection closes",
    ),
    Tricky(
        "both-then-next",
        _post(b"Transfer-Encoding: chunked\r\nContent-Length: 33", LAST + M),
        ("POST / .x", "!x"),
        "6.1",
    ),
    Tricky(
        "both-length-invalid",
        _post(b"Content-Length: abc\r\nTransfer-Encoding: chunked", LAST),
        ("POST / .x", "!x"),
        "6.3 step 3",
    ),
    Tricky("coding-unknown-last", _post(b"Transfer-Encoding: foo"), ("!400,411,501x",), "6.3 against 6.1"),
    Tricky("coding-identity", _post(b"Transfer-Encoding: identity"), ("!400,411,501x",)),
    Tricky("coding-chunked-first", _post(b"Transfer-Encoding: chunked, gzip"), ("!400,411,501x",)),
    Tricky(
        "coding-two-lines",
        _post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip"),
        ("!400,411,501x",),
    ),
    Tricky(
        "coding-unknown-last-with-length",
        _post(b"Transfer-Encoding: foo\r\nContent-Length: 5"),
        ("!400,501x",),
        "411 is for requests without Content-Length",
    ),
    Tricky(
        "coding-unknown-first",
        _post(b"Transfer-Encoding: foo, chunked", LAST) + M,
        ("POST / ; GET /m .", "!"),
        "6.1: SHOULD 501",
    ),
    Tricky("coding-xchunked", _post(b"Transfer-Encoding: xchunked", LAST), ("!400,411,501x",)),
    Tricky("coding-quoted", _post(b'Transfer-Encoding: "chunked"', LAST), ("!400,411,501x",)),
    Tricky(
        "coding-vt",
        _post(b"Transfer-Encoding: \x0bchunked", LAST),
        ("!400,411,501x",),
        "VT is no OWS. First '!', as for length-vt; but 6.3 names the status",
    ),
    Tricky(
        "coding-empty-with-length", _post(b"Transfer-Encoding:\r\nContent-Length: 5"), ("!400,501x",), "6.3"
    ),
    Tricky(
        "coding-empty",
        _post(b"Transfer-Encoding:", b""),
        ("!400,411,501x", "POST / ."),
        "6.3 against 9110 5.6.1.2: undecided",
    ),
    Tricky(
        "chunked-twice",
        _post(b"Transfer-Encoding: chunked, chunked", LAST),
        ("POST / .", "!"),
        "6.1 binds the sender only",
    ),
    Tricky(
        "chunked-parameter",
        _post(b"Transfer-Encoding: chunked;q=1", LAST),
        ("POST / .", "!"),
        "7.1: SHOULD be an error",
    ),
    Tricky(
        "coding-in-1.0",
        b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n" + LAST,
        ("POST / .x", "!x"),
        "6.1: closes",
    ),
    # --- chunked (7.1) ----------------------------------------------------------------------------
    Tricky("chunk-size-plus", TE + b"+5\r\nhello\r\n" + LAST, ("!x",), "7.1"),
    Tricky("chunk-size-0x", TE + b"0x5\r\nhello\r\n" + LAST, ("!x",)),
    Tricky("chunk-size-leading-space", TE + b" 5\r\nhello\r\n" + LAST, ("!x",)),
    Tricky(
        "chunk-size-trailing-space",
        TE + b"5 \r\nhello\r\n" + LAST,
        ("!x",),
        "7.1.1: BWS stands before a semicolon only",
    ),
    Tricky("chunk-size-empty", TE + b"\r\nhello\r\n" + LAST, ("!x",)),
    Tricky("chunk-size-huge", TE + b"FFFFFFFFFFFFFFFFF\r\nhello\r\n" + LAST, ("...",), "7.1: never wrapped"),
    Tricky("chunk-size-lf", TE + b"5\nhello\r\n" + LAST, ("!x",), "7.1; erratum 7633 rejected"),
    Tricky("chunk-size-lf-and-no-crlf", TE + b"5\nhello", ("!x", "..."), "7.1: or wait for the CRLF"),
    Tricky("chunk-size-unfinished", TE + b"zz", ("!x", "..."), "7.1: no size, yet the line has not ended"),
    Tricky("chunk-size-cr-x", TE + b"5\rxhello\r\n" + LAST, ("!x",), "2.2: CR ends no line"),
    Tricky(
        "chunk-extension-cr",
        TE + b"5\r;a\r\nhello\r\n" + LAST,
        ("POST / =hello .", "!x"),
        "2.2: CR as SP is BWS",
    ),
    Tricky("chunk-extension-empty", TE + b"5;\r\nhello\r\n" + LAST, ("!x",), "7.1.1"),
    Tricky("chunk-extension-open-quote", TE + b'5;a="b\r\nhello\r\n' + LAST, ("!x",)),
    Tricky("chunk-data-long", TE + b"5\r\nhello!\r\n" + LAST, ("!x",)),
    Tricky("chunk-data-end-lf", TE + b"5\r\nhello\n" + LAST, ("!x",)),
    Tricky("chunk-data-end-missing", TE + b"5\r\nhello" + LAST, ("!x",)),
    Tricky("chunk-cut", TE + b"5\r\nhel", ("...",), "8"),
    Tricky("last-chunk-cut", TE + b"5\r\nhello\r\n0\r\n", ("...",), "7.1: the final CRLF is missing"),
    Tricky(
        "last-chunk-then-request",
        TE + b"0\r\n" + M,
        ("POST / .", "!"),
        "7.1.2: the text is trailer lines: one malformed, then Host",
    ),
    Tricky(
        "chunk-behind-last",
        TE + LAST + b"5\r\nhello\r\n" + LAST,
        ("POST / ; !",),
        "7.1; '5' is no request-line. First also '...', which overlooked that its head is whole",
    ),
    Tricky("trailer-lf", TE + b"0\r\nX: y\n\r\n", ("POST / .", "!", "..."), "2.2: a field line"),
    Tricky("trailer-empty-line-lf", TE + b"0\r\n\n", ("POST / .", "!", "..."), "2.2"),
    Tricky(
        "trailer-no-colon",
        TE + b"0\r\ngarbage\r\n\r\n" + M,
        ("POST / ; GET /m .", "!"),
        "7.1.2: discarded or refused",
    ),
    # --- HTTP/1.0 and persistence (9.3) -----------------------------------------------------------
    Tricky("http-1.0", b"GET / HTTP/1.0\r\nHost: x\r\n\r\n" + M, ("GET / .x",), "9.3"),
    Tricky(
        "http-1.0-keep-alive",
        b"GET / HTTP/1.0\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n" + M,
        ("GET / ; GET /m .",),
        "9.3: may persist; that it may close is left out",
    ),
    Tricky(
        "http-1.0-keep-alive-close",
        b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive, close\r\n\r\n",
        ("GET / .x",),
        "9.3",
    ),
    # --- ends (8) ---------------------------------------------------------------------------------
    Tricky("cut-in-request-line", b"GET / HT", ("...",), "8"),
    Tricky("cut-in-head", G, ("...",), "8"),
    Tricky("cut-in-second", M + b"GET ", ("GET /m ; ...",), "8"),
    Tricky("cr-at-the-end", G + b"\r", ("...",), "8"),
)
