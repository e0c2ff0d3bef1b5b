"""Running the application under uvicorn, with the choices that the socket needs."""

import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from lockstep_protocol.limits import TRANSPORT_FRAME_BYTES
from lockstep_server.config import Settings

from .app import LEAVE_SECONDS, build
from .socket import ABORT

PING_SECONDS = 20.0
"""Between the transport's own pings; a peer that answers none for as long again is dropped."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, which also lets the application drop a connection."""

    def handle_connect(self, event: Any) -> None:
        """Offer ``abort``: a peer that reads nothing would otherwise keep its connection open."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]  # type: ignore[assignment]
            extensions[ABORT] = self.transport.abort


class Server(uvicorn.Server):
    """A server whose sessions are told to come back before it stops.

    ``announce`` is called with the address once it is ready: with port 0 the system picks a
    free one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        app: Starlette | None = None,
        announce: Callable[[str], None] | None = None,
    ) -> None:
        self.app = app or build(settings)
        self._host = settings.host
        self._announce = announce
        super().__init__(
            uvicorn.Config(
                self.app,
                host=settings.host,
                port=settings.port,
                ws=SocketProtocol,
                ws_max_size=TRANSPORT_FRAME_BYTES,
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=PING_SECONDS,
                ws_per_message_deflate=False,
                lifespan="on",
                log_level=settings.log_level,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=int(LEAVE_SECONDS),
            )
        )

    @property
    def url(self) -> str:
        """Where it listens, such as ``http://127.0.0.1:8420``."""
        port = self.servers[0].sockets[0].getsockname()[1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{port}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the store, listen, and say so."""
        await super().startup(sockets)
        if self.started and self._announce is not None:
            self._announce(self.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking connections, send the sessions away, then stop."""
        for server in self.servers:
            server.close()
        await self.app.state.sockets.leave(LEAVE_SECONDS)
        await super().shutdown(sockets)
