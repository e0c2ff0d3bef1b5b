"""What brings a client up to date: a snapshot in pages, or what it missed since it was here.

It comes in parts that are made one after the other, as fast as the client takes them; each is one
frame. A connection may drop between two frames, so only the last one may move the client's
position: on a resume the earlier ones repeat the position that it had.
"""

from collections.abc import Iterator, Sequence

import msgspec

from lockstep_protocol.entry import EntryView, GuestView, Person, RoomView
from lockstep_protocol.pushes import (
    Chat,
    EntryPush,
    Gone,
    PositionPush,
    ReadPush,
    RoomPush,
    ServerMessage,
    Snapshot,
)

View = EntryView | GuestView


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Part ``number`` (from 1) of ``count`` of an inbox, or of what changed in it, at ``n``.

    ``left``: entries that are not in the inbox any more. ``said``: what was said since.
    ``marks``: the user's own, with the last part. ``people``: whom this part names first.
    """

    n: int
    number: int = 1
    count: int = 1
    entries: Sequence[View] = ()
    rooms: Sequence[RoomView] = ()
    left: Sequence[str] = ()
    said: Sequence[Chat] = ()
    marks: Sequence[ReadPush] = ()
    people: Sequence[Person] = ()

    @property
    def last(self) -> bool:
        """Whether the client is up to date with this part."""
        return self.number == self.count


def frame(part: Part, since: int | None) -> tuple[ServerMessage, ...]:
    """The part as one frame: of a snapshot (``since`` None), or of a resume from ``since``."""
    if since is None:
        page = Snapshot(
            n=part.n,
            page=part.number,
            pages=part.count,
            entries=tuple(part.entries),
            rooms=tuple(part.rooms),
            people=tuple(part.people),
        )
        return (page, *part.marks)
    last = (PositionPush(n=part.n),) if part.last else ()
    changes = tuple(_changes(part, part.n if part.last else since))
    return (*changes, *part.marks, *last)


def _changes(part: Part, n: int) -> Iterator[ServerMessage]:
    """An entry before what is said in it; a room, which has all of it already, after."""
    people = tuple(part.people)
    for entry in part.left:
        yield Gone(n=n, entry=entry, reason="left")
    for view in part.entries:
        yield EntryPush(n=n, entry=view, people=people)
        people = ()
    for message in part.said:
        yield msgspec.structs.replace(message, n=n, people=people)
        people = ()
    for room in part.rooms:
        yield RoomPush(n=n, room=room, people=people)
        people = ()
