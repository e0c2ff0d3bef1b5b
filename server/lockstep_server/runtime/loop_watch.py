"""How long the event loop is busy with one thing: everybody else waits for so long."""

import asyncio
import logging

from lockstep_server.metrics import Metrics

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.02
"""Between two looks. What comes later than planned by so much was held up by something else."""

LONG_SECONDS = 0.25
"""A stall that is longer is a warning in the log."""


TOO_LONG_SECONDS = 2.5
"""After a stall that is longer nobody should be sent here for ``RECENT_SECONDS``."""

RECENT_SECONDS = 10.0


class LoopWatch:
    """Sees how late a timer comes. To be started and stopped within the loop it watches."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._longest = 0.0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._too_long: tuple[float, float] | None = None  # when it was over, and its seconds

    def start(self) -> None:
        """Begin to look."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + EVERY_SECONDS
        self._timer = loop.call_at(self._due, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def long_stall(self) -> float:
        """How long the loop stood still not long ago, in seconds; 0: not for too long."""
        if self._too_long is None:
            return 0.0
        at, seconds = self._too_long
        return seconds if asyncio.get_running_loop().time() - at < RECENT_SECONDS else 0.0

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        late = max(0.0, now - self._due)
        self._metrics.loop_stall.observe(late)
        if late > LONG_SECONDS:
            log.warning("the event loop was busy with one thing", extra={"seconds": round(late, 3)})
        if late > TOO_LONG_SECONDS:
            self._too_long = (now, late)
        if late > self._longest:
            self._longest = late
            self._metrics.loop_stall_longest.set(late)
        self.start()
