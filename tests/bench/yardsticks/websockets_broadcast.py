"""The ``websockets`` library's own ``broadcast``.

``python -m tests.bench.yardsticks.websockets_broadcast PAYLOAD``
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

from .control import listen, ready


async def main(payload: str) -> None:
    async def view(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async def go(changes: int) -> None:
        broadcast(server.connections, payload)

    async with serve(view, "127.0.0.1", 0, compression=None) as server:
        ready(next(iter(server.sockets)).getsockname()[1], await listen(go))
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
