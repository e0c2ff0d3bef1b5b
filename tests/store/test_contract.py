"""What every store guarantees, the twin in memory included."""

from msgspec.structs import replace

from lockstep_server.engine.state import Guest, Waiter
from lockstep_server.store.change import Committed, DefinitionWrite, Duplicate, RecordWrite
from lockstep_server.store.effects import EffectEnd, EffectWrite
from lockstep_server.store.interface import Mark, Publication, Store, Versions
from tests.store.build import answer, change, entry, head, lock, message, place


async def test_changes_are_numbered_densely_in_the_order_given(store: Store) -> None:
    first = await store.commit([change(entry("a")), change(entry("b"))])
    second = await store.commit([change(entry("c"))])
    assert first == [Committed(1), Committed(2)]
    assert second == [Committed(3)]


async def test_an_entry_is_given_back_as_it_was_stored(store: Store) -> None:
    guest = Guest("gus", 1, 1)
    await store.commit([change(entry("e", ("ann", "bob"), guests=(guest,)))])
    stored = await store.entry("e")
    assert stored is not None
    assert stored.head == head("e")
    assert stored.places == {1: place()}
    assert stored.members == {"ann": 1, "bob": 1}
    assert stored.guests == {"gus": guest}
    assert await store.entry("other") is None


async def test_recipients_may_have_any_ids(store: Store) -> None:
    ids = ("a\0b", 'q"\\/', "\x1f\x7f\u2028", "é 😀", "[]", "1")
    placed = {id: number % 2 + 1 for number, id in enumerate(ids)}
    await store.commit([change(entry("e", places={1: place(), 2: place("next")}, placed=placed))])
    stored = await store.entry("e")
    assert stored is not None
    assert stored.members == placed


async def test_a_later_change_replaces_only_what_it_names(store: Store) -> None:
    await store.commit([change(entry("e", ("ann", "bob")))])
    moved = entry("e", ("bob",), places={2: place("next", visit=2)}, placed={"bob": 2})
    await store.commit([change(moved)])
    stored = await store.entry("e")
    assert stored is not None
    assert stored.members == {"ann": 1, "bob": 2}
    assert stored.places == {1: place(), 2: place("next", visit=2)}


async def test_a_place_that_is_empty_goes(store: Store) -> None:
    await store.commit([change(entry("e"))])
    away = entry("e", places={1: None, 2: place("next")}, placed={"ann": 2})
    await store.commit([change(away)])
    stored = await store.entry("e")
    assert stored is not None
    assert stored.places == {2: place("next")}


async def test_two_changes_of_one_entry_in_a_batch_both_count(store: Store) -> None:
    later = entry("e", places={1: place("next", visit=2)}, placed={})
    await store.commit([change(entry("e")), change(later)])
    stored = await store.entry("e")
    assert stored is not None
    assert stored.places[1].step == "next"
    assert [event.n for event in await store.history("e", None, 10)] == [2, 1]


async def test_one_change_of_several_entries_has_one_number(store: Store) -> None:
    assert await store.commit([change(entry("a"), entry("b"))]) == [Committed(1)]
    assert [event.n for event in await store.history("a", None, 9)] == [1]
    assert [event.n for event in await store.history("b", None, 9)] == [1]


async def test_a_command_done_before_is_left_out_and_its_answer_given(store: Store) -> None:
    first = answer("c1", result=b'{"m":1}')
    await store.commit([change(entry("a"), answer=first)])
    again = await store.commit(
        [change(entry("b"), answer=answer("c1")), change(entry("c"), answer=answer("c2"))]
    )
    assert again == [Duplicate(first, 1), Committed(2)]
    assert await store.entry("b") is None
    assert await store.entry("c") is not None
    assert await store.answer("ann", "c1") == (first, 1)
    assert await store.answer("bob", "c1") is None


async def test_a_command_twice_in_one_batch_is_done_once(store: Store) -> None:
    first = answer("c1")
    outcomes = await store.commit(
        [change(entry("a"), answer=first), change(entry("b"), answer=answer("c1"))]
    )
    assert outcomes == [Committed(1), Duplicate(first, 1)]
    assert await store.entry("b") is None


async def test_a_unique_key_is_taken_once(store: Store) -> None:
    first = answer("c1")
    await store.commit([change(entry("a"), answer=first, unique="k")])
    second = await store.commit([change(entry("b"), answer=answer("c2"), unique="k")])
    assert second == [Duplicate(first, 1)]
    assert await store.by_unique("k") == (first, 1)
    assert await store.by_unique("other") is None
    assert await store.answer("ann", "c2") is None


async def test_the_inbox_has_active_items_newest_change_first(store: Store) -> None:
    await store.commit([change(entry("a")), change(entry("b")), change(entry("c"))])
    retired = entry("b", places={1: place("end", "retired", 2)}, placed={})
    await store.commit([change(retired), change(entry("a", placed={}))])
    inbox = await store.inbox("ann")
    assert inbox.n == 5
    assert inbox.here == ["a", "c"]
    assert inbox.left == []
    assert (await store.inbox("nobody")).here == []


async def test_the_inbox_since_a_change_tells_what_changed_and_what_left(store: Store) -> None:
    await store.commit([change(entry("a")), change(entry("b")), change(entry("c"))])
    retired = entry("b", places={1: place("end", "retired", 2)}, placed={})
    await store.commit([change(retired), change(entry("c", placed={}))])
    inbox = await store.inbox("ann", since=3)
    assert inbox.here == ["c"]
    assert inbox.left == ["b"]
    assert (await store.inbox("ann", since=0)).here == ["c", "a"]
    assert (await store.inbox("ann", since=5)).here == []


async def test_a_guest_has_the_entry_while_it_is_live(store: Store) -> None:
    guest = Guest("gus", 1, 1)
    await store.commit([change(entry("e", guests=(guest,)))])
    assert (await store.inbox("gus")).here == ["e"]
    [item] = await store.items("gus", ["e"])
    assert (item.place, item.guest, item.here) == (None, guest, True)
    await store.commit([change(entry("e", head=head("e", live=0), placed={}))])
    assert (await store.inbox("gus")).here == []
    assert (await store.inbox("gus", since=1)).left == ["e"]
    assert await store.item("gus", "e") is not None


async def test_an_item_is_there_for_who_takes_part_retired_or_not(store: Store) -> None:
    await store.commit([change(entry("e", places={1: place("end", "retired")}))])
    item = await store.item("ann", "e")
    assert item is not None
    assert item.place == place("end", "retired")
    assert await store.item("bob", "e") is None
    assert await store.item("ann", "other") is None


async def test_people_come_in_pages_by_id(store: Store) -> None:
    await store.commit([change(entry("e", ("cid", "ann", "bob")))])
    assert await store.people("e", "", 2) == [("ann", place()), ("bob", place())]
    assert await store.people("e", "bob", 2) == [("cid", place())]
    moved = entry("e", places={2: place("next", "retired")}, placed={"bob": 2})
    await store.commit([change(moved)])
    assert await store.people("e", "ann", 1) == [("bob", place("next", "retired"))]


async def test_versions_are_those_of_what_the_inbox_shows(store: Store) -> None:
    await store.commit([change(entry("a", head=head("a", shared_version=3)))])
    await store.commit([change(entry("b", places={1: place(version=7)}))])
    await store.commit([change(entry("c", places={1: place("end", "retired")}))])
    guests = (Guest("ann", 1, 1), Guest("gus", 1, 1))
    await store.commit([change(entry("d", head=head("d", shared_version=5), guests=guests))])
    room = head("room:r", shared_version=1, room="r")
    await store.commit([change(entry("room:r", (), head=room, places={}, guests=guests))])
    assert await store.versions("ann") == Versions(5, {"a": 3, "b": 7, "d": 5})
    assert await store.versions("gus") == Versions(5, {"d": 5})
    for user in ("ann", "gus"):
        here = await store.items(user, (await store.inbox(user)).here)
        items = [item for item in here if item.head.room is None]
        shown = {item.head.id: item.version for item in items}
        assert (await store.versions(user)).versions == shown
    await store.commit([change(entry("d", head=head("d", live=0), placed={}))])
    assert await store.versions("gus") == Versions(6, {})


async def test_messages_and_history_come_newest_first_in_pages(store: Store) -> None:
    for m in (1, 2, 3):
        await store.commit([change(entry("e", messages=(message(m),)))])
    assert [said.m for said in await store.messages("e", None, 2)] == [3, 2]
    assert [said.m for said in await store.messages("e", 2, 2)] == [1]
    assert [event.n for event in await store.history("e", 3, 5)] == [2, 1]
    assert (await store.history("e", None, 1))[0].event == b'[{"fact":"x"}]'


async def test_a_history_is_read_from_its_beginning_too(store: Store) -> None:
    for id in "efee":
        await store.commit([change(entry(id))])
    assert [event.n for event in await store.history_after("e", 0, 2)] == [1, 3]
    assert [event.n for event in await store.history_after("e", 3, 2)] == [4]
    assert await store.history_after("e", 4, 2) == []
    assert await store.history_after("x", 0, 2) == []


async def test_effects_are_pending_in_order_until_done(store: Store) -> None:
    effects = tuple(EffectWrite(id, "e", "notify", b"{}") for id in ("z", "a"))
    await store.commit([change(entry("e"), effects=effects)])
    await store.effect_retry("z", 1, 99.0, "it failed")
    pending = await store.pending_effects()
    assert [(effect.id, effect.n, effect.tries, effect.due) for effect in pending] == [
        ("z", 1, 1, 99.0),
        ("a", 1, 0, 0.0),
    ]
    await store.effects_ended([EffectEnd("z", "e", "notify", 5.0, 2, True)])
    assert [effect.id for effect in await store.pending_effects()] == ["a"]


async def test_records_are_put_and_dropped(store: Store) -> None:
    await store.commit([change(records=(RecordWrite("user", "ann", b"1"),))])
    await store.commit([change(records=(RecordWrite("user", "bob", b"2"),))])
    await store.commit([change(records=(RecordWrite("user", "ann", None),))])
    assert await store.records("user") == {"bob": b"2"}
    assert await store.record("user", "bob") == b"2"
    assert await store.record("user", "ann") is None
    assert await store.record("tracker", "bob") is None


async def test_definitions_keep_every_version(store: Store) -> None:
    for version in (1, 2):
        made = DefinitionWrite("w", version, f"h{version}", b"{}")
        await store.commit([change(definitions=(made,))])
    assert [(d.name, d.version) for d in await store.definitions()] == [("w", 2)]
    first, newest = await store.definition("w", 1), await store.definition("w")
    assert first is not None
    assert newest is not None
    assert (first.hash, newest.hash) == ("h1", "h2")
    assert (first.by, newest.at) == ("ann", 1.0)
    assert await store.definition("w", 3) is None
    assert await store.definition("x") is None


async def test_who_published_which_version_is_told_newest_first(store: Store) -> None:
    for version, by in ((1, "ann"), (2, "bob")):
        made = DefinitionWrite("w", version, f"h{version}", b"{}", warnings=version - 1)
        await store.commit([replace(change(definitions=(made,)), by=by, at=float(version))])
    await store.commit([change(definitions=(DefinitionWrite("x", 1, "h", b"{}"),))])
    first, second = Publication(1, "h1", 1.0, "ann", 0), Publication(2, "h2", 2.0, "bob", 1)
    assert await store.publications("w") == [second, first]
    await store.commit([change(dropped=("w",))])
    assert await store.publications("w") == []


async def test_marks_only_move_forward(store: Store) -> None:
    await store.commit([change(entry("e"))])
    await store.mark([Mark("ann", "e", 2, 5)])
    await store.mark([Mark("ann", "e", 1, 7)])
    item = await store.item("ann", "e")
    assert item is not None
    assert (item.seen_visit, item.read_m) == (2, 7)


async def test_leases_are_listed_for_the_timers(store: Store) -> None:
    await store.commit([change(entry("a", head=head("a", lock=lock(9.0))))])
    await store.commit([change(entry("b", head=head("b", lock=lock(None))))])
    assert await store.locks_until() == [("a", 9.0)]


async def test_whose_sessions_locks_and_places_in_line_wait_for(store: Store) -> None:
    tied, waiter = replace(lock(9.0), tied="ann"), Waiter("bob", 1.0, 60.0, tied=True)
    whole = head("a", lock=tied, waiting=(waiter, replace(waiter, user="cid", tied=False)))
    loose = head("b", lock=lock(9.0), waiting=(replace(waiter, tied=False),))
    await store.commit([change(entry("a", head=whole)), change(entry("b", head=loose))])
    assert await store.tied() == [("a", ("ann", "bob"))]
    await store.commit([change(entry("a", head=head("a", lock=lock(9.0))))])
    assert await store.tied() == []


async def test_old_answers_are_forgotten(store: Store) -> None:
    await store.commit([change(entry("a"), answer=answer("c1"))])
    assert await store.forget_answers(0.5) == 0
    assert await store.forget_answers(1.5) == 1
    assert await store.answer("ann", "c1") is None
