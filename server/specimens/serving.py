"""Serving a specimen: a listening socket, and its handler for each connection.

A handler that raises dies alone: its traceback goes to standard error, its connection is closed with
nothing more said, and the server goes on. So it is with the servers that specimens stand for.
"""

import asyncio
import contextlib
import signal
import sys
import traceback

from server.specimens.specimen import Specimen


async def serve(specimen: Specimen, host: str, port: int, *, stop: asyncio.Event | None = None) -> None:
    """Serve until SIGTERM, SIGINT or `stop`; says where on standard output, as the real server does.

    Raises OSError if the address cannot be had.
    """
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_handled(specimen, reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    listener = await asyncio.start_server(connected, host, port)
    print(f"listening on {_url(listener)}", flush=True)
    await stop.wait()
    listener.close()
    for task in list(connections):
        task.cancel()
    await asyncio.gather(*list(connections), return_exceptions=True)


async def _handled(specimen: Specimen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await specimen.handle(reader, writer)
    except ConnectionError:  # the client is gone: nobody's fault
        pass
    except Exception:
        traceback.print_exc(file=sys.stderr)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _url(listener: asyncio.Server) -> str:
    host, port = listener.sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
