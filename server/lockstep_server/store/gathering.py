"""Reads that wait for a connection's thread go to it together: one hop there and back for many.

A hop costs more than what an ordinary read does there: two threads wake each other, and contend
for the interpreter. When many clients come at once, this is most of what their reading costs.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from .interface import StoreFailed

T = TypeVar("T")

READS_A_HOP = 32
"""Reads in one hop at most: what is asked for later is not to wait for long."""

Read = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]
Answer = tuple[Any, Exception | None]


class Gathered:
    """The reads of one connection. ``hop`` has a list of them done; one's error is its own."""

    def __init__(self, hop: Callable[[list[Read]], Awaitable[list[Answer]]]) -> None:
        self._hop = hop
        self._waiting: deque[Read] = deque()
        self._job: asyncio.Task[None] | None = None

    async def read(self, work: Callable[..., T], *args: Any) -> T:
        """The result of ``work``, which is given the thread's own connection before ``args``."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((future, work, args))
        if self._job is None:
            self._job = asyncio.create_task(self._carry())
        return await future

    async def settled(self) -> None:
        """Wait until all that was asked for is answered."""
        while self._job is not None:
            await asyncio.wait([self._job])

    async def _carry(self) -> None:
        """Until nothing waits."""
        try:
            while self._waiting:
                count = min(len(self._waiting), READS_A_HOP)
                reads = [self._waiting.popleft() for _ in range(count)]
                # Whoever has gone away meanwhile needs nothing.
                reads = [each for each in reads if not each[0].done()]
                await self._carried(reads)
        finally:
            self._job = None

    async def _carried(self, reads: list[Read]) -> None:
        try:
            answers = await self._hop(reads)
        except Exception as failed:  # of each of them, then
            answers = [(None, StoreFailed(str(failed))) for _ in reads]
        for (future, _, _), (result, error) in zip(reads, answers, strict=True):
            if future.done():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


def together(connection: sqlite3.Connection, reads: list[Read]) -> list[Answer]:
    """One read transaction: every statement of all of them sees the same commits."""
    connection.execute("BEGIN")
    try:
        return [_answered(connection, work, args) for _, work, args in reads]
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _answered(
    connection: sqlite3.Connection, work: Callable[..., Any], args: tuple[Any, ...]
) -> Answer:
    try:
        return work(connection, *args), None
    except sqlite3.Error as error:
        return None, StoreFailed(f"{type(error).__name__}: {error}")
    except Exception as fault:
        return None, fault
