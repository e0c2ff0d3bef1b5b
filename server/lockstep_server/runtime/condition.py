"""How the runtime is: what is kept, what waits, and whether it can do its work."""

from collections.abc import Mapping

from lockstep_server.store.interface import Store

from .world import World


class Condition:
    """What operators ask for, beside what is counted as it happens."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._store = store

    @property
    def resident(self) -> int:
        """Entries in memory."""
        return len(self._world.entries)

    @property
    def effects_pending(self) -> Mapping[str, int]:
        """Effects not done yet, by kind."""
        return self._world.effects.pending()

    async def open_incidents(self) -> int:
        """Incidents that nobody closed yet. Raises ``StoreFailed``."""
        return await self._store.open_incidents()

    async def store_failure(self) -> str | None:
        """Why the store takes nothing; None when it does.

        After a failed commit it is tried: who is told not to send us anything would otherwise
        never learn that it works again.
        """
        return await self._world.committer.still_failing()
