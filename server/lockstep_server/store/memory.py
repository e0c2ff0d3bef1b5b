"""The store's twin in memory: the same guarantees but for durability, for tests and trying out.

It is kept as plain as it can be, so that it can be read as the meaning of the interface.
"""

import secrets
from collections.abc import Sequence
from typing import IO, Any

from lockstep_server.engine.state import ChatMessage, Guest, Place, StoredEntry

from .change import Answer, Change, Committed, Duplicate, EntryWrite, Outcome
from .interface import (
    Inbox,
    InboxItem,
    JournalEvent,
    Mark,
    NothingKept,
    Opening,
    Position,
    Publication,
    StoredDefinition,
    Versions,
)
from .memory_running import MemoryRunning


class _Row:
    """One entry's rows."""

    def __init__(self) -> None:
        self.n = 0
        self.places: dict[int, Place] = {}
        self.members: dict[str, int] = {}
        self.guests: dict[str, Guest] = {}
        self.messages: dict[int, ChatMessage] = {}
        self.said: dict[int, int] = {}
        self.events: list[JournalEvent] = []


class MemoryStore(MemoryRunning):
    """Everything is gone when the process ends."""

    def __init__(self) -> None:
        super().__init__()
        self._epoch = secrets.token_hex(8)
        self._n = 0
        self._answers: dict[tuple[str, str], tuple[Answer, int, float]] = {}
        self._uniques: dict[str, tuple[Answer | None, int]] = {}
        self._records: dict[tuple[str, str], bytes] = {}
        self._definitions: dict[tuple[str, int], StoredDefinition] = {}
        self._publications: dict[tuple[str, int], Publication] = {}
        self._marks: dict[tuple[str, str], Mark] = {}
        self._marked: dict[tuple[str, str], int] = {}

    async def open(self) -> Position:
        return Position(self._epoch, self._n)

    async def close(self) -> None:
        return None

    async def probe(self) -> None:
        return None

    async def commit(self, batch: Sequence[Change]) -> list[Outcome]:
        return [self._commit(change) for change in batch]

    def _commit(self, change: Change) -> Outcome:
        answer = change.answer
        if answer is not None and (answer.actor, answer.id) in self._answers:
            first, n, _ = self._answers[answer.actor, answer.id]
            return Duplicate(first, n)
        if change.unique is not None and change.unique in self._uniques:
            return Duplicate(*self._uniques[change.unique])
        self._n += 1
        if answer is not None:
            self._answers[answer.actor, answer.id] = (answer, self._n, change.at)
        if change.unique is not None:
            self._uniques[change.unique] = (answer, self._n)
        for write in change.entries:
            self._put(change, write)
        self._queue(self._n, change)
        if change.run is not None:
            self._keep_run(self._n, change.at, change.run)
        for record in change.records:
            if record.body is None:
                self._records.pop((record.kind, record.id), None)
            else:
                self._records[record.kind, record.id] = record.body
        for name in change.dropped:
            for key in [key for key in self._definitions if key[0] == name]:
                del self._definitions[key], self._publications[key]
        for new in change.definitions:
            key = (new.name, new.version)
            told = (new.hash, change.at, change.by, new.warnings)
            self._definitions[key] = StoredDefinition(*key, new.hash, new.body, *told[1:3])
            self._publications[key] = Publication(new.version, *told)
        return Committed(self._n)

    def _put(self, change: Change, write: EntryWrite) -> None:
        _, row = self._entries.get(write.head.id, (None, _Row()))
        self._entries[write.head.id] = (write.head, row)
        row.n = self._n
        for no, place in write.places.items():
            if place is None:
                row.places.pop(no, None)
            else:
                row.places[no] = place
        row.members.update(write.placed)
        row.guests.update({guest.user: guest for guest in write.guests})
        row.messages.update({said.m: said for said in write.messages})
        row.said.update({message.m: self._n for message in write.messages})
        row.events.append(JournalEvent(self._n, change.at, change.by, change.cause, write.event))

    async def entry(self, id: str) -> StoredEntry | None:
        found = self._entries.get(id)
        if found is None:
            return None
        head, row = found
        return StoredEntry(head, dict(row.places), dict(row.members), dict(row.guests))

    async def item(self, user: str, entry: str) -> InboxItem | None:
        return self._item(user, entry) if entry in self._entries else None

    def _item(self, user: str, entry: str) -> InboxItem | None:
        head, row = self._entries[entry]
        no, guest = row.members.get(user), row.guests.get(user)
        if no is None and guest is None:
            return None
        mark = self._marks.get((user, entry), Mark(user, entry))
        place = None if no is None else row.places[no]
        return InboxItem(head, place, guest, row.n, mark.seen_visit, mark.read_m)

    async def inbox(self, user: str, since: int | None = None) -> Inbox:
        found = (self._item(user, id) for id in self._entries)
        after = -1 if since is None else since
        mine = [item for item in found if item is not None and item.n > after]
        mine.sort(key=lambda item: (-item.n, item.head.id))
        here = [item.head.id for item in mine if item.here]
        left = [item.head.id for item in mine if not item.here]
        return Inbox(self._n, here, [] if since is None else left)

    async def opening(self, user: str, since: int | None, first: int) -> Opening:
        found = await self.inbox(user, since)
        items = await self.items(user, [*found.here, *found.left][:first])
        return Opening(found, items, await self.marked(user, self._n if since is None else since))

    async def items(self, user: str, entries: Sequence[str]) -> list[InboxItem]:
        found = (await self.item(user, id) for id in entries)
        return [item async for item in found if item is not None]

    async def said(
        self, entries: Sequence[str], since: int, until: int, limit: int
    ) -> dict[str, list[ChatMessage]]:
        found = {}
        for id in entries:
            _, row = self._entries[id]
            changed = [m for m, n in row.said.items() if since < n <= until]
            newest = sorted(changed, key=lambda m: (row.said[m], m))[-limit:]
            if newest:
                found[id] = [row.messages[m] for m in sorted(row.messages) if m in newest]
        return found

    async def marked(self, user: str, since: int) -> list[str]:
        moved = self._marked.items()
        return sorted(entry for (of, entry), n in moved if of == user and n >= since)

    async def versions(self, user: str) -> Versions:
        here = await self.items(user, (await self.inbox(user)).here)
        return Versions(self._n, {i.head.id: i.version for i in here if i.head.room is None})

    async def retired(self, user: str, before: str | None, limit: int) -> list[InboxItem]:
        ids = sorted((id for id in self._entries if before is None or id < before), reverse=True)
        items = await self.items(user, ids)
        return [item for item in items if item.place is not None and not item.here][:limit]

    async def people(
        self, entry: str, after: str = "", limit: int = 500
    ) -> list[tuple[str, Place]]:
        if entry not in self._entries:
            return []
        _, row = self._entries[entry]
        ids = sorted(user for user in row.members if user > after)[:limit]
        return [(user, row.places[row.members[user]]) for user in ids]

    async def answer(self, actor: str, id: str) -> tuple[Answer, int] | None:
        found = self._answers.get((actor, id))
        return None if found is None else found[:2]

    async def by_unique(self, key: str) -> tuple[Answer | None, int] | None:
        return self._uniques.get(key)

    async def history(self, entry: str, before: int | None, limit: int) -> list[JournalEvent]:
        events = self._entries[entry][1].events if entry in self._entries else []
        older = [event for event in events if before is None or event.n < before]
        return older[::-1][:limit]

    async def history_after(self, entry: str, after: int, limit: int) -> list[JournalEvent]:
        events = self._entries[entry][1].events if entry in self._entries else []
        return [event for event in events if event.n > after][:limit]

    async def messages(self, entry: str, before: int | None, limit: int) -> list[ChatMessage]:
        messages = self._entries[entry][1].messages if entry in self._entries else {}
        older = [m for m in sorted(messages, reverse=True) if before is None or m < before]
        return [messages[m] for m in older[:limit]]

    async def messages_named(self, entry: str, numbers: Sequence[int]) -> dict[int, ChatMessage]:
        messages = self._entries[entry][1].messages if entry in self._entries else {}
        return {m: messages[m] for m in numbers if m in messages}

    async def contacts(self, user: str, circle: int, entries: int, limit: int) -> list[str]:
        mine = [
            (row.n, id, row)
            for id, (head, row) in self._entries.items()
            if head.live > 0 and (user in row.members or user in row.guests)
        ]
        found: set[str] = set()
        for _, _, row in sorted(mine, key=lambda each: (-each[0], each[1]))[:entries]:
            if max(len(row.members), len(row.guests)) <= circle:
                found |= row.members.keys() | row.guests.keys()
        return sorted(found - {user})[:limit]

    async def read_marks(self, entry: str, limit: int) -> list[tuple[str, int]]:
        marks = [mark for mark in self._marks.values() if mark.entry == entry and mark.read_m]
        furthest = sorted(marks, key=lambda mark: (-mark.read_m, mark.user))
        return [(mark.user, mark.read_m) for mark in furthest[:limit]]

    async def records(self, kind: str) -> dict[str, bytes]:
        return {id: body for (of, id), body in self._records.items() if of == kind}

    async def record(self, kind: str, id: str) -> bytes | None:
        return self._records.get((kind, id))

    async def definitions(self) -> list[StoredDefinition]:
        newest: dict[str, StoredDefinition] = {}
        for (name, _), stored in sorted(self._definitions.items()):
            newest[name] = stored
        return list(newest.values())

    async def definition(self, name: str, version: int | None = None) -> StoredDefinition | None:
        found = [
            stored
            for key, stored in self._definitions.items()
            if key[0] == name and version in (None, key[1])
        ]
        return max(found, key=lambda stored: stored.version, default=None)

    async def publications(self, name: str) -> list[Publication]:
        found = [told for (of, _), told in self._publications.items() if of == name]
        return sorted(found, key=lambda told: -told.version)

    async def in_use(self, workflow: str) -> bool:
        return any(head.workflow == workflow for head, _ in self._entries.values())

    async def tied(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(id, head.tied) for id, (head, _) in self._entries.items() if head.tied]

    async def locks_until(self) -> list[tuple[str, float]]:
        locks = ((id, head.lock) for id, (head, _) in self._entries.items())
        return [(id, lock.until) for id, lock in locks if lock and lock.until is not None]

    def _title(self, entry: str) -> str:
        return self._entries[entry][0].title if entry in self._entries else ""

    async def mark(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            old = self._marks.get((mark.user, mark.entry), Mark(mark.user, mark.entry))
            new = Mark(
                mark.user,
                mark.entry,
                max(old.seen_visit, mark.seen_visit),
                max(old.read_m, mark.read_m),
            )
            self._marks[mark.user, mark.entry] = new
            self._marked[mark.user, mark.entry] = self._n

    async def forget_answers(self, before: float) -> int:
        old = [key for key, (_, _, at) in self._answers.items() if at < before]
        for key in old:
            del self._answers[key]
        return len(old)

    async def copy(self) -> IO[bytes]:
        raise NothingKept("This server keeps everything in memory: there is nothing to copy.")

    async def size(self) -> dict[str, Any]:
        rows = [row for _, row in self._entries.values()]
        return {
            "entries": len(rows),
            "places": sum(len(row.places) for row in rows),
            "recipients": sum(len(row.members) for row in rows),
            "journal": self._n,
            "effects": len(self._effects),
            "answers": len(self._answers),
        }
