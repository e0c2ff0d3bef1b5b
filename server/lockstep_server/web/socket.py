"""The WebSocket door (RFC 6455) at ``/v1/ws``: who may open one, and how all of them are closed.

Plain ASGI; what else the server offers (``extensions.py``) is used by each connection.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from lockstep_protocol import closes
from lockstep_protocol.codec import JSON, SUBPROTOCOLS, Subprotocol
from lockstep_protocol.limits import Limits
from lockstep_protocol.pushes import ServerInfo
from lockstep_protocol.refusals import Refusal, refusal
from lockstep_server import __version__
from lockstep_server.session.rules import Rules

from .connection import Connection
from .crowd import Crowd
from .edge import Edge, answer_refusal
from .origin import may_connect

COME_BACK_WITHIN_MS = 5_000
"""When the server stops, its sessions come back one after the other within this time."""

LOOK_SECONDS = 1.0
"""Between two looks at those for whom something waits."""


class Sockets:
    """All open sockets, and the ASGI endpoint that opens them."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._crowd = Crowd(edge.settings, edge.clock)
        self._open: set[Connection] = set()
        self._watch: asyncio.TimerHandle | None = None
        self._leaving = False

    async def __call__(self, asgi_scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it is closed."""
        await receive()  # websocket.connect
        denied, subprotocol = self._admit(asgi_scope)
        if denied is not None:
            await answer_refusal(denied)(asgi_scope, receive, send)
            return
        accepted = subprotocol if asgi_scope["subprotocols"] else None
        try:
            await send({"type": "websocket.accept", "subprotocol": accepted, "headers": []})
        except OSError:
            return
        extensions = asgi_scope.get("extensions", {})
        connection = Connection(
            self._edge, self._crowd, self._rules(), subprotocol, receive, send, extensions
        )
        self._open.add(connection)
        if self._watch is None:
            self._look()
        try:
            await connection.run()
        finally:
            self._open.discard(connection)

    async def leave(self, seconds: float) -> None:
        """Tell every session to come back, each at its own time; wait up to ``seconds``."""
        self._leaving = True
        step = COME_BACK_WITHIN_MS / max(1, len(self._open))
        for index, connection in enumerate(tuple(self._open)):
            connection.go_away(closes.RESTARTING, int(index * step))
        deadline = asyncio.get_running_loop().time() + seconds
        for connection in tuple(self._open):
            left = deadline - asyncio.get_running_loop().time()
            await connection.gone(max(0.0, left))

    def _look(self) -> None:
        """From time to time, while there is a socket: whose reader takes nothing any more?"""
        self._watch = None
        if self._open:
            self._crowd.check()
            self._watch = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _admit(self, asgi_scope: Scope) -> tuple[Refusal | None, Subprotocol]:
        headers = Headers(scope=asgi_scope)
        offered: list[str] = asgi_scope["subprotocols"]
        known = [name for name in SUBPROTOCOLS if name in offered]
        if not may_connect(headers, asgi_scope["scheme"], self._edge.settings.allowed_origins):
            return refusal("forbidden", "Pages of this origin may not connect."), JSON
        if self._leaving:
            return refusal("unavailable", "The server is about to stop."), JSON
        if offered and not known:
            names = " or ".join(SUBPROTOCOLS)
            return refusal("invalid", f"The subprotocol is {names}."), JSON
        # The client's order is its preference.
        return None, min(known, key=offered.index, default=JSON)

    def _rules(self) -> Rules:
        settings = self._edge.settings
        return Rules(
            server=ServerInfo(name="lockstep", version=__version__),
            epoch=self._edge.runtime.position.epoch,
            told=Limits(
                commands_in_flight=settings.commands_in_flight,
                commands_per_second=settings.commands_per_second,
                commands_burst=settings.commands_burst,
                sockets_per_user=settings.sockets_per_user,
            ),
            hello_timeout=settings.hello_timeout,
            heartbeat=settings.heartbeat,
            held_frames=settings.outbox_frames,
        )
