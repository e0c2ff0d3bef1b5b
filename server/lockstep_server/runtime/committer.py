"""Group commit: all the changes that are waiting become durable together.

While one batch is on its way to the disk the next one gathers, so a busy server writes few large
batches and a quiet one answers at once. Each change is released in the order of its number,
synchronously, before anyone hears of the next one.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from lockstep_server.metrics import Metrics
from lockstep_server.store.change import Change, Committed, Outcome
from lockstep_server.store.interface import Position, Store, StoreFailed

log = logging.getLogger(__name__)

MAX_BATCH = 256
"""Changes in one commit at most: bounds how long the first of them waits."""

SLOW_SECONDS = 0.5
"""A commit that takes longer is a warning in the log: users feel it."""

Together = Callable[[], AbstractContextManager[None]]
Release = Callable[[int], None]
_Waiting = tuple[Change, Release, "asyncio.Future[Outcome]"]


class Committer:
    """The one who writes. ``position`` is the last change that was released."""

    def __init__(
        self,
        store: Store,
        position: Position,
        metrics: Metrics | None = None,
        together: Together = nullcontext,
    ) -> None:
        """The changes of one commit are released within ``together``."""
        self.position = position
        self._together = together
        self._failure: str | None = None
        self._metrics = metrics or Metrics()
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

    async def still_failing(self) -> str | None:
        """Why the last commit failed, unless the store takes something by now."""
        if self._failure is not None:
            try:
                await self._store.probe()
            except StoreFailed as failure:
                self._failure = str(failure)
            else:
                self._failure = None
        return self._failure

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
        started = time.perf_counter()
        try:
            outcomes = await self._store.commit([change for change, _, _ in batch])
        except Exception as failure:
            if not isinstance(failure, StoreFailed):
                log.exception("the store failed in a way that it does not name")
            reason = self._failure = str(failure)
            self._metrics.commit_failures.inc()
            for _, _, done in batch:
                if not done.done():
                    done.set_exception(StoreFailed(reason))
            return
        self._failure = None
        self._metrics.committed = time.perf_counter()
        self._measure(self._metrics.committed - started, len(batch))
        try:
            with self._together():
                for (_, release, _), outcome in zip(batch, outcomes, strict=True):
                    if isinstance(outcome, Committed):
                        self._release(release, outcome.n)
        except Exception:
            log.exception("changes are stored, but not everybody could be told of them")
        for (_, _, done), outcome in zip(batch, outcomes, strict=True):
            if not done.done():
                done.set_result(outcome)

    def _measure(self, seconds: float, changes: int) -> None:
        self._metrics.commit_seconds.observe(seconds)
        self._metrics.commit_changes.observe(changes)
        if seconds > SLOW_SECONDS:
            more = {"seconds": round(seconds, 3), "changes": changes, "waiting": len(self._waiting)}
            log.warning("a commit was slow", extra=more)

    def _release(self, release: Release, n: int) -> None:
        assert n > self.position.n, "changes are released in the order of their numbers"
        self.position = Position(self.position.epoch, n)
        try:
            release(n)
        except Exception:
            # The change is durable: whoever gave it must hear so. What went wrong is ours.
            log.exception("change %s is stored, but telling of it failed", n)
