"""The real server with a fault planted in it: ``python -m tests.load.faulty FAULT serve …``."""

import asyncio
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from lockstep_server.cli import main
from lockstep_server.hub.hub import Hub
from lockstep_server.runtime.committer import Committer
from lockstep_server.store.change import Committed

SPARED, EVERY, LOST = 40, 10, 3
"""Changes that all are told of at first; of so many one is not after that, and so often."""
LATE_SECONDS = 0.05

_tasks: set[asyncio.Task[Any]] = set()


def healthy() -> None:
    """No fault: what is found without one would be the tool's own."""


class Lossy:
    """What one user more is not told of. Its users are no other delivery's: ``key`` is None."""

    key = None

    def __init__(self, delivery: Any) -> None:
        self._delivery = delivery
        self.message = delivery.message

    def among(self, connected: Any) -> list[str]:
        return sorted(self._delivery.among(connected))[1:]


def a_diff_is_lost() -> None:
    """Now and then one user is not told of a change."""
    publish = Hub.publish
    changes = count(-SPARED)

    def publishing(self: Hub, n: int, deliveries: Any) -> None:
        number = next(changes)
        if number >= 0 and number % EVERY == 0 and number // EVERY < LOST:
            deliveries = [Lossy(delivery) for delivery in deliveries]
        publish(self, n, deliveries)

    Hub.publish = publishing  # type: ignore[method-assign]


def an_answer_is_early() -> None:
    """Choices are answered a moment before they are on the disk and anybody is told."""
    commit = Committer.commit

    async def committing(self: Committer, change: Any, release: Any) -> Any:
        if change.cause != "choose":
            return await commit(self, change, release)

        async def late() -> None:
            await asyncio.sleep(LATE_SECONDS)
            await commit(self, change, release)

        _tasks.add(task := asyncio.ensure_future(late()))
        task.add_done_callback(_tasks.discard)
        return Committed(self.position.n + 1)

    Committer.commit = committing  # type: ignore[method-assign]


FAULTS: dict[str, Callable[[], None]] = {
    fault.__name__: fault for fault in (healthy, a_diff_is_lost, an_answer_is_early)
}

if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    main(sys.argv[2:])
