"""Running the application under uvicorn, with the choices that the socket needs."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Protocol
from websockets.server import ServerProtocol

from lockstep_protocol.limits import TRANSPORT_FRAME_BYTES
from lockstep_server.session.lane import Lane

from .arriving import Arrival
from .extensions import WIRE
from .socket import Sockets
from .waiting import Events, Gate
from .writing import CLOSE_SECONDS

log = logging.getLogger("uvicorn.error")

HEADER_BYTES = 32 * 1024
"""The head of a request at most, whoever sends it."""

PING_SECONDS = 20.0
"""Between the transport's own pings; a peer that answers none for as long again is dropped."""

READ_BYTES = 8 * 1024
"""What is read from one socket before others have their turn."""

ACCEPT_AT_ONCE = 16
"""New connections that the loop takes before it does something else. (To asyncio that and how many
may wait to be taken is one number; the latter is set where the socket is made.)"""

REQUEST_SECONDS = 1
"""How long a server that stops waits for HTTP requests, once its sockets are closed."""


class _Frames(ServerProtocol):
    """The library's own, which lets a peer close in the middle of a message, as RFC 6455 does."""

    def recv_frame(self, frame: Frame) -> None:
        """Give up the unfinished message when a close comes."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, which also lets the application write ready frames (``Wire``).

    What a peer can make it hold is bounded by the size of one message, whatever it sends.
    """

    TAKES_HEADS = True
    # All that the base keeps, too: a dict of so many attributes weighs more than all they hold.
    __slots__ = (
        "_pieces", "_pong", "app", "app_state", "asgi_version", "client", "close_sent",
        "close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type",
        "default_headers", "disconnected", "events", "frames",
        "handshake_complete", "handshake_initiated", "initial_response", "lane", "last_ping_rtt",
        "logger", "loop", "pending_ping_payload",
        "ping_interval", "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue",
        "read_paused", "request", "response", "resumed", "root_path", "scheme", "scope", "server",
        "tasks", "transport", "writable",
    )  # fmt: skip

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        # The base would make a parser, a queue and an event that are replaced at once.
        self.config, self.app = config, config.loaded_app
        self.loop = _loop or asyncio.get_running_loop()
        self.logger = log
        self.root_path, self.asgi_version = config.root_path, config.asgi_version
        self.app_state = app_state
        self.connections, self.tasks = server_state.connections, server_state.tasks
        self.default_headers = server_state.default_headers
        self.server = self.client = None
        self.conn = _Frames(max_size=config.ws_max_size, logger=log)
        self.events = Events()
        self.queue, self.writable = cast(Any, self.events), cast(Any, Gate())
        self.handshake_initiated = self.handshake_complete = self.close_sent = False
        self.disconnected = self.read_paused = False
        self.initial_response = None
        self.ping_interval, self.ping_timeout = config.ws_ping_interval, config.ws_ping_timeout
        self.close_timer = self.ping_timer = self.pong_timer = None
        self.close_timeout = CLOSE_SECONDS
        self.pending_ping_payload = None
        self.ping_sent_at = self.last_ping_rtt = 0.0
        self.frames, self.curr_msg_data_type = [], "bytes"
        self.resumed: Callable[[], None] = _nothing
        self.lane: Lane | None = None
        self._pong, self._pieces = b"", bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take little at a time: all that is read at once is taken apart at once, and a quarter of
        a megabyte of the smallest frames would hold up everybody."""
        super().connection_made(transport)
        vars(transport)["max_size"] = READ_BYTES

    def handle_connect(self, event: Any) -> None:
        """Offer the connection itself, to write ready frames to and to drop."""
        super().handle_connect(event)
        # What comes from now on are frames; what parses the head would keep it.
        self.conn.parser.close()
        self.conn.parser = Protocol.parse(self.conn)
        next(self.conn.parser)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[WIRE] = self
            # ASGI has names in lower case, however they were sent.
            headers = self.scope["headers"]
            self.scope["headers"] = [(name.lower(), value) for name, value in headers]

    def handle_cont(self, event: Frame) -> None:
        """Put the pieces of a message together as they come: kept apart, small ones would weigh
        many times what they say, and empty ones would never be too large."""
        if not self._pieces:
            self._pieces += self.frames[0]
        self._pieces += event.data
        if event.fin:
            self.frames = [bytes(self._pieces)]
            self._pieces.clear()
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        """Take a whole message. One that is no text ends the connection, and is no fault here.

        Reading goes on while the application waits for this one: two calls of the system less.
        """
        data, self.frames = self.frames[0], []
        if self.close_sent:
            return  # all that is still waited for is the close
        event: dict[str, Any] = {"type": "websocket.receive"}
        if self.curr_msg_data_type == "text":
            try:
                event["text"] = data.decode()
            except UnicodeDecodeError:
                self.conn.fail(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
                return
        else:
            event["bytes"] = data
        if not (self.events.awaited or self.read_paused):
            self.read_paused = True
            self.transport.pause_reading()
        self.events.put_nowait(event)

    def handle_parser_exception(self) -> None:
        """What came is no WebSocket."""
        self._shut()
        super().handle_parser_exception()
        self._over()

    def handle_close(self, event: Frame) -> None:
        """The peer closes, or answers that."""
        self._shut()
        super().handle_close(event)
        self._over()

    def _over(self) -> None:
        """A peer that ends it before it was let in gets no answer, and that is no fault here."""
        if self.transport.is_closing() and not self.handshake_complete:
            self.disconnected = self.handshake_complete = True

    def handle_ping(self) -> None:
        """Answer, or, while the peer reads nothing, only the last one once it reads again: more
        than one such answer must not wait (RFC 6455, 5.5.3)."""
        written = b"".join(self.conn.data_to_send())
        if self.writable.is_set() or self.conn.close_sent is not None:
            self.transport.write(written)
        elif written:
            self._pong = written

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        if self._pong:
            pong, self._pong = self._pong, b""
            if self.conn.close_sent is None:
                self.transport.write(pong)
        self.resumed()

    async def send(self, message: Any) -> None:
        """Go uvicorn's own way, to an end that comes for certain."""
        await super().send(message)
        if message["type"] == "websocket.close":
            self._must_end()
        elif message["type"] == "websocket.accept" and self.handshake_complete:
            # Nobody asks for the head of the request any more, and it would stay with us.
            self.request = self.response = self.scope = None  # type: ignore[assignment]
        elif self.initial_response is not None and self.close_sent:
            # A refusal is an answer to the handshake, too.
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        """No pong came. It may stand behind what the peer has yet to read, which is no silence:
        of that the application takes care."""
        if self.transport.get_write_buffer_size() and not self.transport.is_closing():
            self.pong_timer = self.loop.call_later(PING_SECONDS, self.keepalive_timeout)
            return
        self._shut()
        super().keepalive_timeout()
        self._must_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what would keep itself alive: the parser is a generator of its own object, and
        the transport knows one of its own methods; what the application is offered leads here."""
        self._shut()
        super().connection_lost(exc)
        self.conn.parser.close()
        if getattr(self, "scope", None) is not None:
            cast(dict[str, Any], self.scope["extensions"]).pop(WIRE, None)
        vars(self.transport).pop("_read_ready_cb", None)

    def shutdown(self) -> None:
        """The server stops: who has not read so far gets nothing any more."""
        self._shut()
        if self.initial_response is None:
            super().shutdown()
        else:
            self.transport.close()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _shut(self) -> None:
        if self.lane is not None:
            self.lane.shut()

    def _must_end(self) -> None:
        """Drop the connection if the goodbye is not answered: closing waits for a reader that may
        never read."""
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)


def _nothing() -> None: ...


def server_config(app: ASGIApp, **more: Any) -> uvicorn.Config:
    """uvicorn's configuration for this application; ``more`` goes to uvicorn as it is."""
    options: dict[str, Any] = {
        "lifespan": "on",
        # It cannot tell by a function that hands on what another one makes.
        "interface": "asgi3",
        "loop": "lockstep_server.web.loop:new_loop",
        "backlog": ACCEPT_AT_ONCE,
        "access_log": False,
        # Whose word counts about where a request comes from is a setting (``app.py``).
        "proxy_headers": False,
        "http": Arrival,
        "h11_max_incomplete_event_size": HEADER_BYTES,
        "server_header": False,
        "ws": SocketProtocol,
        "ws_max_size": TRANSPORT_FRAME_BYTES,
        "ws_ping_interval": PING_SECONDS,
        "ws_ping_timeout": PING_SECONDS,
        "ws_per_message_deflate": False,
        "timeout_graceful_shutdown": REQUEST_SECONDS,
    }
    return uvicorn.Config(app, **(options | more))


class DrainingServer(uvicorn.Server):
    """A server that sends its sessions away, each with its own time to come back, and then stops.

    ``announce`` is called once requests are answered.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: Sockets,
        announce: Callable[["DrainingServer"], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._sockets = sockets
        self._announce = announce

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the store, listen, and say so."""
        await super().startup(sockets)
        if self.started and self._announce is not None:
            self._announce(self)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send the sessions away, then stop.

        Until they are gone who asks is told that the server is not ready, and sockets are refused.
        """
        await self._sockets.leave()
        await super().shutdown(sockets)
