"""What a store tells of an inbox: the same in every store, and as cheap as it is said to be."""

import sqlite3
from pathlib import Path

import pytest

from lockstep_server.engine.state import Guest
from lockstep_server.store import inboxes
from lockstep_server.store.interface import Inbox, Mark, Store
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry, head, message, place

MANY = 2_000


async def test_a_guest_who_became_a_recipient_has_the_entry_once(store: Store) -> None:
    guest = Guest("ann", 1, 1)
    await store.commit([change(entry("e", ("bob",), guests=(guest,)))])
    await store.commit([change(entry("e", ("ann",), places={}))])
    assert await store.inbox("ann") == Inbox(2, ["e"], [])
    assert await store.inbox("ann", since=0) == Inbox(2, ["e"], [])
    assert (await store.versions("ann")).versions == {"e": 1}
    retired = entry("e", places={1: place("end", "retired", 2)}, placed={})
    await store.commit([change(retired)])
    assert await store.inbox("ann", since=2) == Inbox(3, [], ["e"])


async def test_an_opening_is_the_inbox_its_first_items_and_the_marks_since(store: Store) -> None:
    await store.commit([change(entry("a")), change(entry("b")), change(entry("c"))])
    await store.mark([Mark("ann", "a", 1, 0)])
    gone = entry("b", places={1: place("end", "retired", 2)}, placed={})
    await store.commit([change(gone)])
    await store.mark([Mark("ann", "c", 1, 0)])
    whole, resumed = await store.opening("ann", None, 1), await store.opening("ann", 2, 5)
    assert whole.inbox == await store.inbox("ann")
    assert (whole.items, whole.marked) == (await store.items("ann", ["c"]), ["c"])
    assert resumed.inbox == await store.inbox("ann", 2) == Inbox(4, ["c"], ["b"])
    assert resumed.items == await store.items("ann", ["c", "b"])
    assert resumed.marked == await store.marked("ann", 2) == ["a", "c"]


async def test_items_come_in_the_order_asked_for_without_those_of_others(store: Store) -> None:
    await store.commit([change(entry("a")), change(entry("b", ("bob",))), change(entry("c"))])
    items = await store.items("ann", ["c", "b", "x", "a"])
    assert [item.head.id for item in items] == ["c", "a"]


async def test_a_team_shares_what_did_not_change_and_nobody_gets_what_was_before(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    await store.commit([change(entry("e", ("ann", "bob"), head=head("e", data={"a": 1})))])
    (ann,), (bob,) = await store.items("ann", ["e"]), await store.items("bob", ["e"])
    assert ann.head is bob.head
    assert ann.place is bob.place
    moved = entry("e", head=head("e", data={"a": 2}), places={1: place("next")}, placed={})
    await store.commit([change(moved)])
    for user in ("ann", "bob"):
        (now,) = await store.items(user, ["e"])
        assert (now.head, now.place) == (moved.head, moved.places[1])
    assert (ann.head.data, ann.place) == ({"a": 1}, place()), "what was given out stays as it was"
    await store.close()


async def test_what_is_long_is_not_kept(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    long = head("e", summary="x" * inboxes.KEPT_BYTES)
    await store.commit([change(entry("e", ("ann", "bob"), head=long))])
    (ann,), (bob,) = await store.items("ann", ["e"]), await store.items("bob", ["e"])
    assert ann.head == bob.head == long
    assert ann.head is not bob.head
    await store.close()


async def test_what_was_said_since_comes_by_its_last_change_the_newest_of_each(
    store: Store,
) -> None:
    for m in (1, 2, 3):
        await store.commit([change(entry("e", messages=(message(m),)))])
    await store.commit([change(entry("f", messages=(message(1, "other"),)))])
    said = await store.said(["e", "f", "x"][:2], 1, 4, 2)
    assert {id: [each.m for each in found] for id, found in said.items()} == {"e": [2, 3], "f": [1]}
    assert {id: len(each) for id, each in (await store.said(["e"], 0, 9, 2)).items()} == {"e": 2}
    assert [each.m for each in (await store.said(["e"], 0, 2, 9))["e"]] == [1, 2]
    assert await store.said(["e"], 3, 9, 9) == {}


async def test_marks_are_found_by_the_position_at_which_they_were_given(store: Store) -> None:
    await store.commit([change(entry("a")), change(entry("b"))])
    await store.mark([Mark("ann", "a", 1, 0), Mark("bob", "a", 1, 0)])
    await store.commit([change(entry("b"))])
    await store.mark([Mark("ann", "b", 0, 2)])
    assert await store.marked("ann", 3) == ["b"]
    assert await store.marked("ann", 2) == ["a", "b"]
    await store.mark([Mark("ann", "a", 0, 0)])
    assert await store.marked("ann", 3) == ["a", "b"]
    assert await store.marked("ann", 4) == []


@pytest.mark.parametrize(
    ("user", "since"),
    [("busy", MANY - 3), ("calm", 0)],
    ids=["many entries and few changes", "few entries and many changes"],
)
async def test_a_resume_costs_the_smaller_of_changes_and_entries(
    tmp_path: Path, user: str, since: int
) -> None:
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    await store.commit([change(entry("first", ("calm", "busy")))])
    batch = [change(entry(f"e{number}", ("busy",))) for number in range(MANY - 1)]
    await store.commit(batch)
    whole = await store.inbox(user, since)
    await store.close()
    connection = sqlite3.connect(tmp_path / "x.db")
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    connection.set_progress_handler(count, 10)
    assert inboxes.read_inbox(connection, user, since) == whole
    connection.close()
    assert len(whole.here) == (3 if user == "busy" else 1)
    assert steps < 60, "ten of SQLite's instructions each"


async def test_a_room_has_no_version_although_it_is_live(store: Store) -> None:
    room = head("room:r", room="r", shared_version=1)
    guests = (Guest("ann", 1, 1),)
    await store.commit([change(entry("room:r", (), head=room, places={}, guests=guests))])
    assert (await store.inbox("ann")).here == ["room:r"]
    assert (await store.versions("ann")).versions == {}
