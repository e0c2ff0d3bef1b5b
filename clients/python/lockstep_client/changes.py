"""Following a client: its events, one after the other."""

import asyncio
from typing import Self

from .events import Event


class Changes:
    """The events of a client from the moment this was made, in order; ends with the client."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    def put(self, event: Event) -> None:
        """Add an event; events wait without bound, so a follower has to keep up."""
        self._events.put_nowait(event)

    def end(self) -> None:
        """No event comes after those that wait."""
        self._events.put_nowait(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._events.get()
        if event is None:
            raise StopAsyncIteration
        return event
