"""`/redirect`: a redirect to the home page (RFC 9110 15.4.3)."""

from server.resource import Resource, always
from server.response import page

RESOURCE = Resource(
    b"/redirect",
    {b"GET": always(page('<h3>Found at <a href="/">the home page</a></h3>', 302, ((b"Location", b"/"),)))},
)
