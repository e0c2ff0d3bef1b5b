"""python-socketio under stock uvicorn: ``emit`` to everybody, over WebSockets only.

``python -m tests.bench.yardsticks.socketio_emit PAYLOAD``
"""

import asyncio
import sys
from typing import Any, cast

import msgspec
import socketio  # type: ignore[import-untyped]
from starlette.types import ASGIApp

from .asgi import serve
from .control import listen


async def main(payload: str) -> None:
    said: Any = msgspec.json.decode(payload)
    server = socketio.AsyncServer(
        async_mode="asgi", transports=["websocket"], http_compression=False
    )

    async def go(changes: int) -> None:
        await server.emit("change", said)

    await serve(cast(ASGIApp, socketio.ASGIApp(server)), await listen(go))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
