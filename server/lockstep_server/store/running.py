"""What is under way, as an operator looks at it: how much stands at each step, and since when."""

from typing import Protocol

import msgspec

from lockstep_server.engine.state import Lock

from .effects import StoredRun

USUAL = 4.0
"""So many times the median age of those at a step is longer than usual there."""
USUAL_OF = 5
"""Fewer than so many entries at a step tell nothing of what is usual."""
USUAL_SECONDS = 3600.0
"""Nothing younger than this is stuck because others are faster."""
LOCK_SECONDS = 3600.0
"""A lock that is held for longer than this is held for long."""
USERS = 5
"""Users who are named of all that have an entry at a step."""


class Standing(msgspec.Struct, frozen=True):
    """The entries at one step of one version of a workflow. Times in Unix seconds.

    ``oldest``, ``median``: since when the one that has been there longest, and the middle one.
    ``stuck``: those there since before ``stuck_before``. ``locked``: those whose lock is held.
    ``incidents``: those with open incidents. Recipients who stand apart count apart.
    """

    workflow: str
    version: int
    step: str
    entries: int
    oldest: float
    median: float
    stuck: int = 0
    locked: int = 0
    incidents: int = 0


class Stand(msgspec.Struct, frozen=True):
    """Some recipients of an entry at a step: ``users`` names the first of ``user_count``."""

    entry: str
    place: int
    since: float
    title: str
    workflow: str
    version: int
    step: str
    users: tuple[str, ...]
    user_count: int
    lock: Lock | None = None
    incidents: int = 0

    @property
    def mark(self) -> "Mark":
        """Where it is among those of its step, which go by their age."""
        return (self.since, self.entry, self.place)


Mark = tuple[float, str, int]
START: Mark = (-1.0, "", 0)
"""Before all of them."""


class Stuck(msgspec.Struct, frozen=True):
    """What should be looked at, each the worst first, and so many of each at most.

    ``old``: at their step for too long; ``locked``: their lock is held for long; ``failed``: with
    open incidents. One entry may be in several.
    """

    old: list[Stand]
    locked: list[Stand]
    failed: list[Stand]


def stuck_before(now: float, after: float, entries: int, median: float) -> float:
    """Who is at a step since before this is stuck there.

    That is ``after`` seconds ago; less where that is long beside what is usual at the step.
    """
    if entries >= USUAL_OF:
        after = min(after, max(USUAL_SECONDS, USUAL * (now - median)))
    return now - after


class Overview(Protocol):
    """What every store tells of all that is under way."""

    async def running(self, now: float, after: float) -> list[Standing]:
        """What stands at each step, by workflow, version and step; stuck is what is there for
        ``after`` seconds or for longer than is usual (``stuck_before``).

        The cost follows what is under way. No commit and no other read waits for it.
        """
        ...

    async def stands(
        self, workflow: str, version: int, step: str, after: Mark, limit: int
    ) -> list[Stand]:
        """Who stands at a step, the longest first, those that come after a mark."""
        ...

    async def stuck(self, now: float, after: float, limit: int) -> Stuck:
        """What should be looked at, at most ``limit`` of each kind."""
        ...

    async def script_runs(self, script: str, before: int | None, limit: int) -> list[StoredRun]:
        """The last runs of a script, newest first, those with ``n`` below ``before``."""
        ...
