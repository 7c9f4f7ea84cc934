"""Stage one: a TCP server that answers whatever comes with `pong`.

It stands for the first program of every book on sockets: it shows that octets flow, and it is no HTTP server.
What is wrong with it: what it sends is no response, has no status-line, no fields and no end; what it reads
it does not look at. A harness must not find anything to praise in it.
"""

import asyncio

from server.specimens.specimen import Specimen


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """For each read a `pong`, until the client is gone."""
    while await reader.read(100):
        writer.write(b"pong")
        await writer.drain()


SPECIMEN = Specimen("pong", "Answers whatever comes over TCP with `pong`.", handle)
