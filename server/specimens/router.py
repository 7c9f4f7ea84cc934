"""Stage three: a server with routes, a form of content negotiation, and a POST. It looks finished.

It stands for the server at the end of a tutorial, the one that people then build upon. What is wrong with it:

- One read is the request: a head or content that comes in two pieces is cut short, what is pipelined is lost.
- Lines are split at LF, and the last line is the content: Content-Length is not read, chunks are not decoded,
  and content of several lines loses all but the last.
- The method is not looked at (HEAD gets content, `get` and `FOO` get the page), nor are version and Host.
- Content-Length counts characters, lines end in LF, every status is called OK, there is no Date.
- It dies, and the client gets nothing, of a short request-line, of octets that are not UTF-8, of content that
  is not JSON, and of JSON without a message. The message goes into the page as it came, markup and all.
"""

import asyncio
import json

from server.specimens.specimen import Specimen

MOST = 65_536
"""Octets that a request may have."""


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One read, one answer."""
    octets = await reader.read(MOST + 1)
    writer.write(answer(octets).encode())
    await writer.drain()


def answer(octets: bytes) -> str:
    """The response to a request that came in one read."""
    if len(octets) > MOST:
        return response(414, "<h3>URI too long</h3>")
    lines = octets.decode().split("\n")
    words = lines[0].split(" ")
    path = words[1]
    fields = fields_of(lines[1:])
    user_agent = fields.get("user-agent", "somebody")[:40]
    print(f"{user_agent} asks for {path}")
    as_json = "application/json" in fields.get("accept", "")
    if path == "/":
        return page("Home page", as_json)
    if path == "/about":
        return page("About page", as_json)
    if path == "/post-something":
        return page(json.loads(lines[-1])["message"], as_json)
    return page("Nothing here", as_json, status=404)


def fields_of(lines: list[str]) -> dict[str, str]:
    """The header fields by their names in lower case; of several with one name the last."""
    fields = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            fields[name.strip().lower()] = value.strip()
    return fields


def page(text: str, as_json: bool, status: int = 200) -> str:
    """The text as a page, or as JSON for those who ask for that."""
    if as_json:
        return response(status, json.dumps({"message": text}), "application/json")
    return response(status, f"<h3>{text}</h3>")


def response(status: int, content: str, media_type: str = "text/html") -> str:
    """A response, as it is to be sent."""
    return (
        f"HTTP/1.1 {status} OK\n"
        "Server: almost-an-nginx\n"
        f"Content-Type: {media_type}; charset=utf-8\n"
        f"Content-Length: {len(content)}\n"
        "\n"
        f"{content}"
    )


SPECIMEN = Specimen("router", "Routes by path, from one read that it takes for the request.", handle)
