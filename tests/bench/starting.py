"""How long a server takes to be ready with 1,000,000 stored entries, against an empty store."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from .contest import Contest, Row, Run
from .house import furnish_large
from .standing import Standing

MILLION, EMPTY = "1,000,000 entries", "empty store"
TEAMS = 100
"""Of 10,000 entries each."""


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[dict[str, Run]]:
    large, empty = folder / "large.db", folder / "empty.db"
    await furnish_large(large, TEAMS)
    yield {EMPTY: partial(_start, empty), MILLION: partial(_start, large)}


async def _start(database: Path) -> float:
    server = Standing(database)
    try:
        seconds = await server.start()
        await server.stop(signal.SIGTERM)
    finally:
        server.end()
    return seconds * 1000


START = Contest(
    name="start",
    says=(
        "From the start of the process to its `listening on`, with 1,000,000 entries on the disk "
        "(of 300 users; 15,000 of them are in inboxes, 1,000 are locked by leases) and with "
        "nothing. The files are in the system's cache."
    ),
    unit="ms",
    rows=(
        Row(
            "start to ready with 1,000,000 stored entries: to an empty store",
            EMPTY,
            target=1.5,
            beyond=1.1,
            at_least=False,
            ours=MILLION,
        ),
    ),
    open=_open,
)
