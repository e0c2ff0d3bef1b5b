"""What a change of everybody takes, with 10 recipients and with 10,000."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

from .contest import Contest, Row, Run
from .moving import Mover, start_of_group
from .standing import UNLIMITED, Standing, put, user

SIZES = (10, 10_000)
MOVES = 800


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[dict[str, Run]]:
    database = folder / "everybody.db"
    entries = await _furnish(database)
    server = Standing(database, **UNLIMITED)
    try:
        await server.start()
        mover = Mover(server.port, user(0))
        await mover.connect()
        yield {_name(size): partial(mover.moves, entry, MOVES) for size, entry in entries.items()}
    finally:
        server.end()


async def _furnish(database: Path) -> dict[int, str]:
    """An entry of each size, with the first user in all of them."""
    runtime = Runtime(SqliteStore(database, synchronous="NORMAL"), clock=time.time)
    await runtime.open()
    entries = {}
    for size in SIZES:
        puts = (put(runtime, number, f"first-{size}") for number in range(size))
        await asyncio.gather(*puts)
        entries[size] = await start_of_group(runtime, f"first-{size}", user(0))
    await runtime.close()
    return entries


def _name(size: int) -> str:
    return f"{size:,} recipients"


EVERYBODY = Contest(
    name="all",
    says=(
        "From a client's `choose` of a step for `$all` to its answer, which comes once the change "
        f"is durable (SQLite, FULL): the median of {MOVES}, in a row, on one server with "
        "an entry of each size. Of the recipients only who chooses is connected."
    ),
    unit="µs",
    rows=(
        Row(
            "a `$all` change stored with 10,000 recipients: to 10",
            _name(10),
            target=1.2,
            beyond=1.05,
            at_least=False,
            ours=_name(10_000),
        ),
    ),
    open=_open,
)
