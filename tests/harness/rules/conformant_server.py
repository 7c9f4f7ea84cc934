"""Small servers that keep to the RFCs each in a way of its own: sans-I/O, for the memory transport.

They read requests as the reference server does, or as leniently as the RFCs permit, and conduct themselves
otherwise. What they have in common: a page at `/`, an echo at `/echo`, nothing elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from server import grammar
from server.limits import Limits
from server.reading import HEAD_CHECKS, STRICT, Reading, read_field_line, read_request_line
from server.request import ContentOctets, EndOfRequest, FieldLine, Refusal, RequestHead, RequestLine
from server.request_reader import RequestReader

DATE = b"Date: Fri, 15 Jan 2027 08:00:00 GMT\r\n"
ANY_SIZE = Limits(content=2**200, chunk_size_digits=50)
KNOWN = (b"GET", b"HEAD", b"POST", b"OPTIONS")


def answered(
    status: bytes, content: bytes, *, close: bool, head_only: bool = False, also: bytes = b""
) -> bytes:
    """One response, dated and delimited."""
    length = b"" if status[:3] == b"204" else b"Content-Length: %d\r\n" % len(content)
    option = b"Connection: close\r\n" if close else b""
    fields = DATE + also + length + option
    return b"HTTP/1.1 " + status + b"\r\n" + fields + b"\r\n" + (b"" if head_only else content)


@dataclass(frozen=True)
class Way:
    """In what a server differs from the next.

    `early`: a request with content is answered 200 before its content is read, and the connection closed.
    `silent`: what is refused without a status that an RFC names gets a close and no answer. `resets`: the
    connection is reset where it is closed. `closes`: every response is the last. `everything`: the status of
    every request, whatever it asks for. `chunked_refused`: 411 to content that is not counted.
    `unknown_coding`: the status for a transfer coding that is not known. `no_post`: the status of every POST,
    said before its framing is looked at. `counted_alone`: chunks are read, and nothing is done with them.
    """

    reading: Reading = STRICT
    early: bool = False
    silent: bool = False
    resets: bool = False
    closes: bool = False
    everything: bytes = b""
    chunked_refused: bool = False
    waits: bool = False
    unfolds: bool = False
    no_post: bytes = b""
    counted_alone: bool = False
    statuses: dict[str, bytes] = field(default_factory=dict)


class Server:
    """One connection of such a server."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._reader = RequestReader(ANY_SIZE if way.waits else None, way.reading)
        self._head: RequestHead | None = None
        self._content = b""
        self.ended = False

    @property
    def reset(self) -> bool:
        """Whether it ended by a reset."""
        return self.ended and self._way.resets

    def receive(self, octets: bytes) -> bytes:
        """What it sends for what came; a half-close ends it."""
        if not octets:
            self.ended = True
            return b""
        if self._way.no_post and octets.startswith(b"POST "):
            return self._last(self._way.no_post, b"no")
        self._reader.feed(re.sub(rb"\r\n[ \t]+", b" ", octets) if self._way.unfolds else octets)
        sent = b""
        while not self.ended and (event := self._reader.next_event()) is not None:
            sent += self._handle(event)
        return sent

    def _handle(self, event: RequestHead | ContentOctets | EndOfRequest | Refusal) -> bytes:
        match event:
            case Refusal():
                return self._refuse(event)
            case RequestHead():
                return self._begin(event)
            case ContentOctets():
                self._content += event.octets
                return b""
            case EndOfRequest():
                return self._answer()

    def _begin(self, head: RequestHead) -> bytes:
        self._head, self._content = head, b""
        if not head.framing.has_content:
            return b""
        if self._way.early:
            return self._last(b"200 OK", b"early")
        if self._way.chunked_refused and head.framing.length is None:
            return self._last(b"411 Length Required", b"count")
        expects = b"100-continue" in head.members(b"expect") and not head.is_http_1_0
        return b"HTTP/1.1 100 Continue\r\n\r\n" if expects else b""

    def _answer(self) -> bytes:
        assert self._head is not None
        head, self._head = self._head, None
        options = head.members(b"connection")
        old = head.is_http_1_0 and b"keep-alive" not in options
        self.ended = self._way.closes or old or b"close" in options or head.method == b"CONNECT"
        status, content, also = self._found(head)
        head_only = head.method == b"HEAD"
        return answered(status, content, close=self.ended, head_only=head_only, also=also)

    def _found(self, head: RequestHead) -> tuple[bytes, bytes, bytes]:
        path = head.line.path
        if self._way.everything:
            return self._way.everything, b"", b'WWW-Authenticate: Basic realm="a"\r\n'
        if head.method not in KNOWN:
            return b"501 Not Implemented", b"unknown", b""
        if head.method == b"OPTIONS":
            return b"204 No Content", b"", b"Allow: GET\r\n"
        if head.method == b"POST" and path == b"/echo":
            dropped = self._way.counted_alone and head.framing.length is None
            return b"200 OK", b"" if dropped else self._content, b""
        if path not in (b"/", b"/echo"):
            return b"404 Not Found", b"nothing here", b""
        if head.method == b"POST" or path == b"/echo":
            return b"405 Method Not Allowed", b"not so", b"Allow: GET, HEAD\r\n"
        return b"200 OK", b"a page", b""

    def _refuse(self, refusal: Refusal) -> bytes:
        if self._way.waits and "LF" in refusal.why:
            return b""
        status = self._way.statuses.get(refusal.section, b"%d Refused" % refusal.status)
        if self._way.silent and not names_a_status(refusal):
            self.ended = True
            return b""
        return self._last(status, b"no")

    def _last(self, status: bytes, content: bytes) -> bytes:
        self.ended = True
        also = b"Allow: GET, HEAD\r\n" if status.startswith(b"405") else b""
        return answered(status, content, close=True, also=also)


NAMED = (
    "RFC 9112 3.2, Host",
    "RFC 9112 5.1",
    "RFC 9112 6.3",
    "RFC 9112 6.3, Content-Length",
    "RFC 9112 2.2, 5.2",
)


def names_a_status(refusal: Refusal) -> bool:
    """Whether an RFC demands a status for this refusal: 400, or 414 for a target that is too long."""
    return refusal.section in NAMED or refusal.status == 414


# Readings that are permitted, and not the reference server's ------------------------------------------


def lenient_chunk_size_line(line: bytes) -> tuple[bytes, bytes]:
    """The hexadecimal digits that the line begins with, whatever stands behind them (RFC 9110 2.4)."""
    match = re.match(rb"[ \t]*([0-9A-Fa-f]+)", line)
    if match is None:
        raise Refusal(400, "No chunk-size.", "RFC 9112 7.1")
    return match[1], b""


def neutral(line: bytes) -> FieldLine | None:
    """NUL and CR become SP, and whitespace around the value goes then (RFC 9110 5.5)."""
    return read_field_line(re.sub(rb"[\0\r]", b" ", line)) if b":" in line else read_field_line(line)


def by_whitespace(line: bytes) -> RequestLine:
    """Words between any whitespace (RFC 9112 3)."""
    return read_request_line(b" ".join(re.findall(rb"[^ \t\x0b\x0c\r]+", line)))


def host_unless_absolute(check: Callable[[RequestHead], None]) -> Callable[[RequestHead], None]:
    """The check, but of a request in absolute-form, whose Host is to be ignored (RFC 9112 3.2.2)."""

    def unless_absolute(head: RequestHead) -> None:
        if not grammar.HTTP_URI.fullmatch(head.line.target):
            check(head)

    return unless_absolute


ABSOLUTE_FIRST = replace(
    STRICT,
    head_checks={
        name: check if name == "host is present" else host_unless_absolute(check)
        for name, check in HEAD_CHECKS.items()
    },
)
