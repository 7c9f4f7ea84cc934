"""`/echo`: gives the content of a request back, octet for octet, while it is still coming."""

from server.exchange import Relayed
from server.resource import Opener, Resource
from server.response import Response

OCTETS = ((b"Content-Type", b"application/octet-stream"),)
RELAYED = Opener(lambda head: Response(200, OCTETS), lambda head, limits: Relayed(head, OCTETS))
"""Gives back; nothing, if nothing comes."""

RESOURCE = Resource(b"/echo", dict.fromkeys((b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"), RELAYED))
