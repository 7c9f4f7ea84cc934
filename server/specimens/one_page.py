"""Stage two: the smallest thing that a browser shows as a page.

It stands for the moment when a socket server first says `HTTP/1.1 200 OK`. What is wrong with it: it reads at
most 100 octets, once, and looks at none of them, so that half a request, two requests and no request at all
get the same page; its lines end in LF; it sends content in answer to HEAD; it has no Date; and it closes
without having said so.
"""

import asyncio

from server.specimens.specimen import Specimen

PAGE = "<h1>Hello, world</h1>\n"
ANSWER = f"""\
HTTP/1.1 200 OK
Content-Type: text/html
Content-Length: {len(PAGE)}

{PAGE}"""


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One read, one page."""
    await reader.read(100)
    writer.write(ANSWER.encode())
    await writer.drain()


SPECIMEN = Specimen("one-page", "Reads 100 octets, answers one fixed page to everything, closes.", handle)
