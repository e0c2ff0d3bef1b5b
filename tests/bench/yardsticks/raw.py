"""The least that can be done in Python: one ready WebSocket frame to each socket of a bare server.

``python -m tests.bench.yardsticks.raw PAYLOAD``
"""

import asyncio
import sys

from lockstep_load.lean import ACCEPTED
from lockstep_protocol.codec import JSON
from lockstep_server.hub.frame import header

from .control import listen, ready


class Viewer(asyncio.Protocol):
    """One connection; what it says after the handshake is of no interest."""

    def __init__(self, viewers: set[asyncio.Transport]) -> None:
        self._viewers = viewers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport not in self._viewers:
            self._viewers.add(self._transport)
            self._transport.write(ACCEPTED)

    def connection_lost(self, exc: Exception | None) -> None:
        self._viewers.discard(self._transport)


async def main(payload: bytes) -> None:
    viewers: set[asyncio.Transport] = set()
    frame = header(len(payload), JSON) + payload

    async def go(changes: int) -> None:
        for viewer in viewers:
            viewer.write(frame)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Viewer(viewers), "127.0.0.1", 0, backlog=1024)
    ready(server.sockets[0].getsockname()[1], await listen(go))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].encode()))
