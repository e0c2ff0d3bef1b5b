"""Snapshots and resumes: what is in which frame, and how far each may move the client."""

from lockstep_protocol.entry import ChatSummary, GuestView, Person, Recipients, RoomView
from lockstep_protocol.pushes import (
    Chat,
    EntryPush,
    Gone,
    PositionPush,
    ReadPush,
    RoomPush,
    Snapshot,
)
from lockstep_server.session.catching_up import Part, frame

NONE = Recipients(count=0, ids=())
MARK = ReadPush(user="ann", entry="e0", m=4)


def views(count: int) -> list[GuestView]:
    return [
        GuestView(
            id=f"e{number}",
            version=1,
            title="",
            chat=ChatSummary(count=0),
            recipients=NONE,
            guest=True,
        )
        for number in range(count)
    ]


def people(count: int) -> list[Person]:
    return [Person(id=f"u{number}", name="") for number in range(count)]


def said(m: int, n: int = 99, **more: str) -> Chat:
    return Chat(n=n, m=m, from_="u0", at="", body="hi", schema="text.json", **more)  # type: ignore[arg-type]


def room(id: str) -> RoomView:
    return RoomView(id=id, title=id, members=NONE, chat=ChatSummary(count=0))


def test_an_empty_inbox_is_one_empty_page() -> None:
    page = Snapshot(n=3, page=1, pages=1, entries=(), rooms=(), people=())
    assert frame(Part(n=3), None) == (page,)


def test_a_page_of_a_snapshot_has_what_the_part_has_and_own_marks_come_with_it() -> None:
    part = Part(
        n=3,
        number=2,
        count=2,
        entries=views(2),
        rooms=[room("r")],
        people=people(1),
        marks=[MARK],
    )
    page, mark = frame(part, None)
    assert page == Snapshot(
        n=3, page=2, pages=2, entries=(*views(2),), rooms=(room("r"),), people=(*people(1),)
    )
    assert mark == MARK


def test_nothing_missed_is_the_position_alone() -> None:
    assert frame(Part(n=7), 5) == (PositionPush(n=7),)


def test_only_the_last_frame_of_a_resume_moves_the_position() -> None:
    first = Part(n=9, number=1, count=2, entries=views(2), left=["x"], said=[said(1, entry="e0")])
    moved = {message.n for message in frame(first, 5) if not isinstance(message, ReadPush)}  # type: ignore[union-attr]
    assert moved == {5}
    last = Part(n=9, number=2, count=2, entries=views(1), left=["y"], marks=[MARK])
    gone, entry, mark, position = frame(last, 5)
    assert gone == Gone(n=9, entry="y", reason="left")
    assert entry == EntryPush(n=9, entry=views(1)[0])
    assert (mark, position) == (MARK, PositionPush(n=9))


def test_what_was_said_comes_after_its_entry_and_before_its_room_that_counts_it() -> None:
    part = Part(
        n=9,
        entries=views(1),
        said=[said(1, entry="e0"), said(4, room="r")],
        rooms=[room("r")],
        people=people(2),
    )
    *changes, position = frame(part, 5)
    assert [type(message) for message in changes] == [EntryPush, Chat, Chat, RoomPush]
    assert position == PositionPush(n=9)
    assert {message.n for message in changes} == {9}  # type: ignore[union-attr]


def test_people_come_along_with_whatever_is_first() -> None:
    for part in (
        Part(n=9, rooms=[room("a"), room("b")], people=people(2)),
        Part(n=9, said=[said(1, entry="e0"), said(2, entry="e0")], people=people(2)),
        Part(n=9, left=["x"], entries=views(2), people=people(2)),
    ):
        told = [list(getattr(message, "people", ())) for message in frame(part, 5)]
        assert [each for each in told if each] == [people(2)]
