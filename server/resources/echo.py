"""`/echo`: gives the content of a request back, octet for octet, while it is still coming."""

from server.exchange import Exchange, Relayed
from server.limits import Limits
from server.request import RequestHead
from server.resource import Resource
from server.response import Response

OCTETS = ((b"Content-Type", b"application/octet-stream"),)


def relayed(head: RequestHead, limits: Limits) -> Exchange | Response:
    """Begin to give back; nothing, if nothing comes."""
    return Relayed(head, OCTETS) if head.framing.has_content else Response(200, OCTETS)


RESOURCE = Resource(b"/echo", dict.fromkeys((b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"), relayed))
