"""The echo contract for ASGI servers: `asgi_app:app`."""

from collections.abc import Awaitable, Callable
from typing import Any

from contract import Asked, answer  # type: ignore[import-not-found]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request; begin and end with the server."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _respond(scope, receive, send)


async def _respond(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, once its whole content is there."""
    content, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        content += message.get("body", b"")
        more = message.get("more_body", False)
    given = answer(_asked(scope, content))
    fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given.fields]
    await send({"type": "http.response.start", "status": given.status, "headers": fields})
    for piece in given.pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _asked(scope: Scope, content: bytes) -> Any:
    target = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        target=(target + b"?" + query if query and b"?" not in target else target).decode("latin-1"),
        version=f"HTTP/{scope['http_version']}",
        fields=[
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
            for name, value in scope["headers"]
        ],
        content=content,
    )


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
