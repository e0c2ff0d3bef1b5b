"""Copies while commits go on, and one process to a file."""

import asyncio
import time
from contextlib import closing
from pathlib import Path

import pytest

from lockstep_server.store import checkpoints
from lockstep_server.store.copying import Contents, checked, contents, faults, reading
from lockstep_server.store.holding import InUse
from lockstep_server.store.interface import NothingKept, Store, StoreFailed
from lockstep_server.store.memory import MemoryStore
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import answer, change, entry

MANY_BYTES = 24_000_000
COPIES = 50
"""Made at most until one was at work while something was committed."""


async def test_a_copy_is_the_store_after_a_whole_commit(store: Store, tmp_path: Path) -> None:
    await store.commit([change(entry("a"), answer=answer("c1")), change(entry("b"))])
    if isinstance(store, MemoryStore):
        with pytest.raises(NothingKept, match="memory"):
            await store.copy()
        return
    assert checked(await _copied(store, tmp_path)).entries == 2
    again = SqliteStore(tmp_path / "copy.db")
    await again.open()
    assert await again.size() == await store.size()
    assert await again.answer("ann", "c1") == await store.answer("ann", "c1")
    await again.close()


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob("*-copy-*"))


async def _copied(store: Store, folder: Path) -> Path:
    with await store.copy() as made:
        assert not unfinished(folder), "it has no name"
        (folder / "copy.db").write_bytes(made.read())
    return folder / "copy.db"


async def test_commits_go_on_while_a_copy_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    large = entry("large", event=b'"' + b"x" * MANY_BYTES + b'"')
    await store.commit([change(large)])
    # Each commit wants a checkpoint, which has to wait for the copy, and no commit for it. The
    # first one came before: a checkpoint of so much may last longer than the copy.
    monkeypatch.setattr(checkpoints, "LARGE_LOG_BYTES", 1)
    monkeypatch.setattr(checkpoints, "OFTEN_SECONDS", 0.0)
    during, batches, slowest = 0, 0, 0.0
    for _ in range(COPIES):  # a copy may be over before the first commit beside it
        copying = asyncio.create_task(_copied(store, tmp_path))
        while not copying.done():
            begun = time.monotonic()
            await store.commit([change(entry(f"{batches}-{part}")) for part in range(5)])
            batches += 1
            during += store._copier.busy
            slowest = max(slowest, time.monotonic() - begun)
        found = checked(await copying)
        if during:
            break
    await store.close()
    assert during > 0
    assert slowest < 1.5, "a checkpoint that waits for a reader takes seconds"
    assert found.n % 5 == 1, "no batch is half there"
    assert found.n == found.entries


async def test_commits_wait_for_nobody_who_reads_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "LARGE_LOG_BYTES", 1)
    monkeypatch.setattr(checkpoints, "OFTEN_SECONDS", 0.0)
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    await store.commit([change(entry("a"))])
    with closing(reading(tmp_path / "x.db")) as other:  # as a backup of the file itself
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM entries").fetchall()
        begun = time.monotonic()
        for number in range(20):
            await store.commit([change(entry(f"e{number}"))])
            await asyncio.sleep(0)  # the checkpoint that it planned is on its way
        took = time.monotonic() - begun
        other.execute("ROLLBACK")
    await store.close()
    assert took < 3


async def test_a_copy_that_nobody_waits_for_is_given_up(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    await store.commit([change(entry("large", event=b'"' + b"x" * MANY_BYTES + b'"'))])
    copying = asyncio.create_task(store.copy())
    await asyncio.sleep(0)
    with pytest.raises(StoreFailed, match="already"):
        await store.copy()
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    await store.close()
    assert not unfinished(tmp_path)


async def test_a_file_is_open_once_whatever_it_is_called(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    (tmp_path / "link.db").symlink_to(tmp_path / "x.db")
    with pytest.raises(InUse, match="in use by another server"):
        await SqliteStore(tmp_path / "link.db").open()
    await store.close()
    again = SqliteStore(tmp_path / "link.db")
    await again.open()
    await again.close()


async def test_what_a_killed_process_left_of_a_copy_goes(tmp_path: Path) -> None:
    (tmp_path / "x.db-copy-1234").write_bytes(b"half")
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    assert not unfinished(tmp_path)
    await store.close()


async def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    store = SqliteStore(path)
    opened = await store.open()
    await store.commit([change(entry(f"e{number}")) for number in range(300)])
    await store.close()
    assert contents(path) == Contents(contents(path).version, opened.epoch, 300, 300)
    assert faults(path) == []
    whole = bytearray(path.read_bytes())
    for at in range(len(whole) // 2, len(whole) // 2 + 8192):
        whole[at] ^= 0xFF
    path.write_bytes(whole)
    assert faults(path)
    with pytest.raises(StoreFailed, match="damaged"):
        checked(path)


def test_a_file_of_another_kind_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("hello" * 1000)
    with pytest.raises(StoreFailed, match="damaged"):
        checked(tmp_path / "x.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreFailed, match="no sound database"):
        checked(tmp_path / "empty.db")
    with pytest.raises(StoreFailed, match="There is no file"):
        checked(tmp_path / "none.db")
