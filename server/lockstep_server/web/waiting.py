"""What a connection waits for, in a tenth of the memory of asyncio's own: there are thousands."""

import asyncio
from typing import Any

Event = dict[str, Any]


class Events:
    """The ASGI events of one connection, for one who takes them (as ``asyncio.Queue``)."""

    __slots__ = ("_events", "_taker")

    def __init__(self) -> None:
        self._events: list[Event] = []  # few: nothing is read while a message waits
        self._taker: asyncio.Future[None] | None = None

    def put_nowait(self, event: Event) -> None:
        """Add one at the end."""
        self._events.append(event)
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    def empty(self) -> bool:
        """Whether none waits."""
        return not self._events

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for the next one."""
        return self._taker is not None and not self._taker.done()

    async def get(self) -> Event:
        """The next one, once it is there."""
        while not self._events:
            self._taker = asyncio.get_running_loop().create_future()
            try:
                await self._taker
            finally:
                self._taker = None
        return self._events.pop(0)


class Gate:
    """Open or shut (as ``asyncio.Event``); open at first."""

    __slots__ = ("_open", "_waiting")

    def __init__(self) -> None:
        self._open = True
        self._waiting: tuple[asyncio.Future[None], ...] = ()

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._open

    def set(self) -> None:
        """Open it: all who wait go on."""
        self._open = True
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    def clear(self) -> None:
        """Shut it."""
        self._open = False

    async def wait(self) -> None:
        """Until it is open, or was for a moment."""
        if self._open:
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting += (mine,)
        try:
            await mine
        finally:
            self._waiting = tuple(each for each in self._waiting if each is not mine)
