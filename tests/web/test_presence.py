"""Presence over real sockets: three users, of whom one shares nothing with the others."""

from typing import Any

from tests.web.serving import Served, Talk


async def begun(talk: Talk) -> None:
    await talk.hear("snapshot")


async def entry_of(talk: Talk) -> str:
    reply = await talk.command("start", workflow="call", data={"who": "Ada"})
    entry: str = reply["result"]["entries"][0]
    return entry


async def settled(talk: Talk, other: Talk, entry: str) -> list[dict[str, Any]]:
    """What ``talk`` is told until a message that ``other`` says now has come."""
    body = f"said {len(talk.frames)}"
    await other.command("say", entry=entry, body=body)
    heard = []
    while True:
        message = await talk.hear()
        heard.append(message)
        if message["type"] == "chat" and message["body"] == body:
            return heard


async def test_who_shares_an_entry_is_told_and_nobody_else(lockstep: Served) -> None:
    async with (
        lockstep.session("omar") as omar,
        lockstep.session("mei") as mei,
        lockstep.session("dana") as dana,
    ):
        for talk in (omar, mei, dana):
            await begun(talk)
        entry = await entry_of(omar)
        online = {"type": "presence", "user": "omar", "state": "online"}
        assert await mei.hear("presence") == online
        assert await omar.hear("presence") == online | {"user": "mei"}
        await omar.say({"type": "watch", "entry": entry})
        assert await mei.hear("presence") == online | {"watching": entry}
        await dana.say({"type": "watch", "entry": entry})
        await omar.say({"type": "watch", "entry": entry, "away": True})
        assert await mei.hear("presence") == online | {"state": "away"}
        await mei.say({"type": "watch", "entry": entry})
        assert (await omar.hear("presence"))["watching"] == entry
        await dana.command("get", entry=entry)
        await dana.say({"type": "ping"})
        await dana.hear("pong")
        told = [message["type"] for frame in dana.frames for message in frame]
        assert not {"presence", "typing", "chat", "read"} & set(told)
        heard = await settled(mei, omar, entry)
        assert not any(message.get("user") == "dana" for message in heard)


async def test_who_comes_later_is_told_of_everybody_there(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar:
        await begun(omar)
        entry = await entry_of(omar)
        await omar.say({"type": "watch", "entry": entry})
        async with lockstep.session("mei") as mei:
            await begun(mei)
            presence = await mei.hear("presence")
            assert presence == {
                "type": "presence",
                "user": "omar",
                "state": "online",
                "watching": entry,
            }
            assert (await omar.hear("presence"))["user"] == "mei"
        async with lockstep.session("mei") as mei:
            await begun(mei)
            assert await mei.hear("presence") == presence, "a client forgets it at each welcome"
            heard = await settled(omar, mei, entry)
            assert not any(message["type"] == "presence" for message in heard)


async def test_edits_reach_who_shares_the_conversation(lockstep: Served) -> None:
    async with (
        lockstep.session("omar") as omar,
        lockstep.session("mei") as mei,
        lockstep.session("dana") as dana,
    ):
        for talk in (omar, mei, dana):
            await begun(talk)
        entry = await entry_of(omar)
        await omar.command("say", entry=entry, body="one")
        assert (await omar.command("edit", entry=entry, m=1, body="uno"))["type"] == "reply"
        assert (await mei.hear("chat"))["body"] == "one"
        edited = await mei.hear("chat")
        assert (edited["body"], edited["revision"]) == ("uno", 1)
        assert (await mei.command("delete", entry=entry, m=1))["code"] == "forbidden"
        assert (await dana.command("delete", entry=entry, m=1))["code"] == "not_found"
        page = await mei.command("messages", entry=entry)
        kept = {name: edited[name] for name in page["result"]["messages"][0]}
        assert page["result"]["messages"] == [kept]
