"""Leases that end: at its time each lock is looked at again, by its entry's own mailbox."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable

from .clock import Clock

LONGEST_SLEEP = 60.0
"""Seconds: a clock that was set is noticed after this."""


class Timers:
    """Calls ``due(entry)`` once the time given for an entry is there; a stale call is harmless."""

    def __init__(self, clock: Clock, due: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._due = due
        self._heap: list[tuple[float, str]] = []
        self._wake = asyncio.Event()
        self._closing = False

    def at(self, when: float, entry: str) -> None:
        """Look at ``entry`` at ``when`` (Unix seconds)."""
        heapq.heappush(self._heap, (when, entry))
        self._wake.set()

    async def run(self) -> None:
        """Wait and call until ``close``."""
        while not self._closing:
            now = self._clock()
            while self._heap and self._heap[0][0] <= now:
                _, entry = heapq.heappop(self._heap)
                await self._due(entry)
            wait = min(self._heap[0][0] - now, LONGEST_SLEEP) if self._heap else LONGEST_SLEEP
            try:
                await asyncio.wait_for(self._wake.wait(), max(wait, 0.0))
            except TimeoutError:
                continue
            self._wake.clear()

    def close(self) -> None:
        """Let ``run`` end."""
        self._closing = True
        self._wake.set()
