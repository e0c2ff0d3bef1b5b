"""What leaves the database after a commit: notifications, scripts, starts of other workflows.

An effect is a row of its change, so a crash between the commit and the effect loses nothing: at
the next start it is still pending. It is performed at least once, under an id that makes a
repeat harmless. Effects of one entry and channel are performed in their order; one that fails is
tried again, later and later, and those behind it wait. When it is given up it leaves an incident.
"""

import asyncio
import heapq
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec

from lockstep_server.metrics import Metrics
from lockstep_server.store.effects import EffectEnd, EffectWrite
from lockstep_server.store.interface import Store, StoreFailed

from .clock import Clock

log = logging.getLogger(__name__)

FIRST_RETRY = 1.0
"""Seconds until the second try."""
LAST_RETRY = 3600.0
"""Seconds until the last try."""
MAX_TRIES = 12
"""Tries before an effect is given up. Each wait is about 2.3 times the one before: 1 s to 1 h."""
SWEEP = 1.0
"""Seconds between two looks at what is due again."""
WORKERS = {"inside": 8, "outside": 24}
"""Effects at a time: what this process does by itself, and what waits for others far away."""
LEAVE_SECONDS = 2.0
"""How long a stopping server waits for the effects at hand; they stay pending otherwise."""


class Performed(msgspec.Struct, frozen=True):
    """An effect that was performed. ``text`` says what came of it.

    ``follow``: what is to be done instead, each with an id ``ID:…``. ``stored``: its end was
    stored with a change already.
    """

    text: str = ""
    follow: tuple[EffectWrite, ...] = ()
    stored: bool = False


class GiveUp(Exception):
    """No repetition helps; the text says why."""


class TryLater(Exception):
    """It must be tried again, not before ``after`` seconds, and ``tries`` times in all."""

    def __init__(self, text: str, after: float | None = None, tries: int = MAX_TRIES) -> None:
        super().__init__(text)
        self.after = after
        self.tries = tries


Perform = Callable[[EffectWrite], Awaitable[Performed]]
"""Performs one effect. Raises ``GiveUp``; any other exception means that it is tried again."""
Abandon = Callable[[EffectWrite, int, str], Awaitable[None]]
"""Leaves an incident for an effect that was given up after so many tries, and ends it."""
_Lane = tuple[str, str]


class _Waiting(msgspec.Struct):
    effect: EffectWrite
    tries: int = 0
    due: float = 0.0


class Effects:
    """Performs effects: many lanes (an entry and a channel) at a time, each in its order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        performers: Mapping[str, tuple[str, Perform]],
        abandon: Abandon,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._clock = clock
        self._performers = performers
        self._abandon = abandon
        self._metrics = metrics
        self._lanes: dict[_Lane, deque[_Waiting]] = {}
        self._known: dict[str, str] = {}
        self._later: list[tuple[float, _Lane]] = []
        self._ready: dict[str, asyncio.Queue[_Lane]] = {name: asyncio.Queue() for name in WORKERS}
        self._ended: list[tuple[EffectEnd, tuple[EffectWrite, ...]]] = []
        self._wake = asyncio.Event()
        self._jobs: list[asyncio.Task[None]] = []
        self._closing = False

    async def load(self) -> None:
        """Take up what an earlier run of the server left undone.

        All of it, or what comes now would overtake it; it needs the memory that it needed then.
        """
        for each in await self._store.pending_effects():
            effect = EffectWrite(each.id, each.entry, each.kind, each.body, each.channel)
            self._take(_Waiting(effect, each.tries, each.due))

    def add(self, effects: Iterable[EffectWrite]) -> None:
        """Effects of a change that has just been committed."""
        for effect in effects:
            self._take(_Waiting(effect))

    def __len__(self) -> int:
        """How many wait, are under way, or are done and not stored as such yet."""
        return len(self._known)

    def pending(self) -> Counter[str]:
        """The same by kind."""
        return Counter(self._known.values())

    async def run(self) -> None:
        """Perform what waits until ``close``; what is left then stays pending in the store."""
        for name, number in WORKERS.items():
            self._jobs += [asyncio.create_task(self._work(name)) for _ in range(number)]
        sweeper = asyncio.create_task(self._sweep())
        try:
            while not self._closing or self._ended:
                await self._wake.wait()
                self._wake.clear()
                await self._store_ended()
        finally:
            sweeper.cancel()
            await asyncio.gather(sweeper, return_exceptions=True)

    async def close(self) -> None:
        """Finish the effects at hand, as far as that is quick, and let ``run`` end."""
        self._closing = True
        for name, number in WORKERS.items():
            for _ in range(number):
                self._ready[name].put_nowait(("", ""))  # wakes a worker, which sees the end
        if self._jobs:
            _, late = await asyncio.wait(self._jobs, timeout=LEAVE_SECONDS)
            for job in late:
                job.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._wake.set()

    def take_due(self) -> None:
        """Let what is due again be tried; at once, too, when the clock was set back meanwhile."""
        now = self._clock()
        while self._later and not now < self._later[0][0] <= now + LAST_RETRY:
            _, lane = heapq.heappop(self._later)
            self._put(lane)

    def _take(self, waiting: _Waiting) -> None:
        effect = waiting.effect
        if effect.id in self._known:
            return
        self._known[effect.id] = effect.kind
        lane = (effect.entry, effect.channel or effect.kind)
        others = self._lanes.get(lane)
        if others is not None:
            others.append(waiting)
            return
        self._lanes[lane] = deque([waiting])
        if waiting.due > self._clock():
            heapq.heappush(self._later, (waiting.due, lane))
        else:
            self._put(lane)

    def _put(self, lane: _Lane) -> None:
        kind = self._lanes[lane][0].effect.kind
        pool, _ = self._performers.get(kind, ("inside", None))
        self._ready[pool].put_nowait(lane)

    async def _work(self, pool: str) -> None:
        while True:
            lane = await self._ready[pool].get()
            if self._closing:
                return
            waiting = self._lanes[lane][0]
            due = await self._perform(waiting)
            if due is not None:
                waiting.due = due
                heapq.heappush(self._later, (due, lane))
                continue
            self._lanes[lane].popleft()
            if self._lanes[lane]:
                self._put(lane)
            else:
                del self._lanes[lane]

    async def _perform(self, waiting: _Waiting) -> float | None:
        """None when the effect is over; otherwise when it is tried again."""
        effect = waiting.effect
        found = self._performers.get(effect.kind)
        try:
            if found is None:
                raise GiveUp(f"This server knows no effect of the kind {effect.kind!r}.")
            performed = await found[1](effect)
        except Exception as error:
            return await self._failed(waiting, error)
        self._metrics.effects.labels(effect.kind, "done").inc()
        if performed.stored:
            self._known.pop(effect.id, None)
        else:
            end = effect.ended(self._clock(), performed.text, tries=waiting.tries + 1)
            self._ended.append((end, performed.follow))
            self._wake.set()
        return None

    async def _failed(self, waiting: _Waiting, error: Exception) -> float | None:
        effect, text = waiting.effect, str(error) or type(error).__name__
        waiting.tries += 1
        more = {"effect": effect.id, "kind": effect.kind, "entry": effect.entry}
        # Its words are in the incident, for administrators: they may quote what somebody said.
        more |= {"tries": str(waiting.tries), "error": type(error).__name__}
        log.warning("an effect failed", extra=more)
        try:
            tries = error.tries if isinstance(error, TryLater) else MAX_TRIES
            if isinstance(error, GiveUp) or waiting.tries >= tries:
                await self._abandon(effect, waiting.tries, text)
                self._known.pop(effect.id, None)
                self._metrics.effects.labels(effect.kind, "failed").inc()
                return None
            due = self._clock() + delay(
                waiting.tries, error.after if isinstance(error, TryLater) else None
            )
            await self._store.effect_retry(effect.id, waiting.tries, due, text)
            self._metrics.effects.labels(effect.kind, "retried").inc()
        except Exception as failure:
            # A worker must never end: what could not be written is tried again like the rest.
            named = isinstance(failure, StoreFailed)
            log.error("effect %s: its failure was not stored", effect.id, exc_info=not named)
            waiting.tries -= 1
            due = self._clock() + FIRST_RETRY
        return due

    async def _store_ended(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        follow = [effect for _, effects in ended for effect in effects]
        try:
            await self._store.effects_ended([end for end, _ in ended], follow)
        except StoreFailed as failure:
            log.warning("%d effects are done but could not be marked so: %s", len(ended), failure)
            if not self._closing:
                self._ended = ended + self._ended
                asyncio.get_running_loop().call_later(SWEEP, self._wake.set)
            return
        for end, _ in ended:
            self._known.pop(end.id, None)
        self.add(follow)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            self.take_due()


def delay(tries: int, after: float | None = None) -> float:
    """Seconds to wait after the try with this number (from 1); not less than ``after``."""
    step: float = (LAST_RETRY / FIRST_RETRY) ** (1 / (MAX_TRIES - 2))
    wait = min(FIRST_RETRY * step ** (tries - 1), LAST_RETRY)
    return min(max(wait, after or 0.0), LAST_RETRY)
