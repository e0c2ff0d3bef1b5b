"""The WebSocket door (RFC 6455) at ``/v1/ws``: who may open one, and how all of them are closed.

Plain ASGI; what else the server offers (``extensions.py``) is used by each connection.
"""

import asyncio
import contextlib

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from lockstep_protocol import closes
from lockstep_protocol.codec import JSON, SUBPROTOCOLS, Subprotocol
from lockstep_protocol.limits import Limits
from lockstep_protocol.pushes import ServerInfo
from lockstep_protocol.refusals import Refusal, later, refusal
from lockstep_server import __version__
from lockstep_server.runtime.access import Cut
from lockstep_server.session.rules import Rules

from .connection import Connection
from .crowd import Crowd
from .doorstep import counted_as
from .edge import Edge, answer_refusal
from .guard import guarded_send
from .origin import may_connect

RESTART_MS = 2_000
"""Nobody is to be back sooner after a stop: a server needs a moment to end and to start."""

FINISH_SECONDS = 4.0
"""How long a server that stops waits for the commands at hand."""

GOODBYE_SECONDS = 1.0
"""How long it then waits for what is written to be taken."""

AT_ONCE = 50
"""Sessions that are sent away before somebody else has a turn."""

LATER_MS = 5_000
"""When somebody may come again of whose address too many have not signed in yet."""

LOOK_SECONDS = 1.0
"""Between two looks at those for whom something waits."""


class Sockets:
    """All open sockets, and the ASGI endpoint that opens them."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self.crowd = Crowd(edge.settings, edge.clock)
        self.connections: set[Connection] = set()
        self._kept: Rules | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._leaving = False
        edge.runtime.cuts.append(self.cut)

    def cut(self, cut: Cut) -> None:
        """End the sessions that somebody may not have any more."""
        for connection in tuple(self.connections):
            if connection.user == cut.user and cut.key in (None, connection.key):
                connection.hurry(closes.REVOKED, 0)

    def __len__(self) -> int:
        """How many are open."""
        return len(self.connections)

    async def __call__(self, asgi_scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it is closed."""
        await receive()  # websocket.connect
        denied, subprotocol = self._admit(asgi_scope)
        client = asgi_scope.get("client")
        address = counted_as(client[0] if client else None)
        if denied is None and not self._edge.doorstep.enter(address):
            denied = later("rate_limited", LATER_MS).refusal
        if denied is not None:
            await answer_refusal(denied)(asgi_scope, receive, guarded_send(asgi_scope, send))
            return
        accepted = subprotocol if asgi_scope["subprotocols"] else None
        try:
            await send({"type": "websocket.accept", "subprotocol": accepted, "headers": []})
        except OSError:
            # Gone before it was let in: the server is to hear that it was no answer of ours.
            self._edge.doorstep.leave(address)
            raise
        extensions = asgi_scope.get("extensions", {})
        connection = Connection(
            self._edge, self.crowd, self._rules(), subprotocol, receive, send, extensions, address
        )
        del asgi_scope, extensions, receive, send  # or they would be kept as long as it lasts
        self.connections.add(connection)
        if self._watch is None:
            self._look()
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)

    def close_doors(self) -> None:
        """Let nobody in any more, and take no more commands. Safe in a signal handler."""
        self._leaving = True
        self._edge.runtime.leave()

    async def leave(self) -> None:
        """Tell every session to come back, each at its own time, and see them all out.

        What is on its way is finished and answered first, within ``FINISH_SECONDS``.
        """
        self.close_doors()
        for number, connection in enumerate(tuple(self.connections)):
            connection.leave(closes.RESTARTING, RESTART_MS + self.crowd.come_back_ms())
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        await self._gone(FINISH_SECONDS)
        for connection in tuple(self.connections):
            connection.hurry(closes.RESTARTING, RESTART_MS + self.crowd.come_back_ms())
        await self._gone(GOODBYE_SECONDS)
        for connection in tuple(self.connections):
            connection.drop()

    async def _gone(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for connection in tuple(self.connections):
                    await connection.gone()

    def _look(self) -> None:
        """From time to time, while there is a socket: whose reader takes nothing any more?"""
        self._watch = None
        if self.connections:
            self.crowd.check()
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
        """What all sessions keep to: one for all of them."""
        epoch = self._edge.runtime.position.epoch
        if self._kept is None or self._kept.epoch != epoch:
            self._kept = self._made(epoch)
        return self._kept

    def _made(self, epoch: str) -> Rules:
        settings = self._edge.settings
        return Rules(
            server=ServerInfo(name="lockstep", version=__version__),
            epoch=epoch,
            told=Limits(
                commands_in_flight=settings.commands_in_flight,
                commands_per_second=settings.commands_per_second,
                bytes_per_second=settings.bytes_per_second,
                bytes_burst=settings.bytes_burst,
                commands_burst=settings.commands_burst,
                sockets_per_user=settings.sockets_per_user,
            ),
            hello_timeout=settings.hello_timeout,
            heartbeat=settings.heartbeat,
            held_frames=settings.outbox_frames,
            held_bytes=settings.outbox_bytes,
        )
