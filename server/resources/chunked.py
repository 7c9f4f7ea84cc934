"""`/chunked`: an answer in chunks, for HTTP/1.0 ended by the close (RFC 9112 6.1, 7.1)."""

from server.resource import Resource, always
from server.response import HTML, Response

RESOURCE = Resource(
    b"/chunked",
    {b"GET": always(Response(200, ((b"Content-Type", HTML),), (b"<h3>In several ", b"chunks", b"</h3>")))},
)
