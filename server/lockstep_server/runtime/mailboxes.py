"""One mailbox an entry: its commands are taken one at a time, in the order they came.

Entries are in memory on demand and let go when nobody asked for them for a while.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lockstep_server.engine.entry import Entry
from lockstep_server.store.interface import Store

from .clock import Clock

MAX_RESIDENT_ENTRIES = 20_000
"""Entries kept in memory at most; the ones unused longest go first."""
IDLE_SECONDS = 300.0
"""An entry that nobody asked for during this time is let go."""


class Mailboxes:
    """Turns by key. A key is an entry's id or whatever else must happen once (a start key)."""

    def __init__(self) -> None:
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait for one's turn and hold it; turns are given in the order they were asked for."""
        mutex, waiting = self._turns.get(key) or (asyncio.Lock(), 0)
        self._turns[key] = (mutex, waiting + 1)
        try:
            async with mutex:
                yield
        finally:
            mutex, waiting = self._turns[key]
            if waiting == 1:
                del self._turns[key]
            else:
                self._turns[key] = (mutex, waiting - 1)


class Entries:
    """The entries in memory, as of their last commit."""

    def __init__(self, store: Store, mailboxes: Mailboxes, clock: Clock) -> None:
        self._store = store
        self._mailboxes = mailboxes
        self._clock = clock
        # The one used last stands last, with the time when that was.
        self._resident: OrderedDict[str, tuple[Entry, float]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, id: str) -> AsyncIterator[Entry | None]:
        """The entry, alone with it; None: there is no such entry."""
        async with self._mailboxes.turn(id):
            yield await self._load(id)

    async def meant(self, id: str, users: list[str] | None) -> list[str]:
        """``users``; None stands for every recipient of the entry, as they are now."""
        if users is not None:
            return users
        async with self.turn(id) as entry:
            return sorted(entry.where) if entry is not None else []

    def keep(self, entry: Entry) -> None:
        """Keep an entry as it was just committed or read."""
        self._resident[entry.head.id] = (entry, self._clock())
        self._resident.move_to_end(entry.head.id)
        while len(self._resident) > MAX_RESIDENT_ENTRIES:
            self._resident.popitem(last=False)

    def let_go(self) -> None:
        """Let go what was idle too long. Whoever has a turn with an entry keeps hold of it."""
        until = self._clock() - IDLE_SECONDS
        while self._resident:
            id, (_, used) = next(iter(self._resident.items()))
            if used > until:
                return
            del self._resident[id]

    def __len__(self) -> int:
        """How many entries are in memory."""
        return len(self._resident)

    def forget(self, id: str) -> None:
        """Read the entry from the store next time (after a commit failed)."""
        self._resident.pop(id, None)

    async def _load(self, id: str) -> Entry | None:
        resident = self._resident.get(id)
        if resident is not None:
            self.keep(resident[0])
            return resident[0]
        stored = await self._store.entry(id)
        if stored is None:
            return None
        entry = Entry.of(stored)
        self.keep(entry)
        return entry
