"""Turns are given in order, and what is idle is let go and read again."""

import asyncio

from lockstep_protocol.pushes import Reply
from lockstep_server.runtime.mailboxes import IDLE_SECONDS, Mailboxes
from tests.runtime.house import House, choose


async def test_turns_of_one_key_come_one_after_the_other_in_order() -> None:
    mailboxes = Mailboxes()
    order: list[str] = []

    async def take(name: str, key: str) -> None:
        async with mailboxes.turn(key):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(take("a", "k"), take("b", "k"), take("c", "k"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_another_key_does_not_wait() -> None:
    mailboxes = Mailboxes()
    async with mailboxes.turn("k"), asyncio.timeout(1), mailboxes.turn("other"):
        pass
    assert not mailboxes._turns, "a key that nobody waits for costs nothing"


async def test_an_idle_entry_is_let_go_and_read_again(house: House) -> None:
    first = await house.start()
    house.now += IDLE_SECONDS / 2
    second = await house.start()
    entries = house.runtime._world.entries
    house.now += IDLE_SECONDS / 2
    entries.let_go()
    assert len(entries) == 1
    for entry in (first, second):
        assert isinstance(await house.do("bob", choose(entry)), Reply)
    assert len(entries) == 2
