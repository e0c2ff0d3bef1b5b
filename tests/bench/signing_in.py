"""What the contests of sessions have in common: people with small inboxes, what each says first,
and the two servers that they say it to."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from lockstep_server.store.sqlite import SqliteStore

from .standing import TEAM, Standing, furnish, token, user

SESSIONS = 2_000
ENTRIES = 10
"""In the inbox of each user."""
MISSED = 5
"""Changes since a session that resumes was here; they are other people's."""

SNAPSHOT = '"type":"snapshot"'
"""In the last frame of a session that has its whole inbox, which is small."""
RESUMED = '"type":"position"'
"""In the last frame of one that resumes."""

STOCK = "stock Starlette"
STOCK_PROGRAM = Path(__file__).parent / "yardsticks" / "stock_idle.py"
PATIENCE = 10.0


class Prepared(msgspec.Struct, frozen=True):
    """A database, and the position of its last change."""

    database: Path
    epoch: str
    n: int

    def hellos(self, *, resume: bool) -> list[str]:
        """What each user says first; with a new token, as if none had been seen before."""
        more = {"position": {"epoch": self.epoch, "n": self.n - MISSED}} if resume else {}
        return [
            msgspec.json.encode({"type": "hello", "token": token(user(number)), **more}).decode()
            for number in range(SESSIONS)
        ]


async def prepare(folder: Path) -> Prepared:
    """One team more than those who come: the last changes are that team's."""
    database = folder / "people.db"
    await furnish(database, SESSIONS + TEAM, TEAM, ENTRIES)
    store = SqliteStore(database)
    position = await store.open()
    await store.close()
    return Prepared(database, position.epoch, position.n)


@asynccontextmanager
async def lockstep(prepared: Prepared) -> AsyncIterator[tuple[int, int]]:
    """A server of ours at work: its port and its process."""
    standing = Standing(prepared.database)
    try:
        await standing.start()
        assert standing.process is not None
        yield standing.port, standing.process.pid
    finally:
        standing.end()


@asynccontextmanager
async def stock() -> AsyncIterator[tuple[int, int]]:
    """The yardstick at work: its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(STOCK_PROGRAM), str(port)])  # noqa: ASYNC220
    try:
        await _listening(port)
        yield port, process.pid
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def _listening(port: int) -> None:
    given_up = time.monotonic() + PATIENCE
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < given_up, "the yardstick does not listen"
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
