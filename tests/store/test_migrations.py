"""A file of an older program is brought to the newest version with all that is in it."""

import sqlite3
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lockstep_server.store.interface import Publication, Versions
from lockstep_server.store.schema import MIGRATIONS
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import head, place


def older(path: Path, version: int, *statements: tuple[str, tuple[object, ...]]) -> None:
    """A file as the program of ``version`` left it."""
    with sqlite3.connect(path) as connection:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        for statement, row in statements:
            connection.execute(statement, row)
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


async def test_versions_are_columns_from_the_third_on(tmp_path: Path) -> None:
    encode = msgspec.json.encode
    heads = [head("a", shared_version=3), head("b")]
    older(
        tmp_path / "x.db",
        2,
        *(
            ("INSERT INTO entries VALUES (?, 7, 1, 9.5, ?, 'w')", (each.id, encode(each)))
            for each in heads
        ),
        ("INSERT INTO journal VALUES (7, 0, 'a', 1.0, 'ann', 'start', '[]')", ()),
        *(
            ("INSERT INTO places VALUES (?, 1, 1, ?)", (id, encode(place(version=2))))
            for id in ("a", "b")
        ),
        ("INSERT INTO recipients VALUES ('a', 'ann', 1), ('b', 'ann', 1)", ()),
        ("INSERT INTO marks VALUES ('ann', 'a', 1, 4)", ()),
    )
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    assert await store.versions("ann") == Versions(7, {"a": 3, "b": 2})
    stored = await store.entry("a")
    assert stored is not None
    assert stored.head == heads[0]
    assert await store.locks_until() == [("a", 9.5), ("b", 9.5)]
    assert await store.in_use("w")
    item = await store.item("ann", "a")
    assert item is not None
    assert (item.n, item.read_m, item.place) == (7, 4, replace(place(), version=2))
    await store.close()


async def test_who_published_is_found_in_an_older_journal(tmp_path: Path) -> None:
    older(
        tmp_path / "x.db",
        5,
        ("INSERT INTO journal VALUES (1, 0, NULL, 7.25, 'ann', 'publish', '[]')", ()),
        ("INSERT INTO journal VALUES (2, 0, NULL, 8.5, 'bob', 'user', '[]')", ()),
        ("INSERT INTO definitions VALUES ('w', 1, 'h1', 7.25, '{}')", ()),
        ("INSERT INTO definitions VALUES ('w', 2, 'h2', 8.5, '{}')", ()),
    )
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    assert await store.publications("w") == [
        Publication(2, "h2", 8.5, "", None),
        Publication(1, "h1", 7.25, "ann", None),
    ]
    await store.close()
