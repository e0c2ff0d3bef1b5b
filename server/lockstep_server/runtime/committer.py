"""Group commit: all the changes that are waiting become durable together.

While one batch is on its way to the disk the next one gathers, so a busy server writes few large
batches and a quiet one answers at once. Each change is released in the order of its number,
synchronously, before anyone hears of the next one.
"""

import asyncio
import logging
from collections.abc import Callable

from lockstep_server.store.change import Change, Committed, Outcome
from lockstep_server.store.interface import Position, Store, StoreFailed

log = logging.getLogger(__name__)

MAX_BATCH = 256
"""Changes in one commit at most: bounds how long the first of them waits."""

Release = Callable[[int], None]
_Waiting = tuple[Change, Release, "asyncio.Future[Outcome]"]


class Committer:
    """The one who writes. ``position`` is the last change that was released."""

    def __init__(self, store: Store, position: Position) -> None:
        self.position = position
        self._store = store
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._closing = False

    async def commit(self, change: Change, release: Release) -> Outcome:
        """Make ``change`` durable, then call ``release(n)``, then return.

        Raises ``StoreFailed`` when it is not stored; ``release`` was not called then.
        """
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, release, done))
        self._wake.set()
        return await done

    async def run(self) -> None:
        """Write batch after batch until ``close``."""
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._write(batch)

    def close(self) -> None:
        """Let ``run`` end once everything that waits is written."""
        self._closing = True
        self._wake.set()

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._store.commit([change for change, _, _ in batch])
        except Exception as failure:
            if not isinstance(failure, StoreFailed):
                log.exception("the store failed in a way that it does not name")
            reason = str(failure)
            for _, _, done in batch:
                if not done.done():
                    done.set_exception(StoreFailed(reason))
            return
        for (_, release, done), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Committed):
                self._release(release, outcome.n)
            if not done.done():
                done.set_result(outcome)

    def _release(self, release: Release, n: int) -> None:
        assert n > self.position.n, "changes are released in the order of their numbers"
        self.position = Position(self.position.epoch, n)
        try:
            release(n)
        except Exception:
            # The change is durable: whoever gave it must hear so. What went wrong is ours.
            log.exception("change %s is stored, but telling of it failed", n)
