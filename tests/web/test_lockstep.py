"""Several people on real sockets with everything behind them."""

import asyncio
from typing import Any

import pytest

from lockstep_server.runtime.clock import new_id

from .serving import Message, Served, Talk

CLAIM = {"step": "start", "visit": 1, "path": "Claim"}


async def started(talk: Talk) -> str:
    reply = await talk.command("start", workflow="call", data={"who": "Ann"})
    assert reply["type"] == "reply", reply
    entry: str = reply["result"]["entries"][0]
    return entry


async def arrived(talk: Talk) -> tuple[Message, Message]:
    return await talk.hear("welcome"), await talk.hear("snapshot")


async def test_everybody_sees_each_change_and_the_sender_before_the_reply(
    lockstep: Served,
) -> None:
    async with lockstep.session("omar") as omar, lockstep.session("mei") as mei:
        await arrived(omar)
        await arrived(mei)
        await omar.say({"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "A"}})
        assert [(await omar.hear())["type"] for _ in range(2)] == ["entry", "reply"]
        entry = (await mei.hear("entry"))["entry"]["id"]

        await mei.say({"type": "choose", "id": new_id(), "entry": entry} | CLAIM)
        diff = await mei.hear()
        reply = await mei.hear()
        assert (diff["type"], reply["type"]) == ("diff", "reply")
        assert diff["n"] == reply["n"]
        assert diff["set"]["locked"]["by"] == ["mei"]
        seen = await omar.hear("diff")
        assert seen == diff
        assert diff["version"] == reply["result"]["version"]

        late = await omar.command("choose", entry=entry, **CLAIM)
        assert (late["code"], late["details"]["by"]) == ("stale", "mei")
        finish = {"step": "claimed", "visit": 2, "path": "Finish"}
        held = await omar.command("choose", entry=entry, **finish)
        assert (held["code"], held["details"]["by"]) == ("locked", ["mei"])
        await mei.command("choose", entry=entry, **finish)
        assert (await omar.hear("gone"))["entry"] == entry


async def test_two_windows_of_one_user_see_the_same(lockstep: Served) -> None:
    async with lockstep.session("omar") as one, lockstep.session("omar") as two:
        await arrived(one)
        await arrived(two)
        entry = await started(one)
        assert (await two.hear("entry"))["entry"]["id"] == entry
        await two.command("choose", entry=entry, **CLAIM)
        assert (await one.hear("diff"))["entry"] == entry


async def test_whoever_comes_back_gets_what_was_missed(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar:
        await arrived(omar)
        stays, goes = await started(omar), await started(omar)
        async with lockstep.session("mei") as mei:
            welcome, snapshot = await arrived(mei)
            assert len(snapshot["entries"]) == 2
        position = {"epoch": welcome["epoch"], "n": snapshot["n"]}
        await omar.command("choose", entry=stays, **CLAIM)
        await omar.command("choose", entry=goes, **CLAIM)
        reply = await omar.command("choose", entry=goes, step="claimed", visit=2, path="Finish")

        async with lockstep.session("mei", position) as mei:
            assert (await mei.hear("welcome"))["resumed"] is True
            gone, entry, reached = [await mei.hear() for _ in range(3)]
            assert (entry["type"], entry["entry"]["id"]) == ("entry", stays)
            assert (gone["type"], gone["entry"]) == ("gone", goes)
            assert (reached["type"], reached["n"]) == ("position", reply["n"])

        async with lockstep.session("mei", position | {"epoch": "another"}) as mei:
            welcome, snapshot = await arrived(mei)
            assert welcome["resumed"] is False
            assert snapshot["entries"] == [entry["entry"]]
            whole = await mei.command("get", entry=stays)
            assert whole["result"]["entry"] == entry["entry"]


async def test_coming_back_in_the_middle_of_a_burst_misses_nothing(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar, lockstep.session("mei") as mei:
        await arrived(omar)
        entry = await started(omar)
        welcome, _ = await arrived(mei)

        async def burst() -> None:
            for number in range(30):
                await omar.command("say", entry=entry, body=str(number))

        background = asyncio.create_task(burst())
        heard: list[int] = []
        position: dict[str, Any] = {"epoch": welcome["epoch"], "n": 0}
        while len(heard) < 5:
            message = await mei.hear("chat")
            heard.append(message["m"])
            position["n"] = message["n"]
        async with lockstep.session("mei", position) as back:
            while len(heard) < 30:
                message = await back.hear("chat")
                # Numbers are dense: none is missing and none comes twice.
                assert message["m"] == heard[-1] + 1
                heard.append(message["m"])
        await background


async def test_a_snapshot_is_what_get_says(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar:
        await arrived(omar)
        entries = [await started(omar) for _ in range(5)]
        async with lockstep.session("mei") as mei:
            _, snapshot = await arrived(mei)
            views = {view["id"]: view for view in snapshot["entries"]}
            assert set(views) == set(entries)
            assert {person["id"] for person in snapshot["people"]} >= {"omar", "mei"}
            for id, view in views.items():
                assert (await mei.command("get", entry=id))["result"]["entry"] == view


@pytest.mark.door("again", "socket", "http")
async def test_a_command_again_over_another_door_has_the_first_answer(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar, lockstep.http("omar") as http:
        await arrived(omar)
        entry = await started(omar)
        command = {"type": "choose", "id": new_id(), "entry": entry} | CLAIM
        await omar.say(command)
        first = await omar.hear("reply")
        assert (await http.post("/v1/commands", json=command)).json() == first
