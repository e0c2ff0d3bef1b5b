"""Reading a user's inbox, or what changed in it, part by part: it is never in memory whole.

What is in the inbox is found at one position, by id; each part shows its entries as they are when
the part is made. An entry may so be further on than the position that the client reaches with the
last part. That is harmless: changes after the position come afterwards, and what is older than the
version that a client has tells it nothing new. And nothing is missed: what came into the inbox or
left it since the position is such a change.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing

import msgspec
from msgspec.structs import replace

from lockstep_protocol.entry import EntryView, GuestView, Person
from lockstep_protocol.pushes import Chat, ReadPush, chat_push
from lockstep_server.engine.chat import may_read
from lockstep_server.engine.state import ChatMessage
from lockstep_server.engine.views import chat_view, guest_view, named_in, room_view, view
from lockstep_server.session.catching_up import Part
from lockstep_server.store.interface import InboxItem, Opening, Store

from .records import Records
from .workflows import Workflows

Shown = EntryView | GuestView

PART_ENTRIES = 100
"""Entries and rooms in one part at most."""
SAID_AT_ONCE = 200
"""Messages of one conversation that a resume brings at most, the newest; ``messages`` has all."""


TOGETHER = 10
"""Conversations whose messages go into one frame: what one frame can hold is bounded by it."""


class Found(msgspec.Struct, frozen=True):
    """An inbox at change ``n``. ``parts``: all of it, or what changed; at least one."""

    n: int
    parts: AsyncGenerator[Part, None]


async def shown(workflows: Workflows, item: InboxItem) -> Shown:
    """An entry as the user of the item sees it."""
    if item.place is None:
        assert item.guest is not None
        return guest_view(item.head, item.guest)
    definition = await workflows.of(item.head)
    return view(item.head, item.place, definition, seen=_seen(item))


class Inboxes:
    """Shows inboxes as their users may see them."""

    def __init__(self, store: Store, workflows: Workflows, records: Records) -> None:
        self._store = store
        self._workflows = workflows
        self._records = records

    async def inbox(self, user: str, since: int | None) -> Found:
        """All of the user's inbox, or what changed in it after ``since``, newest change first."""
        opening = await self._store.opening(user, since, PART_ENTRIES)
        return Found(opening.inbox.n, self._parts(user, since, opening))

    async def _parts(
        self, user: str, since: int | None, opening: Opening
    ) -> AsyncGenerator[Part, None]:
        read: dict[str, ReadPush] = {}
        named: set[str] = set()
        found = opening.inbox
        pages = len(_pages([*found.here, *found.left]))
        part: Part | None = None
        async with aclosing(self._pieces(user, since, opening, read)) as pieces:
            async for piece in pieces:
                if part is not None:
                    yield part
                number = 1 if part is None else part.number + 1
                # How many frames a resume takes is not known before; only that there is another.
                count = pages if since is None else number + 1
                people: set[str] = set()
                people.update(*(named_in(each) for each in (*piece.entries, *piece.rooms)))
                people |= {message.from_ for message in piece.said}
                new = self._people(people - named)
                part = replace(piece, number=number, count=count, people=new)
                named |= people
        assert part is not None, "even of an empty inbox there is a part"
        marked = opening.marked
        if part.number > 1:
            # Those, too, that were given while the parts before were on their way.
            marked = await self._store.marked(user, found.n if since is None else since)
        read.update(await self._moved(user, marked))
        yield replace(part, count=part.number, marks=tuple(read.values()))

    async def _pieces(
        self, user: str, since: int | None, opening: Opening, read: dict[str, ReadPush]
    ) -> AsyncGenerator[Part, None]:
        """What the parts have in them; ``read`` collects the user's marks of it."""
        found, ready = opening.inbox, opening.items
        there = set(found.here)
        for number, ids in enumerate(_pages([*found.here, *found.left])):
            some = await self._store.items(user, ids) if number else ready
            items = {item.head.id: item for item in some}
            # What has left since then is shown all the same: that it did is told afterwards.
            here = {id: item for id, item in items.items() if item.here or id in there}
            of_entries = [each for each in here.values() if each.head.room is None]
            # An entry that is new to the client may be one that its user has read before.
            read.update((id, mark_of(user, item)) for id, item in here.items() if item.read_m)
            piece = Part(
                n=found.n,
                entries=[await shown(self._workflows, item) for item in of_entries],
                rooms=[room_view(each.head) for each in here.values() if each.head.room],
                left=[id for id in ids if id not in here] if since is not None else (),
            )
            if since is None:
                yield piece
                continue
            for of in _pages(list(items), TOGETHER):
                said = await self._said(user, {id: items[id] for id in of}, since, found.n)
                if piece.said and said:
                    yield piece
                    piece = Part(n=found.n)
                piece = replace(piece, said=said or piece.said)
            yield piece

    async def _said(
        self, user: str, items: dict[str, InboxItem], since: int, until: int
    ) -> list[Chat]:
        """What was said since in these conversations, as far as the user may read it."""
        if not items:
            return []
        found = await self._store.said(list(items), since, until, SAID_AT_ONCE)
        return [
            _chat(items[id], message)
            for id, messages in found.items()
            for message in messages
            if may_read(message, user) and message.m >= first_message(items[id])
        ]

    async def _moved(self, user: str, marked: Sequence[str]) -> dict[str, ReadPush]:
        """The user's own marks of these entries."""
        moved: dict[str, ReadPush] = {}
        for ids in _pages(marked) if marked else ():
            for item in await self._store.items(user, ids):
                mark = mark_of(user, item)
                if mark.m is not None or mark.seen:
                    moved[item.head.id] = mark
        return moved

    def _people(self, ids: Iterable[str]) -> list[Person]:
        return [self._records.person(id) for id in sorted(ids)]


def first_message(item: InboxItem) -> int:
    """The number of the first message that the item's user may read."""
    return item.guest.from_m if item.place is None and item.guest is not None else 1


def mark_of(user: str, item: InboxItem) -> ReadPush:
    """The user's own mark of an entry or a room."""
    room, seen = item.head.room, _seen(item)
    return ReadPush(
        user=user,
        entry=item.head.id if room is None else None,
        room=room,
        m=item.read_m or None,
        seen=seen,
        visit=item.place.visit if seen and item.place is not None else None,
    )


def _seen(item: InboxItem) -> bool:
    return item.place is not None and item.seen_visit >= item.place.visit


def _chat(item: InboxItem, message: ChatMessage) -> Chat:
    room = item.head.room
    entry = item.head.id if room is None else None
    return chat_push(item.n, chat_view(message), entry=entry, room=room)


def _pages(ids: Sequence[str], size: int | None = None) -> list[Sequence[str]]:
    """At least one page, of ``PART_ENTRIES`` unless ``size`` is named."""
    step = size or PART_ENTRIES
    return [ids[start : start + step] for start in range(0, max(1, len(ids)), step)]
