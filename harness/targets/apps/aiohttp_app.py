"""The echo contract on aiohttp's server: `aiohttp_app.py PORT`."""

import sys

from aiohttp import web  # type: ignore[import-not-found, import-untyped, unused-ignore]
from contract import Asked, answer  # type: ignore[import-not-found]


async def respond(request: web.Request) -> web.StreamResponse:
    """Answer one request, once its whole content is read."""
    given = answer(
        Asked(
            method=request.method,
            path=request.path,
            target=request.raw_path,
            version=f"HTTP/{request.version.major}.{request.version.minor}",
            fields=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers],
            content=await request.read(),
        )
    )
    response = web.StreamResponse(status=given.status, headers=given.fields)
    await response.prepare(request)
    for piece in given.pieces:
        await response.write(piece)
    await response.write_eof()
    return response


application = web.Application(client_max_size=1 << 30)
application.router.add_route("*", "/{path:.*}", respond)
web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
