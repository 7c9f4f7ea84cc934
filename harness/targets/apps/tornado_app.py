"""The echo contract on Tornado's server: `tornado_app.py PORT`."""

import asyncio
import sys

from contract import Asked, answer  # type: ignore[import-not-found]
from tornado import httpserver, httputil  # type: ignore[import-not-found, import-untyped, unused-ignore]


def respond(request: httputil.HTTPServerRequest) -> None:
    """Answer one request; Tornado calls it once the whole content is read."""
    given = answer(
        Asked(
            method=request.method,
            path=request.path,
            target=request.uri,
            version=request.version,
            fields=list(request.headers.get_all()),
            content=request.body,
        )
    )
    start = httputil.ResponseStartLine("HTTP/1.1", given.status, given.reason)
    headers = httputil.HTTPHeaders(given.fields)
    request.connection.write_headers(start, headers)
    for piece in given.pieces:
        request.connection.write(piece)
    request.connection.finish()


async def main() -> None:
    """Listen until the process ends."""
    httpserver.HTTPServer(respond, max_body_size=1 << 30).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
