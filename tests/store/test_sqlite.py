"""What a file on a disk adds: it lasts, it can fail, and it can be killed."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from lockstep_server.store.change import Committed, EntryWrite
from lockstep_server.store.interface import StoreFailed
from lockstep_server.store.schema import MIGRATIONS
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import answer, change, entry, head, place

CROWD = 5000


async def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db")
    opened = await store.open()
    await store.commit([change(entry("e"), answer=answer("c1"))])
    await store.close()
    again = SqliteStore(tmp_path / "a.db")
    position = await again.open()
    assert (position.epoch, position.n) == (opened.epoch, 1)
    assert await again.entry("e") is not None
    await again.close()


async def test_moving_everybody_writes_as_many_rows_as_moving_ten(tmp_path: Path) -> None:
    written = []
    for size in (10, CROWD):
        store = SqliteStore(tmp_path / f"{size}.db")
        await store.open()
        users = tuple(f"u{number}" for number in range(size))
        await store.commit([change(entry("e", users))])
        before = await _changes(store)
        moved = EntryWrite(head=head(), event=b"[]", places={1: place("next", visit=2)})
        await store.commit([change(moved, answer=answer("c9"))])
        written.append(await _changes(store) - before)
        await store.close()
    assert written[0] == written[1]
    assert written[0] <= 5


async def _changes(store: SqliteStore) -> int:
    writer = store._writer
    assert writer is not None
    return writer.total_changes


async def test_a_full_disk_fails_the_whole_batch_and_passes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db")
    await store.open()
    await store.commit([change(entry("a"))])
    writer = store._writer
    assert writer is not None
    await writer.execute_fetchall("PRAGMA max_page_count = 1")
    large = entry("b", event=b'"' + b"x" * 4_000_000 + b'"')
    with pytest.raises(StoreFailed, match="full"):
        await store.commit([change(entry("c")), change(large)])
    assert await store.entry("c") is None
    assert (await store.inbox("ann")).n == 1
    await writer.execute_fetchall("PRAGMA max_page_count = 1000000")
    assert await store.commit([change(entry("c"))]) == [Committed(2)]
    await store.close()


async def test_a_file_that_may_only_be_read_fails_and_passes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db")
    await store.open()
    writer = store._writer
    assert writer is not None
    await writer.execute_fetchall("PRAGMA query_only = 1")
    with pytest.raises(StoreFailed, match="readonly"):
        await store.commit([change(entry("a"))])
    await writer.execute_fetchall("PRAGMA query_only = 0")
    assert await store.commit([change(entry("a"))]) == [Committed(1)]
    await store.close()


async def test_a_commit_that_fails_at_its_end_leaves_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db")
    await store.open()
    writer = store._writer
    assert writer is not None
    # A constraint that is looked at only when the transaction is to be committed.
    await writer.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE parent (id TEXT PRIMARY KEY);"
        "CREATE TABLE broken (id TEXT REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TRIGGER fail AFTER INSERT ON journal WHEN new.cause = 'doomed' "
        "BEGIN INSERT INTO broken VALUES ('x'); END;"
    )
    doomed = change(entry("a"))
    with pytest.raises(StoreFailed, match="FOREIGN KEY"):
        await store.commit([replace(doomed, cause="doomed")])
    assert await store.entry("a") is None
    assert await store.commit([change(entry("b"))]) == [Committed(1)]
    await store.close()


async def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = SqliteStore(path)
    await store.open()
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StoreFailed, match="newer"):
        await SqliteStore(path).open()


async def test_a_place_without_a_folder_is_a_clear_failure(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be opened"):
        await SqliteStore(tmp_path / "missing" / "a.db").open()


async def test_reads_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db")
    await store.open()
    await store.commit([change(entry("a"))])
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await asyncio.wait_for(store.entry("a"), 2) is not None
    other.execute("ROLLBACK")
    other.close()
    await store.close()


KILLED = """
import asyncio, sys
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import answer, change, entry
async def main():
    store = SqliteStore(sys.argv[1])
    await store.open()
    for number in range(100000):
        batch = [change(entry(f"{number}-{part}"), answer=answer(f"{number}-{part}"))
                 for part in range(5)]
        outcomes = await store.commit(batch)
        print(number, outcomes[-1].n, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 20, 75, 150])
async def test_a_killed_process_loses_nothing_it_told_of(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "a.db"
    root = Path(__file__).parents[2]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(path), stdout=asyncio.subprocess.PIPE, cwd=root
    )
    assert child.stdout is not None
    told = [await child.stdout.readline() for _ in range(lines)]
    child.kill()
    told += [line async for line in child.stdout]
    await child.wait()
    whole = [line.split() for line in told if line.endswith(b"\n")]
    store = SqliteStore(path)
    position = await store.open()
    assert position.n >= int(whole[-1][1])
    assert position.n % 5 == 0, "no batch is half there"
    for number, _ in whole:
        for part in range(5):
            assert await store.entry(f"{int(number)}-{part}") is not None
            assert await store.answer("ann", f"{int(number)}-{part}") is not None
    size = await store.size()
    assert size["entries"] == size["recipients"] == size["answers"] == position.n
    await store.close()
