"""A runtime with a few people, a clock that stands still, and a disk that can be stopped."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from lockstep_protocol.codec import JSON
from lockstep_protocol.commands import Choose, Command, Start
from lockstep_protocol.entry import EntryView
from lockstep_protocol.pushes import Reply, ServerMessage
from lockstep_protocol.refusals import Refusal
from lockstep_server.hub.frame import Frame
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.catching_up import Part
from lockstep_server.session.lane import Lane
from lockstep_server.store.change import Change, Outcome
from lockstep_server.store.effects import EffectWrite
from lockstep_server.store.interface import StoreFailed
from lockstep_server.store.sqlite import SqliteStore

TEAM = ("ann", "bob", "cid")

CALL: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Call of {{ who }}",
            "scope": "given groups [team]",
            "paths": [
                {"label": "Claim", "step": "claimed"},
                {"label": "Hand on", "step": "handed"},
            ],
        },
        "actions": [{"action": "notify", "scope": "$all", "args": "A call of {{ who }}"}],
    },
    "claimed": {
        "step": {"name": "Claimed", "scope": "$all", "paths": [{"label": "End", "step": "end"}]},
        "actions": [{"action": "lock", "scope": "$all"}],
    },
    "handed": {
        "step": {"name": "Handed", "scope": "$all", "status": "retired"},
        "actions": [{"action": "trigger", "args": {"rule": "call", "data": {"who": "again"}}}],
    },
    "end": {
        "step": {"name": "End", "scope": "$all", "status": "retired"},
        "actions": [{"action": "unlock"}],
    },
}


class Disk(SqliteStore):
    """A real store whose commits can be held up or made to fail."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, synchronous="NORMAL")
        self.open_gate = asyncio.Event()
        self.open_gate.set()
        self.broken = False

    async def commit(self, batch: Sequence[Change]) -> list[Outcome]:
        await self.open_gate.wait()
        if self.broken:
            raise StoreFailed("the disk is full")
        return await super().commit(batch)


class Window:
    """A connected session that keeps what it is pushed."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.lane = Lane(JSON, 0.0)
        self.frames: list[tuple[int | None, Frame]] = []

    def rest(self, data: bytes) -> None:
        raise AssertionError("nothing is written to it at once")

    def push(self, n: int | None, frame: Frame) -> None:
        self.frames.append((n, frame))

    @property
    def heard(self) -> list[ServerMessage]:
        return [message for _, frame in self.frames for message in frame.messages]


class House:
    """The runtime under test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.disk = Disk(path)
        self.now = float(int(time.time()))  # ids of commands are of this time, too
        self.runtime = Runtime(self.disk, clock=lambda: self.now)

    @classmethod
    async def open(cls, path: Path, people: Sequence[str] = TEAM) -> "House":
        house = cls(path)
        await house.furnish(people)
        return house

    async def furnish(self, people: Sequence[str] = TEAM) -> None:
        """Open the runtime, and let there be people and a workflow."""
        await self.runtime.open()
        for user in people:
            member = {"name": user.title(), "groups": ["team"]}
            await self.runtime.admin.put_user(user, member, "sam")
        published = await self.runtime.admin.publish("call", msgspec.json.encode(CALL), "sam")
        assert published.ok, published.findings

    def change(self, *effects: EffectWrite) -> Change:
        """A change of no entry with these effects."""
        return Change(at=self.now, by="sam", cause="test", effects=effects)

    async def close(self) -> None:
        self.disk.broken = False
        self.disk.open_gate.set()
        await self.runtime.close()

    def window(self, user: str) -> Window:
        window = Window(user)
        self.runtime.hub.join(window)
        return window

    async def do(self, user: str, command: Command) -> Reply | Refusal:
        return await self.runtime.execute(Actor(user), command)

    async def start(self, **more: Any) -> str:
        reply = await self.do("ann", begin(**more))
        assert isinstance(reply, Reply), reply
        entry: str = reply.result["entries"][0]
        return entry

    async def inbox(self, user: str, since: int | None = None) -> Part:
        """The user's inbox, or what changed in it, as one part."""
        found = await self.runtime.inbox(user, since)
        parts = [part async for part in found.parts]
        assert [part.n for part in parts] == [found.n] * len(parts)
        lists = ("entries", "rooms", "left", "said", "marks", "people")
        whole: dict[str, Any] = {
            name: [each for part in parts for each in getattr(part, name)] for name in lists
        }
        return Part(n=found.n, **whole)

    async def view(self, user: str, entry: str) -> EntryView:
        shown = await self.runtime.entry(Actor(user), entry)
        assert isinstance(shown, EntryView)
        return shown


def begin(**more: Any) -> Start:
    members: dict[str, Any] = {"id": new_id(), "workflow": "call", "data": {"who": "Dana"}}
    return Start(**{**members, **more})


def choose(entry: str, path: str = "Claim", step: str = "start", visit: int = 1) -> Choose:
    return Choose(id=new_id(), entry=entry, step=step, visit=visit, path=path)


async def eventually(condition: Any) -> None:
    """Let the loop run until ``condition`` holds; give up after a bounded number of turns."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not happen")
