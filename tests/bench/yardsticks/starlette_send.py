"""Stock Starlette under stock uvicorn: ``send_text`` to one viewer after the other.

``python -m tests.bench.yardsticks.starlette_send PAYLOAD``
"""

import asyncio
import sys

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from .asgi import serve
from .control import listen


async def main(payload: str) -> None:
    viewers: set[WebSocket] = set()

    async def view(socket: WebSocket) -> None:
        await socket.accept()
        viewers.add(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            viewers.discard(socket)

    async def go(changes: int) -> None:
        for viewer in tuple(viewers):
            await viewer.send_text(payload)

    app = Starlette(routes=[WebSocketRoute("/v1/ws", view)])
    await serve(app, await listen(go))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
