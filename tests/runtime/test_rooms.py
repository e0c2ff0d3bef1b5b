"""Rooms, guests and mentions: who takes part in which conversation, and who is told."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Messages, Say, Typing
from lockstep_protocol.commands import Read as ReadSignal
from lockstep_protocol.pushes import Chat, EntryPush, Notify, Reply, RoomPush
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, choose, eventually

MEETING: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Pump {{ pump }}",
            "scope": "given users [ann, bob]",
            "paths": [
                {"label": "Meet", "step": "meeting", "behavior": "meet"},
                {"label": "Talk", "step": "meeting", "behavior": "talk"},
                {"label": "Own", "step": "meeting", "behavior": "own"},
            ],
        },
        "behaviors": [
            {
                "handle": "meet",
                "behavior": "managedChat",
                "target": "given users [bob, cid]",
                "fields": "{values.roomId}",
                "templates": ["fields"],
            },
            {"handle": "own", "behavior": "managedChat"},
            {"handle": "talk", "behavior": "chat"},
        ],
    },
    "meeting": {
        "step": {
            "name": "Meeting",
            "scope": "$all",
            "paths": [{"label": "Again", "step": "start"}],
        }
    },
}


@pytest.fixture
async def meeting(house: House) -> str:
    published = await house.runtime.admin.publish("meeting", msgspec.json.encode(MEETING), "sam")
    assert published.ok, published.findings
    return await house.start(workflow="meeting", data={"pump": "P-7", "roomId": "pumps"})


async def test_choosing_opens_the_room_for_the_targets_users(house: House, meeting: str) -> None:
    cid, ann = house.window("cid"), house.window("ann")
    reply = await house.do("ann", choose(meeting, "Meet"))
    assert isinstance(reply, Reply)
    assert reply.result["room"] == "pumps"
    assert reply.result["target"] == ["bob", "cid"]
    [push] = cid.heard
    assert isinstance(push, RoomPush)
    assert (push.n, push.room.id, push.room.title) == (reply.n, "pumps", "Pump P-7")
    assert push.room.members.ids == ("bob", "cid")
    assert not any(isinstance(message, RoomPush) for message in ann.heard)
    assert [room.id for room in (await house.inbox("cid", None)).rooms] == ["pumps"]
    assert (await house.inbox("ann", None)).rooms == []


async def test_members_write_and_read_all_of_it(house: House, meeting: str) -> None:
    await house.do("ann", choose(meeting, "Meet"))
    bob, ann = house.window("bob"), house.window("ann")
    said = await house.do("cid", Say(id=new_id(), room="pumps", body="It leaks"))
    assert isinstance(said, Reply)
    assert said.result == {"m": 1}
    [chat] = bob.heard
    assert isinstance(chat, Chat)
    assert (chat.room, chat.entry, chat.from_, chat.body) == ("pumps", None, "cid", "It leaks")
    assert ann.heard == []
    page = await house.do("bob", Messages(id=new_id(), room="pumps"))
    assert isinstance(page, Reply)
    assert [message.body for message in page.result["messages"]] == ["It leaks"]
    resumed = await house.inbox("bob", said.n - 1 if said.n else 0)
    assert [(room.id, room.chat.count) for room in resumed.rooms] == [("pumps", 1)]


async def test_who_is_no_member_finds_no_room(house: House, meeting: str) -> None:
    await house.do("ann", choose(meeting, "Meet"))
    for command in (
        Say(id=new_id(), room="pumps", body="x"),
        Messages(id=new_id(), room="pumps"),
        Say(id=new_id(), room="nowhere", body="x"),
    ):
        refusal = await house.do("ann", command)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "not_found"
    with pytest.raises(Refused, match="not_found"):
        await house.runtime.signal(Actor("ann"), Typing(room="pumps"))
    # A room is no entry, not even for its members and for administrators.
    for actor in (Actor("bob"), Actor("sam", ("admin",))):
        with pytest.raises(Refused, match="not_found"):
            await house.runtime.entry(actor, "room:pumps")
        with pytest.raises(Refused, match="not_found"):
            await house.runtime.export_history(actor, "room:pumps")


async def test_marks_and_typing_go_to_the_others_of_the_room(house: House, meeting: str) -> None:
    await house.do("ann", choose(meeting, "Meet"))
    await house.do("cid", Say(id=new_id(), room="pumps", body="It leaks"))
    cid = house.window("cid")
    await house.runtime.signal(Actor("bob"), Typing(room="pumps"))
    await house.runtime.signal(Actor("bob"), ReadSignal(room="pumps", m=1))
    shown = [msgspec.to_builtins(message) for message in cid.heard]
    assert shown == [
        {"type": "typing", "user": "bob", "room": "pumps"},
        {"type": "read", "user": "bob", "room": "pumps", "m": 1},
    ]


async def test_a_room_without_a_name_is_the_entrys_own_and_the_chooser_its_member(
    house: House, meeting: str
) -> None:
    reply = await house.do("ann", choose(meeting, "Own"))
    assert isinstance(reply, Reply)
    assert reply.result["room"] == meeting
    [room] = (await house.inbox("ann", None)).rooms
    assert (room.title, room.members.ids) == ("Pump P-7", ("ann",))


async def test_a_room_is_found_again_and_gets_more_members(house: House, meeting: str) -> None:
    await house.do("ann", choose(meeting, "Meet"))
    other = await house.start(workflow="meeting", data={"pump": "P-8", "roomId": "pumps"})
    before = house.runtime.position.n
    await house.do("bob", choose(other, "Meet"))
    assert house.runtime.position.n == before + 1
    [room] = (await house.inbox("cid", None)).rooms
    assert (room.title, room.members.count) == ("Pump P-7", 2)


async def test_the_room_survives_a_restart(house: House, meeting: str) -> None:
    await house.do("ann", choose(meeting, "Meet"))
    await house.runtime.close()
    again = House(house.path)
    await again.runtime.open()
    said = await again.do("bob", Say(id=new_id(), room="pumps", body="Still here"))
    assert isinstance(said, Reply)
    house.disk, house.runtime = again.disk, again.runtime


async def test_a_mention_brings_a_guest_into_the_conversation(house: House) -> None:
    await house.runtime.admin.put_user("eva", {"name": "Eva", "email": "eva@example.org"}, "sam")
    entry = await house.start()
    eva = house.window("eva")
    await house.do("ann", Say(id=new_id(), entry=entry, body="before"))
    await house.do("ann", Say(id=new_id(), entry=entry, body="@eva@example.org. look, @nobody"))
    await eventually(lambda: len(eva.heard) == 3)
    joined, chat, notice = eva.heard
    assert isinstance(joined, EntryPush)
    assert isinstance(chat, Chat)
    assert (chat.m, chat.body) == (2, "@eva@example.org. look, @nobody")
    assert isinstance(notice, Notify)
    assert (notice.entry, notice.title) == (entry, "Call of Dana")
    assert notice.body == "Ann: @eva@example.org. look, @nobody"
    answered = await house.do("eva", Say(id=new_id(), entry=entry, body="I see"))
    assert isinstance(answered, Reply)
    page = await house.do("eva", Messages(id=new_id(), entry=entry))
    assert isinstance(page, Reply)
    assert [message.m for message in page.result["messages"]] == [3, 2]


async def test_an_address_in_a_text_is_no_mention(house: House) -> None:
    await house.runtime.admin.put_user("org", {"name": "Org"}, "sam")
    entry = await house.start()
    await house.do("ann", Say(id=new_id(), entry=entry, body="write to someone@org"))
    assert (await house.inbox("org", None)).entries == []
