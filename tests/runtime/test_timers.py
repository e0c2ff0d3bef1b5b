"""A clock that is set does no harm to those who wait for a time."""

import asyncio

from lockstep_server.runtime.timers import Timers
from tests.runtime.house import eventually


async def test_what_is_due_when_the_clock_is_set_back_meanwhile_is_looked_at_once() -> None:
    now, looked = 1000.0, 0

    async def due(key: str) -> None:
        nonlocal now, looked
        looked += 1
        assert looked < 100, "it goes round for ever and nobody else has a turn"
        now = 500.0
        timers.at(900.0, key)

    timers = Timers(lambda: now, due)
    timers.at(900.0, "a")
    running = asyncio.create_task(timers.run())
    await eventually(lambda: looked > 0)
    timers.close()
    await running
    assert looked <= 2


async def test_a_clock_that_is_set_back_makes_everything_due() -> None:
    now, looked = 1000.0, set[str]()

    async def due(key: str) -> None:
        looked.add(key)

    timers = Timers(lambda: now, due)
    timers.at(1060.0, "a")
    running = asyncio.create_task(timers.run())
    await asyncio.sleep(0)
    now = 500.0
    timers.at(900.0, "b")
    await eventually(lambda: looked == {"a", "b"})
    timers.close()
    await running
