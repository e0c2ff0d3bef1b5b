"""Telling a history to a real server: windows act, links fail, and in the end all must be equal."""

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from lockstep_client import ConnectionEnded

from .house import House, token
from .proxy import Filter, Link
from .tales import Tale, Turn, definition
from .verdict import done_once, same
from .windows import Doing, Node, NodeWindow, PythonWindow, Record, Window

PATIENCE = 30.0
"""Seconds after which what should have come is missing."""
TRACKER = "job"

Plant = Callable[[int], Filter | None]
"""A planted fault: what happens to the bytes that the server sends to a window, by its number."""


class Teller:
    """One history on its way."""

    def __init__(
        self,
        house: House,
        node: Node | None,
        tale: Tale,
        plant: Plant | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.outcomes: Counter[str] = Counter()
        self._house = house
        self._node = node
        self._tale = tale
        self._plant = plant
        self._patience = patience
        self._chance = Random(tale.seed)
        self._group = f"h{tale.seed}"
        self._links: list[Link] = []
        self._windows: list[Window] = []
        self._records: dict[str, list[Record]] = {user: [] for user in tale.users}
        self._acting: list[set[asyncio.Task[None]]] = []
        self._abandoned: list[asyncio.Task[None]] = []
        self._number = 0

    async def tell(self) -> Counter[str]:
        """All of it; raises ``AssertionError`` when something is not as it must be."""
        try:
            async with asyncio.timeout(min(2 * PATIENCE, 8 * self._patience)):
                await self._tell()
        except TimeoutError:
            raise AssertionError("the history does not come to an end") from None
        return self.outcomes

    async def _tell(self) -> None:
        house, seed = self._house, self._tale.seed
        admin = token("root", admin=True)
        status, answer = await house.ask(
            "PUT", f"/v1/workflows/work{seed}", admin, definition(seed)
        )
        assert status in (200, 201), answer
        # Those who are not there yet would miss what is addressed to their group.
        for user in self._tale.users:
            await house.ask("GET", "/v1/inbox", token(user, self._group))
        begun = house.read("SELECT coalesce(max(n), 0) FROM journal")[0][0]
        try:
            for index in range(len(self._tale.windows)):
                await self._open(index)
            first, *turns = self._tale.turns
            await self._turn(first)
            await asyncio.wait(self._acting[first.window])
            for turn in turns:
                await self._turn(turn)
                if turn.pause:
                    await asyncio.sleep(turn.pause)
            await self._heal()
            await self._judge(begun)
        finally:
            await self._leave()

    async def _open(self, index: int) -> None:
        opened = self._tale.windows[index]
        link = Link(self._house.port, Random(self._chance.random()))
        await link.open()
        if self._plant is not None:
            link.spoil = self._plant(index)
        if index < len(self._links):
            await self._links[index].close()
            self._links[index] = link
        else:
            self._links.append(link)
            self._acting.append(set())
        seed = self._chance.randrange(1 << 30)
        window: PythonWindow | NodeWindow
        if opened.client == "js":
            assert self._node is not None
            window = NodeWindow(self._node, f"{self._tale.seed}.{index}.{seed}", opened)
            await window.open(self._house, self._group, link.port, seed)
        else:
            window = PythonWindow(self._house, opened, self._group, link.port, Random(seed))
            await window.open()
        self._records[opened.user].append(window.record)
        if index < len(self._windows):
            self._windows[index] = window
        else:
            self._windows.append(window)

    async def _turn(self, turn: Turn) -> None:
        link = self._links[turn.window]
        match turn.what:
            case "cut":
                link.cut()
            case "away":
                link.down = True
                link.cut()
            case "swallow up" | "swallow down":
                link.swallow(turn.what == "swallow down")
            case "split":
                link.splits = True
            case "delay":
                link.delay = 0.03
            case "slow":
                link.slow = True
            case "snip":
                link.snip = (turn.seed % 2 == 0, turn.seed // 2 % 600)
            case "heal":
                link.heal()
            case "reload":
                await self._reload(turn.window)
            case "term":
                await self._house.restart(signal.SIGTERM)
            case "kill":
                await self._house.restart(signal.SIGKILL)
            case _:
                self._act(turn)

    def _act(self, turn: Turn) -> None:
        chance = Random(turn.seed)
        self._number += 1
        name = f"{self._tale.seed}-{self._number}"
        doing = Doing(turn.what, chance.random(), chance.random(), f"said {name}", {}, {})
        match turn.what:
            case "start":
                doing = Doing("start", 0, 0, f"work{self._tale.seed}", {"name": name}, {})
            case "dispatch":
                service = {"serviceId": f"service {name}"} if chance.random() < 0.5 else {}
                doing = Doing("dispatch", 0, 0, TRACKER, {"name": name}, service)
            case "say" if chance.random() < 0.25:
                doing = Doing("say in room", 0, 0, doing.text, {}, {})
            case "say" if chance.random() < 0.2:
                text = f"{doing.text} @{chance.choice(self._tale.users)}"
                doing = Doing("say", doing.pick, 0, text, {}, {})
            case "choose" if chance.random() < 0.3:
                doing = Doing("choose", doing.pick, doing.other, "", {"name": name}, {})
            case "lock":
                ttl = chance.choice([0.2, 0.5, 600.0])
                doing = Doing("lock", doing.pick, 0, "", {}, {"ttl": ttl})
            case "wait":
                doing = Doing("lock", doing.pick, 0, "", {}, {"ttl": 0.5, "wait": True})
            case "edit" | "delete" if chance.random() < 0.25:
                doing = Doing(f"{turn.what} in room", 0, doing.other, doing.text, {}, {})
            case "status":
                status = chance.choice(["active", "active", "retired"])
                doing = Doing("status", doing.pick, 0, "", {}, {"status": status})
        window = self._windows[turn.window]
        self._acting[turn.window].add(asyncio.create_task(self._do(window, doing)))

    async def _do(self, window: Window, doing: Doing) -> None:
        outcome = await window.act(doing)
        self.outcomes[outcome if outcome != "done" else f"{doing.what} done"] += 1

    async def _reload(self, index: int) -> None:
        """Close the window with whatever it waits for, and open a new one."""
        await self._windows[index].close()
        await asyncio.gather(*self._acting[index], return_exceptions=True)
        self._acting[index].clear()
        await self._open(index)

    async def _heal(self) -> None:
        for link, window in zip(self._links, self._windows, strict=True):
            link.heal()
            await window.retry()
        waiting = [task for tasks in self._acting for task in tasks]
        if waiting:
            done, pending = await asyncio.wait(waiting, timeout=self._patience)
            assert not pending, f"{len(pending)} commands have no answer after all is well"
            for task in done:
                await task

    async def _judge(self, begun: int) -> None:
        for index, window in enumerate(self._windows):
            await same(
                self._house, window, token(window.user, self._group), str(index), self._patience
            )
        await done_once(self._house, self._records, begun)

    async def _leave(self) -> None:
        for tasks in self._acting:
            for task in tasks:
                task.cancel()
        for window in self._windows:
            with contextlib.suppress(ConnectionEnded):
                await window.close()
        for link in self._links:
            await link.close()


async def furnish(house: House) -> None:
    """What all histories share."""
    tracker: dict[str, Any] = {"schema": {"type": "object", "required": ["name"]}}
    status, answer = await house.ask(
        "PUT", f"/v1/trackers/{TRACKER}", token("root", admin=True), tracker
    )
    assert status in (200, 201, 204), answer
