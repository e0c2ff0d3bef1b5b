"""Changed messages, from the command to what everybody reads afterwards."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Delete, Edit, History, Messages, Read, Say, SetStatus
from lockstep_protocol.pushes import Chat, Notify, Reply
from lockstep_protocol.refusals import Refusal
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, Window, choose, eventually


async def page(house: House, user: str, **where: Any) -> dict[str, Any]:
    """A page of a conversation as it goes over the wire."""
    reply = await house.do(user, Messages(id=new_id(), **where))
    assert isinstance(reply, Reply), reply
    result: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(reply.result))
    return result


async def say(house: House, user: str, body: str, **where: Any) -> int:
    reply = await house.do(user, Say(id=new_id(), body=body, **where))
    assert isinstance(reply, Reply), reply
    m: int = reply.result["m"]
    return m


def held(window: Window) -> dict[int, dict[str, Any]]:
    """The conversation that a client has who follows what it is told."""
    messages: dict[int, dict[str, Any]] = {}
    for push in window.heard:
        if isinstance(push, Chat):
            shown = msgspec.to_builtins(push)
            messages[push.m] = {
                name: value
                for name, value in shown.items()
                if name not in ("type", "n", "entry", "room", "people")
            }
    return messages


@pytest.mark.parametrize("user", ["ann", "bob", "cid"])
async def test_what_was_pushed_is_what_a_fresh_page_has(house: House, user: str) -> None:
    entry = await house.start()
    window = house.window(user)
    for number in range(1, 5):
        assert await say(house, "ann", f"message {number}", entry=entry) == number
    await house.do("ann", Edit(id=new_id(), entry=entry, m=2, body="changed", data={"x": [1]}))
    await house.do("ann", Delete(id=new_id(), entry=entry, m=3))
    await house.do("ann", Edit(id=new_id(), entry=entry, m=2, body="again"))
    fresh = (await page(house, user, entry=entry))["messages"]
    assert [message["m"] for message in fresh] == [4, 3, 2, 1]
    assert held(window) == {message["m"]: message for message in fresh}
    older = await page(house, user, entry=entry, before=4, limit=2)
    assert [(m["m"], m["body"]) for m in older["messages"]] == [(3, ""), (2, "again")]
    assert older["before"] == 2


async def test_a_guest_pages_back_to_where_the_guest_came_in(house: House) -> None:
    await house.runtime.admin.put_user("eva", {"name": "Eva"}, "sam")
    entry = await house.start()
    await say(house, "ann", "one", entry=entry)
    await say(house, "ann", "two", entry=entry)
    window = house.window("eva")
    await house.do("ann", Edit(id=new_id(), entry=entry, m=2, body="two, @eva"))
    await say(house, "eva", "three", entry=entry)
    await house.do("ann", Edit(id=new_id(), entry=entry, m=1, body="none of eva's business"))
    fresh = await page(house, "eva", entry=entry)
    assert [(m["m"], m["body"]) for m in fresh["messages"]] == [(3, "three"), (2, "two, @eva")]
    assert "before" not in fresh
    assert held(window) == {message["m"]: message for message in fresh["messages"]}
    step = await page(house, "eva", entry=entry, before=3, limit=1)
    assert [m["m"] for m in step["messages"]] == [2]
    assert "before" not in step


async def test_a_revision_survives_a_restart_and_is_done_once(house: House) -> None:
    entry = await house.start()
    await say(house, "ann", "one", entry=entry)
    command = Edit(id=new_id(), entry=entry, m=1, body="uno")
    first = await house.do("ann", command)
    assert await house.do("ann", command) == first
    assert isinstance(first, Reply)
    assert first.result == {"revision": 1}
    assert first.n == house.runtime.position.n
    await house.runtime.close()
    again = House(house.path)
    await again.runtime.open()
    house.disk, house.runtime = again.disk, again.runtime
    assert await house.do("ann", command) == first
    [message] = (await page(house, "bob", entry=entry))["messages"]
    assert (message["body"], message["revision"]) == ("uno", 1)


async def test_retired_recipients_read_write_change_and_mark(house: House) -> None:
    entry = await house.start()
    await house.do("bob", SetStatus(id=new_id(), entry=entry, status="retired"))
    bob, ann = house.window("bob"), house.window("ann")
    await say(house, "ann", "still there?", entry=entry)
    assert await say(house, "bob", "Yes", entry=entry) == 2
    edited = await house.do("bob", Edit(id=new_id(), entry=entry, m=2, body="Yes!"))
    assert isinstance(edited, Reply)
    await house.runtime.signal(Actor("bob"), Read(entry=entry, m=2))
    assert (await page(house, "ann", entry=entry))["reads"] == [{"user": "bob", "m": 2}]
    both = {m: message["body"] for m, message in held(bob).items()}
    assert both == {1: "still there?", 2: "Yes!"}
    assert held(ann) == held(bob)


async def test_retired_entries_are_written_in_too(house: House) -> None:
    entry = await house.start()
    await house.do("bob", choose(entry))
    await house.do("bob", choose(entry, "End", "claimed", 2))
    assert await say(house, "ann", "Thanks", entry=entry) == 1
    assert [m["body"] for m in (await page(house, "cid", entry=entry))["messages"]] == ["Thanks"]


async def test_others_change_nothing_and_strangers_find_nothing(house: House) -> None:
    entry = await house.start()
    await say(house, "ann", "one", entry=entry)
    for user, code in (("bob", "forbidden"), ("zoe", "not_found")):
        refusal = await house.do(user, Delete(id=new_id(), entry=entry, m=1))
        assert isinstance(refusal, Refusal)
        assert refusal.code == code
    for where in ({"entry": "nowhere"}, {"room": "nowhere"}):
        refusal = await house.do("ann", Edit(id=new_id(), m=1, body="x", **where))
        assert isinstance(refusal, Refusal)
        assert refusal.code == "not_found"


async def history(house: House, actor: Actor, entry: str) -> list[dict[str, Any]]:
    reply = await house.runtime.execute(actor, History(id=new_id(), entry=entry))
    assert isinstance(reply, Reply), reply
    events: list[dict[str, Any]] = msgspec.to_builtins(reply.result["events"])
    facts = [fact for event in reversed(events) for fact in event["facts"]]
    return [fact for fact in facts if "message" in fact]


async def test_earlier_texts_are_for_administrators(house: House) -> None:
    entry = await house.start()
    await house.do("ann", Say(id=new_id(), entry=entry, body="first", data={"pin": 1}))
    await say(house, "ann", "secret", entry=entry)
    await house.do("ann", Edit(id=new_id(), entry=entry, m=1, body="second"))
    await house.do("ann", Delete(id=new_id(), entry=entry, m=2))
    for user in ("ann", "bob"):
        facts = await history(house, Actor(user), entry)
        shown = [(f["fact"], f["message"]["m"], f["message"]["body"]) for f in facts]
        assert shown == [
            ("chat", 1, ""),
            ("chat", 2, ""),
            ("edited", 1, "second"),
            ("deleted", 2, ""),
        ]
        assert [f["message"].get("revised", False) for f in facts] == [True, True, False, False]
        assert "data" not in facts[0]["message"]
        assert facts[2]["message"]["edited_at"].endswith("Z")
        lines = [line async for line in await house.runtime.export_history(Actor(user), entry)]
        assert b"secret" not in b"".join(lines)
        assert b"first" not in b"".join(lines)
    facts = await history(house, Actor("sam", ("admin",)), entry)
    assert [f["message"]["body"] for f in facts] == ["first", "secret", "second", ""]
    assert facts[0]["message"]["data"] == {"pin": 1}


async def test_the_first_page_tells_how_far_the_others_have_read(house: House) -> None:
    entry = await house.start()
    for body in ("one", "two", "three"):
        await say(house, "ann", body, entry=entry)
    assert "reads" not in await page(house, "ann", entry=entry)
    await house.runtime.signal(Actor("bob"), Read(entry=entry, m=2))
    await house.runtime.signal(Actor("cid"), Read(entry=entry, m=3))
    await house.runtime.signal(Actor("ann"), Read(entry=entry, m=3))
    first = await page(house, "ann", entry=entry, limit=2)
    assert first["reads"] == [{"user": "cid", "m": 3}, {"user": "bob", "m": 2}]
    assert "reads" not in await page(house, "ann", entry=entry, before=first["before"])


async def test_a_mention_in_a_room_notifies_about_the_room(house: House) -> None:
    entry = await house.start(workflow=await meeting(house), data={"roomId": "pumps"})
    await house.do("ann", choose(entry, "Meet"))
    bob, cid = house.window("bob"), house.window("cid")
    await say(house, "bob", "@cid and @bob, look", room="pumps")
    await eventually(lambda: any(isinstance(push, Notify) for push in cid.heard))
    [notice] = [push for push in cid.heard if isinstance(push, Notify)]
    assert msgspec.to_builtins(notice) == {
        "type": "notify",
        "room": "pumps",
        "title": "Pump",
        "body": "Bob: @cid and @bob, look",
        "url": "/#room=pumps",
    }
    assert not any(isinstance(push, Notify) for push in bob.heard)


async def meeting(house: House) -> str:
    """Publish a workflow whose path opens a room for bob and cid."""
    document = {
        "start": {
            "step": {
                "name": "New",
                "template": "Pump",
                "scope": "given users [ann]",
                "paths": [{"label": "Meet", "step": "start", "behavior": "meet"}],
            },
            "behaviors": [
                {
                    "handle": "meet",
                    "behavior": "managedChat",
                    "target": "given users [bob, cid]",
                    "fields": "{values.roomId}",
                    "templates": ["fields"],
                }
            ],
        }
    }
    published = await house.runtime.admin.publish("meet", msgspec.json.encode(document), "sam")
    assert published.ok, published.findings
    return "meet"
