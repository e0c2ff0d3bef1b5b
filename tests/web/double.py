"""A runtime that does as it is told, so that the doors can be tested with faults and delays."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

from lockstep_protocol.commands import Command
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal
from lockstep_server.hub.hub import Hub
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.inboxes import Found
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.catching_up import Part
from lockstep_server.store.interface import Position, Versions


class NoPresences:
    """Nobody is told who is there."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def came(self, sink: Any) -> None: ...

    def heard(self, sink: Any) -> None: ...

    async def watch(self, sink: Any, message: Any) -> None:
        self._hub.look(sink, message.entry)


class DoubleRuntime:
    """Users are what a test says; commands are answered at once unless ``hold`` is set."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.admin = self
        self.condition = self
        self.store_fault: str | None = None
        self.access = self
        self.cuts: list[Any] = []
        self.position = Position("e1", 10)
        self.users: dict[str, dict[str, Any]] = {"omar": {"id": "omar", "name": "Omar"}}
        self.presences = NoPresences(self.hub)
        self.fault: Exception | None = None
        self.hold = asyncio.Event()
        self.hold.set()
        self.reading = asyncio.Event()
        self.readable = asyncio.Event()
        self.readable.set()
        self.executed: list[tuple[Actor, Command]] = []
        self.signals: list[Any] = []
        self.part = Part(n=10)
        self.versions_now = Versions(10, {})

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def leave(self) -> None: ...

    def revoked(self, user: str, issued: float | None) -> bool:
        return False

    def user(self, id: str) -> dict[str, Any] | None:
        return self.users.get(id)

    async def put_user(self, id: str, body: dict[str, Any], by: str) -> bool:
        self.users[id] = {"id": id} | body
        return True

    async def inbox(self, user: str, since: int | None) -> Found:
        self.reading.set()
        await self.readable.wait()
        if self.fault is not None:
            raise self.fault
        return Found(self.part.n, self._parts())

    async def _parts(self) -> AsyncGenerator[Part, None]:
        yield self.part

    async def versions(self, user: str) -> Versions:
        if self.fault is not None:
            raise self.fault
        return self.versions_now

    async def execute(self, actor: Actor, command: Command) -> Reply | Refusal:
        self.executed.append((actor, command))
        await self.hold.wait()
        if self.fault is not None:
            raise self.fault
        return Reply(id=command.id, result={})

    async def signal(self, actor: Actor, message: Any) -> None:
        self.signals.append(message)

    async def store_failure(self) -> str | None:
        return self.store_fault

    def ready(self) -> str | None:
        return None if self.fault is None else str(self.fault)

    @property
    def runtime(self) -> Runtime:
        """The double in the place of the real one."""
        return cast(Runtime, self)
