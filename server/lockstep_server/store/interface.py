"""What every store guarantees. The runtime knows this file and nothing else of a store.

* ``commit`` stores all the changes of a batch or none, durably, and numbers them densely in the
  order given. When it returns, a crash loses nothing; when it raises ``StoreFailed``, nothing of
  the batch is there.
* A change whose answer key (actor, command id) or unique key is there already is left out of the
  batch, as if it had never been given, and its outcome says so; the others are stored.
* ``copy`` gives all of it after one whole commit, and holds up no other commit.
* Reads see whole commits only. A read that returns ``n`` shows the state after change ``n``.
"""

from collections.abc import Sequence
from typing import IO, Any, Protocol

import msgspec

from lockstep_server.engine.state import ChatMessage, Guest, Head, Place, StoredEntry

from .change import Answer, Change, Outcome
from .effects import (
    EffectEnd,
    EffectState,
    EffectWrite,
    StoredEffect,
    StoredIncident,
)
from .running import Overview


class StoreFailed(Exception):
    """The batch could not be made durable; nothing of it is stored. Trying again may work."""


class NothingKept(StoreFailed):
    """There is no copy of a store that keeps nothing."""


class Position(msgspec.Struct, frozen=True):
    """``epoch`` names the lineage of the database, ``n`` its last change."""

    epoch: str
    n: int


class InboxItem(msgspec.Struct, frozen=True):
    """One user's side of an entry. ``place`` None: the user is a guest (then ``guest`` is set)."""

    head: Head
    place: Place | None
    guest: Guest | None
    n: int
    """The last change of the entry."""
    seen_visit: int = 0
    read_m: int = 0

    @property
    def here(self) -> bool:
        """Whether the entry is in the user's inbox: an active item, or a live entry's guest."""
        return self.head.live > 0 if self.place is None else self.place.status == "active"

    @property
    def version(self) -> int:
        """The version of what the user is shown of the entry."""
        shared = self.head.shared_version
        return shared if self.place is None else max(shared, self.place.version)


class Versions(msgspec.Struct, frozen=True):
    """The versions of the entries in a user's inbox (no rooms) at position ``n``, by id."""

    n: int
    versions: dict[str, int]


class Inbox(msgspec.Struct, frozen=True):
    """What a user's inbox has at position ``n``, by id and newest change first, rooms too.

    ``left``: entries that changed after ``since`` and are not in the inbox (any more).
    """

    n: int
    here: list[str]
    left: list[str]


class Opening(msgspec.Struct, frozen=True):
    """An inbox, with what most of those who come need besides, all of one moment.

    ``items``: those of the first entries of ``here`` and ``left``, in that order. ``marked``: where
    the user gave a mark since then (``Store.marked``).
    """

    inbox: Inbox
    items: list["InboxItem"]
    marked: list[str]


class JournalEvent(msgspec.Struct, frozen=True):
    """One change in an entry's history. ``event`` is the JSON of its facts."""

    n: int
    at: float
    by: str
    cause: str
    event: bytes


class StoredDefinition(msgspec.Struct, frozen=True):
    """One version of a workflow, published ``by`` a user (empty: nobody knows)."""

    name: str
    version: int
    hash: str
    body: bytes
    at: float
    by: str = ""


class Publication(msgspec.Struct, frozen=True):
    """When a version of a workflow was published ``by`` whom, and with how many warnings.

    ``by`` is empty and ``warnings`` None where an older program did not keep it.
    """

    version: int
    hash: str
    at: float
    by: str
    warnings: int | None


class Mark(msgspec.Struct, frozen=True):
    """How far a user has seen an entry (``seen_visit``) and read its chat (``read_m``).

    The store keeps the position at which a mark was given last, whether it moved then or not.
    """

    user: str
    entry: str
    seen_visit: int = 0
    read_m: int = 0


class Store(Overview, Protocol):
    """A durable store. Every method may raise ``StoreFailed``."""

    async def open(self) -> Position: ...
    async def close(self) -> None: ...
    async def commit(self, batch: Sequence[Change]) -> list[Outcome]: ...

    async def entry(self, id: str) -> StoredEntry | None: ...
    async def item(self, user: str, entry: str) -> InboxItem | None:
        """One user's side of one entry, active or retired; None: neither recipient nor guest."""
        ...

    async def inbox(self, user: str, since: int | None = None) -> Inbox:
        """What changed in the user's inbox after ``since``; None: all of it.

        The cost follows the smaller of the changes since then and the entries of the user.
        """
        ...

    async def opening(self, user: str, since: int | None, first: int) -> Opening:
        """``inbox``, with ``items`` of its first so many entries, and ``marked`` since then."""
        ...

    async def items(self, user: str, entries: Sequence[str]) -> list[InboxItem]:
        """The user's side of some entries (``item``), in their order, as they are now."""
        ...

    async def said(
        self, entries: Sequence[str], since: int, until: int, limit: int
    ) -> dict[str, list[ChatMessage]]:
        """Messages of these conversations whose last change is after ``since``, up to ``until``.

        The newest ``limit`` of each, oldest first, whoever may read them.
        """
        ...

    async def marked(self, user: str, since: int) -> list[str]:
        """The entries where the user gave a mark when the position was ``since`` or later."""
        ...

    async def versions(self, user: str) -> Versions:
        """What a client has that misses nothing; cheap, since no entry is read whole."""
        ...

    async def retired(self, user: str, before: str | None, limit: int) -> list[InboxItem]:
        """The user's retired items, by the entry's id downwards, those below ``before``."""
        ...

    async def people(
        self, entry: str, after: str = "", limit: int = 500
    ) -> list[tuple[str, Place]]:
        """Recipients by id, those after ``after``, each with where they stand."""
        ...

    async def answer(self, actor: str, id: str) -> tuple[Answer, int] | None:
        """The stored answer of a command with the change's number."""
        ...

    async def by_unique(self, key: str) -> tuple[Answer | None, int] | None: ...
    async def history(self, entry: str, before: int | None, limit: int) -> list[JournalEvent]:
        """Newest first, those with ``n`` below ``before``."""
        ...

    async def history_after(self, entry: str, after: int, limit: int) -> list[JournalEvent]:
        """Oldest first, those with ``n`` above ``after``."""
        ...

    async def messages(self, entry: str, before: int | None, limit: int) -> list[ChatMessage]:
        """Newest first, those with ``m`` below ``before``, whoever may read them."""
        ...

    async def messages_named(self, entry: str, numbers: Sequence[int]) -> dict[int, ChatMessage]:
        """The messages of these numbers as they are now, those that are there."""
        ...

    async def contacts(self, user: str, circle: int, entries: int, limit: int) -> list[str]:
        """Users, by id, who take part in the same live entries and rooms as ``user``.

        Of the newest ``entries`` of these, those with at most ``circle`` recipients and as many
        guests; at most ``limit`` users.
        """
        ...

    async def read_marks(self, entry: str, limit: int) -> list[tuple[str, int]]:
        """Who has read how far in the conversation, the furthest first."""
        ...

    async def records(self, kind: str) -> dict[str, bytes]: ...
    async def record(self, kind: str, id: str) -> bytes | None: ...
    async def definitions(self) -> list[StoredDefinition]:
        """The newest version of every workflow, by name."""
        ...

    async def definition(
        self, name: str, version: int | None = None
    ) -> StoredDefinition | None: ...
    async def publications(self, name: str) -> list[Publication]:
        """Every version of a workflow, the newest first."""
        ...

    async def pending_effects(self) -> list[StoredEffect]: ...
    async def effects_ended(
        self, ended: Sequence[EffectEnd], follow: Sequence[EffectWrite] = ()
    ) -> None:
        """These are over, and ``follow`` are to be done instead, in one transaction.

        An effect of ``follow`` whose id is known already, done or not, is left out.
        """
        ...

    async def effect_retry(self, id: str, tries: int, due: float, error: str) -> None: ...
    async def effect_states(self, ids: Sequence[str]) -> dict[str, EffectState]:
        """What has become of effects and of all that followed from each (``together``).

        Those that nobody knows are left out.
        """
        ...

    async def probe(self) -> None:
        """Store something that means nothing. Raises ``StoreFailed`` when it takes nothing."""
        ...

    async def open_incidents(self) -> int:
        """How many incidents are open."""
        ...

    async def incidents(
        self, entry: str | None, before: int | None, limit: int
    ) -> list[StoredIncident]:
        """Open ones, newest first, those with ``n`` below ``before``; of one entry, or of all.

        ``limit`` of them, and those that the last one's change left besides.
        """
        ...

    async def incident(self, id: str) -> StoredIncident | None: ...
    async def started(self, root: str) -> int:
        """How many entries were started in the chain of triggers that began with ``root``."""
        ...

    async def in_use(self, workflow: str) -> bool:
        """Whether any entry was started with the workflow, in whatever version."""
        ...

    async def locks_until(self) -> list[tuple[str, float]]:
        """Entries whose lock has a lease, with its end: read once at start for the timers."""
        ...

    async def tied(self) -> list[tuple[str, tuple[str, ...]]]:
        """Entries whose lock or place in line ends with sessions, with whose: read at start."""
        ...

    async def mark(self, marks: Sequence[Mark]) -> None:
        """Keep marks; a mark only moves forward."""
        ...

    async def forget_answers(self, before: float) -> int:
        """Drop answers older than ``before`` (Unix seconds); how many went."""
        ...

    async def copy(self) -> IO[bytes]:
        """All there is after some whole commit, as a file that the store can be made from again.

        Commits go on meanwhile. One copy is made at a time. The file has no name: it is gone once
        it is closed. Raises ``NothingKept`` where nothing is kept.
        """
        ...

    async def size(self) -> dict[str, Any]:
        """Figures for an operator: entries, recipients rows, changes."""
        ...
