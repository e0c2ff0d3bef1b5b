"""What a resume brings besides entries: what was said, and own marks, to whom they belong."""

import asyncio
from time import thread_time
from typing import Any

import msgspec

from lockstep_protocol.commands import Read, Say, SetStatus
from lockstep_protocol.pushes import Chat, ReadPush
from lockstep_server.runtime import inboxes
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.crowded import crowded
from tests.runtime.house import House, choose

PRIVATE: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "T",
            "scope": "given groups [team]",
            "paths": [{"label": "Tell", "step": "told"}],
        }
    },
    "told": {
        "step": {"name": "Told", "scope": "$all", "paths": []},
        "actions": [{"action": "chat", "scope": "given users [bob]", "args": "For Bob"}],
    },
}


async def say(house: House, user: str, entry: str, body: str) -> None:
    await house.do(user, Say(id=new_id(), entry=entry, body=body))


def heard(said: Any) -> list[tuple[int, str]]:
    return [(message.m, message.body) for message in said if isinstance(message, Chat)]


async def test_what_was_said_since_comes_with_its_number(house: House) -> None:
    entry, other = await house.start(), await house.start()
    await say(house, "ann", entry, "before")
    since = house.runtime.position.n
    await say(house, "bob", entry, "after")
    await say(house, "bob", other, "elsewhere")
    part = await house.inbox("cid", since)
    assert heard(part.said) == [(1, "elsewhere"), (2, "after")]
    assert {person.id for person in part.people} >= {"bob"}
    assert (await house.inbox("cid", None)).said == []


async def test_of_a_long_conversation_the_newest_come(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(inboxes, "SAID_AT_ONCE", 3)
    entry = await house.start()
    since = house.runtime.position.n
    for number in range(5):
        await say(house, "ann", entry, str(number))
    assert heard((await house.inbox("bob", since)).said) == [(3, "2"), (4, "3"), (5, "4")]


async def test_much_that_was_said_comes_in_several_frames(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(inboxes, "TOGETHER", 2)
    entries = [await house.start() for _ in range(5)]
    since = house.runtime.position.n
    for entry in entries:
        await say(house, "ann", entry, entry)
    found = await house.runtime.inbox("bob", since)
    parts = [part async for part in found.parts]
    assert [len(part.said) for part in parts] == [2, 2, 1]
    assert [part.last for part in parts] == [False, False, True]
    assert [len(part.entries) for part in parts] == [5, 0, 0]
    assert {message.body for part in parts for message in part.said} == set(entries)


async def test_a_guest_hears_from_where_it_joined_and_whom_a_message_is_for_alone(
    house: House,
) -> None:
    document = msgspec.json.encode(PRIVATE)
    assert (await house.runtime.admin.publish("private", document, "sam")).ok
    await house.runtime.admin.put_user("gus", {"name": "Gus"}, "sam")
    entry = await house.start(workflow="private")
    since = house.runtime.position.n
    await say(house, "ann", entry, "not for guests")
    await say(house, "ann", entry, "come, @gus")
    await house.do("ann", choose(entry, "Tell"))
    everybody = [(1, "not for guests"), (2, "come, @gus")]
    assert heard((await house.inbox("cid", since)).said) == everybody
    assert heard((await house.inbox("bob", since)).said) == [*everybody, (3, "For Bob")]
    assert heard((await house.inbox("gus", since)).said) == everybody[1:]


async def test_who_has_retired_still_hears_what_is_said(house: House) -> None:
    entry = await house.start()
    await house.do("ann", choose(entry))
    await house.do("ann", choose(entry, "End", "claimed", 2))
    since = house.runtime.position.n
    await say(house, "bob", entry, "well done")
    part = await house.inbox("cid", since)
    assert (part.entries, part.left, heard(part.said)) == ([], [entry], [(1, "well done")])


async def test_own_marks_come_with_a_snapshot_and_those_since_with_a_resume(house: House) -> None:
    entry, other = await house.start(), await house.start()
    await say(house, "bob", entry, "hello")
    await house.runtime.signal(Actor("ann"), Read(entry=entry, m=1))
    since = house.runtime.position.n
    mark = ReadPush(user="ann", entry=entry, m=1)
    assert (await house.inbox("ann", None)).marks == [mark]
    assert (await house.inbox("ann", since)).marks == [mark], "told when the position was this"
    await house.start()
    since = house.runtime.position.n
    await house.runtime.signal(Actor("ann"), Read(entry=other, seen=True))
    marks = (await house.inbox("ann", since)).marks
    assert marks == [ReadPush(user="ann", entry=other, seen=True, visit=1)]
    assert (await house.inbox("bob", since)).marks == []


async def test_what_comes_back_brings_the_marks_that_it_had(house: House) -> None:
    entry = await house.start()
    await house.runtime.signal(Actor("ann"), Read(entry=entry, seen=True))
    ann, bob = house.window("ann"), house.window("bob")
    await house.do("ann", SetStatus(id=new_id(), entry=entry, status="retired"))
    await house.do("ann", SetStatus(id=new_id(), entry=entry, status="active"))
    assert ann.heard[-1] == ReadPush(user="ann", entry=entry, seen=True, visit=1)
    assert not any(isinstance(message, ReadPush) for message in bob.heard)


async def test_ten_thousand_entries_do_not_hold_the_others_up(house: House) -> None:
    await house.disk.commit([crowded("ann", 10_000, house.now)])
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            # Of this thread, so that a busy machine does not count.
            at = thread_time()
            await asyncio.sleep(0)
            longest = max(longest, thread_time() - at)

    watching = asyncio.create_task(watch())
    found = await house.runtime.inbox("ann", None)
    seen = 0
    async for part in found.parts:
        assert len(part.entries) <= inboxes.PART_ENTRIES
        seen += len(part.entries)
    watching.cancel()
    assert seen == 10_000
    assert longest < 0.05, f"the loop did nothing else for {longest:.3f} s"
