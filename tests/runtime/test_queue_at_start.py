"""What an earlier run of the server left undone, all of it and in its order."""

from pathlib import Path

import pytest

from lockstep_server.store.effects import EffectWrite, StoredEffect
from lockstep_server.store.interface import StoreFailed
from tests.runtime.house import House, eventually


async def test_all_is_taken_up_however_long_one_waits_and_the_disk_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await House.open(tmp_path / "a.db")
    waiting = tuple(
        EffectWrite(f"e{n}", f"entry{n}", "script", b'{"users": [], "handle": "x"}', "script")
        for n in range(1_200)
    )
    await house.disk.commit([house.change(*waiting)])
    await house.disk.effect_retry("e0", 1, house.now + 60, "no line")
    await house.close()
    again = House(house.path)
    pending, asked = again.disk.pending_effects, 0

    async def failing() -> list[StoredEffect]:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise StoreFailed("the disk is away")
        return await pending()

    monkeypatch.setattr(again.disk, "pending_effects", failing)
    await again.runtime.open()
    await eventually(lambda: len(again.runtime._world.effects) == 1)
    assert [each.id for each in await pending()] == ["e0"]
    again.now += 61
    again.runtime._world.effects.take_due()
    await eventually(lambda: not len(again.runtime._world.effects))
    assert await pending() == []
    await again.close()
