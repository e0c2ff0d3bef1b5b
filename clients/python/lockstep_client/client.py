"""The asyncio half: one connection after the other, commands as awaitables, changes to follow."""

import asyncio
import contextlib
import random
import time
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from lockstep_protocol import commands
from lockstep_protocol.closes import CLOSES, RESTARTING, REVOKED

from .address import socket_url
from .answers import Answers
from .backoff import FIRST, delay
from .changes import EVENTS_AT_MOST, Changes
from .core import Mirror
from .errors import ConnectionEnded
from .events import Answered, Declined, Other, View, Welcomed
from .pause import Pause
from .pulse import Pulse
from .token import Token, fresh
from .verbs import Result, Verbs, make_id

LATER = 2.0
"""Seconds that the first wait is at most when the server asks to come later."""
CLOSING_SECONDS = 2.0
LOOKS = 8
"""How often in a heartbeat it is looked whether the connection is alive."""


class Client(Verbs):
    """One signed-in user's live connection; connects again by itself until it is closed.

    ``async with Client(url, token) as client:`` waits for the first whole inbox and raises
    ``ConnectionEnded`` when the server lets nobody in with this token, or ``OSError`` when no
    server can be reached at that moment. ``token`` may be a function (or coroutine function),
    asked at each connection and when the server says that the token ends soon.

    Commands raise ``CommandRefused``, or ``TooManyPending`` when too many wait for a connection;
    one that was sent when the connection dropped is sent again with its id, and done once.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        name: str = "lockstep-python",
        instance: str | None = None,
        binary: bool = False,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.mirror = Mirror(
            None,
            self.new_id,
            client=commands.ClientInfo(name=name, instance=instance),
            binary=binary,
        )
        self.connections = 0
        """How often a connection was welcomed."""
        self._url = socket_url(url)
        self._subprotocol = Subprotocol("lockstep.v1.msgpack" if binary else "lockstep.v1.json")
        self._token = token
        self._binary = binary
        self._random = random
        self._socket: ClientConnection | None = None
        self._pulse = Pulse(0.0)
        self._writing = asyncio.Lock()
        self._answers = Answers()
        # Weak, so that whoever stops following need not say so.
        self._followers: weakref.WeakSet[Changes] = weakref.WeakSet()
        self._ready = asyncio.Event()
        self._pause = Pause()
        self._after: float | None = None
        self._reason = ""
        self._signed_out = False
        self._ended: Exception | None = None
        self._background: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None

    @property
    def entries(self) -> dict[str, View]:
        """The inbox: entry id to view."""
        return self.mirror.entries

    @property
    def connected(self) -> bool:
        """Whether the inbox is live now."""
        return self._ready.is_set() and self._ended is None

    @property
    def next_try(self) -> float | None:
        """Seconds until the next try to connect; None: none is waited for."""
        return self._pause.left

    @property
    def pending(self) -> int:
        """How many commands have no answer yet."""
        return len(self.mirror.pending)

    async def __aenter__(self) -> Self:
        self._background = asyncio.create_task(self._run())
        try:
            await self.ready()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def ready(self) -> None:
        """Wait until the inbox is live. Raises what ended the client, if it ended."""
        await self._ready.wait()
        if self._ended is not None:
            raise self._ended

    async def close(self) -> None:
        """End the connection and every wait on it."""
        for task in (self._background, self._renewing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        self._end(ConnectionEnded("The client was closed."))

    def retry(self) -> None:
        """Connect now, e.g. because the network is back; waits are short again, as at first."""
        self._pause.hurry()

    def __aiter__(self) -> Changes:
        return self.changes()

    def changes(self, at_most: int = EVENTS_AT_MOST) -> Changes:
        """All events from now on, until the client is closed.

        Whoever lets more than ``at_most`` of them wait gets ``FellBehind``.
        """
        changes = Changes(at_most)
        if self._ended is not None:
            changes.end()
        self._followers.add(changes)
        return changes

    def new_id(self) -> str:
        """A command id: a UUID of version 7 of now, by the server's clock."""
        return make_id(time.time() + self.mirror.ahead)

    async def command(self, command: commands.Command) -> Result:
        """Give a command and wait for its answer, over as many connections as it takes."""
        if self._ended is not None:
            raise self._ended
        self.mirror.give(command)
        answer = self._answers.expect(command.id)
        try:
            await self._flush()
            return await answer
        finally:
            self._answers.forget(command.id)
            self.mirror.forget(command.id)

    async def signal(self, signal: commands.Signal) -> None:
        """Say something that is not answered; lost when there is no connection."""
        self.mirror.signal(signal)
        await self._flush()

    async def _run(self) -> None:
        try:
            await self._stay()
        except Exception as fault:
            # Nobody awaits this job: whoever waits for the inbox has to hear of it.
            self._end(fault)
            raise

    async def _stay(self) -> None:
        attempt = 0
        while self._ended is None:
            before = self.connections
            wait = await self._connection(attempt)
            attempt = 1 if self.connections > before else attempt + 1
            if await self._pause.wait(wait):
                attempt = 0

    async def _connection(self, attempt: int) -> float | None:
        """One connection from its opening to its end; the seconds to wait before the next."""
        code: int | None = None
        self._after = None
        try:
            self.mirror.token = await fresh(self._token)
            async with connect(
                self._url,
                subprotocols=[self._subprotocol],
                compression=None,
                max_size=None,
                close_timeout=CLOSING_SECONDS,
                ping_interval=None,
            ) as self._socket:
                await self._talk(self._socket)
            code = self._socket.close_code
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
        except InvalidStatus as refused:
            if refused.response.status_code < 500:
                reason = f"The server refused the connection ({refused.response.status_code})."
                self._end(ConnectionEnded(reason))
        except InvalidHandshake as failure:
            if self.connections == 0:
                self._end(ConnectionError(f"No WebSocket was opened: {failure}."))
        except OSError as failure:
            if self.connections == 0:
                self._end(failure)
        finally:
            self._socket = None
            self.mirror.disconnected()
            if self._ended is None:
                self._ready.clear()
        return self._next(code, attempt)

    async def _talk(self, socket: ClientConnection) -> None:
        self._pulse = Pulse(time.monotonic())
        watching = asyncio.create_task(self._watch_over(socket))
        try:
            self.mirror.connected()
            await self._flush()
            async for frame in socket:
                self._receive(frame)
                await self._flush()
        finally:
            watching.cancel()

    async def _watch_over(self, socket: ClientConnection) -> None:
        """End a connection that is dead whatever the socket says, and do what is due."""
        while True:
            await asyncio.sleep((self._pulse.heartbeat or 1.0) / LOOKS)
            self.mirror.tick(time.time())
            match self._pulse.verdict(time.monotonic(), self.mirror.pending.under_way):
                case "dead":
                    socket.transport.abort()
                    return
                case "ask":
                    self.mirror.signal(commands.Ping())
            await self._flush()

    def _next(self, code: int | None, attempt: int) -> float | None:
        close = CLOSES.get(code) if code is not None else None
        step = close.next if close is not None else "resume"
        renewable = callable(self._token) and code != REVOKED and not self._signed_out
        if step == "sign_in" and renewable:
            # The token ran out on the way: once, a new one is worth a try.
            self._signed_out = True
            return 0.0
        if step in ("resume", "later"):
            first = LATER if step == "later" or code == RESTARTING else FIRST
            wait = delay(attempt, self._random, first)
            return self._after if self._after is not None else wait
        assert close is not None
        self._end(ConnectionEnded(self._reason or f"Closed: {close.reason}.", code))
        return None

    def _receive(self, frame: bytes | str) -> None:
        answer = False
        for event in self.mirror.receive(frame, time.time()):
            match event:
                case Welcomed():
                    self.connections += 1
                    self._signed_out = False
                    self._pulse.heartbeat = self.mirror.heartbeat
                case Declined(id=None, refusal=refusal):
                    self._reason = refusal.get("message", "")
                case Answered() | Declined() | Other(message={"type": "pong"}):
                    answer = True
                case Other(message={"type": "goaway", "after_ms": after}):
                    self._after = after / 1000
                case Other(message={"type": "auth_soon"}):
                    self._renew()
            self._answers.take(event)
            for changes in self._followers:
                changes.put(event)
        if self.mirror.synced:
            self._ready.set()
        self._pulse.heard(time.monotonic(), answer=answer)

    def _renew(self) -> None:
        if callable(self._token) and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.create_task(self._give_token())

    async def _give_token(self) -> None:
        # A source of tokens that fails now is asked again when the connection has ended.
        with contextlib.suppress(Exception):
            self.mirror.renew(await fresh(self._token))
            await self._flush()

    async def _flush(self) -> None:
        """Write what waits, in order. What is lost with the connection is sent again."""
        async with self._writing:
            while self._socket is not None and self.mirror.outgoing:
                frame = self.mirror.outgoing.pop(0)
                with contextlib.suppress(ConnectionClosed):
                    await self._socket.send(frame, text=not self._binary)

    def _end(self, error: Exception) -> None:
        if self._ended is None:
            self._ended = error
        self._ready.set()
        self._answers.fail(self._ended)
        for changes in self._followers:
            changes.end()
