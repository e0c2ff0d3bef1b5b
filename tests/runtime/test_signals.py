"""Marks and typing: kept or passing, and told to those who share the entry only."""

import pytest

from lockstep_protocol.commands import Read, Say, Typing
from lockstep_protocol.entry import EntryView
from lockstep_protocol.pushes import ReadPush, TypingPush
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, choose


async def test_what_was_seen_stays_seen_until_it_moves(house: House) -> None:
    entry = await house.start()
    assert not (await house.view("ann", entry)).seen
    other_tab = house.window("ann")
    await house.runtime.signal(Actor("ann"), Read(entry=entry, seen=True))
    assert (await house.view("ann", entry)).seen
    assert [m.seen for m in other_tab.heard if isinstance(m, ReadPush)] == [True]
    assert not (await house.view("bob", entry)).seen
    await house.do("bob", choose(entry))
    assert not (await house.view("ann", entry)).seen


async def test_a_refusal_shows_whether_its_reader_has_seen_the_entry(house: House) -> None:
    entry = await house.start()
    for seen in (False, True):
        no = await house.do("ann", choose(entry, visit=7))
        assert isinstance(no, Refusal)
        assert isinstance(no.entry, EntryView)
        assert no.entry.seen is seen
        await house.runtime.signal(Actor("ann"), Read(entry=entry, seen=True))


async def test_how_far_the_chat_was_read_is_told_to_the_others(house: House) -> None:
    entry = await house.start()
    await house.do("ann", Say(id=new_id(), entry=entry, body="hello"))
    ann = house.window("ann")
    await house.runtime.signal(Actor("bob"), Read(entry=entry, m=9))
    assert [(m.user, m.m) for m in ann.heard if isinstance(m, ReadPush)] == [("bob", 1)]


async def test_typing_is_told_to_the_others_and_to_nobody_else(house: House) -> None:
    entry = await house.start()
    ann, bob, zoe = house.window("ann"), house.window("bob"), house.window("zoe")
    await house.runtime.signal(Actor("ann"), Typing(entry=entry))
    assert [m.user for m in bob.heard if isinstance(m, TypingPush)] == ["ann"]
    assert ann.frames == []
    assert zoe.frames == []
    with pytest.raises(Refused, match="not_found"):
        await house.runtime.signal(Actor("zoe"), Typing(entry=entry))


async def test_a_mark_that_goes_back_is_told_to_nobody(house: House) -> None:
    entry = await house.start()
    for body in ("one", "two"):
        await house.do("ann", Say(id=new_id(), entry=entry, body=body))
    ann, bob = house.window("ann"), house.window("bob")
    for m in (2, 1, 2, 0):
        await house.runtime.signal(Actor("bob"), Read(entry=entry, m=m))
    for window in (ann, bob):
        assert [push.m for push in window.heard if isinstance(push, ReadPush)] == [2]
    for behind in (1, None):
        await house.runtime.signal(Actor("bob"), Read(entry=entry, m=behind, seen=True))
    assert [(push.m, push.seen) for push in bob.heard if isinstance(push, ReadPush)] == [
        (2, False),
        (None, True),
    ]
    assert len(ann.heard) == 1, "what is seen is one's own"
    assert (await house.view("bob", entry)).seen


async def test_a_guest_hears_of_marks_and_typing_and_is_heard(house: House) -> None:
    await house.runtime.admin.put_user("eva", {"name": "Eva"}, "sam")
    entry = await house.start()
    await house.do("ann", Say(id=new_id(), entry=entry, body="@eva"))
    eva, ann = house.window("eva"), house.window("ann")
    await house.runtime.signal(Actor("bob"), Read(entry=entry, m=1))
    await house.runtime.signal(Actor("bob"), Typing(entry=entry))
    await house.runtime.signal(Actor("eva"), Read(entry=entry, m=1))
    await house.runtime.signal(Actor("eva"), Typing(entry=entry))
    marks = [(push.user, push.m) for push in ann.heard if isinstance(push, ReadPush)]
    assert marks == [("bob", 1), ("eva", 1)]
    assert [push.user for push in ann.heard if isinstance(push, TypingPush)] == ["bob", "eva"]
    assert [push.user for push in eva.heard if isinstance(push, TypingPush)] == ["bob"]


async def test_typing_is_passed_on_once_a_second(house: House) -> None:
    entry = await house.start()
    ann = house.window("ann")
    for _ in range(5):
        await house.runtime.signal(Actor("bob"), Typing(entry=entry))
    assert len(ann.heard) == 1
    house.now += 1
    await house.runtime.signal(Actor("bob"), Typing(entry=entry))
    assert len(ann.heard) == 2
