"""`/empty`: a 204 to GET, the one that the echo contract knows (docs/echo-contract.md)."""

from server.resource import Resource, always
from server.response import Response

RESOURCE = Resource(b"/empty", {b"GET": always(Response(204))})
