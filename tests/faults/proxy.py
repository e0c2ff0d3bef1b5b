"""A TCP proxy that does to one window's connections what networks do, all of it from a seed."""

import asyncio
from collections.abc import Callable
from random import Random

CHUNK = 16 * 1024
SLOW_BYTES = 20_000
"""Bytes a second of a throttled link."""

Filter = Callable[[bytes], bytes]
"""What a planted fault does to the bytes from the server."""


class Pipe:
    """One direction of one connection."""

    def __init__(
        self, link: "Link", reader: asyncio.StreamReader, writer: asyncio.StreamWriter, down: bool
    ) -> None:
        self.link = link
        self.reader = reader
        self.writer = writer
        self.down = down
        self.swallows = False

    async def run(self) -> None:
        """Carry bytes until either side ends."""
        while data := await self.reader.read(CHUNK):
            if self.down and self.link.spoil is not None:
                data = self.link.spoil(data)
            if not self.swallows:
                await self._carry(data)

    async def _carry(self, data: bytes) -> None:
        link = self.link
        if link.snip is not None and link.snip[0] == self.down:
            at = link.snip[1]
            if len(data) > at:
                # The connection ends in the middle of a frame.
                self.writer.write(data[:at])
                link.snip = None
                link.cut()
                return
            link.snip = (self.down, at - len(data))
        if link.delay:
            await asyncio.sleep(link.chance.random() * link.delay)
        for piece in link.pieces(data):
            self.writer.write(piece)
            await self.writer.drain()
            if link.slow:
                await asyncio.sleep(len(piece) / SLOW_BYTES)


class Link:
    """A window's way to the server: ``port`` in place of the server's own."""

    def __init__(self, upstream: int, chance: Random) -> None:
        self.port = 0
        self.chance = chance
        self.upstream = upstream
        self.down = False
        self.delay = 0.0
        self.slow = False
        self.splits = False
        self.snip: tuple[bool, int] | None = None
        self.spoil: Filter | None = None
        self._pipes: set[Pipe] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End all of it."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """End the connections there are: without a goodbye, or as if the other side had left."""
        for pipe in tuple(self._pipes):
            if self.chance.random() < 0.7:
                pipe.writer.transport.abort()
            else:
                pipe.writer.close()

    def swallow(self, down: bool) -> None:
        """From now on nothing gets through in one direction, and nobody is told."""
        for pipe in self._pipes:
            pipe.swallows = pipe.swallows or pipe.down == down

    def heal(self) -> None:
        """Everything gets through again. A connection that has lost bytes is lost."""
        self.down = self.slow = self.splits = False
        self.delay, self.snip = 0.0, None
        if any(pipe.swallows for pipe in self._pipes):
            self.cut()

    def pieces(self, data: bytes) -> list[bytes]:
        """The bytes as they are, or split anywhere."""
        if not self.splits or len(data) < 2:
            return [data]
        cuts = sorted(self.chance.sample(range(1, len(data)), min(3, len(data) - 1)))
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far: asyncio.StreamWriter | None = None
        pipes: list[Pipe] = []
        try:
            if self.down:
                return
            from_server, far = await asyncio.open_connection("127.0.0.1", self.upstream)
            pipes = [Pipe(self, reader, far, False), Pipe(self, from_server, writer, True)]
            self._pipes.update(pipes)
            running = [asyncio.create_task(pipe.run()) for pipe in pipes]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._pipes.difference_update(pipes)
            for end in (writer, far):
                if end is not None:
                    end.close()
