"""What an entry is: frozen values that the store keeps as they are and the engine replaces whole.

An entry is one shared ``Head``, a few ``Place`` values and a membership (user -> place number).
Recipients who stand at the same place are stored together, so moving all of them is one
``Place`` replaced, however many they are.
"""

from typing import Any

import msgspec


class Lock(msgspec.Struct, frozen=True, omit_defaults=True):
    """The entry's mutex while it is held. Times are Unix seconds; ``until`` None: no lease.

    ``ttl``: the seconds that the lease was last given. ``tied``: the holder whose part ends some
    time after the last session of that user. ``asked``: who asked the holders for it.
    """

    by: tuple[str, ...]
    since: float
    fence: int
    until: float | None = None
    ttl: float | None = None
    tied: str | None = None
    asked: tuple[str, ...] = ()

    def without(self, user: str) -> "Lock | None":
        """What is left when ``user`` gives up their part; None: nobody holds it then."""
        left = tuple(holder for holder in self.by if holder != user)
        tied = None if self.tied == user else self.tied
        return msgspec.structs.replace(self, by=left, tied=tied) if left else None


class Waiter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who gets the mutex when it is free, for ``ttl`` seconds.

    ``tied``: the wait ends some time after the last session of the user.
    """

    user: str
    since: float
    ttl: float
    tied: bool = False


class ChatMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of an entry's conversation. ``only`` names who may read it; None: everybody.

    ``revision`` counts how often its author changed it, last at ``edited_at``.
    """

    m: int
    at: float
    author: str
    body: str
    schema: str = "text.json"
    kind: str | None = None
    data: Any = None
    only: tuple[str, ...] | None = None
    revision: int = 0
    edited_at: float | None = None
    deleted: bool = False


class DispatchCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The dispatch an entry was started by, as its recipients and its templates see it."""

    id: str
    tracker: str
    author: str
    user: str
    display_name: str
    user_name: str
    author_name: str
    data: dict[str, Any]
    task_state: str | None = None
    created_at: float = 0.0
    service_id: str | None = None


class Moved(msgspec.Struct, frozen=True):
    """Who changed the status of a place apart from delivering it, when, and by which step."""

    by: str
    at: float
    step: str


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where some recipients stand together: all that their view has and the others' may not.

    ``source`` and ``at`` tell of the delivery; ``moved`` of a later change of the status, if
    there was one, so that whoever comes too late hears who was faster.
    """

    step: str
    visit: int
    status: str
    name: str
    source: str
    at: float
    version: int
    name_style: str | None = None
    description: str | None = None
    moved: Moved | None = None

    @property
    def last_moved(self) -> Moved:
        """Who brought it to what it is now."""
        return self.moved or Moved(self.source, self.at, self.step)


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of an entry that its recipients share.

    ``change`` counts every change of the entry; ``shared_version`` is its value at the last
    change of something that all recipients see. A view's version is the larger of
    ``shared_version`` and its place's ``version``. ``live`` counts the active items. ``waiting``:
    who gets the lock next, in order; nobody waits for a free one. ``room``: its id when this is a
    room, whose members are its guests.
    """

    id: str
    workflow: str
    workflow_version: int
    title: str
    starter: str
    sink: str | None
    created_at: float
    shared_at: float
    change: int = 0
    shared_version: int = 0
    icon: str | None = None
    summary_title: str | None = None
    summary: str | None = None
    data: dict[str, Any] = {}
    lock: Lock | None = None
    waiting: tuple[Waiter, ...] = ()
    fence: int = 0
    dispatch: DispatchCard | None = None
    next_place: int = 1
    recipient_count: int = 0
    first_recipients: tuple[str, ...] = ()
    chat_count: int = 0
    last_message: ChatMessage | None = None
    live: int = 0
    room: str | None = None

    @property
    def tied(self) -> tuple[str, ...]:
        """Who loses the lock, or the place in line, some time after the user's last session."""
        tied = {waiter.user for waiter in self.waiting if waiter.tied}
        if self.lock is not None and self.lock.tied is not None:
            tied.add(self.lock.tied)
        return tuple(sorted(tied))


class Guest(msgspec.Struct, frozen=True):
    """A user who sees the conversation from message ``from_m`` on, and not the step."""

    user: str
    from_m: int
    version: int


class StoredEntry(msgspec.Struct, frozen=True):
    """An entry as the store gives it: ``members`` is every recipient with the place's number."""

    head: Head
    places: dict[int, Place]
    members: dict[str, int]
    guests: dict[str, Guest]
