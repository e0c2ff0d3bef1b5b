"""What all sockets share: room for what waits, times to come back, turns to catch up."""

import asyncio
from collections.abc import Callable

from lockstep_server.config import Settings
from lockstep_server.session.budget import Budget
from lockstep_server.session.outbox import Tally
from lockstep_server.session.slots import Slots

READS_AT_ONCE = 32
"""Parts of inboxes that are read at a time; the other sessions wait for their turn, in order.

So many that the store is never idle, and so few that others have their turn on the loop between.
"""


class Crowd:
    """Made once, by ``Sockets``."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.budget = Budget(settings.buffered_bytes)
        self.tally = Tally()
        self.commands: set[asyncio.Task[None]] = set()
        """Those at work, whose sessions may be over: asyncio itself would lose them."""
        self.reading = asyncio.Semaphore(READS_AT_ONCE)
        self._slots = Slots()
        self._clock = clock

    def come_back_ms(self) -> int:
        """When one more session that is sent away is to be back."""
        return self._slots.take(self._clock())

    def check(self) -> None:
        """Look at everybody for whom something waits."""
        for holder in self.budget.holders:
            holder.check()
