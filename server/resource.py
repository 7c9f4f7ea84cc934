"""A resource as a value, and how a request finds its own (RFC 9110 7.1, 9.1, 15.5.5, 15.5.6, 15.6.2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from server.exchange import Collected, Exchange, Handler
from server.limits import Limits
from server.request import Request, RequestHead
from server.response import Response, error

KNOWN_METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS")
"""Every method that some resource might know; any other gets a 501, CONNECT and TRACE among them."""


@dataclass(frozen=True, slots=True)
class Opener:
    """How a resource serves a method it allows: what answers a request without content, by its head alone,
    and what takes one with content.

    `constant` is the answer to all without content that have none of the fields called `unless`, if there is
    such a one.
    """

    answers: Callable[[RequestHead], Response]
    takes: Callable[[RequestHead, Limits], Exchange]
    constant: Response | None = None
    unless: frozenset[bytes] = frozenset()


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
    """Answers by `handler` once the whole content is there."""
    return Opener(lambda head: handler(Request(head)), lambda head, limits: Collected(handler, head, limits))


def by_head(
    answer: Callable[[RequestHead], Response],
    constant: Response | None = None,
    unless: frozenset[bytes] = frozenset(),
) -> Opener:
    """Answers by the head alone; content is read and ignored."""

    def take(head: RequestHead, limits: Limits) -> Exchange:
        return Collected(lambda request: answer(head), head, limits)

    return Opener(answer, take, constant, unless)


def always(response: Response) -> Opener:
    """Gives this response, whatever comes."""
    return by_head(lambda head: response, response)


_ENDING = frozenset((b"connection",))
"""Fields by which a request may want the connection to end, and the answer to say so (RFC 9112 9.3, 9.6)."""


@dataclass(frozen=True, slots=True)
class Constant:
    """What is sent before and behind Date, to every request without content that has no field of `unless`."""

    before_date: bytes
    ending: bytes
    unless: frozenset[bytes]


class Resources:
    """All resources of a server, by path.

    `constants` are the answers, by path and method, that are the same to most requests in HTTP/1.1.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_path = {resource.path: resource for resource in resources}
        self.constants = {
            (resource.path, method): Constant(constant.before_date, constant.ending, opener.unless | _ENDING)
            for resource in self._by_path.values()
            for method, opener in resource.openers.items()
            if resource.objects is None and method in KNOWN_METHODS and method != b"HEAD"
            if (constant := opener.constant) is not None and constant.ending is not None
        }

    def begin(self, head: RequestHead, limits: Limits) -> Exchange | Response:
        """What its resource makes of a request; a Response if its head, or its lack of content, decides."""
        if head.framing.length == 0:
            return self.answer(head)
        found = self._look_for(head)
        return found if isinstance(found, Response) else found.takes(head, limits)

    def answer(self, head: RequestHead) -> Response:
        """The response to a request without content."""
        found = self._look_for(head)
        return found if isinstance(found, Response) else found.answers(head)

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
        method = head.method
        opener = resource.openers.get(b"GET" if method == b"HEAD" else method)
        if opener is not None:
            objection = resource.objects(head) if resource.objects else None
            return objection or opener
        allow = (b"Allow", resource.allow)
        if method == b"OPTIONS":
            return Response(204, (allow,))
        return error(405, "This resource does not allow this method.", head, (allow,))
