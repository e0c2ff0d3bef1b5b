"""Times at which something has to be looked at: leases that end, sessions that do not come back."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable

from .clock import Clock

LONGEST_SLEEP = 60.0
"""Seconds: a clock that was set is noticed after this."""
CLOCK_SLACK = 1.0
"""Seconds by which the clock may be put right without being taken for set back."""


class Timers:
    """Calls ``due(key)`` once the time given for a key is there; a stale call is harmless.

    When the clock is set back, everything is due at once: whoever is called sees how much is left
    by the clock as it is now, and gives the time anew.
    """

    def __init__(self, clock: Clock, due: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._due = due
        self._heap: list[tuple[float, str]] = []
        self._wake = asyncio.Event()
        self._closing = False

    def at(self, when: float, key: str) -> None:
        """Look at ``key`` at ``when`` (Unix seconds)."""
        heapq.heappush(self._heap, (when, key))
        self._wake.set()

    async def run(self) -> None:
        """Wait and call until ``close``."""
        loop = asyncio.get_running_loop()
        ahead = self._clock() - loop.time()
        while not self._closing:
            now = self._clock()
            before, ahead = ahead, now - loop.time()
            if ahead < before - CLOCK_SLACK:
                await self._all()
            # By the clock as it is each time: set back meanwhile, what is due gives its time anew.
            while self._heap and self._heap[0][0] <= self._clock():
                _, key = heapq.heappop(self._heap)
                await self._due(key)
            left = self._heap[0][0] - self._clock() if self._heap else LONGEST_SLEEP
            wait = min(left, LONGEST_SLEEP)
            try:
                await asyncio.wait_for(self._wake.wait(), max(wait, 0.0))
            except TimeoutError:
                continue
            self._wake.clear()

    async def _all(self) -> None:
        heap, self._heap = self._heap, []
        for key in {key for _, key in heap}:
            await self._due(key)

    def close(self) -> None:
        """Let ``run`` end."""
        self._closing = True
        self._wake.set()
