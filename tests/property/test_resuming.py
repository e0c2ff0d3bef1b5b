"""However a line breaks, and whatever happens meanwhile, a client ends with what the server has."""

import asyncio
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Choose, Command, LockEntry, Read, Say, SetStatus, Start
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refused
from lockstep_server.engine.chat import may_read
from lockstep_server.runtime import inboxes
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.interface import Store
from lockstep_server.store.memory import MemoryStore
from lockstep_server.store.sqlite import SqliteStore
from tests.property.line import Line, fresh

PEOPLE = ("ann", "bob", "cid", "gus")
"""The team, and somebody who is only ever mentioned."""
WORK: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Work",
            "scope": "given groups [team]",
            "paths": [
                {"label": "Take", "step": "mine"},
                {"label": "Meet", "step": "all", "behavior": "meet"},
                {"label": "End", "step": "end"},
            ],
        },
        "behaviors": [
            {
                "handle": "meet",
                "behavior": "managedChat",
                "target": "given users [bob, gus]",
                "fields": "pumps",
            }
        ],
    },
    "mine": {
        "step": {
            "name": "Mine",
            "scope": "$source",
            "paths": [{"label": "Back", "step": "all"}, {"label": "End", "step": "end"}],
        },
        "actions": [{"action": "chat", "scope": "$source", "args": "For me alone"}],
    },
    "all": {
        "step": {"name": "All", "scope": "$all", "paths": [{"label": "Take", "step": "mine"}]},
        "actions": [{"action": "chat", "args": "For all"}],
    },
    "end": {"step": {"name": "End", "scope": "$all", "status": "retired"}},
}
SEEDS = range(30)
STEPS = 120


class Story:
    """A server, four clients, and what happens to them, by the numbers of one seed."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        self.runtime = Runtime(store, clock=time.time)
        self.lines = [Line(user) for user in PEOPLE]
        self.entries: list[str] = []
        self.told: dict[str, set[tuple[str, int, int]]] = {user: set() for user in PEOPLE}

    async def open(self) -> None:
        await self.runtime.open()
        for user in PEOPLE:
            groups = [] if user == "gus" else ["team"]
            await self.runtime.admin.put_user(user, {"name": user, "groups": groups}, "sam")
        document = msgspec.json.encode(WORK)
        assert (await self.runtime.admin.publish("work", document, "sam")).ok

    async def step(self) -> None:
        """Something happens: to a line, or in the house."""
        line = self.chance.choice(self.lines)
        kind = self.chance.choices(
            ("deliver", "read_on", "change", "drop", "compare"), (40, 20, 30, 4, 6)
        )[0]
        if kind == "change":
            await self.change(self.chance.choice(PEOPLE[:3]))
        elif not line.connected:
            await line.connect(self.runtime)
        elif kind == "deliver":
            await line.deliver()
        elif kind == "read_on":
            await line.read_on()
        elif kind == "compare":
            await line.compare()
        else:
            await line.drop()

    async def change(self, user: str) -> None:
        """A user does something, which may be refused."""
        kind = self.chance.choices(
            ("start", "choose", "say", "room", "mention", "status", "lock", "read"),
            (3 if len(self.entries) < 8 else 0, 8, 8, 3, 2, 4, 2, 5),
        )[0]
        if kind == "start" or not self.entries:
            answer = await self.do(user, Start(id=new_id(), workflow="work"))
            if isinstance(answer, Reply):
                self.entries += answer.result["entries"]
            return
        entry = self.chance.choice(self.entries)
        match kind:
            case "choose":
                await self.choose(user, entry)
            case "say" | "mention" | "room":
                body = "Look, @gus" if kind == "mention" else "Hello"
                where: dict[str, Any] = {"room": "pumps"} if kind == "room" else {"entry": entry}
                await self.do(user, Say(id=new_id(), body=body, **where))
            case "status":
                status: Any = self.chance.choice(("active", "retired"))
                await self.do(user, SetStatus(id=new_id(), entry=entry, status=status))
            case "lock":
                await self.do(user, LockEntry(id=new_id(), entry=entry, ttl=600))
            case "read":
                await self.mark(user, entry)

    async def choose(self, user: str, entry: str) -> None:
        item = await self.store.item(user, entry)
        if item is None or item.place is None:
            return
        paths = WORK[item.place.step]["step"].get("paths", [])
        if paths:
            label = self.chance.choice(paths)["label"]
            place = item.place
            await self.do(
                user,
                Choose(id=new_id(), entry=entry, step=place.step, visit=place.visit, path=label),
            )

    async def mark(self, user: str, entry: str) -> None:
        signal = self.chance.choice(
            (Read(entry=entry, seen=True), Read(entry=entry, m=self.chance.randrange(1, 9)))
        )
        try:
            await self.runtime.signal(Actor(user), signal)
        except Refused:
            return

    async def do(self, user: str, command: Command) -> Any:
        before = {id: await self._count(id) for id in (*self.entries, "room:pumps")}
        answer = await self.runtime.execute(Actor(user), command)
        n = self.runtime.position.n
        for id, count in before.items():
            for message in await self.store.messages(id, None, 10):
                if message.m <= count:
                    continue
                for reader in PEOPLE:
                    item = await self.store.item(reader, id)
                    if (
                        item is not None
                        and may_read(message, reader)
                        and message.m >= inboxes.first_message(item)
                    ):
                        self.told[reader].add((id, message.m, n))
        return answer

    async def _count(self, id: str) -> int:
        newest = await self.store.messages(id, None, 1)
        return newest[0].m if newest else 0

    async def end(self) -> None:
        """Everybody comes back and hears all; then they are compared with a fresh read."""
        for line in self.lines:
            if not line.connected:
                await line.connect(self.runtime)
            await line.settle()
            await line.compare()
            before = line.digests
            await line.settle()
            assert line.digests == before + 1, "what is at rest is exact"
            await self._same(line)

    async def _same(self, line: Line) -> None:
        read = await fresh(self.runtime, line.user)
        assert line.mirror.entries.keys() == read.entries.keys(), line.user
        for id, view in read.entries.items():
            have = line.mirror.entries[id]
            differs = {name for name in {*view, *have} if view.get(name) != have.get(name)}
            assert not differs, (differs, line.user, have, view)
        assert line.mirror.rooms == read.rooms
        assert line.mirror.position == read.position
        assert not line.mirror.pending
        wanted = {(id, m) for id, m, n in self.told[line.user] if n > line.snapshots[-1]}
        assert wanted <= line.chats, "what was said since the snapshot was heard"
        for id in read.entries:
            item = await self.store.item(line.user, id)
            assert item is not None
            assert line.marks.get(id, 0) == item.read_m, (line.user, id)


def made(kind: str, path: Path) -> Store:
    return MemoryStore() if kind == "memory" else SqliteStore(path, synchronous="NORMAL")


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_client_ends_with_what_a_fresh_read_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, seed: int
) -> None:
    monkeypatch.setattr(inboxes, "PART_ENTRIES", 2)
    monkeypatch.setattr(inboxes, "TOGETHER", 1)
    story = Story(made(kind, tmp_path / "x.db"), seed)
    await story.open()
    try:
        async with asyncio.timeout(60):
            for _ in range(STEPS):
                await story.step()
            await story.end()
    finally:
        await story.runtime.close()


async def test_after_a_restore_everybody_gets_a_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "PART_ENTRIES", 2)
    monkeypatch.setattr(inboxes, "TOGETHER", 1)
    path = tmp_path / "x.db"
    story = Story(made("sqlite", path), 1)
    await story.open()
    for _ in range(STEPS // 2):
        await story.step()
    await story.end()
    snapshots = [len(line.snapshots) for line in story.lines]
    await story.runtime.close()
    backup = path.read_bytes()
    story.runtime = Runtime(made("sqlite", path), clock=time.time)
    await story.runtime.open()
    for _ in range(9):
        await story.runtime.execute(Actor("ann"), Start(id=new_id(), workflow="work"))
    for line in story.lines:
        await line.drop()
        await line.connect(story.runtime)
        await line.settle()
    assert [len(line.snapshots) for line in story.lines] == snapshots, "they resumed"
    await story.runtime.close()
    # What a restore does: the older file comes back, as another lineage.
    path.write_bytes(backup)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 'restored' WHERE key = 'epoch'")
    connection.close()
    story.store = made("sqlite", path)
    story.runtime = Runtime(story.store, clock=time.time)
    await story.runtime.open()
    for line in story.lines:
        await line.drop()
    await story.end()
    assert [len(line.snapshots) for line in story.lines] == [count + 1 for count in snapshots]
    await story.runtime.close()
