"""How many sessions can come in a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .calling import IN_FLIGHT, Callers
from .contest import OURS, Contest, Row, Run
from .signing_in import (
    ENTRIES,
    MISSED,
    RESUMED,
    SESSIONS,
    SNAPSHOT,
    STOCK,
    lockstep,
    prepare,
    stock,
)

WHOLE = f"{OURS}, whole inbox"


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[dict[str, Run]]:
    prepared = await prepare(folder)

    async def rate(port: int, first: list[str], ready: str) -> float:
        outcome = await callers.open(port, first, ready)
        await callers.close()
        print(f"    the clients were at work for {outcome.cpu / outcome.seconds:.0%} of the time")
        return len(first) / outcome.seconds

    async with Callers() as callers, lockstep(prepared) as (ours, _), stock() as (theirs, _):

        async def resumed() -> float:
            return await rate(ours, prepared.hellos(resume=True), RESUMED)

        async def whole() -> float:
            return await rate(ours, prepared.hellos(resume=False), SNAPSHOT)

        async def yardstick() -> float:
            return await rate(theirs, ["anything"] * SESSIONS, "anything")

        yield {OURS: resumed, WHOLE: whole, STOCK: yardstick}


HANDSHAKES = Contest(
    "handshakes",
    f"{SESSIONS:,} connections that come as fast as they are served, {IN_FLIGHT} at a time, and "
    "stay: from the TCP connect to the frame that says one is up to date. Ours: different users "
    "with HS256 tokens that were not seen before, who resume after "
    f"{MISSED} changes elsewhere, as most do (first row), or read an inbox of {ENTRIES} entries "
    "(second row). Stock: an upgrade, and one text each way. Closing is not in the time. The "
    "clients' share of a core is told in each round.",
    "handshakes/s",
    (
        Row("handshakes with sign-in", STOCK, 0.7, 1.0, at_least=True),
        Row("handshakes with sign-in, whole inbox", STOCK, 0.7, 1.0, at_least=True, ours=WHOLE),
    ),
    _open,
    "Python on the way: of a resume's half millisecond the upgrade by uvicorn and websockets takes "
    "a sixth, reading in SQLite's thread as much, PyJWT and telling a team of 50 that somebody "
    "came a tenth each. A whole inbox is shown and encoded for each user anew.",
)
