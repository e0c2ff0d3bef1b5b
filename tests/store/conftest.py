"""Every store, for the contract that all of them keep."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lockstep_server.store.interface import Store
from lockstep_server.store.memory import MemoryStore
from lockstep_server.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "x.db")
    await made.open()
    yield made
    await made.close()
