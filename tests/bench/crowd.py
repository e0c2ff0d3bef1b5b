"""What a stuck reader and a flooding writer cost the others: ``python -m tests.bench.crowd``.

So many sessions see one entry. A writer moves it at a steady pace; measured is the time from the
command to the last of them having been told. Runs without and with the two others take turns, and
the p99 of both is compared. Exits 1 when the ratio is above the bound.
"""

import asyncio
import contextlib
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from lockstep_load.lean import Heard, Lean, open_lean, read
from lockstep_server.runtime.clock import new_id

from .standing import STALL, Standing, at, furnish, judged, token, user

PACE = 15.0
"""Commands of the writer a second: below what a user may give."""
RUN_SECONDS = 5.0
ROUNDS = 3
PATIENCE = 30.0
BOUND = 1.5
PAD = "x" * 4_000
FLOOD = 200
"""Frames that the flooding writer sends at once, again and again without a pause."""


class Viewer:
    """One session that sees the entry. ``told``: by ``n`` how many were, and when the last was."""

    def __init__(self, port: int, id: str, told: dict[int, tuple[int, float]]) -> None:
        self._port = port
        self._token = token(id)
        self._told = told
        self.lean: Lean | None = None
        self.ready = asyncio.Event()
        self.answers: dict[str, asyncio.Future[Heard]] = {}
        self.view: Heard | None = None
        self.closed = asyncio.Event()

    async def connect(self, **more: Any) -> None:
        self.closed.clear()
        self.ready.clear()
        self.lean = await open_lean(self._port, self, **more)
        await self.ready.wait()

    def send(self, message: dict[str, Any]) -> None:
        assert self.lean is not None
        self.lean.send(msgspec.json.encode(message))

    async def command(self, type: str, **members: Any) -> Heard:
        """Give a command and wait for its answer."""
        id = new_id()
        answer: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
        self.answers[id] = answer
        self.send({"type": type, "id": id, **members})
        try:
            return await answer
        finally:
            del self.answers[id]

    def opened(self) -> None:
        self.send({"type": "hello", "token": self._token})

    def frame(self, payload: bytes) -> None:
        now = time.monotonic()
        for message in read(payload):
            if message.type == "diff" and message.n is not None:
                told = self._told.get(message.n, (0, 0.0))
                self._told[message.n] = (told[0] + 1, now)
            elif message.type == "snapshot" and message.page == message.pages:
                self.ready.set()
            elif message.id in self.answers:
                self.answers[message.id].set_result(message)

    def ended(self, status: int, code: int | None) -> None:
        self.closed.set()
        self.ready.set()


class Flood(Viewer):
    """Sends what is refused, as fast as it is taken, and comes back when it is closed."""

    def __init__(self, port: int, id: str, entry: str) -> None:
        super().__init__(port, id, {})
        self._entry = entry
        self.sent: Counter[str] = Counter()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                await self.connect()
            self.sent["connections"] += 1
            while not self.closed.is_set():
                assert self.lean is not None
                assert self.lean.transport is not None
                if self.lean.transport.get_write_buffer_size() < 100_000:
                    self._pour()
                await asyncio.sleep(0.005)

    def _pour(self) -> None:
        # Every other connection is ended by invalid frames, the others by too many commands.
        invalid = self.sent["connections"] % 2 == 0
        assert self.lean is not None
        assert self.lean.transport is not None
        for _ in range(FLOOD):
            if self.lean.transport.is_closing():
                return
            self.sent["frames"] += 1
            if invalid:
                self.send({"type": "nonsense"})
            else:
                self.send({"type": "get", "id": new_id(), "entry": self._entry})


class Crowd:
    """The sessions, and the entry they all see."""

    def __init__(self, port: int, sessions: int) -> None:
        self.told: dict[int, tuple[int, float]] = {}
        self._port = port
        self._sessions = sessions
        self.viewers = [Viewer(port, user(number), self.told) for number in range(sessions)]
        self.entry = ""
        self.visit = 1
        self.step = "start"

    async def gather(self) -> None:
        """Everybody signs in, and the entry is started."""
        for some in (self.viewers[start : start + 50] for start in range(0, self._sessions, 50)):
            await asyncio.gather(*(viewer.connect() for viewer in some))
        started = await self.viewers[0].command(
            "start", workflow="w0", data={"who": "all", "text": PAD}
        )
        assert started.type == "reply", started
        assert started.result is not None
        (self.entry,) = msgspec.json.decode(started.result["entries"])

    async def run(self, hostile: bool) -> list[float]:
        """One run: for each command the seconds until the last one was told."""
        flood = Flood(self._port, user(self._sessions), self.entry)
        # Seen by nobody who is measured: a recipient like the others, who takes nothing.
        stuck = Viewer(self._port, user(self._sessions + 1), {})
        pouring = None
        if hostile:
            await stuck.connect(receive_bytes=4096)
            assert stuck.lean is not None
            assert stuck.lean.transport is not None
            stuck.lean.transport.pause_reading()
            pouring = asyncio.create_task(flood.run())
        begun = {}
        end = time.monotonic() + RUN_SECONDS
        due = time.monotonic()
        while due < end:
            sent = time.monotonic()
            reply = await self._move()
            begun[reply] = sent
            due += 1 / PACE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        async with asyncio.timeout(PATIENCE):
            while any(self.told.get(n, (0,))[0] < self._sessions for n in begun):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        if pouring is not None:
            pouring.cancel()
            for guest in (flood, stuck):
                if guest.lean is not None and guest.lean.transport is not None:
                    guest.lean.transport.abort()
            print(f"  the flood: {dict(flood.sent)}")
        return [self.told[n][1] - sent for n, sent in begun.items()]

    async def _move(self) -> int:
        moved = await self.viewers[0].command(
            "choose",
            entry=self.entry,
            step=self.step,
            visit=self.visit,
            path="On",
            data={"text": f"{self.visit}" + PAD},
        )
        assert moved.type == "reply", moved
        assert moved.n is not None
        self.step, self.visit = "next", self.visit + 1
        return moved.n


async def run(sessions: int, folder: Path) -> bool:
    """Everything, in a folder of its own."""
    database = folder / "crowd.db"
    # The last two are the hostile ones; one is a recipient like the others.
    await furnish(database, sessions + 2, sessions + 2, 1)
    server = Standing(database)
    try:
        await server.start()
        crowd = Crowd(server.port, sessions)
        await crowd.gather()
        await crowd.run(False)  # to warm up
        times: dict[bool, list[float]] = {False: [], True: []}
        for number in range(2 * ROUNDS):
            hostile = number % 2 == 1
            took = await crowd.run(hostile)
            times[hostile] += took
            print(
                f"{'with   ' if hostile else 'without'} {len(took)} commands to {sessions}: "
                f"median {at(took, 0.5) * 1000:.1f} ms, p99 {at(took, 0.99) * 1000:.1f} ms"
            )
        calm, hard = (at(times[hostile], 0.99) for hostile in (False, True))
        ratio = hard / calm
        print(
            f"p99 of all: {calm * 1000:.1f} ms without, {hard * 1000:.1f} ms with, "
            f"ratio {ratio:.2f}; longest stall {server.metric(STALL) * 1000:.0f} ms"
        )
        return ratio <= BOUND
    finally:
        server.end()


if __name__ == "__main__":
    sys.exit(judged(run, __doc__, 1_000))
