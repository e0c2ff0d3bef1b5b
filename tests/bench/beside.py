"""What a change of one small entry takes beside few idle people and entries, and beside many."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from lockstep_protocol.commands import Start
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

from .calling import Callers
from .contest import Contest, Row, Run
from .moving import Mover, start_of_group
from .signing_in import RESUMED
from .standing import UNLIMITED, Standing, cpu_seconds, execute, put, token, user

FEW, MANY = 10, 10_000
MOVES = 1_500
TEAM = 3
AT_ONCE = 500
QUIET_SECONDS = 1.5
IDLE_SHARE = 0.25
"""A server that uses less of a core has caught up with those who came."""
PATIENCE = 60.0


class House:
    """A server with so many idle people elsewhere, and a team of three who share one entry."""

    def __init__(self, server: Standing, mover: Mover, entry: str) -> None:
        assert server.process is not None
        self._process = server.process.pid
        self._mover = mover
        self._entry = entry

    async def latency(self) -> float:
        """Microseconds from the command to its answer, the median of many."""
        return await self._mover.moves(self._entry, MOVES)

    async def work(self) -> float:
        """Microseconds of the server's CPU that one command takes, beyond what idling takes."""
        idle = await self.idling()
        begun, before = time.monotonic(), cpu_seconds(self._process)
        await self._mover.moves(self._entry, MOVES)
        spent = cpu_seconds(self._process) - before - idle * (time.monotonic() - begun)
        return spent / MOVES * 1e6

    async def idling(self) -> float:
        """The share of a core that the server uses while nobody does anything."""
        before = cpu_seconds(self._process)
        await asyncio.sleep(QUIET_SECONDS)
        return (cpu_seconds(self._process) - before) / QUIET_SECONDS


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[dict[str, Run]]:
    async with AsyncExitStack() as stack:
        houses = {
            size: await stack.enter_async_context(_house(folder / f"{size}.db", size))
            for size in (FEW, MANY)
        }
        runs: dict[str, Run] = {}
        for size, house in houses.items():
            runs[_latency(size)] = house.latency
            runs[_work(size)] = house.work
        yield runs


@asynccontextmanager
async def _house(database: Path, size: int) -> AsyncIterator[House]:
    entry, epoch, n = await _furnish(database, size)
    server = Standing(database, **UNLIMITED)
    async with Callers() as callers:
        try:
            await server.start()
            position = {"epoch": epoch, "n": n}
            hellos = [
                {"type": "hello", "token": token(user(number)), "position": position}
                for number in range(TEAM, TEAM + size)
            ]
            texts = [msgspec.json.encode(hello).decode() for hello in hellos]
            await callers.open(server.port, texts, RESUMED)
            mover = Mover(server.port, user(0))
            await mover.connect()
            house = House(server, mover, entry)
            given_up = time.monotonic() + PATIENCE
            while await house.idling() > IDLE_SHARE:
                assert time.monotonic() < given_up, "the server does not come to rest"
            yield house
        finally:
            server.end()


async def _furnish(database: Path, size: int) -> tuple[str, str, int]:
    """The people, and an entry for each idle one; the team's entry, epoch and position."""
    runtime = Runtime(SqliteStore(database, synchronous="NORMAL"), clock=time.time)
    await runtime.open()
    await asyncio.gather(*(put(runtime, number, "team") for number in range(TEAM)))
    entry = await start_of_group(runtime, "team", user(0))
    alone = {"name": "Alone", "scope": "$sink", "paths": [{"label": "On", "step": "start"}]}
    await runtime.admin.publish("own", msgspec.json.encode({"start": {"step": alone}}), "bench")
    numbers = range(TEAM, TEAM + size)
    for some in (numbers[first : first + AT_ONCE] for first in range(0, size, AT_ONCE)):
        await asyncio.gather(*(put(runtime, number, f"t{number // 10}") for number in some))
        await asyncio.gather(*(_start(runtime, number) for number in some))
    position = runtime.position
    await runtime.close()
    return entry, position.epoch, position.n


async def _start(runtime: Runtime, number: int) -> None:
    data = {"who": f"number {number}"}
    start = Start(id=new_id(), workflow="own", to=(user(number),), data=data)
    await execute(runtime, Actor(user(number)), start)


def _latency(size: int) -> str:
    return f"time beside {size:,}"


def _work(size: int) -> str:
    return f"server's CPU beside {size:,}"


BESIDE = Contest(
    name="beside",
    says=(
        "A `choose` on an entry of three people, on a server (SQLite, FULL) where 10 or 10,000 "
        "others are connected and idle (as many users, sessions and entries), from a process of "
        f"their own: the median time to the durable answer of {MOVES:,} commands in a row; "
        "and the CPU time of the server for each, without what it uses for those who are idle "
        "(their pings and heartbeats), measured just before."
    ),
    unit="µs",
    rows=tuple(
        Row(
            f"one change beside 10,000 idle entries, users and sessions: to 10 ({what})",
            named(FEW),
            target=1.1,
            beyond=1.0,
            at_least=False,
            ours=named(MANY),
        )
        for what, named in (("time", _latency), ("server's CPU", _work))
    ),
    open=_open,
    holds_back=(
        "the pings, pongs and heartbeats of those who are idle. They came within seconds of each "
        "other, so they are due together for some seconds of every 20, and a command between them "
        "costs more. The timers themselves are about 1 % of a core; spread evenly, the same work "
        "costs more, since less of it is done together."
    ),
)
