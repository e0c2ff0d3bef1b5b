"""What is tied to a user's sessions ends some time after the last of them.

That a session is gone is written down nowhere: only the end of the grace is a change. So after a
restart it counts from the start, for everybody who is not there.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable

from lockstep_server.hub.hub import Hub

from .clock import Clock
from .timers import Timers

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
"""After so long what could not be stored is tried again."""


class Graces:
    """Calls ``over(user, entry)`` for each entry in which something is tied to the sessions of
    ``user``, who has had none for ``seconds``. 0: nothing is ever tied."""

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        seconds: float,
        over: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self.seconds = seconds
        self._hub = hub
        self._clock = clock
        self._over = over
        self._users: dict[str, tuple[str, ...]] = {}
        self._entries: dict[str, set[str]] = {}
        self._ends: dict[str, float] = {}
        self._timers = Timers(clock, self._due)
        hub.watchers.append(self._seen)

    def note(self, entry: str, users: Iterable[str]) -> None:
        """From now on these users' sessions have something of ``entry`` tied to them."""
        before, now = self._users.pop(entry, ()), tuple(users) if self.seconds else ()
        if now:
            self._users[entry] = now
        for user in before:
            if user not in now:
                self._entries[user].discard(entry)
                if not self._entries[user]:
                    del self._entries[user]
                    self._ends.pop(user, None)
        for user in now:
            self._entries.setdefault(user, set()).add(entry)
            self._seen(user)

    async def run(self) -> None:
        """Wait for graces to end until ``close``."""
        await self._timers.run()

    def close(self) -> None:
        """Let ``run`` end."""
        self._timers.close()

    def _seen(self, user: str) -> None:
        """Begin the grace of a user who is not there and has something to lose, or call it off."""
        if user in self._hub.connected:
            self._ends.pop(user, None)
        elif user in self._entries and user not in self._ends:
            self._set(user, self.seconds)

    def _set(self, user: str, seconds: float) -> None:
        self._ends[user] = self._clock() + seconds
        self._timers.at(self._ends[user], user)

    async def _due(self, user: str) -> None:
        end, now = self._ends.get(user), self._clock()
        if end is None:
            return
        if end > now:
            # A clock that was set back makes no grace longer.
            self._set(user, min(end - now, self.seconds))
            return
        try:
            for entry in sorted(self._entries.get(user, ())):
                await self._over(user, entry)
        except Exception:
            log.exception("what was tied to %s could not be ended; it is tried again", user)
            if user in self._ends:
                self._set(user, AGAIN_SECONDS)
            return
        self._ends.pop(user, None)
