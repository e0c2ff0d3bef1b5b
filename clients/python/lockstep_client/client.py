"""The asyncio half: one connection after the other, commands as awaitables, changes to follow."""

import asyncio
import contextlib
import random
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from lockstep_protocol import commands
from lockstep_protocol.closes import CLOSES, RESTARTING

from .address import socket_url
from .backoff import delay
from .changes import Changes
from .core import Mirror
from .errors import CommandRefused, ConnectionEnded
from .events import Answered, Declined, Other, View, Welcomed
from .verbs import Result, Verbs, new_id

LATER = 2.0
"""Seconds that the first wait is at most when the server asks to come later."""
CLOSING_SECONDS = 2.0


class Client(Verbs):
    """One signed-in user's live connection; connects again by itself until it is closed.

    ``async with Client(url, token) as client:`` waits for the first whole inbox and raises
    ``ConnectionEnded`` when the server lets nobody in with this token, or ``OSError`` when no
    server can be reached at that moment. Commands raise ``CommandRefused``; a command that was
    sent when the connection dropped is sent again with its id, and done once.
    """

    def __init__(
        self,
        url: str,
        token: str | None,
        *,
        name: str = "lockstep-python",
        instance: str | None = None,
        binary: bool = False,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.mirror = Mirror(
            token,
            new_id,
            client=commands.ClientInfo(name=name, instance=instance),
            binary=binary,
        )
        self.connections = 0
        """How often a connection was welcomed."""
        self._url = socket_url(url)
        self._subprotocol = Subprotocol("lockstep.v1.msgpack" if binary else "lockstep.v1.json")
        self._binary = binary
        self._random = random
        self._socket: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Result]] = {}
        # Weak, so that whoever stops following need not say so.
        self._followers: weakref.WeakSet[Changes] = weakref.WeakSet()
        self._ready = asyncio.Event()
        self._after: float | None = None
        self._reason = ""
        self._ended: Exception | None = None
        self._background: asyncio.Task[None] | None = None

    @property
    def entries(self) -> dict[str, View]:
        """The inbox: entry id to view."""
        return self.mirror.entries

    @property
    def connected(self) -> bool:
        """Whether the inbox is live now."""
        return self._ready.is_set() and self._ended is None

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
        if self._background is not None:
            self._background.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._background
        self._end(ConnectionEnded("The client was closed."))

    def __aiter__(self) -> Changes:
        return self.changes()

    def changes(self) -> Changes:
        """All events from now on, until the client is closed."""
        changes = Changes()
        if self._ended is not None:
            changes.end()
        self._followers.add(changes)
        return changes

    async def command(self, command: commands.Command) -> Result:
        """Give a command and wait for its answer, over as many connections as it takes."""
        if self._ended is not None:
            raise self._ended
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._answers[command.id] = answer
        self.mirror.give(command)
        try:
            await self._flush()
            return await answer
        finally:
            self._answers.pop(command.id, None)
            self.mirror.forget(command.id)

    async def mark_seen(self, entry: str) -> None:
        """Tell the server that this user has seen the entry as it is now."""
        self.mirror.signal(commands.Read(entry=entry, seen=True))
        await self._flush()

    async def _run(self) -> None:
        attempt = 0
        while self._ended is None:
            before = self.connections
            wait = await self._connection(attempt)
            attempt = 1 if self.connections > before else attempt + 1
            if wait is not None:
                await asyncio.sleep(wait)

    async def _connection(self, attempt: int) -> float | None:
        """One connection from its opening to its end; the seconds to wait before the next."""
        code: int | None = None
        self._after = None
        try:
            async with connect(
                self._url,
                subprotocols=[self._subprotocol],
                compression=None,
                max_size=None,
                close_timeout=CLOSING_SECONDS,
            ) as self._socket:
                self.mirror.connected()
                await self._flush()
                async for frame in self._socket:
                    self._receive(frame)
                    await self._flush()
            code = self._socket.close_code
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
        except InvalidStatus as refused:
            if refused.response.status_code < 500:
                reason = f"The server refused the connection ({refused.response.status_code})."
                self._end(ConnectionEnded(reason))
        except (OSError, InvalidHandshake, TimeoutError) as failure:
            if self.connections == 0:
                self._end(failure)
        finally:
            self._socket = None
            self.mirror.disconnected()
            if self._ended is None:
                self._ready.clear()
        return self._next(code, attempt)

    def _next(self, code: int | None, attempt: int) -> float | None:
        close = CLOSES.get(code) if code is not None else None
        match close.next if close is not None else "resume":
            case "resume":
                first = LATER if code == RESTARTING else 0.25
                return self._after if self._after is not None else self._wait(attempt, first)
            case "later":
                return self._after if self._after is not None else self._wait(attempt, LATER)
            case "sign_in" | "stop":
                assert close is not None
                self._end(ConnectionEnded(self._reason or f"Closed: {close.reason}.", code))
        return None

    def _wait(self, attempt: int, first: float = 0.25) -> float:
        return delay(attempt, self._random, first)

    def _receive(self, frame: bytes | str) -> None:
        for event in self.mirror.receive(frame):
            match event:
                case Welcomed():
                    self.connections += 1
                case Answered(id=id, result=result):
                    answer = self._answers.get(id)
                    if answer is not None and not answer.done():
                        answer.set_result(result)
                case Declined(id=str() as id, refusal=refusal):
                    answer = self._answers.get(id)
                    if answer is not None and not answer.done():
                        answer.set_exception(CommandRefused(refusal))
                case Declined(id=None, refusal=refusal):
                    self._reason = refusal.get("message", "")
                case Other(message={"type": "goaway", "after_ms": after}):
                    self._after = after / 1000
                case _:
                    pass
            if self.mirror.synced:
                self._ready.set()
            for changes in self._followers:
                changes.put(event)

    async def _flush(self) -> None:
        """Write what waits. What is lost with the connection is pending and sent again."""
        frames, self.mirror.outgoing = self.mirror.outgoing, []
        if self._socket is None:
            return
        for frame in frames:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(frame, text=not self._binary)

    def _end(self, error: Exception) -> None:
        if self._ended is None:
            self._ended = error
        self._ready.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(self._ended)
        for changes in self._followers:
            changes.end()
