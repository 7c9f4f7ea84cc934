"""Faults against RFC 9112 6.1 and 6.2: Transfer-Encoding, sent and received."""

from collections.abc import Callable
from dataclasses import replace

from server.conduct import Behaviour
from server.faults.fault import Fault
from server.faults.rewriting import (
    chunked,
    in_status,
    rewriting,
    to_http_1_0,
    to_http_1_1,
    when,
    with_framing,
)
from server.faults.tables import with_step, without_step
from server.reading import BODY_LENGTH, STRICT, transfer_encoding
from server.request import CHUNKED, Framing, Refusal, RequestHead

_BY_LENGTH = {
    name: BODY_LENGTH[name]
    for name in ("transfer-encoding in HTTP/1.0", "content-length", "transfer-encoding")
}


def chunked_by_substring(head: RequestHead) -> Framing | None:
    """Any value in which the word occurs."""
    values = head.values.get(b"transfer-encoding", ())
    return CHUNKED if any(b"chunked" in value.lower() for value in values) else transfer_encoding(head)


def unknown_coding_ignored(head: RequestHead) -> Framing | None:
    """Where it should be refused, the field counts as absent."""
    try:
        return transfer_encoding(head)
    except Refusal:
        return None


def no_empty_elements(head: RequestHead) -> Framing | None:
    """A list with an empty element is refused."""
    values = head.values.get(b"transfer-encoding", ())
    if any(not one.strip() for value in values for one in value.split(b",")):
        raise Refusal(400, "An empty list element.", "RFC 9112 6.1")
    return transfer_encoding(head)


def small_letters_alone(head: RequestHead) -> Framing | None:
    """A coding in capitals is not known."""
    if any(value != value.lower() for value in head.values.get(b"transfer-encoding", ())):
        raise Refusal(501, "This transfer coding is not understood.", "RFC 9112 6.1")
    return transfer_encoding(head)


def to_connect(response: bytes, request: RequestHead | None) -> bool:
    """Whether this is a response to CONNECT."""
    return request is not None and request.method == b"CONNECT"


def ok(field_line: bytes, body: bytes) -> Callable[[bytes, RequestHead | None], bytes]:
    """A 200 with that field line and body."""
    return lambda response, request: b"HTTP/1.1 200 OK\r\n" + field_line + b"\r\n" + body


FAULTS = (
    Fault(
        "empty-coding-refused",
        "A Transfer-Encoding with an empty list element is refused.",
        "RFC 9112 6.1",
        with_step("transfer-encoding", no_empty_elements),
    ),
    Fault(
        "coding-in-capitals-refused",
        "A transfer coding that is not spelt in small letters is refused.",
        "RFC 9112 7",
        with_step("transfer-encoding", small_letters_alone),
    ),
    Fault(
        "connect-answered-with-length",
        "CONNECT is answered with a 200 that has Content-Length.",
        "RFC 9110 8.6",
        rewriting(when(to_connect, ok(b"Content-Length: 2\r\n", b"ok"))),
    ),
    Fault(
        "connect-answered-chunked",
        "CONNECT is answered with a 200 that is chunked.",
        "RFC 9112 6.1",
        rewriting(when(to_connect, ok(b"Transfer-Encoding: chunked\r\n", b"2\r\nok\r\n0\r\n\r\n"))),
    ),
    Fault(
        "gzip-coding-unasked",
        "Responses say that they are coded by gzip, and the connection stays open.",
        "RFC 9112 6.1, 7.4",
        rewriting(when(to_http_1_1, with_framing(b"Transfer-Encoding: gzip\r\n", bytes))),
    ),
    Fault(
        "http-1.0-length-and-coding-kept",
        "Transfer-Encoding frames an HTTP/1.0 request, also beside Content-Length; the connection is kept.",
        "RFC 9112 6.1",
        Behaviour(
            reading=replace(
                STRICT,
                body_length={name: BODY_LENGTH[name] for name in ("transfer-encoding", "content-length")},
            )
        ),
    ),
    Fault(
        "chunked-to-http-1.0",
        "A response to an HTTP/1.0 request is chunked.",
        "RFC 9112 6.1",
        rewriting(when(to_http_1_0, with_framing(b"Transfer-Encoding: chunked\r\n", chunked))),
    ),
    Fault(
        "transfer-encoding-on-204",
        "A 204 has Transfer-Encoding.",
        "RFC 9112 6.1",
        rewriting(in_status(b"204", rb"^Server:", b"Transfer-Encoding: chunked\r\nServer:")),
    ),
    Fault(
        "transfer-encoding-on-100",
        "A 100 has Transfer-Encoding.",
        "RFC 9112 6.1",
        rewriting(in_status(b"100", rb"\A([^\r]*\r\n)", b"\\1Transfer-Encoding: chunked\r\n")),
    ),
    Fault(
        "chunked-said-twice",
        "A response names the chunked coding twice, and is coded once.",
        "RFC 9112 6.1",
        rewriting(when(to_http_1_1, with_framing(b"Transfer-Encoding: chunked, chunked\r\n", chunked))),
    ),
    Fault(
        "content-length-with-transfer-encoding",
        "A response is chunked and has Content-Length too.",
        "RFC 9112 6.2",
        rewriting(
            when(
                to_http_1_1,
                with_framing(b"Transfer-Encoding: chunked\r\nContent-Length: LENGTH\r\n", chunked),
            )
        ),
    ),
    Fault(
        "length-and-coding-kept-open",
        "A request with Content-Length and Transfer-Encoding is served, and the connection stays open.",
        "RFC 9112 6.1",
        without_step("transfer-encoding with content-length"),
    ),
    Fault(
        "length-and-coding-by-length",
        "In a request with Content-Length and Transfer-Encoding the length is believed.",
        "RFC 9112 6.3",
        Behaviour(reading=replace(STRICT, body_length=_BY_LENGTH)),
    ),
    Fault(
        "chunked-ignored",
        "Transfer-Encoding in a request is ignored.",
        "RFC 9112 6.1",
        Behaviour(
            reading=replace(STRICT, body_length={"content-length": BODY_LENGTH["content-length"]}),
        ),
    ),
    Fault(
        "http-1.0-transfer-encoding-kept",
        "An HTTP/1.0 request with Transfer-Encoding is served, and kept open if it asks for that.",
        "RFC 9112 6.1",
        without_step("transfer-encoding in HTTP/1.0"),
    ),
    Fault(
        "transfer-coding-by-substring",
        "Whatever has the word chunked in it counts as chunked.",
        "RFC 9112 6.1",
        with_step("transfer-encoding", chunked_by_substring),
    ),
    Fault(
        "unknown-transfer-coding-ignored",
        "A transfer coding that is not understood counts as none.",
        "RFC 9112 6.3",
        with_step("transfer-encoding", unknown_coding_ignored),
    ),
)
