"""When the write-ahead log is brought into the file: when it is quiet, or the log is large."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from .interface import StoreFailed

QUIET_SECONDS = 1.0
"""Without a commit for this long the log is checkpointed."""
LARGE_LOG_BYTES = 192 * 1024 * 1024
"""A log this large is checkpointed whether it is quiet or not. Commands wait for that some 30 ms,
and one leaves about 45 KB: at 500 a second without a pause this is every eight seconds, so that
fewer than one in a hundred meets it."""
READERS_MS = 100
"""How long a checkpoint, and so every commit behind it, waits for those who read."""


class Checkpoints:
    """The checkpoints of one file, made by ``work`` on the writer's own connection.

    ``work`` says whether the log is empty then; when somebody reads for long, say to make a copy,
    it is not, and is tried again ``QUIET_SECONDS`` later, not at each commit.
    """

    def __init__(self, log: Path, work: Callable[[], Awaitable[bool]]) -> None:
        self._log = log
        self._work = work
        self._timer: asyncio.TimerHandle | None = None
        self._running: asyncio.Task[None] | None = None
        self._held_up = False

    def plan(self) -> None:
        """Something was written."""
        if self._running is not None:
            return
        if self._timer is not None:
            if self._held_up:
                return
            self._timer.cancel()
        delay = QUIET_SECONDS if self._held_up or self._bytes() <= LARGE_LOG_BYTES else 0.0
        self._timer = asyncio.get_running_loop().call_later(delay, self._start)

    async def close(self) -> None:
        """Plan no more, and wait for the one at work."""
        if self._timer is not None:
            self._timer.cancel()
        if self._running is not None:
            await self._running
        if self._timer is not None:
            self._timer.cancel()

    def _start(self) -> None:
        self._timer = None
        self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            self._held_up = not await self._work()
        except StoreFailed:
            self._held_up = False  # tried again after the next commit
        finally:
            self._running = None
        if self._held_up:
            self.plan()

    def _bytes(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Bring the log into the file and empty it; whether that could be done at once."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {READERS_MS}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.execute(f"PRAGMA busy_timeout = {before}")
