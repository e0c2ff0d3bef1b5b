"""The event loop of a server: asyncio's own, which takes what has happened in small portions."""

import asyncio
import math
import os
import select
import selectors
import sys

EVENTS_AT_ONCE = 64
"""Sockets that are served before timers and everybody else have their turn.

When thousands of clients speak at the same moment, asyncio would serve all of them in one go, and
nothing else meanwhile. The system hands them out in turn, so that none is passed over.
"""


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop for a server."""
    if sys.platform != "linux":
        return asyncio.new_event_loop()
    return asyncio.SelectorEventLoop(FewAtATime())


class FewAtATime(selectors.EpollSelector):
    """Waits like its base, and tells of a few sockets at a time."""

    def __init__(self) -> None:
        super().__init__()
        # The base's own object is private; another one for the same set of sockets is not.
        self._few = select.epoll.fromfd(os.dup(self.fileno()))

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready. ``timeout`` in seconds; None: as long as it takes."""
        if timeout is None:
            seconds = -1.0
        else:
            # The system counts milliseconds, and must not come too early.
            seconds = math.ceil(timeout * 1e3) * 1e-3 if timeout > 0 else 0.0
        try:
            happened = self._few.poll(seconds, EVENTS_AT_ONCE)
        except InterruptedError:
            return []
        ready = []
        keys = self.get_map()
        for fd, event in happened:
            key = keys.get(fd)
            if key is not None:
                readable = selectors.EVENT_READ if event & ~select.EPOLLOUT else 0
                writable = selectors.EVENT_WRITE if event & ~select.EPOLLIN else 0
                ready.append((key, (readable | writable) & key.events))
        return ready

    def close(self) -> None:
        """Let go of the set of sockets."""
        self._few.close()
        super().close()
