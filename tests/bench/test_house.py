"""A copied entry is one that a server takes for its own."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from lockstep_server.engine.state import Head
from lockstep_server.store import copying
from lockstep_server.store.schema import migrate
from lockstep_server.store.sqlite import SqliteStore

from . import house
from .standing import user


@pytest.fixture
async def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two teams with ten entries each."""
    monkeypatch.setattr(house, "KINDS", {"done": 7, "open": 2, "held": 1})
    await house.furnish_large(tmp_path / "large.db", 2)
    return tmp_path / "large.db"


async def test_copies_are_entries_of_their_own(large: Path) -> None:
    assert copying.checked(large).entries == 20
    store = SqliteStore(large)
    position = await store.open()
    try:
        here = (await store.inbox(user(0))).here
        assert len(here) == 3
        assert len(await store.locks_until()) == 2
        entries = [await store.entry(id) for id in here]
        assert [entry.head.id for entry in entries if entry] == here
        histories = [await store.history(id, None, 10) for id in here]
        (started, *_) = msgspec.json.decode(histories[0][-1].event)
        assert msgspec.convert(started["head"], Head).id == here[0]
    finally:
        await store.close()
    with closing(sqlite3.connect(large)) as file:
        rows = file.execute(
            "SELECT count(*), max(n), (SELECT max(n) FROM entries) FROM journal"
        ).fetchone()
    assert rows == (position.n, position.n, position.n)  # dense


def test_indexes_are_those_of_the_schema(large: Path, tmp_path: Path) -> None:
    """Whoever copies takes them away for a while."""

    def indexes(path: Path) -> list[str]:
        with closing(sqlite3.connect(path)) as file:
            migrate(file)
            found = file.execute("SELECT sql FROM sqlite_master WHERE type = 'index'")
            return sorted(sql for (sql,) in found if sql)

    assert indexes(large) == indexes(tmp_path / "new.db")
