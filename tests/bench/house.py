"""Large houses, made fast: entries copied row by row from some that a real runtime made.

A copy is an entry of its own: its id, its numbers in the journal and its row in each inbox are as
if its commands had been given. Only the answers to those commands are not there, as after a day.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import msgspec

from lockstep_protocol.commands import Choose, LockEntry, Start
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

from .standing import execute, put, user

TEAM = 3
KINDS = {"done": 9_850, "open": 140, "held": 10}
"""Of each team's 10,000 entries, so many are in nobody's inbox any more, are in all, are locked."""
LEASE_SECONDS = 8 * 3600.0


async def furnish_large(database: Path, teams: int) -> None:
    """So many teams of three with 10,000 entries each; nothing waits to be done."""
    runtime = Runtime(SqliteStore(database, synchronous="NORMAL"), clock=time.time)
    await runtime.open()
    for team in range(teams):
        people = range(team * TEAM, (team + 1) * TEAM)
        await asyncio.gather(*(put(runtime, number, f"t{team}") for number in people))
        await runtime.admin.publish(f"w{team}", _workflow(team), "bench")
    kinds = await asyncio.gather(*(_entry(runtime, t, k) for t in range(teams) for k in KINDS))
    await runtime.close()
    copies = {id: KINDS[kind] - 1 for id, kind in kinds}
    await asyncio.to_thread(copy_entries, database, copies)


def _workflow(team: int) -> bytes:
    start = {
        "name": "New",
        "template": "Call {{ who }}",
        "scope": f"given groups [t{team}]",
        "paths": [{"label": "Done", "step": "done"}],
    }
    done = {"name": "Done", "scope": "$all", "status": "retired"}
    return msgspec.json.encode({"start": {"step": start}, "done": {"step": done}})


async def _entry(runtime: Runtime, team: int, kind: str) -> tuple[str, str]:
    actor = Actor(user(team * TEAM), session=team % 2 == 0)  # its lock is tied to its sessions
    start = Start(id=new_id(), workflow=f"w{team}", data={"who": f"number {team}"})
    (id,) = (await execute(runtime, actor, start))["entries"]
    if kind == "done":
        done = Choose(id=new_id(), entry=id, step="start", visit=1, path="Done")
        await execute(runtime, actor, done)
    elif kind == "held":
        await execute(runtime, actor, LockEntry(id=new_id(), entry=id, ttl=LEASE_SECONDS))
    return id, kind


def copy_entries(database: Path, copies: dict[str, int]) -> None:
    """Copy entries, by their ids, that many times each. Nobody else has the file open."""
    with closing(sqlite3.connect(database, isolation_level=None)) as file:
        for pragma in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF"):
            file.execute(f"PRAGMA {pragma}")
        indexes = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        ids = sorted(copies)  # in the order of the keys: rows are appended
        changes = {id: [n for (n,) in file.execute(OF_ENTRY, (id,))] for id in ids}
        file.execute("BEGIN")
        for name, _ in indexes:
            file.execute(f"DROP INDEX {name}")
        file.execute("CREATE TEMP TABLE numbers (k INTEGER PRIMARY KEY)")
        most = max(copies.values())
        file.executemany("INSERT INTO numbers VALUES (?)", ((k,) for k in range(1, most + 1)))
        for id in ids:
            _copy(file, id, copies[id], changes[id])
        for _, sql in indexes:
            file.execute(sql)
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode = WAL")


NEW = "substr(:id, 1, 24) || printf('%012x', k)"
"""The id of a copy: the time as it was, and other digits for some of those that chance gave."""
SAID = f"CAST(replace(CAST({{}} AS TEXT), :id, {NEW}) AS BLOB)"
OF_ENTRY = "SELECT n FROM journal WHERE entry = ? ORDER BY n"
CHANGES = (
    "INSERT INTO journal SELECT :last + (k - 1) * :changes + :number, seq, "
    f"{NEW}, at, by, cause, {SAID.format('event')} FROM numbers, journal "
    "WHERE entry = :id AND n = :n AND k <= :copies"
)
ENTRIES = (
    f"INSERT INTO entries SELECT {NEW}, :last + k * :changes, live, lock_until, workflow, "
    f"shared_version, {SAID.format('head')}, tied, locked FROM numbers, entries "
    "WHERE id = :id AND k <= :copies"
)
PLACES = (
    f"INSERT INTO places SELECT {NEW}, place, active, body, version, workflow, workflow_version, "
    "step, at FROM numbers, places WHERE entry = :id AND k <= :copies"
)
RECIPIENTS = (
    f"INSERT INTO recipients SELECT {NEW}, user, place FROM numbers, recipients "
    "WHERE entry = :id AND k <= :copies"
)


def _copy(file: sqlite3.Connection, id: str, copies: int, changes: list[int]) -> None:
    (last,) = file.execute("SELECT max(n) FROM journal").fetchone()
    named = {"id": id, "copies": copies, "last": last, "changes": len(changes)}
    for number, n in enumerate(changes, start=1):
        file.execute(CHANGES, {**named, "number": number, "n": n})
    for statement in (ENTRIES, PLACES, RECIPIENTS):
        file.execute(statement, named)
