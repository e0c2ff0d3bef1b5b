"""What brings a client up to date: a snapshot in pages, or what it missed since it was here.

Each element of a result is one frame. A connection may drop between two frames, so only the last
one may move the client's position: on a resume the earlier ones repeat the position it had.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from lockstep_protocol.entry import EntryView, GuestView, Person, RoomView
from lockstep_protocol.pushes import (
    EntryPush,
    Gone,
    PositionPush,
    RoomPush,
    ServerMessage,
    Snapshot,
)

PAGE_ENTRIES = 100
"""Entries in one frame at most."""

PAGE_PEOPLE = 500
"""Users named in one frame at most."""

View = EntryView | GuestView
Item = TypeVar("Item")


class Missed(msgspec.Struct, frozen=True):
    """An inbox at position ``n``: all of it, or what changed since an earlier position.

    ``left``: entries that are not in the inbox any more. ``people``: whom the entries name.
    """

    n: int
    entries: Sequence[View]
    left: Sequence[str] = ()
    people: Sequence[Person] = ()
    rooms: Sequence[RoomView] = ()


Frames = list[tuple[ServerMessage, ...]]


def snapshot(missed: Missed) -> Frames:
    """The whole inbox, one page a frame; an empty inbox is one empty page."""
    entries = _pages(missed.entries, PAGE_ENTRIES)
    people = _pages(missed.people, PAGE_PEOPLE)
    rooms = _pages(missed.rooms, PAGE_ENTRIES)
    count = max(len(entries), len(rooms), len(people), 1)
    return [
        (
            Snapshot(
                n=missed.n,
                page=index + 1,
                pages=count,
                entries=tuple(entries[index]) if index < len(entries) else (),
                rooms=tuple(rooms[index]) if index < len(rooms) else (),
                people=tuple(people[index]) if index < len(people) else (),
            ),
        )
        for index in range(count)
    ]


def catch_up(missed: Missed, since: int) -> Frames:
    """What changed after ``since``, entries whole, then the position that is reached by it."""
    frames: Frames = []
    pages = _pages(missed.entries, PAGE_ENTRIES) or [()]
    people = _pages(missed.people, -(-len(missed.people) // len(pages)) or 1)
    for index, page in enumerate(pages):
        last = index == len(pages) - 1
        n = missed.n if last else since
        named = tuple(people[index]) if index < len(people) else ()
        messages: list[ServerMessage] = [
            EntryPush(n=n, entry=view, people=() if number else named)
            for number, view in enumerate(page)
        ]
        if last:
            # Where no entry is there to bring the people along, the first room does.
            messages.extend(
                RoomPush(n=n, room=room, people=() if page or number else named)
                for number, room in enumerate(missed.rooms)
            )
            messages.extend(Gone(n=n, entry=entry, reason="left") for entry in missed.left)
            messages.append(PositionPush(n=n))
        frames.append(tuple(messages))
    return frames


def _pages(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
