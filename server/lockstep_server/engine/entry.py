"""An entry in memory, and a draft of its next state.

A draft reads through to the entry and holds only what differs, so that a change costs what it
changes. The entry itself stays as it was until the change is durable; then it absorbs the draft.
"""

from collections.abc import Iterable, Iterator, Set

import msgspec

from .context import Effect
from .facts import Fact
from .state import ChatMessage, Guest, Head, Place, StoredEntry


class Entry:
    """The committed state of one entry."""

    __slots__ = ("crowd", "guests", "head", "members", "places", "where")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.crowd = object()
        """Stays the same one as long as everybody stands where they do, and nobody joins."""
        self.places: dict[int, Place] = {}
        self.where: dict[str, int] = {}
        self.members: dict[int, set[str]] = {}
        self.guests: dict[str, Guest] = {}

    @classmethod
    def of(cls, stored: StoredEntry) -> "Entry":
        """The entry as the store has it."""
        entry = cls(stored.head)
        entry.places = dict(stored.places)
        entry.guests = dict(stored.guests)
        entry.where = dict(stored.members)
        for user, no in stored.members.items():
            entry.members.setdefault(no, set()).add(user)
        return entry

    def stored(self) -> StoredEntry:
        """The same as one value, to compare or to keep."""
        return StoredEntry(self.head, dict(self.places), dict(self.where), dict(self.guests))

    def place_of(self, user: str) -> Place | None:
        """Where ``user`` stands; None for someone who is no recipient."""
        no = self.where.get(user)
        return None if no is None else self.places[no]

    def absorb(self, draft: "Draft") -> None:
        """Become what ``draft`` says: called once its change is durable."""
        self.head = draft.head
        for user, no in draft.moved.items():
            old = self.where.get(user)
            if old is not None:
                self.members[old].discard(user)
            self.where[user] = no
            self.members.setdefault(no, set()).add(user)
        for no, place in draft.changed.items():
            if place is None:
                self.places.pop(no, None)
                self.members.pop(no, None)
            else:
                self.places[no] = place
        self.guests.update(draft.guests)
        if draft.moved or draft.guests:
            self.crowd = object()


class Draft:
    """What one change makes of an entry, or of nothing when it starts one."""

    def __init__(self, base: Entry | None) -> None:
        self.base = base
        self.facts: list[Fact] = []
        self.changed: dict[int, Place | None] = {}
        self.moved: dict[str, int] = {}
        self.guests: dict[str, Guest] = {}
        self.messages: list[ChatMessage] = []
        self.effects: list[Effect] = []
        self._counts: dict[int, int] = {}
        self._head: Head | None = None
        if base is not None:
            self._head = msgspec.structs.replace(base.head, change=base.head.change + 1)

    @property
    def head(self) -> Head:
        """The shared part as it is now in the draft."""
        assert self._head is not None, "an entry starts with the fact Started"
        return self._head

    @head.setter
    def head(self, head: Head) -> None:
        self._head = head

    def place(self, no: int) -> Place:
        """The place ``no`` as it is now in the draft."""
        place = self.changed[no] if no in self.changed else self._base_places()[no]
        assert place is not None, "an empty place is gone"
        return place

    def where(self, user: str) -> int | None:
        """The number of the place where ``user`` stands; None: no recipient."""
        if user in self.moved:
            return self.moved[user]
        return self.base.where.get(user) if self.base else None

    def place_of(self, user: str) -> Place | None:
        """Where ``user`` stands; None: no recipient."""
        no = self.where(user)
        return None if no is None else self.place(no)

    def places(self) -> Iterator[tuple[int, Place]]:
        """All places that somebody stands at, or that are new."""
        for no, place in self._base_places().items():
            if no not in self.changed:
                yield no, place
        for no, changed in self.changed.items():
            if changed is not None:
                yield no, changed

    @property
    def place_count(self) -> int:
        """How many places there are, at most."""
        return len(self._base_places()) + len(self.changed)

    def count(self, no: int) -> int:
        """How many recipients stand at place ``no``."""
        if no not in self._counts:
            self._counts[no] = len(self.base.members.get(no, ())) if self.base else 0
        return self._counts[no]

    def members(self, no: int) -> set[str]:
        """Who stands at place ``no``: costs as much as they are many."""
        before = self.base.members.get(no, set()) if self.base else set()
        return self._moved_to(no) | (before - self.moved.keys())

    def among(self, no: int, users: Set[str]) -> Set[str]:
        """Who of ``users`` stands at place ``no``: costs the smaller of both, and who moved.

        To be read, and not to be kept.
        """
        before = self.base.members.get(no, set()) if self.base else set()
        stayed = before if before <= users else before & users  # to copy it is what takes time
        return (stayed - self.moved.keys()) | (self._moved_to(no) & users) if self.moved else stayed

    def _moved_to(self, no: int) -> set[str]:
        return {user for user, to in self.moved.items() if to == no}

    def recipients(self) -> Iterator[str]:
        """Every recipient: costs as much as they are many."""
        if self.base:
            yield from self.base.where
        for user in self.moved:
            if not self.base or user not in self.base.where:
                yield user

    def guest(self, user: str) -> Guest | None:
        """The guest ``user``, if that user is one."""
        return self.guests.get(user) or (self.base.guests.get(user) if self.base else None)

    def set_place(self, no: int, place: Place) -> None:
        """Let those at ``no`` stand like ``place``. Only ``apply`` calls this."""
        live = self.head.live
        if no in self.changed or no in self._base_places():
            live -= self.count(no) if self.place(no).status == "active" else 0
        live += self.count(no) if place.status == "active" else 0
        self.changed[no] = place
        after = max(self.head.next_place, no + 1)
        self.head = msgspec.structs.replace(self.head, live=live, next_place=after)

    def put(self, no: int, users: Iterable[str]) -> list[str]:
        """Move ``users`` to place ``no``; those who are new. Only ``apply`` calls this."""
        new: list[str] = []
        live = self.head.live
        active = self.place(no).status == "active"
        for user in users:
            old = self.where(user)
            if old == no:
                continue
            if old is None:
                new.append(user)
            else:
                live -= self.place(old).status == "active"
                self._counts[old] = self.count(old) - 1
                if not self._counts[old]:
                    self.changed[old] = None
            self._counts[no] = self.count(no) + 1
            live += active
            self.moved[user] = no
        self.head = msgspec.structs.replace(self.head, live=live)
        return new

    def _base_places(self) -> dict[int, Place]:
        return self.base.places if self.base else {}
