"""A random history of one entry's lock over the real runtime, and what must hold all the way.

What is true is read from the journal: each fact about the lock must be allowed after those before.
"""

import asyncio
import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from lockstep_protocol.codec import JSON
from lockstep_protocol.commands import (
    AskForLock,
    Choose,
    Command,
    LockEntry,
    SetStatus,
    Start,
    UnlockEntry,
)
from lockstep_protocol.ids import uuid7
from lockstep_protocol.limits import LOCK_GRACE_SECONDS
from lockstep_protocol.pushes import Diff, EntryPush, Gone, Reply
from lockstep_protocol.refusals import Refusal
from lockstep_server.engine.state import Head
from lockstep_server.hub.frame import Frame
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.lane import Lane
from lockstep_server.store.interface import Store
from lockstep_server.store.memory import MemoryStore
from lockstep_server.store.sqlite import SqliteStore

TEAM = ("ann", "bob", "cid", "dee")
PATHS = {"Stay": "start", "Take": "take", "Hold": "hold", "Free": "free", "End": "end"}


def _step(action: str | None = None, args: Any = None, **more: Any) -> dict[str, Any]:
    ways = [{"label": label, "step": step} for label, step in PATHS.items()]
    step = {"name": "A step", "scope": "$all", "paths": ways, **more}
    done = {"action": action, "scope": "$all", "args": args}
    return {"step": step, "actions": [] if action is None else [done]}


WORKFLOW = {
    "start": _step(scope="given groups [team]"),
    "take": _step("lock"),
    "hold": _step("lock", {"ttl": 20}),
    "free": _step("unlock"),
    "end": _step(status="retired", paths=[]),
}
OPS = {
    "lock": 10,
    "wait": 14,
    "unlock": 10,
    "free": 2,
    "ask": 4,
    "choose": 9,
    "put": 4,
    "time": 10,
    "back": 2,
    "leave": 5,
    "come": 6,
    "grace": 3,
    "crash": 3,
    "retry": 8,
    "race": 6,
}


class Screen:
    """A session that shows what it is told."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.lane = Lane(JSON, 0.0)
        self.entries: dict[str, Any] = {}

    def rest(self, data: bytes) -> None:
        raise AssertionError("nothing is written to it at once")

    def push(self, n: int | None, frame: Frame) -> None:
        for message in frame.messages:
            match message:
                case EntryPush(entry=entry):
                    self.entries[entry.id] = wire(entry)
                case Diff():
                    shown = self.entries[message.entry]
                    assert shown["version"] == message.base, "a diff fits what is shown"
                    kept = {name: shown[name] for name in shown if name not in message.unset}
                    kept |= {**wire(message.set), "version": message.version}
                    self.entries[message.entry] = kept
                case Gone():
                    del self.entries[message.entry]
                case _:
                    pass


class Story:
    """One history: ``play`` it; an ``AssertionError`` says what did not hold."""

    def __init__(self, seed: int, path: Path | None) -> None:
        self.chance = Random(seed)
        self.path = path
        self.now = 1_700_000_000.0
        self.count = 0
        self.store: Store = MemoryStore()
        self.screens: dict[str, Screen] = {}
        self.said: list[tuple[Actor, Command, Reply]] = []
        self.entry = ""
        self.read = 0
        # As the journal has it so far.
        self.held: dict[str, Any] | None = None
        self.fence = 0
        self.line: list[str] = []

    async def play(self, turns: int) -> None:
        """Begin, and do so many things."""
        await self._open()
        try:
            await self._furnish()
            for user in TEAM:
                await self._come(user)
            for op in self.chance.choices([*OPS], [*OPS.values()], k=turns):
                await getattr(self, f"_{op}")(self.chance.choice(TEAM))
                await self._check()
        finally:
            await self._crash_down()

    # The house

    async def _open(self) -> None:
        if self.path is not None:
            self.store = SqliteStore(self.path, synchronous="NORMAL")
        self.runtime = Runtime(self.store, clock=lambda: self.now)
        await self.runtime.open()

    async def _crash_down(self) -> None:
        """The process is gone: what was not committed never was."""
        services, world = self.runtime._services, self.runtime._world
        # A cancellation alone is lost in `asyncio.wait_for` when its time is just there.
        world.timers.close()
        world.graces.close()
        for service in services:
            service.cancel()
        await asyncio.gather(*services, return_exceptions=True)
        await world.effects.close()
        await self.store.close()

    async def _furnish(self) -> None:
        admin = self.runtime.admin
        for user in TEAM:
            await admin.put_user(user, {"groups": ["team"]}, "sam")
        published = await admin.publish("locks", msgspec.json.encode(WORKFLOW), "sam")
        assert published.ok, published.findings
        start = Start(id=self._id(), workflow="locks", to=("ann",))
        reply = await self.runtime.execute(Actor("ann"), start)
        assert isinstance(reply, Reply), reply
        self.entry = reply.result["entries"][0]

    async def _come(self, user: str) -> None:
        if user in self.screens:
            return
        screen = Screen(user)
        shown = await self._fresh(user)
        screen.entries = {self.entry: shown} if shown is not None else {}
        self.screens[user] = screen
        self.runtime.hub.join(screen)

    # What is done

    async def _lock(self, user: str) -> None:
        await self._do(user, LockEntry(id=self._id(), entry=self.entry, ttl=self._ttl()))

    async def _wait(self, user: str) -> None:
        command = LockEntry(id=self._id(), entry=self.entry, ttl=self._ttl(), wait=True)
        await self._do(user, command)

    async def _unlock(self, user: str) -> None:
        if self.held and self.chance.random() < 0.5:
            user = self.chance.choice(self.held["by"])
        await self._do(user, UnlockEntry(id=self._id(), entry=self.entry, fence=self._fence()))

    async def _free(self, user: str) -> None:
        await self._do("sam", UnlockEntry(id=self._id(), entry=self.entry, reason="Now"))

    async def _ask(self, user: str) -> None:
        await self._do(user, AskForLock(id=self._id(), entry=self.entry))

    async def _choose(self, user: str) -> None:
        _, place = await self._state(user)
        if place is not None:
            path = self.chance.choices([*PATHS], [6, 3, 2, 4, 0.3])[0]
            at = {"step": place.step, "visit": place.visit, "path": path}
            command = Choose(id=self._id(), entry=self.entry, fence=self._fence(), **at)
            await self._do(user, command)

    async def _put(self, user: str) -> None:
        status: Any = self.chance.choice(["active", "active", "retired"])
        await self._do(user, SetStatus(id=self._id(), entry=self.entry, status=status))

    async def _time(self, user: str) -> None:
        self.now += self.chance.choice([1.0, 7.0, 20.0, 1000.0])
        if self.chance.random() < 0.7:
            await self._timers()

    async def _back(self, user: str) -> None:
        self.now -= self.chance.choice([0.5, 30.0, 5000.0])
        await self._timers()
        head, _ = await self._state("ann")
        if head.lock is not None and head.lock.until is not None and head.lock.ttl is not None:
            assert head.lock.until - self.now <= head.lock.ttl + 1, "a lease became longer"

    async def _timers(self) -> None:
        await self.runtime._commands.expire(self.entry)
        head, _ = await self._state("ann")
        until = head.lock.until if head.lock is not None else None
        assert until is None or until > self.now, "the lease is over and the lock is held"

    async def _leave(self, user: str) -> None:
        if user in self.screens:
            self.runtime.hub.leave(self.screens.pop(user))

    async def _grace(self, user: str) -> None:
        self.now += LOCK_GRACE_SECONDS
        for _ in range(2):  # who got it at the end of another's has a grace of their own
            for each in TEAM:
                await self.runtime._world.graces._due(each)
            self.now += LOCK_GRACE_SECONDS
        for each in TEAM:
            await self.runtime._world.graces._due(each)
        head, _ = await self._state("ann")
        assert set(head.tied) <= self.screens.keys(), "a lock outlives its holder's sessions"

    async def _crash(self, user: str) -> None:
        await self._crash_down()
        there = [*self.screens]
        self.screens = {}
        await self._open()
        for each in there:
            await self._come(each)

    async def _retry(self, user: str) -> None:
        if self.said:
            actor, command, first = self.chance.choice(self.said[-30:])
            await self.runtime._commands.expire(self.entry)
            before, _ = await self._state("ann")
            again = await self.runtime.execute(actor, command)
            after, _ = await self._state("ann")
            assert again == first, "a retry is answered as the first time"
            assert after == before, "a retry changed something"

    async def _race(self, user: str) -> None:
        ops = [self.chance.choice([self._lock, self._wait, self._unlock]) for _ in range(3)]
        await asyncio.gather(*(op(self.chance.choice(TEAM)) for op in ops))

    async def _do(self, user: str, command: Command) -> None:
        session = user in self.screens and self.chance.random() < 0.8
        actor = Actor(user, ("admin",) if user == "sam" else (), session=session)
        answer = await self.runtime.execute(actor, command)
        if isinstance(answer, Refusal):
            assert answer.code not in ("internal", "unavailable"), answer
        else:
            self.said.append((actor, command, answer))
            if isinstance(command, Choose) and command.fence is not None:
                self._fences_fit(command.fence, answer)

    def _fences_fit(self, fence: int, reply: Reply) -> None:
        assert fence >= self.fence, "a fence from before the present grant was accepted"

    def _id(self) -> str:
        self.count += 1
        return uuid7(int(self.now * 1000), self.count.to_bytes(10, "big"))

    def _ttl(self) -> float | None:
        return self.chance.choice([None, 3.0, 15.0, 60.0])

    def _fence(self) -> int | None:
        return self.chance.choice([None, None, self.fence, max(0, self.fence - 1)])

    # What must hold

    async def _state(self, user: str) -> tuple[Head, Any]:
        stored = await self.store.entry(self.entry)
        assert stored is not None
        no = stored.members.get(user)
        return stored.head, None if no is None else stored.places[no]

    async def _fresh(self, user: str) -> Any:
        _, place = await self._state(user)
        if place is None or place.status != "active":
            return None
        return wire(await self.runtime.entry(Actor(user), self.entry))

    async def _check(self) -> None:
        await self._follow()
        head, _ = await self._state("ann")
        live = [user for user in TEAM if (await self._state(user))[1].status == "active"]
        waiting = [waiter.user for waiter in head.waiting]
        assert head.lock is not None or not waiting, "a lost grant: it is free and somebody waits"
        assert len({*waiting}) == len(waiting) <= len(live)
        assert {*waiting} <= {*live}, "only who has the entry waits"
        assert head.lock is None or not {*waiting} & {*head.lock.by}, "who holds it waits"
        assert waiting == self.line
        assert (head.lock and list(head.lock.by)) == (self.held and self.held["by"])
        assert head.fence == self.fence
        for user, screen in self.screens.items():
            fresh = await self._fresh(user)
            shown = screen.entries.get(self.entry)
            assert _seen(shown) == _seen(fresh), f"{user} is shown what is not so"

    async def _follow(self) -> None:
        """Judge what the journal has since the last time."""
        for event in await self.store.history_after(self.entry, self.read, 500):
            self.read = event.n
            for fact in json.loads(event.event):
                match fact["fact"]:
                    case "lock":
                        self._lock_set(fact, event.by, event.cause, event.at)
                    case "waits" if fact["waiter"]["user"] not in self.line:
                        self.line.append(fact["waiter"]["user"])
                    case "waits_no_more":
                        assert {*fact["users"]} <= {*self.line}
                        self.line = [user for user in self.line if user not in fact["users"]]
                    case "activated" if event.cause == "choose" and self.held:
                        assert event.by in self.held["by"], "somebody else holds it"

    def _lock_set(self, fact: dict[str, Any], by: str, cause: str, at: float) -> None:
        lock, how, held = fact["lock"], fact["reason"], self.held
        if lock is None:
            assert held is not None
            if how == "expired":
                assert held["until"] <= at, "a lease ended early"
            if how == "command":
                assert held["by"] == [by]
        elif lock["fence"] == self.fence:
            assert held is not None, "each grant has a larger fence"
            if how == "command":
                assert by in held["by"], "two holders"
                assert {*lock["by"]} <= {*held["by"]}
        else:
            assert lock["fence"] > self.fence, "a fence went back"
            assert how == "action" or held is None, "taken from who holds it"
            if how == "granted":
                assert lock["by"] == self.line[:1], "not who waited longest"
            elif how == "command":
                assert (lock["by"], self.line) == ([by], []), "somebody else was in line"
            self.fence = lock["fence"]
        self.held = lock
        self.line = [user for user in self.line if lock is None or user not in lock["by"]]


def wire(value: Any) -> Any:
    """As a client has it."""
    return json.loads(msgspec.json.encode(value))


def _seen(view: Any) -> Any:
    return None if view is None else {name: view[name] for name in view if name != "seen"}
