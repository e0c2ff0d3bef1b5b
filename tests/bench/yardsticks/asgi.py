"""uvicorn as it comes, without compression, as everybody here does without it."""

import socket

import uvicorn
from starlette.types import ASGIApp

from .control import ready


async def serve(app: ASGIApp, control: int) -> None:
    """Serve ``app`` until the process is ended; ``control``: the port that drives it."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(app, log_level="warning", ws_per_message_deflate=False)
        ready(listener.getsockname()[1], control)
        await uvicorn.Server(config).serve(sockets=[listener])
