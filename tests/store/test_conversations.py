"""What every store keeps of conversations: messages that change, and who has read how far."""

from msgspec.structs import replace

from lockstep_server.engine.state import Guest
from lockstep_server.store.interface import Mark, Store
from tests.store.build import change, entry, head, message


async def test_a_revised_message_takes_the_place_of_the_one_it_was(store: Store) -> None:
    first = entry("e", messages=(message(1), message(2), message(3)))
    again = entry("e", places={}, placed={}, messages=(replace(message(2, "anew"), revision=1),))
    last = entry("e", places={}, placed={}, messages=(replace(message(2, "last"), revision=2),))
    await store.commit([change(first), change(again), change(last)])
    found = await store.messages("e", None, 10)
    assert [(each.m, each.body, each.revision) for each in found] == [
        (3, "hello", 0),
        (2, "last", 2),
        (1, "hello", 0),
    ]
    named = await store.messages_named("e", [1, 2, 9])
    assert {m: each.body for m, each in named.items()} == {1: "hello", 2: "last"}
    assert await store.messages_named("e", []) == {}
    assert await store.messages_named("other", [1]) == {}


async def test_who_has_read_how_far_is_told_the_furthest_first(store: Store) -> None:
    await store.commit([change(entry("e", ("ann", "bob", "cid", "dan"))), change(entry("f"))])
    marks = [Mark("ann", "e", read_m=1), Mark("bob", "e", read_m=4), Mark("cid", "e", read_m=4)]
    await store.mark([*marks, Mark("dan", "e", seen_visit=1), Mark("ann", "f", read_m=9)])
    await store.mark([Mark("ann", "e", read_m=3), Mark("bob", "e", read_m=2)])
    assert await store.read_marks("e", 10) == [("bob", 4), ("cid", 4), ("ann", 3)]
    assert await store.read_marks("e", 2) == [("bob", 4), ("cid", 4)]
    assert await store.read_marks("other", 2) == []


async def test_contacts_are_the_people_of_the_newest_small_live_entries(store: Store) -> None:
    guests = (Guest("gus", 1, 1), Guest("ida", 1, 1))
    await store.commit(
        [
            change(entry("a", ("ann", "bob"))),
            change(entry("b", ("ann", "cid"), guests=guests)),
            change(entry("c", ("ann", "dan", "eva", "fay"))),
            change(entry("d", ("zoe", "yan"))),
            change(entry("e", ("ann", "ben"), head=head("e", live=0))),
            change(entry("f", ("hal",), guests=(Guest("ann", 1, 1),))),
        ]
    )
    assert await store.contacts("ann", 3, 10, 10) == ["bob", "cid", "gus", "hal", "ida"]
    assert await store.contacts("ann", 4, 10, 10) == [
        "bob", "cid", "dan", "eva", "fay", "gus", "hal", "ida",
    ]  # fmt: skip
    assert await store.contacts("ann", 3, 2, 10) == ["hal"], "the newest two, one of them large"
    assert await store.contacts("ann", 0, 10, 10) == []
    assert await store.contacts("ann", 3, 10, 2) == ["bob", "cid"]
    assert await store.contacts("gus", 3, 10, 10) == ["ann", "cid", "ida"]
    assert await store.contacts("nobody", 3, 10, 10) == []
