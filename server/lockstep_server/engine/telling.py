"""Who is told what of a change: one message for all who stood and stand at the same place.

A message is made only when one of its receivers is connected, and then once for all of them.
"""

from collections.abc import Callable, Iterable, KeysView, Set
from typing import Any

from lockstep_protocol.entry import EntryView, GuestView, Person, diff_views
from lockstep_protocol.pushes import Diff, EntryPush, Gone, ServerMessage, chat_push

from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .state import ChatMessage, Head, Place
from .views import chat_view, guest_view, named_in, view

Shown = EntryView | GuestView
NamePerson = Callable[[str], Person]


class Told:
    """One message and who gets it: ``users``, or all of ``members`` without ``movers``."""

    __slots__ = ("_make", "_members", "_movers")

    def __init__(
        self,
        members: Iterable[Set[str]],
        movers: Set[str] | None,
        make: Callable[[int], ServerMessage],
    ) -> None:
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
        self._draft = draft
        self._definition = definition
        self._person = person
        self._by = by
        self._cause = cause

    def messages(self) -> list[Told]:
        """All of them. To be asked before the entry absorbs the draft, and made before, too."""
        return [*self._stayers(), *self._movers(), *self._guests(), *self._chat()]

    def _stayers(self) -> Iterable[Told]:
        """Those whose place is the same one, though it may look different now."""
        if self._base is None:
            return
        shared = self._draft.head.shared_version != self._base.head.shared_version
        for no, old in self._base.places.items():
            new = self._draft.changed.get(no, old)
            if new is None or (new is old and not shared):
                continue
            members = self._base.members.get(no, set())
            yield from self._told(members, self._draft.moved.keys(), old, new)

    def _movers(self) -> Iterable[Told]:
        groups: dict[tuple[int | None, int], set[str]] = {}
        for user, no in self._draft.moved.items():
            before = self._base.where.get(user) if self._base else None
            groups.setdefault((before, no), set()).add(user)
        for (before, no), users in groups.items():
            old = self._base.places[before] if self._base and before is not None else None
            yield from self._told(users, None, old, self._draft.place(no))

    def _told(
        self, members: Set[str], movers: Set[str] | None, old: Place | None, new: Place
    ) -> Iterable[Told]:
        was = old is not None and old.status == "active"
        if new.status == "active":
            base = self._base.head if self._base else None

            def make(n: int) -> ServerMessage:
                after = view(self._draft.head, new, self._definition, seen=False)
                if not was or base is None or old is None:
                    return self._entry(n, after)
                return self._diff(n, view(base, old, self._definition, seen=False), after)

            yield Told((members,), movers, make)
        elif was:
            yield Told((members,), movers, lambda n: self._gone(n, "retired"))

    def _guests(self) -> Iterable[Told]:
        before: Head | None = self._base.head if self._base else None
        after = self._draft.head
        new = {user for user in self._draft.guests if self._draft.where(user) is None}
        if new and after.live:
            yield Told((new,), None, lambda n: self._entry(n, guest_view(after)))
        # A guest who has become a recipient sees the entry as one.
        old = {u for u in self._base.guests if self._draft.where(u) is None} if self._base else None
        if not old or before is None or before.shared_version == after.shared_version:
            if not old or before is None or bool(before.live) == bool(after.live):
                return
        if before.live and after.live:
            yield Told(
                (old,), None, lambda n: self._diff(n, guest_view(before), guest_view(after))
            )
        elif after.live:
            yield Told((old,), None, lambda n: self._entry(n, guest_view(after)))
        elif before.live:
            yield Told((old,), None, lambda n: self._gone(n, "ended"))

    def _chat(self) -> Iterable[Told]:
        for message in self._draft.messages:
            if message.only is not None:
                everyone: list[Set[str]] = [set(message.only)]
            else:
                everyone = [self._draft.moved.keys(), self._draft.guests.keys()]
                if self._base:
                    everyone += [self._base.where.keys(), self._base.guests.keys()]
            yield Told(everyone, None, lambda n, message=message: self._said(n, message))  # type: ignore[misc]

    def _said(self, n: int, message: ChatMessage) -> ServerMessage:
        people = self._people([message.author])
        return chat_push(n, chat_view(message), entry=self._draft.head.id, people=people)

    def _entry(self, n: int, shown: Shown) -> ServerMessage:
        return EntryPush(n=n, entry=shown, people=self._people(named_in(shown)))

    def _diff(self, n: int, old: Shown, new: Shown) -> ServerMessage:
        changed, gone = diff_views(old, new)
        named = (set(named_in(new)) - set(named_in(old))) | {self._by}
        return Diff(
            n=n,
            entry=new.id,
            base=old.version,
            version=new.version,
            set=changed,
            unset=gone,
            by=self._by,
            cause=self._cause,
            people=self._people(named - {"system"}),
        )

    def _gone(self, n: int, reason: str) -> ServerMessage:
        return Gone(n=n, entry=self._draft.head.id, reason=reason)

    def _people(self, ids: Iterable[str]) -> tuple[Person, ...]:
        return tuple(self._person(id) for id in sorted(set(ids)))


def views_of(entry: Entry, definition: CompiledDefinition) -> dict[str, Any]:
    """What everybody who takes part sees now, by user: for tests and for looking closely."""
    shown: dict[str, Any] = {
        user: view(entry.head, entry.places[no], definition, seen=False)
        for user, no in entry.where.items()
        if entry.places[no].status == "active"
    }
    if entry.head.live:
        for user in entry.guests:
            if user not in entry.where:
                shown[user] = guest_view(entry.head)
    return shown


