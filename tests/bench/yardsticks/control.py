"""How a program that is measured is driven: over a connection of its own, a byte for each round."""

import asyncio
from collections.abc import Awaitable, Callable

Go = Callable[[int], Awaitable[None]]
"""Told how many changes are due at once."""


async def listen(go: Go) -> int:
    """Call ``go`` for each byte that comes, with its value; the port to connect to."""

    async def driven(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(64):
            for changes in data:
                await go(changes)
        writer.close()

    server = await asyncio.start_server(driven, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    return port


def ready(port: int, control: int) -> None:
    """Say where the viewers and the driver are to connect."""
    print(port, control, flush=True)
