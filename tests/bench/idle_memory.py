"""What an idle session costs in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from .calling import Callers
from .contest import OURS, Contest, Row, Run
from .signing_in import RESUMED, SESSIONS, STOCK, lockstep, prepare, stock

WARM_UP = 100
"""Connections that come and go first, so that what is made only once is there."""
STILL = 0.002
"""Memory that changes by no more than this share in ``LOOK_SECONDS`` is settled."""
LOOK_SECONDS = 0.5
PATIENCE = 15.0


def private_bytes(process: int) -> int:
    """The memory that would be free if the process were gone (Linux: private pages)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    lines = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return 1024 * sum(int(line[1]) for line in lines)


async def _settled(process: int) -> int:
    given_up = time.monotonic() + PATIENCE
    before = private_bytes(process)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = private_bytes(process)
        if abs(now - before) <= STILL * now or time.monotonic() > given_up:
            return now
        before = now


async def _measured(
    server: AbstractAsyncContextManager[tuple[int, int]], first: list[str], ready: str
) -> float:
    async with server as (port, process), Callers() as callers:
        await callers.open(port, first[:WARM_UP], ready)
        await callers.close()
        empty = await _settled(process)
        await callers.open(port, first, ready)
        return (await _settled(process) - empty) / len(first)


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[dict[str, Run]]:
    prepared = await prepare(folder)

    async def ours() -> float:
        return await _measured(lockstep(prepared), prepared.hellos(resume=True), RESUMED)

    async def yardstick() -> float:
        return await _measured(stock(), ["anything"] * SESSIONS, "anything")

    yield {OURS: ours, STOCK: yardstick}


IDLE_MEMORY = Contest(
    "idle-memory",
    f"Private memory of the server's process that {SESSIONS:,} idle connections add, each. Ours: "
    "different users, signed in, up to date and live. Stock: an open WebSocket that has answered "
    "one text and waits for the next. Each run has a new process, to which a few connections came "
    "before; memory is read once it has stopped changing. No compression in either.",
    "bytes/session",
    (Row("memory of an idle signed-in session", STOCK, 1.2, 0.8, at_least=False),),
    _open,
)
