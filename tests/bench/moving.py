"""One user who moves one entry on, over and over, and what each time takes."""

import statistics
import time
from typing import Any

from lockstep_protocol.commands import Start
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime

from .crowd import Viewer
from .standing import execute, publish


async def start_of_group(runtime: Runtime, group: str, by: str) -> str:
    """An entry of everybody in ``group``, at a step of ``$all`` that leads to itself."""
    await publish(runtime, group, group)
    start = Start(id=new_id(), workflow=group, data={"who": "somebody"})
    (entry,) = (await execute(runtime, Actor(by), start))["entries"]
    return str(entry)


class Mover(Viewer):
    """The one who chooses. Nobody else does, so it knows how often the step was reached."""

    def __init__(self, port: int, id: str) -> None:
        super().__init__(port, id, {})
        self._visits: dict[str, int] = {}

    async def move(self, entry: str) -> None:
        """Move ``entry`` on by one, and wait until that is durable and answered."""
        visit = self._visits.setdefault(entry, 1)
        at: dict[str, Any] = {"step": "next" if visit > 1 else "start", "visit": visit}
        answer = await self.command("choose", entry=entry, path="On", **at)
        assert answer.type == "reply", answer
        self._visits[entry] = visit + 1

    async def moves(self, entry: str, times: int) -> float:
        """Microseconds that one move takes: the median of so many, one after the other."""
        took = []
        for _ in range(times):
            begun = time.perf_counter()
            await self.move(entry)
            took.append(time.perf_counter() - begun)
        return statistics.median(took) * 1e6
