"""What a user has put away: the same in every store, and as cheap as the page that is asked for."""

import sqlite3
from pathlib import Path

from lockstep_server.engine.state import Guest
from lockstep_server.store import inboxes
from lockstep_server.store.change import EntryWrite
from lockstep_server.store.interface import Mark, Store
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry, place

MANY = 2_000


def away(id: str, users: tuple[str, ...] = ("ann",)) -> EntryWrite:
    return entry(id, users, places={1: place("end", "retired", 2)})


async def ids(store: Store, user: str, before: str | None = None, limit: int = 10) -> list[str]:
    return [item.head.id for item in await store.retired(user, before, limit)]


async def test_what_is_retired_comes_by_id_downwards_page_by_page(store: Store) -> None:
    both = ("ann", "bob")
    batch = [away("a"), entry("b"), away("c", both), away("d", ("bob",)), away("e")]
    await store.commit([change(each) for each in batch])
    assert await ids(store, "ann") == ["e", "c", "a"]
    assert await ids(store, "ann", limit=2) == ["e", "c"]
    assert await ids(store, "ann", before="c") == ["a"]
    assert await ids(store, "ann", before="a") == []
    assert await ids(store, "bob") == ["d", "c"]
    assert await ids(store, "cleo") == []


async def test_it_is_the_users_side_of_each_and_follows_what_happens(store: Store) -> None:
    await store.commit([change(entry("a", ("ann", "bob")))])
    await store.mark([Mark("ann", "a", 1, 3)])
    two = {1: place(), 2: place("end", "retired", 2)}
    await store.commit([change(entry("a", places=two, placed={"ann": 2}))])
    [item] = await store.retired("ann", None, 5)
    assert [item] == await store.items("ann", ["a"])
    assert (item.place, item.seen_visit, item.read_m) == (two[2], 1, 3)
    assert await ids(store, "bob") == []
    await store.commit([change(entry("a", places=two, placed={"ann": 1}))])
    assert await ids(store, "ann") == []


async def test_a_guest_has_put_nothing_away(store: Store) -> None:
    guests = (Guest("cleo", 1, 1),)
    gone = entry("a", places={1: place("end", "retired", 2)}, guests=guests)
    await store.commit([change(gone)])
    assert await ids(store, "cleo") == []


async def test_a_page_costs_the_page(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    batch = [change(away(f"e{number:05}")) for number in range(MANY)]
    await store.commit(batch)
    await store.close()
    connection = sqlite3.connect(tmp_path / "x.db")
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    connection.set_progress_handler(count, 10)
    found = inboxes.read_retired(connection, "ann", "e01000", 5)
    connection.close()
    assert [item.head.id for item in found] == [f"e{number:05}" for number in range(999, 994, -1)]
    assert steps < 60, "ten of SQLite's instructions each"
