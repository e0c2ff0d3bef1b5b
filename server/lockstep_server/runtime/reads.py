"""What is read without changing anything: inboxes, entries, histories, conversations."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from lockstep_protocol.entry import EntryView, Person, Standing, rfc3339
from lockstep_protocol.limits import PAGE_ITEMS
from lockstep_protocol.pages import (
    HistoryEvent,
    HistoryPage,
    MessagesPage,
    ReadMark,
    RetiredPage,
)
from lockstep_protocol.refusals import Refusal, refused
from lockstep_server.engine.chat import may_read
from lockstep_server.engine.rooms import PREFIX
from lockstep_server.engine.state import ChatMessage, DispatchCard, Place
from lockstep_server.engine.views import (
    chat_view,
    dispatch_view,
    named_in,
)
from lockstep_server.store.effects import EffectState
from lockstep_server.store.interface import InboxItem, JournalEvent, Store, Versions

from .actor import Actor
from .inboxes import Shown, first_message, shown
from .records import Records
from .searching import has_words
from .workflows import Workflows

HIDDEN_FACTS = frozenset({"place", "placed", "started"})
"""Facts of the bookkeeping: who stands where, which the activations tell already."""
ADMIN_FACTS = frozenset({"incident", "incident_closed", "script"})
"""Facts for administrators: what went wrong, and what scripts wrote down."""
LOOKED_THROUGH = 1000
"""Retired items that one search looks through at most: the next page goes on from there."""
STATES_AT_ONCE = 400
"""Effects, or messages, looked up by one read."""
READ_MARKS = 50
"""Others' read marks that come with the first page of a conversation."""


class Reads:
    """Reads whole commits from the store and shows them as the reader may see them."""

    def __init__(self, store: Store, workflows: Workflows, records: Records) -> None:
        self._store = store
        self._workflows = workflows
        self._records = records

    async def versions(self, actor: Actor) -> Versions:
        """Which entries the actor's inbox has, and in which version."""
        return await self._store.versions(actor.user)

    async def entry(self, actor: Actor, id: str) -> Shown:
        """One entry as the actor sees it; ``not_found`` for who has no part in it."""
        _require_entry(id)
        return await shown(self._workflows, await self._item(actor, id))

    async def as_seen(self, user: str, refusal: Refusal) -> Refusal:
        """A refusal whose view says whether its reader has seen the entry: no rule knows that."""
        shown = refusal.entry
        if not isinstance(shown, EntryView):
            return refusal
        item = await self._store.item(user, shown.id)
        seen = item is not None and item.seen_visit >= shown.visit
        return replace(refusal, entry=replace(shown, seen=seen))

    async def retired(
        self, actor: Actor, query: str, before: str | None, limit: int
    ) -> RetiredPage:
        """The actor's retired items, those begun last first, with all the words of ``query``.

        One page looks through ``LOOKED_THROUGH`` items at most: it may be short, or empty, and
        yet have a next one.
        """
        words = query.casefold().split()
        found: list[InboxItem] = []
        left = LOOKED_THROUGH
        while left and len(found) < limit:
            wanted = min(left, PAGE_ITEMS if words else limit - len(found))
            items = await self._store.retired(actor.user, before, wanted)
            for item in items:
                before = item.head.id
                if has_words(item, words):
                    found.append(item)
                if len(found) == limit:
                    break
            else:
                if len(items) < wanted:
                    before = None
                    break
            left -= wanted
        views = [await shown(self._workflows, item) for item in found]
        named = sorted(set().union(*map(named_in, views)))
        people = tuple(self._records.person(id) for id in named)
        return RetiredPage(entries=tuple(views), people=people, before=before)

    async def people(self, actor: Actor, id: str, after: str, limit: int) -> list[Standing]:
        """The entry's recipients by id, those after ``after``; where each stands for who may
        read the history, which tells it."""
        _require_entry(id)
        told = actor.admin or (await self._item(actor, id)).place is not None
        found = await self._store.people(id, after, limit)
        return [
            _standing(self._records.person(user), place if told else None) for user, place in found
        ]

    async def history(self, actor: Actor, id: str, before: int | None, limit: int) -> HistoryPage:
        """Older changes, newest first, as far as the actor may see them."""
        _require_entry(id)
        if not actor.admin:
            item = await self._item(actor, id)
            if item.place is None:
                raise refused("forbidden", "A guest sees the conversation, not the history.")
        events = await self._store.history(id, before, limit)
        if not events and before is None:
            raise refused("not_found")
        more = events[-1].n if len(events) == limit else None
        return HistoryPage(events=await self._events(id, events, actor), before=more)

    async def whole_history(self, actor: Actor, id: str) -> AsyncIterator[bytes]:
        """All of it, oldest first, one JSON object a line, for who may read ``history``.

        It is read page by page, as fast as it is taken.
        """
        reached = 0
        while stored := await self._store.history_after(id, reached, PAGE_ITEMS):
            for event in await self._events(id, stored, actor):
                yield msgspec.json.encode(event) + b"\n"
            reached = stored[-1].n

    async def messages(self, actor: Actor, id: str, before: int | None, limit: int) -> MessagesPage:
        """Older messages, newest first, without those that the actor may not read."""
        item = await self._item(actor, id)
        from_m = first_message(item)
        found = await self._store.messages(id, before, limit)
        shown = tuple(
            chat_view(message)
            for message in found
            if message.m >= from_m and may_read(message, actor.user)
        )
        more = found[-1].m if len(found) == limit and found[-1].m > from_m else None
        reads = None if before is not None else await self._reads_of_others(actor, id)
        return MessagesPage(messages=shown, before=more, reads=reads or None)

    async def _reads_of_others(self, actor: Actor, id: str) -> tuple[ReadMark, ...]:
        marks = await self._store.read_marks(id, READ_MARKS + 1)
        others = [ReadMark(user, m) for user, m in marks if user != actor.user]
        return tuple(others[:READ_MARKS])

    async def _item(self, actor: Actor, id: str) -> InboxItem:
        item = await self._store.item(actor.user, id)
        if item is None:
            raise refused("not_found")
        return item

    async def _events(
        self, id: str, events: Sequence[JournalEvent], actor: Actor
    ) -> tuple[HistoryEvent, ...]:
        """Events as the actor may see them, each effect with what has become of it."""
        decoded: list[list[dict[str, Any]]] = [msgspec.json.decode(each.event) for each in events]
        if not actor.admin:
            await self._hide_earlier_texts(id, decoded)
        effects = [fact["id"] for facts in decoded for fact in facts if fact["fact"] == "effect"]
        states = await self._states(effects)
        return tuple(
            HistoryEvent(
                n=event.n,
                at=rfc3339(event.at),
                by=event.by,
                cause=event.cause,
                facts=tuple(
                    _with_times(_with_dispatch(_with_outcome(fact, states, actor)))
                    for fact in facts
                    if _may_see(fact, actor)
                ),
            )
            for event, facts in zip(events, decoded, strict=True)
        )

    async def _hide_earlier_texts(self, id: str, events: list[list[dict[str, Any]]]) -> None:
        """What its author changed or took back is told to administrators alone."""
        said = [fact["message"] for facts in events for fact in facts if "message" in fact]
        numbers = sorted({message["m"] for message in said})
        now: dict[int, ChatMessage] = {}
        for start in range(0, len(numbers), STATES_AT_ONCE):
            part = numbers[start : start + STATES_AT_ONCE]
            now |= await self._store.messages_named(id, part)
        for message in said:
            if message.get("revision", 0) < now[message["m"]].revision:
                message.pop("data", None)
                message |= {"body": "", "revised": True}

    async def _states(self, effects: list[str]) -> dict[str, EffectState]:
        found: dict[str, EffectState] = {}
        for start in range(0, len(effects), STATES_AT_ONCE):
            found |= await self._store.effect_states(effects[start : start + STATES_AT_ONCE])
        return found


def _require_entry(id: str) -> None:
    """A room is kept like an entry, but is none to those who ask for one."""
    if id.startswith(PREFIX):
        raise refused("not_found")


def _standing(person: Person, place: Place | None) -> Standing:
    who = Standing(id=person.id, name=person.name, email=person.email)
    if place is None:
        return who
    since = rfc3339(place.last_moved.at)
    return replace(who, step=place.step, visit=place.visit, status=place.status, since=since)


TIMES = frozenset({"at", "edited_at", "since", "until"})
"""Members of facts that are times: Unix seconds in the journal, RFC 3339 on the wire."""


def _with_dispatch(fact: dict[str, Any]) -> dict[str, Any]:
    """A changed dispatch as views show it."""
    if fact["fact"] != "dispatch":
        return fact
    card = msgspec.convert(fact["dispatch"], DispatchCard)
    return {**fact, "dispatch": msgspec.to_builtins(dispatch_view(card))}


def _with_times(fact: dict[str, Any]) -> dict[str, Any]:
    # The data of a form or of a message is the users' own and is not looked into.
    return {
        name: rfc3339(value)
        if name in TIMES and isinstance(value, int | float)
        else _with_times(value)
        if name in ("lock", "waiter", "message") and isinstance(value, dict)
        else value
        for name, value in fact.items()
    }


def _with_outcome(
    fact: dict[str, Any], states: dict[str, EffectState], actor: Actor
) -> dict[str, Any]:
    if fact["fact"] != "effect":
        return fact
    some = fact.pop("some", False)
    if some and not actor.admin:
        fact.pop("text", None)
    state = states.get(fact["id"])
    if state is None:
        return fact
    outcome: dict[str, Any] = {"state": state.state, "tries": state.tries}
    if state.at:
        outcome["at"] = rfc3339(state.at)
    # Why it failed is for administrators, as its incident is: it may quote what a receiver said.
    if state.text and (actor.admin or state.state == "done"):
        outcome["text"] = state.text
    return {**fact, "outcome": outcome}


def _may_see(fact: dict[str, Any], actor: Actor) -> bool:
    if fact["fact"] in HIDDEN_FACTS:
        return False
    if fact["fact"] in ADMIN_FACTS and not actor.admin:
        return False
    only = fact.get("message", {}).get("only")
    return only is None or actor.admin or actor.user in only
