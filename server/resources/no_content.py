"""`/no-content`: a 204, which has neither content nor framing (RFC 9110 15.3.5)."""

from server.resource import Resource, always
from server.response import Response

RESOURCE = Resource(
    b"/no-content", dict.fromkeys((b"GET", b"POST", b"PUT", b"DELETE"), always(Response(204)))
)
