"""A resource as a value, and how a request finds its own (RFC 9110 7.1, 9.1, 15.5.5, 15.5.6, 15.6.2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from server.exchange import Collected, Exchange, Handler
from server.limits import Limits
from server.request import Request, RequestHead
from server.response import Response, error

KNOWN_METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS")
"""Every method that some resource might know; any other gets a 501, CONNECT and TRACE among them."""

Opener = Callable[[RequestHead, Limits], Exchange | Response]
"""Begins an exchange for a request whose method the resource allows; one without content it answers."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at one path: its openers by method. HEAD goes where GET goes; OPTIONS is answered for it.

    `objects` may turn a request away by its head alone, before any content is asked for.
    """

    path: bytes
    openers: Mapping[bytes, Opener]
    objects: Callable[[RequestHead], Response | None] | None = None

    @property
    def allow(self) -> bytes:
        """The methods of this resource, as the value of Allow (RFC 9110 10.2.1)."""
        head = (b"HEAD",) if b"GET" in self.openers else ()
        return b", ".join((*self.openers, *head, b"OPTIONS"))


def collected(handler: Handler) -> Opener:
    """An exchange that answers by `handler` once the whole content is there."""

    def begin(head: RequestHead, limits: Limits) -> Exchange | Response:
        if head.framing.length == 0:
            return handler(Request(head))
        return Collected(handler, head, limits)

    return begin


def by_head(answer: Callable[[RequestHead], Response]) -> Opener:
    """An exchange that answers by the head alone; content is read and ignored."""

    def begin(head: RequestHead, limits: Limits) -> Exchange | Response:
        response = answer(head)
        return response if head.framing.length == 0 else Collected(lambda request: response, head, limits)

    return begin


def always(response: Response) -> Opener:
    """An exchange that gives this response, whatever comes."""
    return by_head(lambda head: response)


class Resources:
    """All resources of a server, by path."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_path = {resource.path: resource for resource in resources}
        self._openers = {
            (resource.path, method): opener
            for resource in self._by_path.values()
            for method, opener in resource.openers.items()
            if resource.objects is None and method in KNOWN_METHODS
        }

    def begin(self, head: RequestHead, limits: Limits) -> Exchange | Response:
        """What its resource makes of a request; a Response if its head, or its lack of content, decides."""
        opener = self._openers.get((head.line.path, head.line.method))
        if opener is None:
            found = self._look_for(head)
            if isinstance(found, Response):
                return found
            opener = found
        return opener(head, limits)

    def _look_for(self, head: RequestHead) -> Opener | Response:
        """RFC 9110 9.1, 9.3.7, 15.5.5, 15.6.2: where method and path alone do not tell what opens."""
        method = head.method
        if method not in KNOWN_METHODS:
            # A refused CONNECT ends the connection: its client may have begun to talk to the other side.
            return error(501, "This method is not implemented here.", head, closes=method == b"CONNECT")
        if method == b"OPTIONS" and not head.line.path:
            return Response(204, ((b"Allow", b", ".join(KNOWN_METHODS)),))
        resource = self._by_path.get(head.line.path)
        if resource is None:
            return error(404, "There is nothing at this path.", head)
        return self._open(resource, head)

    def _open(self, resource: Resource, head: RequestHead) -> Opener | Response:
        """RFC 9110 9.3.2, 9.3.7, 15.5.6: HEAD as GET, OPTIONS with Allow, 405 with Allow."""
        opener = resource.openers.get(b"GET" if head.method == b"HEAD" else head.method)
        if opener is not None:
            objection = resource.objects(head) if resource.objects else None
            return objection or opener
        allow = (b"Allow", resource.allow)
        if head.method == b"OPTIONS":
            return Response(204, (allow,))
        return error(405, "This resource does not allow this method.", head, (allow,))
