"""A client's mirror and a server's session with a line between them that may break anywhere.

No socket: frames lie on the line until they are delivered, so that a test decides at which of them
it breaks, and what happens between the parts of an inbox.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from lockstep_client.core import Mirror
from lockstep_protocol.codec import JSON
from lockstep_protocol.digest import digest
from lockstep_protocol.entry import Profile
from lockstep_protocol.pushes import ServerInfo
from lockstep_server.hub.frame import Frame
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.catching_up import Part
from lockstep_server.session.doing import (
    CatchUp,
    Close,
    Digest,
    Do,
    Execute,
    Forward,
    Signal,
    SignIn,
    Write,
)
from lockstep_server.session.lane import Lane
from lockstep_server.session.rules import Rules
from lockstep_server.session.session import Session
from lockstep_server.session.timing import State

HELD_FRAMES = 2
"""So few that a round is often not enough."""
NOW = 1_000.0


class Line:
    """One user's client, and its connection while there is one."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.mirror = Mirror("token", new_id)
        self.frames: deque[bytes] = deque()
        self.chats: set[tuple[str, int]] = set()
        self.marks: dict[str, int] = {}
        self.snapshots: list[int] = []
        self.rounds = 0
        self.digests = 0
        self._runtime: Runtime | None = None
        self._session: Session | None = None
        self._parts: AsyncIterator[Part] | None = None
        self._since: int | None = None

    @property
    def session(self) -> Session:
        assert self._session is not None, "there is a connection"
        return self._session

    @property
    def connected(self) -> bool:
        return self._session is not None

    @property
    def live(self) -> bool:
        return self._session is not None and self._session.state is State.LIVE

    @property
    def lane(self) -> Lane:
        """Nothing is written to it at once (``Sink``)."""
        return self.session.lane

    def rest(self, data: bytes) -> None:
        """Nothing is, so nothing is left (``Sink``)."""
        raise AssertionError

    def push(self, n: int | None, frame: Frame) -> None:
        """What the hub tells of (``Sink``)."""
        self._at_once(self.session.push(n, frame, NOW))

    async def connect(self, runtime: Runtime) -> None:
        rules = Rules(
            server=ServerInfo(name="lockstep", version="0"),
            epoch=runtime.position.epoch,
            held_frames=HELD_FRAMES,
        )
        self._runtime = runtime
        self._session = Session("s", JSON, rules, lambda: runtime.position.n, NOW)
        self.mirror.connected()
        await self._say()

    async def drop(self) -> None:
        """The connection breaks: what is on the line is lost."""
        self.session.lost()
        assert self._runtime is not None
        self._runtime.hub.leave(self)
        if self._parts is not None:
            await self._parts.aclose()  # type: ignore[attr-defined]
        self._session = self._parts = None
        self.frames.clear()
        self.mirror.disconnected()

    async def read_on(self) -> None:
        """One step of bringing the client up to date."""
        if self.live or self._runtime is None:
            return
        if self._parts is None:
            found = await self._runtime.inbox(self.user, self._since)
            self._parts = found.parts
            self._at_once(self.session.found(found.n, NOW))
            return
        part = await anext(self._parts, None)
        if part is not None:
            self._at_once(self.session.part(part, NOW))
        else:
            self._parts = None
            await self._do(self.session.caught_up(NOW))

    async def deliver(self) -> None:
        """The next frame reaches the client, and what it says to it reaches the server."""
        if not self.frames:
            return
        frame = self.frames.popleft()
        self.mirror.receive(frame)
        read = msgspec.json.decode(frame)
        for message in read if isinstance(read, list) else [read]:
            self._heard(message)
        await self._say()

    async def compare(self) -> None:
        """A digest is due."""
        if self.live and self._runtime is not None:
            found = await self._runtime.versions(self.user)
            self._at_once(self.session.digested(found.n, digest(found.versions), NOW))

    async def settle(self) -> None:
        """Until nothing is on its way any more."""
        while self.frames or not self.live:
            await self.read_on()
            await self.deliver()

    def _heard(self, message: dict[str, Any]) -> None:
        assert self.mirror._mending.whole, f"a diff did not fit what {self.user} had: {message}"
        place = message.get("entry") or f"room:{message.get('room')}"
        match message["type"]:
            case "snapshot":
                if message["page"] == message["pages"]:
                    self.snapshots.append(message["n"])
            case "chat":
                self.chats.add((place, message["m"]))
            case "read" if message["user"] == self.user and "m" in message:
                self.marks[place] = max(message["m"], self.marks.get(place, 0))
            case "position" if "digest" in message:
                have = {id: view["version"] for id, view in self.mirror.entries.items()}
                assert digest(have) == message["digest"], f"{self.user} differs: {have}"
                self.digests += 1

    async def _say(self) -> None:
        said, self.mirror.outgoing = self.mirror.outgoing, []
        for frame in said:
            await self._do(self.session.receive(frame, NOW))

    async def _do(self, todo: list[Do]) -> None:
        for do in todo:
            match do:
                case SignIn():
                    profile = Profile(id=self.user, name=self.user)
                    bucket = Bucket(1e9, 10**9, NOW)
                    await self._do(self.session.signed_in(profile, None, bucket, NOW))
                case CatchUp():
                    assert self._runtime is not None
                    self._since = do.since
                    if do.again:
                        self.rounds += 1
                    else:
                        self._runtime.hub.join(self)
                case Execute():
                    assert self._runtime is not None
                    answer = await self._runtime.execute(Actor(self.user), do.command)
                    self._at_once(self.session.answered(answer, NOW))
                case _:
                    self._at_once([do])

    def _at_once(self, todo: list[Do]) -> None:
        for do in todo:
            match do:
                case Write():
                    self.frames.append(Frame(do.messages).payload(JSON))
                case Forward():
                    assert isinstance(do.frame, Frame)
                    self.frames.append(do.frame.payload(JSON))
                case Signal() | Digest():
                    pass
                case CatchUp() | Close() | Execute() | SignIn():
                    raise AssertionError(f"{do} is not expected here")


async def fresh(runtime: Runtime, user: str) -> Mirror:
    """What a client has that connects for the first time."""
    line = Line(user)
    await line.connect(runtime)
    async with asyncio.timeout(10):
        await line.settle()
    await line.drop()
    return line.mirror
