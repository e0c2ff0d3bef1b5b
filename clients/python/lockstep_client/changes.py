"""Following a client: its events, one after the other."""

import asyncio
from collections import deque
from typing import Self

from .errors import FellBehind
from .events import Event

EVENTS_AT_MOST = 10_000
"""Events that may wait for one follower."""


class Changes:
    """The events of a client from the moment this was made, in order; ends with the client.

    A follower that does not keep up gets ``FellBehind`` in place of what did not fit any more,
    and nothing after it.
    """

    def __init__(self, at_most: int = EVENTS_AT_MOST) -> None:
        self._at_most = at_most
        self._events: deque[Event] = deque()
        self._ended = False
        self._lost = False
        self._wake = asyncio.Event()

    def put(self, event: Event) -> None:
        """Add an event, unless too many wait: then this follower has lost the thread."""
        if self._lost or self._ended:
            return
        if len(self._events) >= self._at_most:
            self._lost = True
            self._events.clear()
        else:
            self._events.append(event)
        self._wake.set()

    def end(self) -> None:
        """No event comes after those that wait."""
        self._ended = True
        self._wake.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._lost:
                raise FellBehind(self._at_most)
            if self._ended:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._events.popleft()
