"""What a command comes to when it is not refused."""

from typing import Any

import msgspec

from lockstep_protocol.entry import EntryView, GuestView, rfc3339
from lockstep_protocol.refusals import refused

from .apply import apply
from .context import Context, Effect
from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .facts import LockSet
from .state import Lock
from .views import view_for
from .waiting import settle


class RoomOpening(msgspec.Struct, frozen=True):
    """A room that a choice opens: its id, its title if it is new, and who become members."""

    id: str
    title: str
    members: tuple[str, ...]


class Decision(msgspec.Struct, frozen=True):
    """A draft that is to be stored, the effects that follow it, and the reply's ``result``.

    ``room``: what the same change opens beside the entry.
    """

    draft: Draft
    effects: tuple[Effect, ...]
    result: dict[str, Any]
    room: RoomOpening | None = None


def finish(
    context: Context,
    draft: Draft,
    result: dict[str, Any],
    room: RoomOpening | None = None,
) -> Decision:
    """The decision, after the rules that hold at the end of every change."""
    settle(context, draft)
    return Decision(draft, tuple(draft.effects), result, room)


def open_draft(context: Context, entry: Entry) -> Draft:
    """A draft of the entry's next state, in which a lock whose lease is over is free, or is held
    by who waited for it."""
    draft = Draft(entry)
    lock = draft.head.lock
    if lock is not None and expired(lock, context.now):
        apply(draft, LockSet(None, "expired", context.now))
        settle(context, draft)
    return draft


def expired(lock: Lock, now: float) -> bool:
    """Whether the lease of ``lock`` is over."""
    return lock.until is not None and lock.until <= now


def require_holder(
    context: Context, entry: Entry, draft: Draft, definition: CompiledDefinition
) -> None:
    """Refuse with ``locked`` when the entry is held and not by the actor."""
    lock = draft.head.lock
    if lock is None or context.actor in lock.by:
        return
    names = ", ".join(name_of(context, user) for user in lock.by[:3])
    details: dict[str, Any] = {"by": list(lock.by)}
    if lock.until is not None:
        details["until"] = rfc3339(lock.until)
    raise refused(
        "locked",
        f"{names} {'hold' if len(lock.by) > 1 else 'holds'} this entry.",
        details=details,
        entry=present(context, entry, definition),
    )


def require_fence(
    context: Context,
    entry: Entry,
    draft: Draft,
    definition: CompiledDefinition,
    fence: int | None,
) -> None:
    """Refuse with ``fenced`` when the grant that ``fence`` stands for is not the newest one.

    While nobody has taken the lock since, it is, even though the lock may be free by now.
    """
    head = draft.head
    if fence is None or fence == head.fence:
        return
    details: dict[str, Any] = {"fence": head.fence}
    if head.lock is not None:
        details["by"] = list(head.lock.by)
    raise refused("fenced", details=details, entry=present(context, entry, definition))


def present(
    context: Context, entry: Entry, definition: CompiledDefinition
) -> EntryView | GuestView | None:
    """The entry as the actor sees it now."""
    return view_for(entry, context.actor, definition, seen=False)


def name_of(context: Context, user: str) -> str:
    """How a message names a user."""
    found = context.directory.get(user)
    return (found.name if found else "") or user
