"""A runtime over a store that can be told to wait or to fail."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.runtime.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = await House.open(tmp_path / "house.db")
    yield made
    await made.close()
