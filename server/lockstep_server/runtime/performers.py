"""What each kind of effect does."""

from typing import Any

import msgspec

from lockstep_protocol.pushes import Notify
from lockstep_server.engine.entry import Entry
from lockstep_server.hub.hub import Hub

from .effects import Perform
from .mailboxes import Entries
from .starts import Starts


class Performers:
    """Effects by kind. ``script`` has none yet: those stay pending in the store."""

    def __init__(self, entries: Entries, hub: Hub, starts: Starts) -> None:
        self._entries = entries
        self._hub = hub
        self._starts = starts

    def by_kind(self) -> dict[str, Perform]:
        """The performer of each kind."""
        return {"notify": self._notify, "start": self._start}

    async def _notify(self, id: str, encoded: bytes) -> None:
        body: dict[str, Any] = msgspec.json.decode(encoded)
        push = Notify(
            entry=body["entry"], title=body["title"], body=body["body"], url=body.get("url")
        )
        self._hub.tell(await self._users(body), push)

    async def _start(self, id: str, encoded: bytes) -> None:
        body: dict[str, Any] = msgspec.json.decode(encoded)
        await self._starts.follow(id, {**body, "users": await self._users(body)})

    async def _users(self, body: dict[str, Any]) -> list[str]:
        """The users meant; None stands for every recipient, as they are now."""
        users: list[str] | None = body["users"]
        if users is not None:
            return users
        async with self._entries.turn(body["entry"]) as entry:
            present: Entry | None = entry
            return list(present.where) if present is not None else []
