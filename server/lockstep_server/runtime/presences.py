"""Presence at work: noted at once, told a little later, learnt in the background."""

import asyncio
import logging
from collections import deque
from collections.abc import Collection

from lockstep_protocol.commands import Watch
from lockstep_server.engine.entry import Entry
from lockstep_server.hub.hub import Hub, Sink
from lockstep_server.hub.lookers import PRESENCE_CIRCLE
from lockstep_server.hub.presence import Attendance
from lockstep_server.store.interface import Store, StoreFailed

from .changes import Drafted
from .clock import Clock
from .faults import store_faults
from .mailboxes import Entries

log = logging.getLogger(__name__)

CONTACT_ENTRIES = 200
"""Entries, the newest, by which a user who comes is known to others."""
CONTACTS = 500
"""Users whom one who comes is known to at most, before they meet in newer entries."""
LONGEST_SLEEP = 60.0
"""Seconds: a clock that was set is noticed after this."""


class Presences:
    """Who is there, over one hub."""

    def __init__(self, hub: Hub, store: Store, entries: Entries, clock: Clock) -> None:
        self._hub = hub
        self._store = store
        self._entries = entries
        self._clock = clock
        self._attendance = Attendance()
        self._coming: deque[str] = deque()
        self._come = asyncio.Event()
        self._wake = asyncio.Event()
        self._closing = False
        hub.left.append(self._went)

    def came(self, sink: Sink) -> None:
        """A session is up to date: it may hear of others, and they of its user."""
        if not self._hub.has(sink):
            return
        if self._attendance.came(sink, self._clock()):
            self._coming.append(sink.user)
            self._come.set()
        self._wake.set()

    def _went(self, sink: Sink) -> None:
        self._attendance.went(sink, self._clock())
        self._wake.set()

    def heard(self, sink: Sink) -> None:
        """A client said something of its own accord."""
        if self._attendance.heard(sink, self._clock()):
            self._wake.set()

    async def watch(self, sink: Sink, message: Watch) -> None:
        """A session looks at an entry; at none, where its user has no part in it."""
        entry, members = None, None
        if message.entry is not None:
            with store_faults():
                async with self._entries.turn(message.entry) as found:
                    if found is not None and _takes_part(found, sink.user):
                        entry, members = message.entry, _members(found)
        self._hub.look(sink, None if message.away else entry)
        self._attendance.watch(sink, entry, message.away, members, self._clock())
        self._wake.set()

    def joined(self, entry: Entry, newcomers: Collection[str]) -> None:
        """A change brought ``newcomers`` into ``entry``: they are told of, if they are few."""
        if newcomers:
            members, now = _members(entry), self._clock()
            self._attendance.grew(entry.head.id, members, now)
            if members is not None:
                self._attendance.met(newcomers, members, now)
            self._wake.set()

    async def run(self) -> None:
        """Learn and tell until ``close``."""
        await asyncio.gather(self._learn(), self._tell())

    def close(self) -> None:
        """Let ``run`` end."""
        self._closing = True
        self._wake.set()
        self._come.set()

    async def _learn(self) -> None:
        """One after the other, so that at most one such read is in the way of others."""
        while not self._closing:
            if not self._coming:
                self._come.clear()
                await self._come.wait()
                continue
            user = self._coming.popleft()
            try:
                known = await self._store.contacts(user, PRESENCE_CIRCLE, CONTACT_ENTRIES, CONTACTS)
            except StoreFailed as failure:
                log.warning("whom %s knows could not be read: %s", user, failure)
                continue
            self._attendance.met((user,), known, self._clock())
            self._wake.set()

    async def _tell(self) -> None:
        while not self._closing:
            self._wake.clear()
            for sink, frame in self._attendance.tick(self._clock()):
                sink.push(None, frame)
            deadline = self._attendance.deadline()
            wait = LONGEST_SLEEP if deadline is None else deadline - self._clock()
            if wait <= 0:
                await asyncio.sleep(0)
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), min(wait, LONGEST_SLEEP))
            except TimeoutError:
                continue


def newcomers(part: Drafted) -> Collection[str]:
    """The users whom a change brings into its entry; to be asked before it is shown."""
    before = part.base.where if part.base is not None else {}
    return {user for user in part.draft.moved if user not in before} | part.draft.guests.keys()


def _takes_part(entry: Entry, user: str) -> bool:
    return entry.head.room is None and (user in entry.where or user in entry.guests)


def _members(entry: Entry) -> frozenset[str] | None:
    """Who takes part in an entry or room; None: they are too many."""
    if max(len(entry.where), len(entry.guests)) > PRESENCE_CIRCLE:
        return None
    return frozenset(entry.where.keys() | entry.guests.keys())
