"""The wait between two connections."""

import asyncio
import contextlib
import time


class Pause:
    """One wait at a time, which ``hurry`` cuts short, also ahead of its beginning."""

    def __init__(self) -> None:
        self._hurry = asyncio.Event()
        self._until: float | None = None

    @property
    def left(self) -> float | None:
        """Seconds until the wait is over; None: nothing is waited for."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    def hurry(self) -> None:
        """Wait no longer."""
        self._hurry.set()

    async def wait(self, seconds: float | None) -> bool:
        """Wait so long (None: not at all); whether somebody was in a hurry."""
        if seconds is not None:
            self._until = time.monotonic() + seconds
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._hurry.wait()
            finally:
                self._until = None
        hurried = self._hurry.is_set()
        self._hurry.clear()
        return hurried
