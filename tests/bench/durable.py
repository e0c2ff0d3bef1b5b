"""Commands that are durable and told to ten viewers: how many a second, and how steady."""

import asyncio
import pickle
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec

from lockstep_protocol.commands import Choose
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.change import Change, Outcome
from lockstep_server.store.sqlite import SqliteStore
from lockstep_server.store.writing import write_batch

from .choosers import IN_FLIGHT, VIEWERS, Chosen
from .contest import OURS, Contest, Row, Run
from .standing import UNLIMITED, Standing, execute, furnish, user

COMMANDS = 8_000
A_COMMIT = 50
"""Changes that sqlite3 alone stores together."""
STEADY_RATE = 500.0
STEADY_SECONDS = 8.0
STEADY_ENTRIES = 500
ALONE = "sqlite3"
SQLITE_ROWS = Path(__file__).parent / "yardsticks" / "sqlite_rows.py"

Commit = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements with their rows."""


class Noting(SqliteStore):
    """Notes the changes that it stores."""

    def __init__(self, database: Path) -> None:
        super().__init__(database, synchronous="NORMAL")
        self.noted: list[Change] = []

    async def commit(self, batch: Sequence[Change]) -> list[Outcome]:
        self.noted += batch
        return await super().commit(batch)


class Recording:
    """A connection that records what is inserted over it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.recorded: Commit = []

    def execute(self, *args: Any) -> sqlite3.Cursor:
        return self._connection.execute(*args)

    def executemany(self, statement: str, rows: Collection[tuple[Any, ...]]) -> sqlite3.Cursor:
        self.recorded.append((statement, list(rows)))
        return self._connection.executemany(statement, rows)


async def changes_of(database: Path, commands: int) -> list[Change]:
    """What Lockstep stores for so many commands, to one entry after the other."""
    store = Noting(database)
    runtime = Runtime(store, clock=time.time)
    await runtime.open()
    try:
        entries = (await store.inbox(user(0))).here
        for number in range(commands):
            visit = number // len(entries) + 1
            command = Choose(
                id=new_id(),
                entry=entries[number % len(entries)],
                step="start" if visit == 1 else "next",
                visit=visit,
                path="On",
            )
            await execute(runtime, Actor(user(number % VIEWERS)), command)
    finally:
        await runtime.close()
    return store.noted


def rows_of(database: Path, changes: list[Change]) -> list[Commit]:
    """The statements of ``changes`` and their rows, as Lockstep's own store gives them."""
    commits = []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for start in range(0, len(changes), A_COMMIT):
            recording = Recording(connection)
            write_batch(recording, changes[start : start + A_COMMIT])  # type: ignore[arg-type]
            commits.append(recording.recorded)
    return commits


async def program(*args: str) -> str:
    """Run a Python program; what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *args, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, args
    return printed.decode()


async def chosen(server: Standing, commands: int, *rate: str) -> Chosen:
    """One run of the choosers."""
    printed = await program("-m", "tests.bench.choosers", str(server.port), str(commands), *rate)
    return msgspec.json.decode(printed, type=Chosen)


@asynccontextmanager
async def open_durable(folder: Path) -> AsyncIterator[dict[str, Run]]:
    """A server, and rows like those that it stores."""
    furnished, copy, rows = folder / "furnished.db", folder / "copy.db", folder / "rows"
    await furnish(furnished, VIEWERS, VIEWERS, IN_FLIGHT)
    shutil.copy(furnished, copy)
    changes = await changes_of(copy, COMMANDS)
    shutil.copy(furnished, copy)
    rows.write_bytes(pickle.dumps(rows_of(copy, changes)))
    shutil.copy(furnished, folder / "served.db")
    server = Standing(folder / "served.db", **UNLIMITED)

    async def ours() -> float:
        return (await chosen(server, COMMANDS)).a_second

    async def alone() -> float:
        shutil.copy(furnished, copy)
        return COMMANDS / float(await program(str(SQLITE_ROWS), str(copy), str(rows)))

    try:
        await server.start()
        yield {OURS: ours, ALONE: alone}
    finally:
        server.end()


DURABLE = Contest(
    "durable",
    f"Commands that move an entry on for {VIEWERS} connected viewers, {IN_FLIGHT} in flight, each "
    "to another entry of the ten's inbox, over real sockets; from the first sent until each is "
    "answered and the last viewer was told of the last, every commit synced (FULL). sqlite3 alone "
    "writes the rows that Lockstep writes for such commands, with its statements, "
    f"{A_COMMIT} commands a commit, FULL, WAL.",
    "commands/s",
    (Row("command to durable to 10 viewers", ALONE, 0.65, 0.85, at_least=True),),
    open_durable,
    "one event loop. sqlite3 alone needs about 25 µs a command on this disk, we about 155 µs of "
    "Python: a third of it to tell ten viewers, a quarter from deciding to the rows. Neither the "
    "writer's thread nor the disk is the limit (a commit has 30 changes). It would take several "
    "loops in processes of their own behind one writer, or views, diffs and outboxes in compiled "
    "code.",
)


@asynccontextmanager
async def open_steady(folder: Path) -> AsyncIterator[dict[str, Run]]:
    """A server; both figures of a round are of one run."""
    database = folder / "steady.db"
    await furnish(database, VIEWERS, VIEWERS, STEADY_ENTRIES)
    server = Standing(database, **UNLIMITED)
    left: dict[str, float] = {}

    def quantile(name: str) -> Run:
        async def run() -> float:
            if name not in left:
                commands = int(STEADY_RATE * STEADY_SECONDS)
                times = await chosen(server, commands, str(STEADY_RATE))
                left.update(p50=times.p50 * 1e3, p99=times.p99 * 1e3)
            return left.pop(name)

        return run

    try:
        await server.start()
        yield {"p50": quantile("p50"), "p99": quantile("p99")}
    finally:
        server.end()


STEADY = Contest(
    "steady",
    f"Commands at a pace of {STEADY_RATE:.0f} a second for {STEADY_SECONDS:.0f} s, each durable "
    f"(FULL) and told to {VIEWERS} viewers; from when a command was due until its giver has the "
    "answer, so that one that waits behind a slow one counts with its wait.",
    "ms",
    (Row("500 commands/s steady: p99 to p50", "p50", 8, 4, at_least=False, ours="p99"),),
    open_steady,
)
