"""The opinion of llhttp, through httptools (an optional extra): the only module that imports it.

httptools reports no offsets, knows nothing of the request that a response answers, and cannot be told
of the end. So each message gets a parser of its own, fed in pieces of which only the last octet can
complete a message: it then stands behind that octet. A response to HEAD and a 2xx to CONNECT are cut off
behind their empty line, and a response that only a close ends is ended here. `should_keep_alive` is
asked inside of `on_message_complete`: later its answer may be wrong.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from harness.errors import HarnessError
from harness.http1.framing import request_framing, response_framing
from harness.model.message import (
    FieldLine,
    Framing,
    FramingKind,
    Request,
    RequestLine,
    Response,
    StatusLine,
    values,
)
from harness.model.reading import End, Reading, ReadRequest, ReadResponse, ResponseReading
from harness.oracle.llhttp_departures import DEPARTURES

__all__ = ["DEPARTURES", "read_requests", "read_responses"]

_LINE_ENDS: Final = b"\r\n"


def _httptools() -> ModuleType:
    try:
        return importlib.import_module("httptools")
    except ImportError as error:
        raise HarnessError(
            "the llhttp oracle needs the package httptools, which is not installed; "
            "install it with: pip install 'wireproof[oracles]'"
        ) from error


class _Listener:
    """What the callbacks of one parser have told of one message."""

    def __init__(self) -> None:
        self.parser: Any = None
        self.url = bytearray()
        self.reason = bytearray()
        self.fields: list[FieldLine] = []
        self.trailers: list[FieldLine] = []
        self.content = bytearray()
        self.has_head = False
        self.complete = False
        self.keeps_alive = True

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_status(self, reason: bytes) -> None:
        self.reason += reason

    def on_header(self, name: bytes, value: bytes | None) -> None:
        (self.trailers if self.has_head else self.fields).append(FieldLine(name, value or b""))

    def on_headers_complete(self) -> None:
        self.has_head = True

    def on_body(self, octets: bytes) -> None:
        self.content += octets

    def on_message_complete(self) -> None:
        self.keeps_alive = self.parser.should_keep_alive()
        self.complete = True

    @property
    def version(self) -> bytes:
        return b"HTTP/" + str(self.parser.get_http_version()).encode("ascii")

    def values(self, name: bytes) -> tuple[bytes, ...]:
        return values(self.fields, name)


@dataclass(slots=True)
class _Message:
    """One message as one parser read it; `switched` where it takes what follows for another protocol."""

    heard: _Listener
    start: int
    body_at: int
    end: int
    complaint: str = ""
    switched: bool = False


class _Feeder:
    """Feeds one message at a time from the octets of one direction."""

    def __init__(self, octets: bytes, parser_name: str) -> None:
        self._octets = octets
        self._library = _httptools()
        self._parser: type[Any] = getattr(self._library, parser_name)
        self.at = 0

    def next_message(self, method: bytes | None) -> _Message:
        """Feed up to the end of one message, a refusal, or the end of the octets.

        `method` is that of the request which a response answers, None when requests are read.
        """
        heard = _Listener()
        parser = heard.parser = self._parser(heard)
        message = _Message(heard, self.at, self.at, self.at)
        counted: int | None = None
        while self.at < len(self._octets) and not heard.complete and not message.complaint:
            had_head = heard.has_head
            self._feed(parser, self._piece(counted, len(heard.content)), message)
            if heard.has_head and not had_head:
                message.body_at, counted = self.at, self._counted(heard, method)
                heard.complete |= message.switched or (method is not None and _has_no_body(heard, method))
        message.end = self.at
        return message

    def _piece(self, counted: int | None, received: int) -> bytes:
        """Octets of which none but the last can complete the message: it is a LF, or it is counted."""
        if counted is not None:
            return self._octets[self.at : self.at + max(1, counted - 1 - received)]
        return self._octets[self.at : self._octets.find(b"\n", self.at) + 1 or None]

    def _counted(self, heard: _Listener, method: bytes | None) -> int | None:
        """The length of content that has one, or that only a close ends."""
        framing = _request_framing(heard) if method is None else _response_framing(heard, method)
        return len(self._octets) + 1 if framing.kind is FramingKind.UNTIL_CLOSE else framing.length

    def _feed(self, parser: Any, octets: bytes, message: _Message) -> None:
        try:
            parser.feed_data(octets)
        except self._library.HttpParserUpgrade:
            message.switched = message.heard.complete = True
        except self._library.HttpParserError as error:
            if not message.heard.complete:
                message.complaint = str(error) or type(error).__name__
                return
            message.switched = True  # 101 without Upgrade: the pause behind it has no class of its own
        self.at += len(octets)


def _has_no_body(heard: _Listener, method: bytes) -> bool:
    return method == b"HEAD" or (method == b"CONNECT" and 200 <= heard.parser.get_status_code() < 300)


def read_requests(octets: bytes, ended: bool) -> Reading:
    """The requests that llhttp understands, strict as it is by default.

    `ended` changes nothing: a request never ends by a close (RFC 9112 6.3). Behind an Upgrade or CONNECT
    the next request is read as if the server had declined.
    """
    feeder = _Feeder(octets, "HttpRequestParser")
    requests: list[ReadRequest] = []
    consumed, must_close = 0, False
    while True:
        message = feeder.next_message(None)
        heard = message.heard
        if heard.has_head:
            requests.append(_request(message))
        if not heard.complete:
            end = _end_of(message, octets)
            return Reading(tuple(requests), end, consumed, (), (), end is End.REJECTED, message.complaint)
        consumed, must_close = message.end, not (heard.keeps_alive or message.switched)
        if must_close:
            return Reading(tuple(requests), End.COMPLETE, consumed, must_close=True)


def read_responses(octets: bytes, requests: Sequence[ReadRequest | bytes], ended: bool) -> ResponseReading:
    """The responses that llhttp understands to these requests (or methods), strict as it is by default.

    Octets behind a response after which llhttp expects a close, or behind a switch of protocols, are
    not read. `ended` tells whether the server closed.
    """
    methods = [one if isinstance(one, bytes) else one.request.line.method for one in requests]
    feeder = _Feeder(octets, "HttpResponseParser")
    responses: list[ReadResponse] = []
    consumed = finals = 0
    while True:
        method = methods[finals] if finals < len(methods) else b""
        message = feeder.next_message(method)
        heard = message.heard
        if heard.has_head:
            heard.complete |= ended and not message.complaint and _needs_close(message, method)
            responses.append(_response(message, method))
        if not heard.complete:
            end = _end_of(message, octets)
            return ResponseReading(tuple(responses), end, consumed, (), message.complaint)
        consumed = message.end
        finals += not responses[-1].interim
        tunnel = responses[-1].framing.kind is FramingKind.TUNNEL
        if message.switched or tunnel or responses[-1].status == 101 or not heard.keeps_alive:
            return ResponseReading(tuple(responses), End.COMPLETE, consumed)


def _end_of(message: _Message, octets: bytes) -> End:
    if message.complaint:
        return End.REJECTED
    return End.NEEDS_MORE if octets[message.start :].strip(_LINE_ENDS) else End.COMPLETE


def _needs_close(message: _Message, method: bytes) -> bool:
    return _response_framing(message.heard, method).kind is FramingKind.UNTIL_CLOSE


def _response_framing(heard: _Listener, method: bytes) -> Framing:
    codings, lengths = heard.values(b"Transfer-Encoding"), heard.values(b"Content-Length")
    return response_framing(method, heard.parser.get_status_code(), codings, lengths)


def _request_framing(heard: _Listener) -> Framing:
    return request_framing(heard.values(b"Transfer-Encoding"), heard.values(b"Content-Length"))


def _request(message: _Message) -> ReadRequest:
    heard = message.heard
    line = RequestLine(heard.parser.get_method(), bytes(heard.url), heard.version)
    framing = _request_framing(heard)
    trailers = tuple(heard.trailers)
    return ReadRequest(
        Request(line, tuple(heard.fields)),
        framing,
        bytes(heard.content),
        message.start,
        message.body_at,
        message.end,
        heard.complete,
        trailers,
    )


def _response(message: _Message, method: bytes) -> ReadResponse:
    heard = message.heard
    line = StatusLine(heard.version, b"%03d" % heard.parser.get_status_code(), bytes(heard.reason))
    return ReadResponse(
        Response(line, tuple(heard.fields), trailer_section=tuple(heard.trailers)),
        _response_framing(heard, method),
        bytes(heard.content),
        message.start,
        message.body_at,
        message.end,
        heard.complete,
        method,
    )
