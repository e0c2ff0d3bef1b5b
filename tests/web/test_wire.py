"""What a peer can make the transport hold, by frames written byte by byte."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.frames import Frame, Opcode

from lockstep_server.web.serve import SocketProtocol
from tests.conformance.suite import echoing

from .serving import until

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def frame(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    """The bytes of one frame of a client."""
    return Frame(opcode, data, fin).serialize(mask=True)


@asynccontextmanager
async def upgraded() -> AsyncIterator[Ends]:
    """A connection to an echo whose reader takes little at a time."""
    async with echoing() as url:
        port = url.rpartition(":")[2]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(UPGRADE)
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
        writer.transport.abort()


def protocol() -> SocketProtocol:
    """The server's end, in this very process."""
    # By its type: asked for its class, a weak proxy of something that is gone raises.
    all = [each for each in gc.get_objects() if issubclass(type(each), SocketProtocol)]
    (found,) = [each for each in all if not each.transport.is_closing()]
    server: SocketProtocol = found
    return server


async def test_pings_of_who_reads_nothing_are_answered_once_it_reads() -> None:
    async with upgraded() as (reader, writer):
        server = protocol()
        ping = frame(Opcode.PING, b"x" * 100) * 100
        while server.writable.is_set():
            writer.write(ping)
            await writer.drain()
        held = server.transport.get_write_buffer_size()
        for _ in range(300):
            writer.write(ping)
            await writer.drain()
        writer.write(frame(Opcode.PING, b"the last"))
        await until(lambda: server._pong.endswith(b"the last"))
        assert server.transport.get_write_buffer_size() <= held
        heard = b""
        while not heard.endswith(b"the last"):
            heard = heard[-8:] + await reader.read(65_536)


async def test_a_message_in_pieces_weighs_what_it_says() -> None:
    async with upgraded() as (reader, writer):
        server = protocol()
        writer.write(frame(Opcode.TEXT, b"a", fin=False))
        await writer.drain()
        empty = frame(Opcode.CONT, fin=False) * 1_000
        await until(lambda: server.frames != [])
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(30):
            writer.write(empty)
            await writer.drain()
        writer.write(frame(Opcode.CONT, b"bc", fin=False))
        await until(lambda: len(server._pieces) == 3)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert grown < 100_000
        writer.write(frame(Opcode.CONT, b"d"))
        assert await reader.readexactly(6) == b"\x81\x04abcd"
