"""What leaves the database after a commit: notifications and starts of other workflows.

An effect is a row of its change, so a crash between the commit and the effect loses nothing: at
the next start it is still pending. It is performed at least once, under an id that makes a
repeat harmless; a failure is tried again later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from lockstep_server.store.interface import EffectWrite, Store, StoreFailed

from .clock import Clock

log = logging.getLogger(__name__)

Perform = Callable[[str, bytes], Awaitable[None]]
"""Performs one effect, given its id and its body (JSON); raises when it must be tried again."""

FIRST_RETRY = 1.0
"""Seconds until the second try; each further one waits twice as long."""
LAST_RETRY = 3600.0
"""Seconds between two tries at most."""
LOADED_AT_START = 100_000
"""Effects of an earlier run that are taken up at most."""
SWEEP = 1.0
"""Seconds between two looks at what is due again."""


class Effects:
    """Performs effects in the order of their changes. Kinds without a performer stay pending."""

    def __init__(self, store: Store, clock: Clock, performers: Mapping[str, Perform]) -> None:
        self._store = store
        self._clock = clock
        self._performers = performers
        self._waiting: list[tuple[EffectWrite, int]] = []
        self._later: list[tuple[float, EffectWrite, int]] = []
        self._wake = asyncio.Event()
        self._closing = False

    async def load(self) -> None:
        """Take up what an earlier run of the server left undone."""
        for stored in await self._store.pending_effects(LOADED_AT_START):
            effect = EffectWrite(stored.id, stored.entry, stored.kind, stored.body)
            self._waiting.append((effect, stored.tries))
        self._wake.set()

    def add(self, effects: tuple[EffectWrite, ...]) -> None:
        """Effects of a change that has just been committed."""
        if effects:
            self._waiting.extend((effect, 0) for effect in effects)
            self._wake.set()

    async def run(self) -> None:
        """Perform what waits until ``close``; what is left then stays pending in the store."""
        while not self._closing:
            timeout = SWEEP if self._later else None
            try:
                await asyncio.wait_for(self._wake.wait(), timeout)
            except TimeoutError:
                self._take_due()
            self._wake.clear()
            waiting, self._waiting = self._waiting, []
            done = [effect.id for effect, tries in waiting if await self._perform(effect, tries)]
            if done:
                try:
                    await self._store.effect_done(done)
                except StoreFailed:
                    log.warning("%d effects are done but could not be marked so", len(done))

    def close(self) -> None:
        """Let ``run`` end after the effects at hand."""
        self._closing = True
        self._wake.set()

    def _take_due(self) -> None:
        now = self._clock()
        self._waiting += [(effect, tries) for due, effect, tries in self._later if due <= now]
        self._later = [waiting for waiting in self._later if waiting[0] > now]

    async def _perform(self, effect: EffectWrite, tries: int) -> bool:
        perform = self._performers.get(effect.kind)
        if perform is None:
            return False
        try:
            await perform(effect.id, effect.body)
        except Exception as error:
            delay = min(FIRST_RETRY * 2**tries, LAST_RETRY)
            log.warning("effect %s (%s) failed: %s", effect.id, effect.kind, error)
            due = self._clock() + delay
            self._later.append((due, effect, tries + 1))
            try:
                await self._store.effect_retry(effect.id, tries + 1, due, str(error))
            except StoreFailed:
                log.warning("the failure of effect %s could not be stored", effect.id)
            return False
        return True
