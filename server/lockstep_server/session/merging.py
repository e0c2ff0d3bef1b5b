"""Many changes told as one, for a reader that has not kept up.

Pure and in one pass: what a client holds after the merged messages is what it would hold after all
of them one by one. They stay in the order in which each was last heard of, so in order of ``n``.
"""

from collections.abc import Iterable
from typing import Any, cast

from msgspec.structs import replace

from lockstep_protocol.entry import EntryView, Person, View
from lockstep_protocol.pushes import (
    Chat,
    Diff,
    EntryPush,
    Gone,
    ReadPush,
    RoomPush,
    ServerMessage,
)

CHANGES = (Diff, EntryPush, Gone, Chat, RoomPush, ReadPush)
"""What may be merged, and is never left out."""


def merged(messages: Iterable[ServerMessage]) -> tuple[ServerMessage, ...]:
    """The same changes in fewer messages: one for each entry and room, and what was said."""
    merger = _Merger()
    for message in messages:
        merger.add(message)
    return merger.result()


class _Merger:
    def __init__(self) -> None:
        self._kept: list[ServerMessage | None] = []
        self._state: dict[str, list[int]] = {}  # entry -> what was told of its view
        self._said: dict[str, list[int]] = {}  # entry -> its messages and marks
        self._rooms: dict[str, int] = {}
        self._marks: dict[tuple[str, str | None, str | None], int] = {}
        self._people: dict[str, Person] = {}

    def result(self) -> tuple[ServerMessage, ...]:
        return tuple(self._named(message) for message in self._kept if message is not None)

    def _named(self, message: ServerMessage) -> ServerMessage:
        """A message that moved back must not bring an older name of somebody with it."""
        people = _people(message)
        newest = tuple(self._people[person.id] for person in people)
        return message if newest == people else replace(message, people=newest)

    def add(self, message: ServerMessage) -> None:
        self._people |= {person.id: person for person in _people(message)}
        match message:
            case EntryPush():
                self._whole(message)
            case Diff():
                self._diff(message)
            case Gone():
                self._gone(message)
            case RoomPush():
                self._room(message)
            case ReadPush():
                self._read(message)
            case Chat(entry=str() as entry):
                self._said.setdefault(entry, []).append(self._keep(message))
            case _:
                self._keep(message)

    def _keep(self, message: ServerMessage) -> int:
        self._kept.append(message)
        return len(self._kept) - 1

    def _whole(self, message: EntryPush) -> None:
        id: str = message.entry.id
        people = message.people
        for index in self._state.get(id, ()):
            people = _united(_people(self._kept[index]), people)
            self._kept[index] = None
        self._state[id] = [self._keep(replace(message, people=people))]

    def _diff(self, message: Diff) -> None:
        indexes = self._state.setdefault(message.entry, [])
        before = self._kept[indexes[-1]] if indexes else None
        both: Diff | EntryPush = message
        # Where the bases do not meet, the client has a gap to mend: it must see both.
        match before:
            case Diff(version=version) if version == message.base:
                both = _combined(before, message)
                self._kept[indexes.pop()] = None
            case EntryPush(entry=view) if view.version == message.base:
                people = _united(before.people, message.people)
                both = EntryPush(n=message.n, entry=_applied(view, message), people=people)
                self._kept[indexes.pop()] = None
        indexes.append(self._keep(both))

    def _gone(self, message: Gone) -> None:
        id = message.entry
        for index in (*self._state.get(id, ()), *self._said.pop(id, ())):
            self._kept[index] = None
        self._marks = {key: at for key, at in self._marks.items() if key[1] != id}
        self._state[id] = [self._keep(message)]

    def _room(self, message: RoomPush) -> None:
        earlier = self._rooms.pop(message.room.id, None)
        if earlier is not None:
            people = _united(_people(self._kept[earlier]), message.people)
            message = replace(message, people=people)
            self._kept[earlier] = None
        self._rooms[message.room.id] = self._keep(message)

    def _read(self, message: ReadPush) -> None:
        if message.seen and message.entry is not None and self._seen(message.entry, message.visit):
            message = replace(message, seen=False, visit=None)
        if message.seen:
            self._mark(message, self._keep(message))
        elif message.m is not None:
            key = (message.user, message.entry, message.room)
            earlier = self._marks.get(key)
            if earlier is not None:
                before = cast(ReadPush, self._kept[earlier])
                message = replace(message, m=max(message.m, before.m or 0))
                self._kept[earlier] = None
            self._marks[key] = self._keep(message)
            self._mark(message, self._marks[key])

    def _mark(self, message: ReadPush, index: int) -> None:
        if message.entry is not None:
            self._said.setdefault(message.entry, []).append(index)

    def _seen(self, entry: str, visit: int | None) -> bool:
        """Put the user's own mark into what waits of the entry, which may hold an older one.

        ``seen`` is told to its own user alone. False: nothing waits, or not of that ``visit``.
        """
        indexes = self._state.get(entry)
        if not indexes:
            return False
        match self._kept[indexes[-1]]:
            case Diff() as diff if visit in (None, diff.set.get("visit", visit)):
                self._kept[indexes[-1]] = replace(diff, set={**diff.set, "seen": True})
            case EntryPush(entry=EntryView() as view) as push if visit in (None, view.visit):
                self._kept[indexes[-1]] = replace(push, entry=replace(view, seen=True))
            case _:
                return False
        return True


def _combined(first: Diff, second: Diff) -> Diff:
    kept = {name: value for name, value in first.set.items() if name not in second.unset}
    absent = tuple(name for name in first.unset if name not in second.set)
    return replace(
        second,
        base=first.base,
        set={**kept, **second.set},
        unset=tuple(dict.fromkeys((*absent, *second.unset))),
        people=_united(first.people, second.people),
    )


def _applied(view: View, diff: Diff) -> View:
    wire = dict(zip(view.__struct_encode_fields__, view.__struct_fields__, strict=True))
    changed: dict[str, Any] = {wire[name]: None for name in diff.unset}
    changed |= {wire[name]: value for name, value in diff.set.items()}
    return replace(view, **changed, version=diff.version)


def _people(message: ServerMessage | None) -> tuple[Person, ...]:
    return message.people if isinstance(message, Diff | EntryPush | RoomPush | Chat) else ()


def _united(first: tuple[Person, ...], second: tuple[Person, ...]) -> tuple[Person, ...]:
    """Everybody of both, each once."""
    return tuple({person.id: person for person in (*first, *second)}.values())
