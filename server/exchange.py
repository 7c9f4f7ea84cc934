"""One request being answered: what happens to its content as it comes, and when the response begins.

A resource chooses the kind of exchange. `Collected` holds the content and answers when the request has ended;
`Relayed` gives the content back as it comes, so that any amount flows in flat memory.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from server.limits import Limits
from server.request import FieldLine, Framing, Refusal, Request, RequestHead
from server.response import Response

Handler = Callable[[Request], Response]
"""Answers one whole request."""


class Exchange(Protocol):
    """What a resource does with one request. The first thing that is not None is the Response.

    If that is streamed, octets that are returned later are more of its content.
    """

    def receive(self, octets: bytes) -> Response | bytes | None:
        """A piece of the request's content; raises a Refusal (413) if it is too much."""

    def finish(self, trailer_fields: Sequence[FieldLine]) -> Response | None:
        """The request has ended; the Response, whole, if it has not begun."""


def refuse_more_than_held(framing: Framing, limits: Limits) -> None:
    """413 at once for content that is announced to be larger than what a resource may hold."""
    if framing.length is not None and framing.length > limits.held_content:
        raise Refusal(413, "More content than this resource takes.", "RFC 9110 15.5.14")


class Collected:
    """Holds the content, then answers; RFC 9112 9.3 wants it read in any case."""

    __slots__ = ("_content", "_handler", "_head", "_limit")

    def __init__(self, handler: Handler, head: RequestHead, limits: Limits) -> None:
        self._handler = handler
        self._head = head
        self._limit = limits.held_content
        self._content = bytearray()
        refuse_more_than_held(head.framing, limits)

    def receive(self, octets: bytes) -> None:
        """Hold the octets; 413 beyond the limit."""
        self._content += octets
        if len(self._content) > self._limit:
            raise Refusal(413, "More content than this resource takes.", "RFC 9110 15.5.14")

    def finish(self, trailer_fields: Sequence[FieldLine]) -> Response:
        """The handler's answer."""
        return self._handler(Request(self._head, bytes(self._content), trailer_fields))


class Relayed:
    """Gives the content back. Little of it is held until the request ends, so that a malformed end is still
    a 400; more than that streams, counted if the request is counted and else chunked."""

    HELD = 16_384

    def __init__(self, head: RequestHead, fields: Sequence[FieldLine]) -> None:
        self._head = head
        self._fields = fields
        self._held = bytearray()
        self._begun = False

    def receive(self, octets: bytes) -> Response | bytes | None:
        """Nothing, the beginning of the Response, or more of its content."""
        if self._begun:
            return octets
        self._held += octets
        if len(self._held) <= self.HELD:
            return None
        self._begun = True
        length = self._head.framing.length
        return Response(200, self._fields, bytes(self._held), streamed=True, length=length)

    def finish(self, trailer_fields: Sequence[FieldLine]) -> Response | None:
        """The whole Response if it has not begun."""
        return None if self._begun else Response(200, self._fields, bytes(self._held))
