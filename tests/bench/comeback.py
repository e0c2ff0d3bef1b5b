"""Thousands of sessions come back after a restart: ``python -m tests.bench.comeback``.

A real server on a SQLite file is stopped (SIGTERM: each session comes back in its own slot) and
then killed (SIGKILL: all come back at once), and started again on the same port. Every fifth
session comes back with an older position. Exits 1 when one was refused or closed, or when the
server's loop stood still for more than 100 ms.
"""

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from lockstep_load.lean import Lean, open_lean, read

from .standing import STALL, TEAM, Standing, at, furnish, judged, token, user

ENTRIES = 10
STALL_SECONDS = 0.1
PATIENCE = 60.0
AGAIN_SECONDS = (0.05, 0.25)
"""Between two tries while nobody listens."""


class Guest:
    """One session, which comes back whenever it is cut off."""

    def __init__(self, port: int, number: int, seen: "Seen") -> None:
        self._port = port
        self._seen = seen
        self._token = token(user(number))
        self._old = number % 5 == 0
        self._random = random.Random(number)
        self._epoch = ""
        self._n: int | None = None
        self._after: float | None = None
        self._lean: Lean | None = None
        self._opened = 0.0
        self.back = asyncio.Event()

    async def connect(self) -> None:
        """Try until somebody listens."""
        while True:
            try:
                self._opened = time.monotonic()
                self._lean = await open_lean(self._port, self)
            except OSError:
                await asyncio.sleep(self._random.uniform(*AGAIN_SECONDS))
            else:
                return

    def opened(self) -> None:
        assert self._lean is not None
        hello = {"type": "hello", "token": self._token}
        if self._n is not None:
            n = self._n - self._random.randrange(200) if self._old else self._n
            hello["position"] = {"epoch": self._epoch, "n": max(0, n)}  # type: ignore[assignment]
        self._lean.send(msgspec.json.encode(hello))

    def frame(self, payload: bytes) -> None:
        for message in read(payload):
            match message.type:
                case "welcome":
                    assert message.epoch is not None
                    self._epoch = message.epoch
                case "snapshot" if message.page == message.pages:
                    self._arrived(message.n)
                case "position":
                    self._arrived(message.n)
                case "goaway" if message.after_ms is not None:
                    self._after = message.after_ms / 1000
                case "refusal":
                    self._seen.refused[f"refusal {message.code}"] += 1

    def _arrived(self, n: int | None) -> None:
        self._n = n
        if not self.back.is_set():
            self._seen.took.append(time.monotonic() - self._opened)
            self.back.set()

    def ended(self, status: int, code: int | None) -> None:
        self.back.clear()
        if self._seen.over:
            return
        if not self._seen.down or (status != 101 and status):
            self._seen.refused[f"handshake {status}, close {code}"] += 1
        wait, self._after = self._after or 0.0, None
        asyncio.get_running_loop().call_later(wait, self._again)

    def _again(self) -> None:
        self._seen.jobs.add(job := asyncio.create_task(self.connect()))
        job.add_done_callback(self._seen.jobs.discard)


class Seen:
    """What all sessions together have seen. ``down``: being cut off is what is meant to happen."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.took: list[float] = []
        self.down = False
        self.over = False
        self.jobs: set[asyncio.Task[None]] = set()


async def restart(server: Standing, guests: list[Guest], seen: Seen, how: signal.Signals) -> bool:
    """Stop and start the server, and see everybody back."""
    seen.down, seen.took = True, []
    seen.refused.clear()
    begun = time.monotonic()
    code, ending = await server.stop(how)
    async with asyncio.timeout(PATIENCE):
        for guest in guests:
            while guest.back.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    seen.down = False
    starting = await server.start()
    listening = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        for guest in guests:
            await guest.back.wait()
    now = time.monotonic()
    stall = server.metric(STALL)
    refused = dict(seen.refused)
    print(
        f"{how.name}: exit {code} after {ending:.2f} s, listening {starting:.2f} s later; "
        f"all {len(guests)} back {now - begun:.2f} s after the signal, {now - listening:.2f} s "
        f"after it listened; one took {at(seen.took, 0.5):.3f} s (median), "
        f"{at(seen.took, 0.99):.3f} s (p99); longest stall {stall * 1000:.0f} ms; "
        f"refused or closed: {refused or 0}"
    )
    return not refused and stall <= STALL_SECONDS and (code == 0 or how is signal.SIGKILL)


async def run(sessions: int, folder: Path) -> bool:
    """Everything, in a folder of its own."""
    database = folder / "comeback.db"
    await furnish(database, sessions, TEAM, ENTRIES)
    server, seen = Standing(database), Seen()
    try:
        await server.start()
        guests = [Guest(server.port, number, seen) for number in range(sessions)]
        for some in (guests[start : start + 100] for start in range(0, sessions, 100)):
            await asyncio.gather(*(guest.connect() for guest in some))
            await asyncio.gather(*(guest.back.wait() for guest in some))
        print(f"{sessions} sessions signed in; longest stall {server.metric(STALL) * 1000:.0f} ms")
        good = True
        for how in (signal.SIGTERM, signal.SIGKILL):
            good = await restart(server, guests, seen, how) and good
        return good
    finally:
        seen.over = True
        server.end()


if __name__ == "__main__":
    sys.exit(judged(run, __doc__, 5_000))
