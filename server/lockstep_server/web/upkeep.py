"""Keeping the client of one connection up to date, beside the reading of its socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from lockstep_protocol.digest import digest
from lockstep_protocol.refusals import Refused
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.catching_up import Part
from lockstep_server.session.doing import Do
from lockstep_server.session.session import Session
from lockstep_server.session.timing import State

from .crowd import Crowd
from .guarded import guarded
from .writing import Writer


class Upkeep:
    """What a session reads in the background, at the pace of its writer."""

    def __init__(
        self,
        runtime: Runtime,
        crowd: Crowd,
        session: Session,
        writer: Writer,
        clock: Callable[[], float],
    ) -> None:
        self._runtime = runtime
        self._crowd = crowd
        self._session = session
        self._writer = writer
        self._clock = clock
        self._jobs: list[asyncio.Task[None]] = []

    def start(self, job: Coroutine[Any, Any, None]) -> None:
        """Do ``job`` while the socket goes on being read."""
        task = asyncio.create_task(job)
        self._jobs.append(task)
        task.add_done_callback(self._jobs.remove)

    async def stop(self) -> None:
        """The connection is over: nobody needs what is still being read."""
        jobs = tuple(self._jobs)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def catch_up(
        self, user: str, since: int | None, at_once: Callable[[list[Do]], None]
    ) -> list[Do]:
        """Send the inbox, each part once the one before is written; what is to be done then."""
        session, clock = self._session, self._clock
        try:
            async with self._crowd.reading:
                inbox = await guarded(self._runtime.inbox(user, since))
                parts = inbox.parts
                # Most inboxes are read by now, and the welcome leaves together with them.
                part = await guarded(_next(parts))
            at_once(session.found(inbox.n, clock()))
            async with aclosing(parts):
                # The next parts are read while one is on its way: three are in memory at most.
                while part is not None and session.state is State.SYNCING:
                    at_once(session.part(part, clock()))
                    async with self._crowd.reading:
                        part = await guarded(_next(parts))
                    if part is not None:
                        await self._writer.drain()
        except Refused as no:
            return session.catching_up_failed(no.refusal, clock())
        return session.caught_up(clock())

    async def digest(self, user: str) -> list[Do]:
        """Have the client compare what it has, unless it is behind with its reading."""
        try:
            found = await guarded(self._runtime.versions(user))
        except Refused:
            return self._session.digested(None, "", self._clock())
        said, n = digest(found.versions), found.n if self._writer.drained else None
        return self._session.digested(n, said, self._clock())


async def _next(parts: AsyncIterator[Part]) -> Part | None:
    return await anext(parts, None)
