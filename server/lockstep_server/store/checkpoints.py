"""When the write-ahead log is brought into the file: often while there are commits, so that none
has much to wait for, and the whole of it when it is quiet.

A log of which all is in the file is written from its start again, which costs a commit less than
one that grows.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from .interface import StoreFailed

OFTEN_SECONDS = 0.25
"""While there are commits the log is brought into the file this often. Commands wait a few
milliseconds for that."""
QUIET_SECONDS = 1.0
"""Without a commit for this long the log is emptied as well."""
LARGE_LOG_BYTES = 64 * 1024 * 1024
"""A log this large, since somebody read while it grew, is emptied whether it is quiet or not."""
READERS_MS = 100
"""How long emptying it, and so every commit behind that, waits for those who read."""

Work = Callable[[], Awaitable[bool]]


class Checkpoints:
    """The checkpoints of one file, made on the writer's own connection.

    ``some`` does what can be done without waiting for a reader. ``empty`` says whether the log is
    empty then; when somebody reads for long, say to make a copy, it is not, and is tried again
    ``QUIET_SECONDS`` later, not at each commit.
    """

    def __init__(self, log: Path, some: Work, empty: Work) -> None:
        self._log = log
        self._some = some
        self._empty = empty
        self._timer: asyncio.TimerHandle | None = None
        self._running: asyncio.Task[None] | None = None
        self._since: float | None = None  # when something was first written after the last one
        self._held_up = False

    def plan(self) -> None:
        """Something was written."""
        if self._running is not None or (self._held_up and self._timer is not None):
            return
        now = asyncio.get_running_loop().time()
        if self._since is None:
            self._since = now
        if self._held_up or now - self._since < OFTEN_SECONDS:
            self._await_quiet()
        else:
            self._start(self._empty if self._bytes() > LARGE_LOG_BYTES else self._some)

    async def close(self) -> None:
        """Plan no more, and wait for the one at work."""
        if self._timer is not None:
            self._timer.cancel()
        if self._running is not None:
            await self._running
        if self._timer is not None:
            self._timer.cancel()

    def _await_quiet(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(QUIET_SECONDS, self._start, self._empty)

    def _start(self, work: Work) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._since = None
        self._running = asyncio.create_task(self._run(work))

    async def _run(self, work: Work) -> None:
        try:
            emptied = await work()
        except StoreFailed:
            emptied = True  # tried again after the next commit
        finally:
            self._running = None
        self._held_up = not emptied and work == self._empty
        if not emptied:
            self._await_quiet()

    def _bytes(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0


def bring_in(connection: sqlite3.Connection) -> None:
    """Bring of the log into the file what nobody reads; the next commit may begin it anew."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Bring the log into the file and empty it; whether that could be done at once."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {READERS_MS}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.execute(f"PRAGMA busy_timeout = {before}")
