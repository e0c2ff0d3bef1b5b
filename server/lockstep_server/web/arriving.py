"""Who connects: the first bytes tell whether it is a WebSocket or HTTP.

uvicorn reads a head with h11, writes it out again, and has the WebSocket's parser read that. For
the upgrade as clients send it, the second parser alone does as well, in a third of the time; every
head that is in any way unusual goes the long way, which knows what to answer.
"""

import asyncio
import re
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

LONGEST_HEAD = 8 * 1024
"""Bytes of a head that is taken the short way."""

_HEAD = re.compile(rb"GET /[!-~]* HTTP/1\.1\r\n(?:[A-Za-z0-9-]+:[ -~]*\r\n)+\r\n")
_ONCE = (b"\r\nhost:", b"\r\nupgrade:", b"\r\nconnection:")
_NEVER = (b"\r\ncontent-length:", b"\r\ntransfer-encoding:", b"\r\nexpect:")
_UPGRADE = re.compile(rb"\r\nconnection:(?:[^\r]*,)? *upgrade *[,\r]")


def is_ordinary_upgrade(data: bytes) -> bool:
    """Whether it is the whole head of an upgrade to a WebSocket, and nothing about it is odd."""
    if len(data) > LONGEST_HEAD or _HEAD.fullmatch(data) is None:
        return False
    head = data.lower()
    return (
        all(head.count(name) == 1 for name in _ONCE)
        and not any(name in head for name in _NEVER)
        and b"\r\nupgrade: websocket\r\n" in head
        and _UPGRADE.search(head) is not None
    )


class HttpProtocol(H11Protocol):
    """uvicorn's HTTP protocol, to which a request that goes wrong halfway is no fault of ours."""

    def send_400_response(self, msg: str) -> None:
        """Answer, unless an answer was begun; the application's own comes too late."""
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            # Another answer was begun, or it is one to HEAD, which has no body.
            self.transport.close()
        cycle = cast(RequestResponseCycle | None, self.cycle)
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()


class Arrival(asyncio.Protocol):
    """A connection that has said nothing yet; made as uvicorn makes its HTTP protocols.

    A WebSocket protocol says by ``TAKES_HEADS`` that it takes a head as it was sent.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._server_state = server_state
        self._app_state = app_state
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it, so that a server that stops closes it."""
        self._transport = transport
        self._server_state.connections.add(cast(Any, self))

    def data_received(self, data: bytes) -> None:
        """Hand the connection over to whom these bytes are for."""
        transport = cast(asyncio.Transport, self._transport)
        self._server_state.connections.discard(cast(Any, self))
        wanted: Any = self._config.ws_protocol_class
        if not (getattr(wanted, "TAKES_HEADS", False) and is_ordinary_upgrade(data)):
            wanted = HttpProtocol
        protocol = wanted(self._config, self._server_state, self._app_state)
        protocol.connection_made(transport)
        # First, since an upgrade that goes the long way is handed over once more.
        transport.set_protocol(protocol)
        protocol.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone without a word."""
        self._server_state.connections.discard(cast(Any, self))

    def shutdown(self) -> None:
        """The server stops."""
        if self._transport is not None:
            self._transport.close()
