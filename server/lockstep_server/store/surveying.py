"""Looks at all that is under way, on a connection of their own: nobody else's read waits for one.

They read indexes that hold the running entries and no others.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiosqlite
import msgspec

from lockstep_server.engine.state import Head

from .effects import ScriptRun, StoredRun
from .gathering import together
from .running import LOCK_SECONDS, START, USERS, Mark, Stand, Standing, Stuck, stuck_before

T = TypeVar("T")

_head = msgspec.json.Decoder(Head).decode
_run = msgspec.json.Decoder(ScriptRun).decode

NEWEST = 2**62
_OF_STEP = "active = 1 AND workflow = ? AND workflow_version = ? AND step = ?"
_GROUPS = "GROUP BY p.workflow, p.workflow_version, p.step"
_KEY = "p.workflow, p.workflow_version, p.step"


class Surveys:
    """One connection for what takes long, made when it is first needed."""

    def __init__(self, connect: Callable[[], Awaitable[aiosqlite.Connection]]) -> None:
        self._connect = connect
        self._connection: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether somebody looks: until then the log cannot be emptied."""
        return self._turn.locked()

    async def look(
        self, hop: Callable[..., Awaitable[Any]], work: Callable[..., T], *args: Any
    ) -> T:
        """The result of ``work``, in one transaction; one after the other."""
        async with self._turn:
            if self._connection is None:
                self._connection = await self._connect()
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            [(result, error)] = await hop(self._connection, together, [(done, work, args)])
        if error is not None:
            raise error
        answer: T = result
        return answer

    async def close(self) -> None:
        """Wait for who looks, and let go of the file."""
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close()


class Surveying:
    """The part of a store in a file that looks at all that is under way."""

    async def _survey(self, work: Callable[..., T], *args: Any) -> T:
        """The result of ``work`` on the connection for what takes long."""
        raise NotImplementedError

    async def running(self, now: float, after: float) -> list[Standing]:
        return await self._survey(read_running, now, after)

    async def stands(
        self, workflow: str, version: int, step: str, after: Mark, limit: int
    ) -> list[Stand]:
        return await self._survey(read_stands, (workflow, version, step), after, limit)

    async def stuck(self, now: float, after: float, limit: int) -> Stuck:
        return await self._survey(read_stuck, now, after, limit)

    async def script_runs(self, script: str, before: int | None, limit: int) -> list[StoredRun]:
        return await self._survey(read_runs, script, before, limit)


def read_running(connection: sqlite3.Connection, now: float, after: float) -> list[Standing]:
    """What stands at each step."""
    groups = connection.execute(
        f"SELECT {_KEY}, count(*), min(p.at) FROM places p WHERE p.active = 1 {_GROUPS}"
    ).fetchall()
    locked = _counts(connection, "SELECT id AS entry FROM entries WHERE locked IS NOT NULL")
    failed = _counts(connection, "SELECT DISTINCT entry FROM incidents")
    found = []
    for workflow, version, step, entries, oldest in groups:
        key = (workflow, version, step)
        (median,) = connection.execute(
            f"SELECT at FROM places WHERE {_OF_STEP} ORDER BY at LIMIT 1 OFFSET ?",
            (*key, (entries - 1) // 2),
        ).fetchone()
        (stuck,) = connection.execute(
            f"SELECT count(*) FROM places WHERE {_OF_STEP} AND at < ?",
            (*key, stuck_before(now, after, entries, median)),
        ).fetchone()
        counts = (stuck, locked[key], failed[key])
        found.append(Standing(*key, entries, oldest, median, *counts))
    return found


def read_stands(
    connection: sqlite3.Connection, key: tuple[str, int, str], after: Mark, limit: int
) -> list[Stand]:
    """The entries at a step that come after a mark, the oldest first."""
    marks = _marks(connection, key, after, limit)
    return [_stand(connection, entry, place, at, key) for at, entry, place in marks]


def read_stuck(connection: sqlite3.Connection, now: float, after: float, limit: int) -> Stuck:
    """What should be looked at."""
    marks: list[tuple[Mark, tuple[str, int, str]]] = []
    for each in read_running(connection, now, after):
        if each.stuck:
            key = (each.workflow, each.version, each.step)
            few = min(each.stuck, limit)
            marks += [(mark, key) for mark in _marks(connection, key, START, few)]
    # Only those that are told are read whole.
    old = [
        _stand(connection, entry, place, at, key)
        for (at, entry, place), key in sorted(marks)[:limit]
    ]
    locked = _stands(
        connection,
        "SELECT id AS entry, locked AS rank FROM entries WHERE locked < ? ORDER BY locked LIMIT ?",
        (now - LOCK_SECONDS, limit),
    )
    failed = _stands(
        connection,
        "SELECT entry, -max(n) AS rank FROM incidents GROUP BY entry ORDER BY rank LIMIT ?",
        (limit,),
    )
    return Stuck(old, locked[:limit], failed[:limit])


def read_runs(
    connection: sqlite3.Connection, script: str, before: int | None, limit: int
) -> list[StoredRun]:
    """What became of a script, the newest run first."""
    rows = connection.execute(
        "SELECT r.n, r.at, r.body, coalesce(json_extract(CAST(e.head AS TEXT), '$.title'), '') "
        "FROM script_runs r LEFT JOIN entries e ON e.id = r.entry "
        "WHERE r.script = ? AND r.n < ? ORDER BY r.n DESC LIMIT ?",
        (script, NEWEST if before is None else before, limit),
    )
    return [StoredRun(n, at, title, _run(body)) for n, at, body, title in rows]


def _marks(
    connection: sqlite3.Connection, key: tuple[str, int, str], after: Mark, limit: int
) -> list[Mark]:
    return connection.execute(
        f"SELECT at, entry, place FROM places WHERE {_OF_STEP} AND (at, entry, place) > (?, ?, ?) "
        "ORDER BY at, entry, place LIMIT ?",
        (*key, *after, limit),
    ).fetchall()


def _counts(connection: sqlite3.Connection, wanted: str) -> Counter[tuple[Any, ...]]:
    rows = connection.execute(
        f"SELECT {_KEY}, count(*) FROM ({wanted}) w CROSS JOIN places p ON p.entry = w.entry "
        f"WHERE p.active = 1 {_GROUPS}"
    )
    return Counter({tuple(key): count for *key, count in rows})


def _stands(connection: sqlite3.Connection, wanted: str, args: Sequence[Any]) -> list[Stand]:
    rows = connection.execute(
        f"SELECT p.entry, p.place, p.at, {_KEY} FROM ({wanted}) w "
        "CROSS JOIN places p ON p.entry = w.entry WHERE p.active = 1 "
        "ORDER BY w.rank, p.entry, p.place",
        args,
    ).fetchall()
    return [
        _stand(connection, entry, place, at, (workflow, version, step))
        for entry, place, at, workflow, version, step in rows
    ]


def _stand(
    connection: sqlite3.Connection, entry: str, place: int, at: float, key: tuple[str, int, str]
) -> Stand:
    (head,) = connection.execute("SELECT head FROM entries WHERE id = ?", (entry,)).fetchone()
    there = (entry, place)
    users = connection.execute(
        "SELECT user FROM recipients WHERE entry = ? AND place = ? ORDER BY user LIMIT ?",
        (*there, USERS),
    ).fetchall()
    (count,) = connection.execute(
        "SELECT count(*) FROM recipients WHERE entry = ? AND place = ?", there
    ).fetchone()
    (incidents,) = connection.execute(
        "SELECT count(*) FROM incidents WHERE entry = ?", (entry,)
    ).fetchone()
    shared = _head(head)
    named = tuple(user for (user,) in users)
    return Stand(entry, place, at, shared.title, *key, named, count, shared.lock, incidents)
