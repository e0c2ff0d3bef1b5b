"""What is read without changing anything: inboxes, entries, histories, conversations."""

from collections.abc import Iterable
from typing import Any

import msgspec

from lockstep_protocol.entry import EntryView, GuestView, Person, rfc3339
from lockstep_protocol.pages import HistoryEvent, HistoryPage, MessagesPage
from lockstep_protocol.refusals import refused
from lockstep_server.engine.chat import may_read
from lockstep_server.engine.views import chat_view, guest_view, named_in, view
from lockstep_server.store.interface import InboxItem, JournalEvent, Store

from .actor import Actor
from .records import Records
from .workflows import Workflows

Shown = EntryView | GuestView

HIDDEN_FACTS = frozenset({"place", "placed", "started"})
"""Facts of the bookkeeping: who stands where, which the activations tell already."""


class InboxView(msgspec.Struct, frozen=True):
    """A user's inbox at change ``n``; ``left``: what changed since and is not in it any more."""

    n: int
    entries: list[Shown]
    left: list[str]
    people: list[Person]


class Reads:
    """Reads whole commits from the store and shows them as the reader may see them."""

    def __init__(self, store: Store, workflows: Workflows, records: Records) -> None:
        self._store = store
        self._workflows = workflows
        self._records = records

    async def inbox(self, user: str, since: int | None) -> InboxView:
        """All of the user's inbox, or what changed in it after ``since``."""
        found = await self._store.inbox(user, since)
        entries = [await self._shown(item) for item in found.items]
        named = {id for shown in entries for id in named_in(shown)}
        return InboxView(found.n, entries, found.left, self._people(named))

    async def entry(self, actor: Actor, id: str) -> Shown:
        """One entry as the actor sees it; ``not_found`` for who has no part in it."""
        return await self._shown(await self._item(actor, id))

    async def people(self, actor: Actor, id: str, after: str, limit: int) -> list[Person]:
        """The entry's recipients by id, those after ``after``."""
        if not actor.admin:
            await self._item(actor, id)
        ids = await self._store.people(id, after, limit)
        return [self._records.person(user) for user in ids]

    async def history(self, actor: Actor, id: str, before: int | None, limit: int) -> HistoryPage:
        """Older changes, newest first, as far as the actor may see them."""
        from_m = 1
        if not actor.admin:
            item = await self._item(actor, id)
            if item.place is None:
                raise refused("forbidden", "A guest sees the conversation, not the history.")
        events = await self._store.history(id, before, limit)
        if not events and before is None:
            raise refused("not_found")
        shown = tuple(self._event(event, actor, from_m) for event in events)
        more = events[-1].n if len(events) == limit else None
        return HistoryPage(events=shown, before=more)

    async def messages(self, actor: Actor, id: str, before: int | None, limit: int) -> MessagesPage:
        """Older messages, newest first, without those that the actor may not read."""
        item = await self._item(actor, id)
        from_m = item.guest.from_m if item.place is None and item.guest is not None else 1
        found = await self._store.messages(id, before, limit)
        shown = tuple(
            chat_view(message)
            for message in found
            if message.m >= from_m and may_read(message, actor.user)
        )
        more = found[-1].m if len(found) == limit and found[-1].m > from_m else None
        return MessagesPage(messages=shown, before=more)

    async def _item(self, actor: Actor, id: str) -> InboxItem:
        item = await self._store.item(actor.user, id)
        if item is None:
            raise refused("not_found", "There is no such entry among yours.")
        return item

    async def _shown(self, item: InboxItem) -> Shown:
        if item.place is None:
            assert item.guest is not None
            return guest_view(item.head, item.guest)
        head = item.head
        definition = await self._workflows.compiled(head.workflow, head.workflow_version)
        return view(head, item.place, definition, seen=item.seen_visit >= item.place.visit)

    def _event(self, event: JournalEvent, actor: Actor, from_m: int) -> HistoryEvent:
        facts: list[dict[str, Any]] = msgspec.json.decode(event.event)
        shown = [_with_times(fact) for fact in facts if _may_see(fact, actor)]
        return HistoryEvent(
            n=event.n, at=rfc3339(event.at), by=event.by, cause=event.cause, facts=tuple(shown)
        )

    def _people(self, ids: Iterable[str]) -> list[Person]:
        return [self._records.person(id) for id in sorted(ids)]


TIMES = frozenset({"at", "since", "until"})
"""Members of facts that are times: Unix seconds in the journal, RFC 3339 on the wire."""


def _with_times(fact: dict[str, Any]) -> dict[str, Any]:
    # The data of a form or of a message is the users' own and is not looked into.
    return {
        name: rfc3339(value)
        if name in TIMES and isinstance(value, int | float)
        else _with_times(value)
        if name in ("lock", "message") and isinstance(value, dict)
        else value
        for name, value in fact.items()
    }


def _may_see(fact: dict[str, Any], actor: Actor) -> bool:
    if fact["fact"] in HIDDEN_FACTS:
        return False
    only = fact.get("message", {}).get("only")
    return only is None or actor.user in only
