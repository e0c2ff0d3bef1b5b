"""Who is told what of a change: one message for all who stood and stand at the same place.

A message is made only when one of its receivers is connected, and then once for all of them.
"""

from collections.abc import Callable, Iterable, KeysView, Set
from functools import partial
from typing import Any

from lockstep_protocol.entry import EntryView, GuestView, Person, diff_views
from lockstep_protocol.pushes import Diff, EntryPush, Gone, RoomPush, ServerMessage, chat_push

from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .state import ChatMessage, Guest, Head, Place
from .views import chat_view, guest_view, named_in, room_view, view

Shown = EntryView | GuestView
NamePerson = Callable[[str], Person]


class Told:
    """One message and who gets it: all of ``members`` without ``movers``.

    ``key``: messages of the same key are meant for the same users; None: nothing is known of that.
    """

    __slots__ = ("_make", "_members", "_movers", "key")

    def __init__(
        self,
        members: Iterable[Set[str]],
        movers: Set[str] | None,
        make: Callable[[int], ServerMessage],
        key: object = None,
    ) -> None:
        self.key = key
        self._members = members
        self._movers = movers
        self._make = make

    def among(self, connected: KeysView[str]) -> Iterable[str]:
        """Those of ``connected`` who are meant: costs the smaller of both sides."""
        found: set[str] = set()
        for members in self._members:
            found |= members & connected
        return found - self._movers if self._movers else found

    def message(self, n: int) -> ServerMessage:
        """The message, as part of change ``n``."""
        return self._make(n)


class Telling:
    """The messages of one change of one entry."""

    def __init__(
        self,
        base: Entry | None,
        draft: Draft,
        definition: CompiledDefinition,
        person: NamePerson,
        by: str,
        cause: str,
    ) -> None:
        self._base = base
        self._shared = base is None or base.head.shared_version != draft.head.shared_version
        self._draft = draft
        self._definition = definition
        self._person = person
        self._by = by
        self._cause = cause

    def messages(self) -> list[Told]:
        """All of them. To be asked before the entry absorbs the draft, and made before, too."""
        if self._draft.head.room is not None:
            return [*self._room(), *self._chat()]
        return [*self._stayers(), *self._movers(), *self._guests(), *self._chat()]

    def _room(self) -> Iterable[Told]:
        """The room whole, to all its members, when somebody joined it."""
        if self._draft.guests:
            members: list[Set[str]] = [self._draft.guests.keys()]
            if self._base:
                members.append(self._base.guests.keys())
            yield Told(members, None, self._room_push)

    def _room_push(self, n: int) -> ServerMessage:
        shown = room_view(self._draft.head)
        return RoomPush(n=n, room=shown, people=self._people(named_in(shown)))

    def _stayers(self) -> Iterable[Told]:
        """Those whose place is the same one, though it may look different now."""
        if self._base is None:
            return
        places = self._base.places
        if not self._shared:
            places = {no: places[no] for no in self._draft.changed if no in places}
        for no, old in places.items():
            new = self._draft.changed.get(no, old)
            if new is None:
                continue
            members = self._base.members.get(no, set())
            yield from self._told(members, self._draft.moved.keys(), old, new, self._same(no))

    def _movers(self) -> Iterable[Told]:
        groups: dict[tuple[int | None, int], set[str]] = {}
        for user, no in self._draft.moved.items():
            before = self._base.where.get(user) if self._base else None
            groups.setdefault((before, no), set()).add(user)
        for (before, no), users in groups.items():
            old = self._base.places[before] if self._base and before is not None else None
            new = self._draft.place(no)
            if self._shared or new != old:  # else they only made room for others
                yield from self._told(users, None, old, new)

    def _told(
        self,
        members: Set[str],
        movers: Set[str] | None,
        old: Place | None,
        new: Place,
        key: object = None,
    ) -> Iterable[Told]:
        was = old is not None and old.status == "active"
        if new.status == "active":
            after = partial(view, self._draft.head, new, self._definition, seen=False)
            if was and old is not None and self._base is not None:
                before = partial(view, self._base.head, old, self._definition, seen=False)
                yield Told((members,), movers, partial(self._diff, old=before, new=after), key)
            else:
                yield Told((members,), movers, lambda n: self._entry(n, after()), key)
        elif was:
            yield Told((members,), movers, partial(self._gone, reason="retired"), key)

    def _same(self, who: object) -> object:
        """Names those in the entry who are meant by ``who``, where this change moves nobody."""
        if self._base is None or self._draft.moved or self._draft.guests:
            return None
        return (self._base.crowd, who)

    def _guests(self) -> Iterable[Told]:
        after = self._draft.head
        new = [g for g in self._draft.guests.values() if self._draft.where(g.user) is None]
        for guest, users in _alike(new, (after,)):
            if after.live:
                yield Told((users,), None, partial(self._guest_entry, guest=guest))
        if self._base is None:
            return
        # A guest who has become a recipient is told as one, or loses what a guest had.
        before = self._base.head
        there = self._base.guests.values()
        left = {g.user for g in there if g.user in self._draft.moved and self._away(g.user)}
        if left and before.live:
            yield Told((left,), None, partial(self._gone, reason="retired"))
        stay = [guest for guest in there if self._draft.where(guest.user) is None]
        if before.live and after.live:
            if before.shared_version != after.shared_version:
                for guest, users in _alike(stay, (before, after)):
                    shown = partial(guest_view, before, guest), partial(guest_view, after, guest)
                    yield Told((users,), None, partial(self._diff, old=shown[0], new=shown[1]))
        elif after.live:
            for guest, users in _alike(stay, (after,)):
                yield Told((users,), None, partial(self._guest_entry, guest=guest))
        elif before.live and stay:
            yield Told(({g.user for g in stay},), None, partial(self._gone, reason="ended"))

    def _away(self, user: str) -> bool:
        """Whether ``user`` was no recipient before and comes to a place that is not shown."""
        assert self._base is not None
        place = self._draft.place_of(user)
        return user not in self._base.where and place is not None and place.status != "active"

    def _guest_entry(self, n: int, guest: Guest) -> ServerMessage:
        return self._entry(n, guest_view(self._draft.head, guest))

    def _chat(self) -> Iterable[Told]:
        for message in self._draft.messages:
            if message.only is not None:
                everyone: list[Set[str]] = [set(message.only)]
            else:
                joined = self._draft.guests.values()
                everyone = [
                    self._draft.moved.keys(),
                    {guest.user for guest in joined if guest.from_m <= message.m},
                ]
                if self._base:
                    everyone += [self._base.where.keys(), self._guests_of(message)]
            to_all = message.only is None and not message.revision
            key = self._same("everyone") if to_all else None
            yield Told(everyone, None, partial(self._said, message=message), key)

    def _guests_of(self, message: ChatMessage) -> Set[str]:
        assert self._base is not None
        guests = self._base.guests
        if not message.revision:
            return guests.keys()
        # An old message that changed is none of those who came after it.
        return {guest.user for guest in guests.values() if guest.from_m <= message.m}

    def _said(self, n: int, message: ChatMessage) -> ServerMessage:
        people = self._people([message.author])
        head = self._draft.head
        entry = head.id if head.room is None else None
        return chat_push(n, chat_view(message), entry=entry, room=head.room, people=people)

    def _entry(self, n: int, shown: Shown) -> ServerMessage:
        return EntryPush(n=n, entry=shown, people=self._people(named_in(shown)))

    def _diff(self, n: int, old: Callable[[], Shown], new: Callable[[], Shown]) -> ServerMessage:
        before, after = old(), new()
        changed, gone = diff_views(before, after)
        named = (named_in(after) - named_in(before)) | {self._by}
        return Diff(
            n=n,
            entry=after.id,
            base=before.version,
            version=after.version,
            set=changed,
            unset=gone,
            by=self._by,
            cause=self._cause,
            people=self._people(named - {"system", "script"}),
        )

    def _gone(self, n: int, reason: str) -> ServerMessage:
        return Gone(n=n, entry=self._draft.head.id, reason=reason)

    def _people(self, ids: Iterable[str]) -> tuple[Person, ...]:
        return tuple(self._person(id) for id in sorted(set(ids)))


def _alike(guests: Iterable[Guest], heads: tuple[Head, ...]) -> Iterable[tuple[Guest, set[str]]]:
    """The guests in groups that see the same, each with one of them to show it for."""
    groups: dict[tuple[bool, ...], tuple[Guest, set[str]]] = {}
    for guest in guests:
        seen = tuple(
            head.last_message is not None and head.last_message.m >= guest.from_m for head in heads
        )
        groups.setdefault(seen, (guest, set()))[1].add(guest.user)
    return groups.values()


def views_of(entry: Entry, definition: CompiledDefinition) -> dict[str, Any]:
    """What everybody who takes part sees now, by user: for tests and for looking closely."""
    shown: dict[str, Any] = {
        user: view(entry.head, entry.places[no], definition, seen=False)
        for user, no in entry.where.items()
        if entry.places[no].status == "active"
    }
    if entry.head.live:
        for user, guest in entry.guests.items():
            if user not in entry.where:
                shown[user] = guest_view(entry.head, guest)
    return shown
