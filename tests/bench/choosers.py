"""Users who choose paths, as a program: ``python -m tests.bench.choosers PORT COMMANDS [RATE]``.

Ten of them, with a connection each, see the same entries. Each command moves one entry on; its
giver hears the answer, and all ten the diff. Without ``RATE`` 64 commands, each to another entry,
are in flight all the time. With it one is due each 1 / ``RATE`` s, to an entry that has none in
flight, and its time counts from when it was due. Prints ``Chosen`` as JSON.
"""

import asyncio
import gc
import selectors
import sys
import time
from collections import deque

import msgspec

from lockstep_load.lean import Heard, Lean, open_lean, read
from lockstep_server.runtime.clock import new_id

from .standing import at, token, user

VIEWERS = 10
IN_FLIGHT = 64
PATIENCE = 60.0

_DIFF = b'"type":"diff"'


class Chosen(msgspec.Struct, frozen=True):
    """A run: commands a second, times to the answer in seconds, and the share of a core that
    this program took for itself."""

    a_second: float
    p50: float
    p99: float
    longest: float
    busy: float


class Moved(msgspec.Struct):
    """An entry, and where it stands."""

    id: str
    step: str
    visit: int


class Page(msgspec.Struct):
    """Of what a session hears first, what is needed here."""

    type: str
    page: int = 0
    pages: int = 0
    entries: list[Moved] = []


class Viewer:
    """One user's connection. Diffs are counted and not read: there are ten of each command."""

    def __init__(self, number: int, choosers: "Choosers") -> None:
        self._token = token(user(number))
        self._choosers = choosers
        self.lean: Lean | None = None
        self.entries: list[Moved] = []
        self.diffs = 0
        self.there = asyncio.Event()

    def send(self, message: dict[str, object]) -> None:
        assert self.lean is not None
        self.lean.send(msgspec.json.encode(message))

    def opened(self) -> None:
        self.send({"type": "hello", "token": self._token})

    def frame(self, payload: bytes) -> None:
        if not self.there.is_set():
            self._come(payload)
            return
        diffs = payload.count(_DIFF)
        self.diffs += diffs
        if not diffs or payload[:1] == b"[":
            for message in read(payload):
                self._choosers.heard(message)
        elif self.diffs == self._choosers.commands:
            self._choosers.told()

    def _come(self, payload: bytes) -> None:
        whole = payload if payload[:1] == b"[" else b"[" + payload + b"]"
        for page in msgspec.json.decode(whole, type=list[Page]):
            self.entries += page.entries
            if page.type == "snapshot" and page.page == page.pages:
                self.there.set()

    def ended(self, status: int, code: int | None) -> None:
        self._choosers.failed(f"a connection ended: {status}, {code}")


class Choosers:
    """All of them, and the commands that are due."""

    def __init__(self, port: int, commands: int, rate: float | None) -> None:
        self.commands = commands
        self._port = port
        self._rate = rate
        self._viewers = [Viewer(number, self) for number in range(VIEWERS)]
        self._waiting = VIEWERS  # for their last diff
        self._given = 0
        self._due: deque[float] = deque()
        self._free: deque[Moved] = deque()
        self._flying: dict[str, tuple[Moved, float]] = {}
        self._times: list[float] = []
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> Chosen:
        """Connect, give all commands, wait until all ten were told of all of them."""
        for viewer in self._viewers:
            viewer.lean = await open_lean(self._port, viewer)
        for viewer in self._viewers:
            await viewer.there.wait()
        entries = self._viewers[0].entries
        self._free.extend(entries if self._rate else entries[:IN_FLIGHT])
        gc.collect()
        gc.disable()
        begun, worked = time.perf_counter(), time.process_time()
        async with asyncio.timeout(PATIENCE):
            if self._rate is None:
                self._due.extend([begun] * self.commands)
                self._give()
            else:
                await self._keep_pace(begun, 1 / self._rate)
            await self._over
        took = time.perf_counter() - begun
        return Chosen(
            self.commands / took,
            at(self._times, 0.5),
            at(self._times, 0.99),
            max(self._times),
            (time.process_time() - worked) / took,
        )

    async def _keep_pace(self, begun: float, step: float) -> None:
        for number in range(self.commands):
            due = begun + number * step
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._due.append(due)
            self._give()

    def _give(self) -> None:
        while self._due and self._free:
            entry, id = self._free.popleft(), new_id()
            self._flying[id] = (entry, self._due.popleft())
            self._given += 1
            self._viewers[self._given % VIEWERS].send(
                {
                    "type": "choose",
                    "id": id,
                    "entry": entry.id,
                    "step": entry.step,
                    "visit": entry.visit,
                    "path": "On",
                }
            )

    def heard(self, message: Heard) -> None:
        """An answer, or what is of no concern here."""
        flying = self._flying.pop(message.id or "", None)
        if flying is None:
            return
        if message.type != "reply":
            self.failed(f"a command was refused: {message.code}")
        entry, due = flying
        self._times.append(time.perf_counter() - due)
        entry.step, entry.visit = "next", entry.visit + 1
        self._free.append(entry)
        self._give()

    def told(self) -> None:
        """One of them has had all the diffs."""
        self._waiting -= 1
        if not self._waiting and not self._over.done():
            self._over.set_result(None)

    def failed(self, why: str) -> None:
        """It cannot go on."""
        if not self._over.done():
            self._over.set_exception(RuntimeError(why))


async def main() -> None:
    """One run."""
    port, commands, *rate = sys.argv[1:]
    chosen = await Choosers(int(port), int(commands), float(rate[0]) if rate else None).run()
    print(msgspec.json.encode(chosen).decode(), flush=True)


if __name__ == "__main__":
    # `select` wakes up on the microsecond, where `epoll` counts whole milliseconds.
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())
    ) as runner:
        runner.run(main())
