"""The shell over real sockets on loopback: no octet is lost, no one waits for ever, memory stays flat."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from server_support import request

from server.limits import Limits
from server.tcp import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

Starter = Callable[..., Awaitable[Server]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HOME = b"<h3>Home page</h3>"
SOON = 20.0  # seconds that nothing here should ever take


@pytest.fixture(name="started")
async def _started() -> AsyncIterator[Starter]:
    """Starts servers on free ports; all are stopped in the end."""
    servers: list[Server] = []

    async def start(limits: Limits | None = None, **options: object) -> Server:
        server = Server(limits or Limits(shutdown_timeout=0.1), **options)  # type: ignore[arg-type]
        await server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        await server.stop()


async def connected(server: Server) -> Streams:
    return await asyncio.open_connection(server.host, server.port)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await asyncio.wait({asyncio.ensure_future(writer.wait_closed())})


async def exchanged(server: Server, octets: bytes, half_close: bool = False) -> bytes:
    """All that comes back until the server closes."""
    reader, writer = await connected(server)
    writer.write(octets)
    if half_close:
        writer.write_eof()
    async with asyncio.timeout(SOON):
        received = await reader.read()
    await closed(writer)
    return received


async def response(reader: asyncio.StreamReader) -> bytes:
    """One response that is framed by Content-Length."""
    async with asyncio.timeout(SOON):
        head = await reader.readuntil(b"\r\n\r\n")
        match = re.search(rb"Content-Length: (\d+)", head)
        return head + await reader.readexactly(int(match[1]) if match else 0)


async def test_requests_one_after_another_and_pipelined(started: Starter) -> None:
    reader, writer = await connected(await started())
    for _ in range(3):
        writer.write(request())
        assert (await response(reader)).endswith(HOME)
    writer.write(request() * 50)
    for _ in range(50):
        assert (await response(reader)).endswith(HOME)
    await closed(writer)


async def test_close_is_a_close(started: Starter) -> None:
    received = await exchanged(await started(), request("/", "Connection: close") + request("/about"))
    assert received.endswith(HOME)


async def test_a_half_close_is_answered(started: Starter) -> None:
    assert (await exchanged(await started(), request("/about"), half_close=True)).endswith(b"About page</h3>")


async def test_a_half_close_within_a_request_is_answered(started: Starter) -> None:
    assert (await exchanged(await started(), request()[:-2], half_close=True)).startswith(b"HTTP/1.1 400 ")


async def test_a_half_close_behind_a_large_exchange_loses_nothing(started: Starter) -> None:
    content = bytes(range(256)) * 40_000
    octets = request("/echo", method="POST", content=content)
    assert (await exchanged(await started(), octets, half_close=True)).endswith(content)


async def test_an_early_413_can_be_read_while_the_content_is_still_being_sent(started: Starter) -> None:
    """The server has stopped reading requests; what lingers must not turn the answer into a reset."""
    server = await started()
    size = 8 << 20
    for _ in range(5):
        reader, writer = await connected(server)
        writer.write(request("/inspect", f"Content-Length: {size}", method="POST"))
        for _ in range(size >> 16):
            writer.write(bytes(1 << 16))
        received = await reader.read()
        assert received.startswith(b"HTTP/1.1 413 ")
        assert b"Connection: close" in received
        await closed(writer)


async def test_a_400_is_not_lost_to_a_reset_by_what_follows(started: Starter) -> None:
    octets = b"nonsense\r\n\r\n" + request() * 5000
    assert (await exchanged(await started(), octets)).startswith(b"HTTP/1.1 400 ")


async def test_lingering_ends_when_too_much_is_sent(started: Starter) -> None:
    server = await started(Limits(linger_octets=1000, linger_timeout=SOON, shutdown_timeout=0.1))
    reader, writer = await connected(server)
    writer.write(request("/", "Connection: close"))
    assert (await reader.read()).endswith(HOME)
    writer.write(bytes(100_000))
    async with asyncio.timeout(SOON):
        while not writer.transport.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0)
    await closed(writer)


async def test_lingering_ends_after_a_while(started: Starter) -> None:
    server = await started(Limits(linger_timeout=0.05, shutdown_timeout=SOON))
    reader, writer = await connected(server)
    writer.write(request("/", "Connection: close"))
    assert (await reader.read()).endswith(HOME)
    async with asyncio.timeout(SOON):
        await server.stop()
    await closed(writer)


async def test_64_mebioctets_flow_through_echo_in_flat_memory(started: Starter) -> None:
    """Neither side may hold more than a little: the server's write buffer is looked at all the way."""
    server = await started()
    reader, writer = await connected(server)
    piece, pieces, most = bytes(range(256)) * 1024, 256, 0
    writer.write(request("/echo", f"Content-Length: {len(piece) * pieces}", method="POST"))

    async def send() -> None:
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()

    sending = asyncio.create_task(send())
    async with asyncio.timeout(120):
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        for _ in range(pieces):
            assert await reader.readexactly(len(piece)) == piece
            most = max(most, *(shell.unsent for shell in server.shells))
        await sending
        writer.write(request())
        assert (await response(reader)).endswith(HOME)
    assert most <= 2 << 20
    await closed(writer)


async def test_a_client_that_only_sends_is_not_read_from_for_ever(started: Starter) -> None:
    """A sender that never reads stalls, since the server stops reading; then it is cut off."""
    server = await started(Limits(write_timeout=0.1, content_timeout=0.1, shutdown_timeout=0.1))
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, (server.host, server.port))
        chunk = b"10000\r\n" + bytes(1 << 16) + b"\r\n"

        async def send_for_ever() -> None:
            await loop.sock_sendall(client, request("/echo", "Transfer-Encoding: chunked", method="POST"))
            while True:
                await loop.sock_sendall(client, chunk)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(send_for_ever(), SOON)


async def test_a_request_that_takes_too_long_gets_408(started: Starter) -> None:
    server = await started(Limits(header_timeout=0.05, shutdown_timeout=0.1))
    assert (await exchanged(server, request()[:10])).startswith(b"HTTP/1.1 408 ")


async def test_an_idle_connection_is_closed_without_a_word(started: Starter) -> None:
    server = await started(Limits(idle_timeout=0.05, shutdown_timeout=0.1))
    assert await exchanged(server, b"") == b""
    assert (await exchanged(server, request())).endswith(HOME)


async def test_one_connection_too_many_gets_503(started: Starter) -> None:
    server = await started(Limits(connections=1, shutdown_timeout=0.1))
    reader, writer = await connected(server)
    writer.write(request())
    assert (await response(reader)).endswith(HOME)
    assert (await exchanged(server, b"")).startswith(b"HTTP/1.1 503 ")
    writer.write(request())
    assert (await response(reader)).endswith(HOME)
    await closed(writer)


async def test_a_reset_harms_no_one_else(started: Starter) -> None:
    server = await started()
    for cut in (0, 5, 40):
        with socket.create_connection((server.host, server.port)) as client:
            client.sendall(request("/echo", method="POST", content=b"content")[:cut])
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert (await exchanged(server, request(), half_close=True)).endswith(HOME)


async def test_stopping_closes_idle_connections_and_finishes_a_request(started: Starter) -> None:
    server = await started(Limits(shutdown_timeout=SOON))
    idle_reader, idle_writer = await connected(server)
    idle_writer.write(request())
    await response(idle_reader)
    busy_reader, busy_writer = await connected(server)
    busy_writer.write(request("/echo", "Expect: 100-continue", "Content-Length: 5", method="POST"))
    assert await busy_reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    stopping = asyncio.create_task(server.stop())
    assert await idle_reader.read() == b""
    busy_writer.write(b"hello")
    received = await busy_reader.read()
    assert received.endswith(b"hello")
    assert b"Connection: close" in received
    await closed(busy_writer)
    await closed(idle_writer)
    await stopping
    with pytest.raises(ConnectionRefusedError):
        await connected(server)


async def test_stopping_does_not_wait_for_ever(started: Starter) -> None:
    server = await started(Limits(shutdown_timeout=0.05))
    reader, writer = await connected(server)
    writer.write(request("/echo", "Expect: 100-continue", "Content-Length: 5", method="POST"))
    await reader.readuntil(b"\r\n\r\n")
    async with asyncio.timeout(SOON):
        await server.stop()
    await closed(writer)
