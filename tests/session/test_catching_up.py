"""Snapshots and resumes: what is in which frame, and how far each may move the client."""

from lockstep_protocol.entry import ChatSummary, GuestView, Person, Recipients, RoomView
from lockstep_protocol.pushes import (
    EntryPush,
    Gone,
    PositionPush,
    RoomPush,
    ServerMessage,
    Snapshot,
)
from lockstep_server.session.catching_up import (
    PAGE_ENTRIES,
    PAGE_PEOPLE,
    Missed,
    catch_up,
    snapshot,
)


def view(id: str) -> GuestView:
    none = Recipients(count=0, ids=())
    return GuestView(
        id=id, version=1, title=id, chat=ChatSummary(count=0), recipients=none, guest=True
    )


def views(count: int) -> list[GuestView]:
    return [view(f"e{number}") for number in range(count)]


def people(count: int) -> list[Person]:
    return [Person(id=f"u{number}", name="") for number in range(count)]


def pages(frames: list[tuple[ServerMessage, ...]]) -> list[Snapshot]:
    assert all(len(frame) == 1 for frame in frames)
    return [message for frame in frames for message in frame if isinstance(message, Snapshot)]


def test_an_empty_inbox_is_one_empty_page() -> None:
    (page,) = pages(snapshot(Missed(3, [])))
    assert (page.n, page.page, page.pages, page.entries, page.people) == (3, 1, 1, (), ())


def test_a_snapshot_has_every_entry_once_in_order() -> None:
    entries = views(2 * PAGE_ENTRIES + 1)
    found = pages(snapshot(Missed(3, entries, people=people(2))))
    assert [(page.page, page.pages, len(page.entries)) for page in found] == [
        (1, 3, PAGE_ENTRIES),
        (2, 3, PAGE_ENTRIES),
        (3, 3, 1),
    ]
    assert [entry for page in found for entry in page.entries] == entries
    assert len(found[0].people) == 2


def test_many_people_make_pages_too() -> None:
    everybody = people(PAGE_PEOPLE + 1)
    found = pages(snapshot(Missed(3, [], people=everybody)))
    assert [person for page in found for person in page.people] == everybody
    assert len(found) == 2


def test_nothing_missed_is_the_position_alone() -> None:
    assert catch_up(Missed(7, []), 5) == [(PositionPush(n=7),)]


def test_only_the_last_frame_of_a_resume_moves_the_position() -> None:
    everybody = people(3)
    missed = Missed(9, views(PAGE_ENTRIES + 2), ["gone"], everybody)
    first, last = catch_up(missed, 5)
    assert len(first) == PAGE_ENTRIES
    entries = [message for message in (*first, *last) if isinstance(message, EntryPush)]
    assert [push.entry for push in entries] == missed.entries
    assert {push.n for push in entries[:PAGE_ENTRIES]} == {5}
    assert {push.n for push in entries[PAGE_ENTRIES:]} == {9}
    assert [person for push in entries for person in push.people] == everybody
    assert last[-2:] == (Gone(n=9, entry="gone", reason="left"), PositionPush(n=9))


def test_whom_a_room_names_comes_along_although_no_entry_changed() -> None:
    members = Recipients(count=1, ids=("u0",))
    rooms = [RoomView(id=id, title=id, members=members, chat=ChatSummary(count=0)) for id in "ab"]
    [frame] = catch_up(Missed(9, [], people=people(1), rooms=rooms), 5)
    pushed = [message for message in frame if isinstance(message, RoomPush)]
    assert [message.room for message in pushed] == rooms
    assert [person for message in pushed for person in message.people] == people(1)
    both = catch_up(Missed(9, views(1), people=people(1), rooms=rooms), 5)
    told = [message.people for message in both[0] if isinstance(message, EntryPush | RoomPush)]
    assert told == [tuple(people(1)), (), ()]
