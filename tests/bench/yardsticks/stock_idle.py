"""Stock Starlette under stock uvicorn: a WebSocket that is accepted, answers each text with the
same text, and waits for the next. ``python stock_idle.py PORT``; compression and logging are off.
"""

import contextlib
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


async def echo(websocket: WebSocket) -> None:
    """Serve one connection."""
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await websocket.receive_text())


app = Starlette(routes=[WebSocketRoute("/v1/ws", echo)])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), ws_per_message_deflate=False, log_level="warning")
