"""A real server in this process and real clients of it, for the tests of the doors."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from lockstep_protocol.codec import JSON, decode_server
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.serve import DrainingServer, server_config

WAIT = 10.0
"""Seconds after which what should have come is missing."""

Message = dict[str, Any]


class Talk:
    """One client on a socket; it hears messages one after the other."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[list[Message]] = []
        self._heard: list[Message] = []

    async def say(self, *messages: Message) -> None:
        """Send a frame."""
        said = messages[0] if len(messages) == 1 else messages
        await self.socket.send(json.dumps(said, ensure_ascii=False))

    async def hear(self, type: str | None = None) -> Message:
        """The next message, or the next one of a type."""
        while True:
            while not self._heard:
                async with asyncio.timeout(WAIT):
                    data = await self.socket.recv()
                frame = decode_server(data, self.socket.subprotocol or JSON)
                self.frames.append(frame)
                self._heard.extend(frame)
            message = self._heard.pop(0)
            if type is None or message["type"] == type:
                return message

    async def closed(self) -> int:
        """Wait for the end of the connection; its close code."""
        end: ConnectionClosed | None = None
        while end is None:
            try:
                await self.hear()
            except ConnectionClosed as closed:
                end = closed
        assert end.rcvd is not None, "the server closes with a code"
        return end.rcvd.code

    async def command(self, type: str, **members: Any) -> Message:
        """Give a command and wait for its answer."""
        id = members.setdefault("id", new_id())
        await self.say({"type": type, **members})
        while True:
            message = await self.hear()
            if message.get("id") == id:
                return message


class Served:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"

    @asynccontextmanager
    async def socket(
        self, *, subprotocols: tuple[str, ...] = (), origin: str | None = None, **more: Any
    ) -> AsyncIterator[Talk]:
        """A connection that has said nothing yet."""
        async with connect(
            f"ws://{self.host}/v1/ws",
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            origin=None if origin is None else Origin(origin),
            compression=None,
            max_size=None,
            # Who leaves with messages unread would wait this long for the other side's goodbye.
            close_timeout=1,
            proxy=None,
            **more,
        ) as socket:
            yield Talk(socket)

    @asynccontextmanager
    async def session(
        self, user: str, position: Message | None = None, **more: Any
    ) -> AsyncIterator[Talk]:
        """A connection whose ``hello`` is said."""
        async with self.socket(**more) as talk:
            hello: Message = {"type": "hello", "token": f"demo:{user}"}
            await talk.say(hello if position is None else hello | {"position": position})
            yield talk

    def http(self, user: str | None = None, token: str | None = None) -> httpx.AsyncClient:
        """An HTTP client, signed in as ``user`` or with ``token``."""
        token = f"demo:{user}" if user else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=WAIT)


@asynccontextmanager
async def serving(app: Starlette, **more: Any) -> AsyncIterator[Served]:
    """``app`` under uvicorn on a free port, stopped as SIGTERM would; ``more`` configures it."""
    ready = asyncio.Event()
    config = server_config(app, host="127.0.0.1", port=0, log_config=None, **more)
    server = DrainingServer(config, app.state.sockets, lambda _: ready.set())
    background = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({background, waiting}, return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set(), "the server did not start"
        yield Served(server.port)
    finally:
        waiting.cancel()
        server.should_exit = True
        await background


async def until(true: Callable[[], bool]) -> None:
    """Let the server go on until something is true that nobody is told of."""
    async with asyncio.timeout(WAIT):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
