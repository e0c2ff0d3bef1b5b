"""The Python client's verbs against a real server: what each gives back, and what others see."""

import pytest

from lockstep_client import Client, CommandRefused

from .serving import Served, until


async def test_a_line_for_the_lock_and_a_message_said_anew(lockstep: Served) -> None:
    async with Client(lockstep.url, "demo:omar") as omar, Client(lockstep.url, "demo:mei") as mei:
        (entry,) = await mei.start("call")
        await until(lambda: entry in omar.entries)

        fence = (await mei.lock(entry))["fence"]
        with pytest.raises(CommandRefused, match="locked"):
            await omar.lock(entry)
        assert await omar.lock(entry, wait=True) == {"waiting": 1}
        await omar.ask(entry, "Only a minute")
        await until(lambda: mei.entries[entry]["locked"].get("asked") == ["omar"])
        assert mei.entries[entry]["locked"]["waiting"] == ["omar"]
        await mei.unlock(entry, fence)
        await until(lambda: omar.entries[entry]["locked"]["by"] == ["omar"])
        assert omar.entries[entry]["locked"]["fence"] == fence + 1
        with pytest.raises(CommandRefused, match="fenced"):
            await mei.unlock(entry, fence)

        m = await mei.say(entry, "Tomorow")
        assert await mei.edit(entry, m, "Tomorrow") == 1
        await until(lambda: omar.entries[entry]["chat"]["last"].get("revision") == 1)
        assert omar.entries[entry]["chat"]["last"]["body"] == "Tomorrow"
        with pytest.raises(CommandRefused, match="forbidden"):
            await omar.delete(entry, m)
        await mei.delete(entry, m)
        await until(lambda: omar.entries[entry]["chat"]["last"].get("deleted") is True)
        (message,) = (await omar.messages(entry))["messages"]
        assert (message["body"], message["deleted"]) == ("", True)


async def test_an_administrator_frees_with_a_reason(lockstep: Served) -> None:
    async with Client(lockstep.url, "demo:sam") as sam, Client(lockstep.url, "demo:mei") as mei:
        (entry,) = await mei.start("call")
        await mei.lock(entry)
        await sam.unlock(entry, reason="On holiday")
        await until(lambda: "locked" not in mei.entries[entry])
