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

SPARED, LOST = 150, 3
"""Frames that all come through at first, and those that are lost, out of 40 each, after that."""
LATE_SECONDS = 0.05

_tasks: set[asyncio.Task[Any]] = set()


def healthy() -> None:
    """No fault: what is found without one would be the tool's own."""


def a_diff_is_lost() -> None:
    """Now and then one session is not told of a change."""
    join = Hub.join
    pushes = count(-SPARED)
    patched: set[type] = set()

    def joining(self: Hub, sink: Any) -> None:
        kind = type(sink)
        if kind not in patched:
            patched.add(kind)
            push = kind.push

            def losing(self: Any, n: int | None, *rest: Any) -> None:
                number = -1 if n is None else next(pushes)
                if number < 0 or number % 40 or number // 40 >= LOST:
                    push(self, n, *rest)

            kind.push = losing
        join(self, sink)

    Hub.join = joining  # type: ignore[method-assign]


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
