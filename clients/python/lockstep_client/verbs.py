"""The commands a user may give, each as one awaitable method."""

import os
import time
from typing import Any

from lockstep_protocol import commands
from lockstep_protocol.definition import Status
from lockstep_protocol.ids import uuid7

from .events import View

Result = dict[str, Any]
"""The ``result`` of a reply, as the protocol has it for each command."""


def make_id(seconds: float) -> str:
    """A command id: a UUID of version 7 of that time (Unix seconds)."""
    return uuid7(int(seconds * 1000), os.urandom(10))


def new_id() -> str:
    """A command id of now, by the clock of this machine."""
    return make_id(time.time())


class Verbs:
    """Everything here goes through ``command`` and ``signal``, which whoever has a connection
    provides. Commands raise ``CommandRefused``."""

    @property
    def entries(self) -> dict[str, View]:
        """The inbox: entry id to view."""
        raise NotImplementedError

    def new_id(self) -> str:
        """An id for the next command."""
        return new_id()

    async def command(self, command: commands.Command) -> Result:
        """Give a command and wait for its result."""
        raise NotImplementedError

    async def signal(self, signal: commands.Signal) -> None:
        """Say something that has no answer."""
        raise NotImplementedError

    async def start(
        self,
        workflow: str,
        *,
        to: tuple[str, ...] = (),
        data: dict[str, Any] | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> list[str]:
        """Start a workflow; the ids of its entries."""
        result = await self.command(
            commands.Start(
                id=self.new_id(),
                workflow=workflow,
                version=version,
                to=to,
                data=data or {},
                key=key,
            )
        )
        return list(result["entries"])

    async def dispatch(
        self,
        tracker: str,
        data: dict[str, Any],
        *,
        user: str | None = None,
        service_id: str | None = None,
    ) -> Result:
        """Make a dispatch: ``{dispatch, entries}``."""
        return await self.command(
            commands.Dispatch(
                id=self.new_id(), tracker=tracker, user=user, data=data, service_id=service_id
            )
        )

    async def choose(
        self,
        entry: str,
        path: str,
        *,
        data: dict[str, Any] | None = None,
        step: str | None = None,
        visit: int | None = None,
        fence: int | None = None,
    ) -> Result:
        """Take a path from where the mirror shows this user, or from the step and visit given."""
        if step is None or visit is None:
            view = self.entries.get(entry)
            if view is None or "step" not in view:
                raise KeyError(f"There is no entry {entry} with steps in this inbox.")
            step, visit = step or view["step"], view["visit"] if visit is None else visit
        return await self.command(
            commands.Choose(
                id=self.new_id(),
                entry=entry,
                step=step,
                visit=visit,
                path=path,
                data=data,
                fence=fence,
            )
        )

    async def say(
        self, entry: str | None, body: str, *, data: Any = None, room: str | None = None
    ) -> int:
        """Write in the conversation of an entry or of a room; the message's number."""
        result = await self.command(
            commands.Say(id=self.new_id(), entry=entry, room=room, body=body, data=data)
        )
        return int(result["m"])

    async def edit(
        self, entry: str | None, m: int, body: str, *, data: Any = None, room: str | None = None
    ) -> int:
        """Say one's own message ``m`` anew; how often it was changed so far."""
        result = await self.command(
            commands.Edit(id=self.new_id(), entry=entry, room=room, m=m, body=body, data=data)
        )
        return int(result["revision"])

    async def delete(self, entry: str | None, m: int, *, room: str | None = None) -> None:
        """Take one's own message ``m`` back: its number stays, its text goes."""
        await self.command(commands.Delete(id=self.new_id(), entry=entry, room=room, m=m))

    async def lock(self, entry: str, ttl: float | None = None, *, wait: bool = False) -> Result:
        """Take or renew the entry's lock: ``{fence, until}``.

        ``wait``: while others hold it, get in line: ``{waiting}``, one's place from 1. Whoever is
        first in line is given the lock by a change of the entry, as any other change is told.
        """
        return await self.command(
            commands.LockEntry(id=self.new_id(), entry=entry, ttl=ttl, wait=wait)
        )

    async def ask(self, entry: str, body: str | None = None) -> None:
        """Ask those who hold the entry's lock to give it back."""
        await self.command(commands.AskForLock(id=self.new_id(), entry=entry, body=body))

    async def unlock(
        self, entry: str, fence: int | None = None, *, reason: str | None = None
    ) -> None:
        """Give the entry's lock back, or leave the line. ``reason``: of an administrator who frees
        what others hold."""
        await self.command(
            commands.UnlockEntry(id=self.new_id(), entry=entry, fence=fence, reason=reason)
        )

    async def get(self, entry: str) -> View:
        """The entry whole, freshly read by the server."""
        view: View = (await self.command(commands.Get(id=self.new_id(), entry=entry)))["entry"]
        return view

    async def history(self, entry: str, *, before: int | None = None, limit: int = 50) -> Result:
        """A page of the entry's history, newest first."""
        return await self.command(
            commands.History(id=self.new_id(), entry=entry, before=before, limit=limit)
        )

    async def messages(
        self,
        entry: str | None,
        *,
        room: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Result:
        """A page of the conversation of an entry or of a room, newest first."""
        return await self.command(
            commands.Messages(id=self.new_id(), entry=entry, room=room, before=before, limit=limit)
        )

    async def status(self, entry: str, status: Status) -> None:
        """Retire or revive this user's own item of the entry: ``active`` or ``retired``."""
        await self.command(commands.SetStatus(id=self.new_id(), entry=entry, status=status))

    async def mark_seen(self, entry: str) -> None:
        """This user has seen the entry as it is now."""
        await self.signal(commands.Read(entry=entry, seen=True))

    async def mark_read(self, entry: str | None, m: int, *, room: str | None = None) -> None:
        """This user has read the conversation of an entry or of a room up to message ``m``."""
        await self.signal(commands.Read(entry=entry, room=room, m=m))

    async def typing(self, entry: str | None, *, room: str | None = None) -> None:
        """This user is writing now; it fades by itself."""
        await self.signal(commands.Typing(entry=entry, room=room))

    async def watch(self, entry: str | None, *, away: bool = False) -> None:
        """This user looks at the entry now; None: at none. ``away``: nobody sits here now."""
        await self.signal(commands.Watch(entry=entry, away=away))
