"""`/greeting`: a page whose octets outnumber its characters (RFC 9110 8.6 counts octets)."""

from server.representation import Representation, served
from server.resource import Resource

RESOURCE = Resource(b"/greeting", {b"GET": served(Representation("<h3>Grüße, 世界</h3>".encode()))})
