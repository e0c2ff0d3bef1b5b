"""Many clients in a process of their own: they connect, say one thing each, hear the answer, stay.

The parent drives it by lines of JSON: an ``Order`` opens connections, an empty line closes all of
them; either is answered by one line, an ``Outcome``. ``Callers`` is the parent's side.
"""

import asyncio
import subprocess
import sys
import time
from typing import Self

import msgspec

from lockstep_load.lean import Lean, many_files, open_lean

IN_FLIGHT = 50
"""Connections that are under way at a time; the next one begins when one of them is through."""


class Order(msgspec.Struct, frozen=True):
    """Open a connection for each of ``first``, what it says first; it is through with the frame
    that holds ``ready``."""

    port: int
    first: list[str]
    ready: str


class Outcome(msgspec.Struct, frozen=True):
    """Wall seconds and those of this process's CPU. ``wrong``: an example of what went wrong."""

    seconds: float
    cpu: float
    wrong: str | None = None


class Caller:
    """One connection."""

    def __init__(self, first: str, ready: bytes) -> None:
        self._first = first.encode()
        self._ready = ready
        self.lean: Lean | None = None
        self.through: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()

    def opened(self) -> None:
        assert self.lean is not None
        self.lean.send(self._first)

    def frame(self, payload: bytes) -> None:
        if self._ready in payload and not self.through.done():
            self.through.set_result(None)

    def ended(self, status: int, code: int | None) -> None:
        self.gone.set()
        if not self.through.done():
            self.through.set_exception(ConnectionError(f"ended: {status}, close {code}"))


async def _open(order: Order, callers: list[Caller]) -> None:
    texts = iter(order.first)
    ready = order.ready.encode()

    async def one_after_the_other() -> None:
        for text in texts:
            caller = Caller(text, ready)
            caller.lean = await open_lean(order.port, caller)
            await caller.through
            callers.append(caller)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(one_after_the_other())


async def _close(callers: list[Caller]) -> None:
    for caller in callers:
        assert caller.lean is not None
        assert caller.lean.transport is not None
        caller.lean.transport.abort()
    for caller in callers:
        await caller.gone.wait()
    callers.clear()


async def _serve() -> None:
    callers: list[Caller] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        wrong, cpu, begun = None, time.process_time(), time.monotonic()
        try:
            if line.strip():
                order = msgspec.json.decode(line, type=Order)
                cpu, begun = time.process_time(), time.monotonic()
                await _open(order, callers)
            else:
                await _close(callers)
        except* Exception as failed:
            wrong = repr(failed.exceptions[0])
        outcome = Outcome(time.monotonic() - begun, time.process_time() - cpu, wrong)
        print(msgspec.json.encode(outcome).decode(), flush=True)


class Callers:
    """The process of the clients, as who measures sees it."""

    async def __aenter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.calling"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: ASYNC220
            command, stdin=pipe, stdout=pipe, text=True
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        self._process.kill()
        await asyncio.to_thread(self._process.communicate)

    async def open(self, port: int, first: list[str], ready: str) -> Outcome:
        """All connections, ``IN_FLIGHT`` at a time."""
        return await self._ask(msgspec.json.encode(Order(port, first, ready)).decode())

    async def close(self) -> None:
        """Cut off all of them."""
        await self._ask("")

    async def _ask(self, line: str) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = await asyncio.to_thread(self._process.stdout.readline)
        outcome = msgspec.json.decode(answer, type=Outcome)
        assert outcome.wrong is None, outcome.wrong
        return outcome


if __name__ == "__main__":
    many_files()
    asyncio.run(_serve())
