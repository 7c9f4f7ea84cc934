"""The smallest ASGI application that can be judged: pages, and an echo of content."""


async def app(scope, receive, send):
    """GET anything known; POST /echo gives the content back."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    content, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        content += message.get("body", b"")
        more = message.get("more_body", False)
    known = {"/": b"<h3>Home page</h3>", "/echo": content}
    status, body = (200, known[scope["path"]]) if scope["path"] in known else (404, b"not found")
    fields = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
