"""The mutex by command: take, renew, give back, and the end of a lease."""

from typing import Any

from msgspec.structs import replace

from lockstep_protocol.commands import LockEntry, UnlockEntry
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.limits import LOCK_SECONDS_DEFAULT
from lockstep_protocol.refusals import refused

from .apply import apply
from .context import Context
from .decision import Decision, expired, finish, open_draft, require_fence, require_holder
from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .facts import LockSet
from .state import Lock


def lock(
    context: Context, definition: CompiledDefinition, entry: Entry, command: LockEntry
) -> Decision:
    """Take the mutex for a lease, or renew it: the fence grows with each new grant only."""
    place = entry.place_of(context.actor)
    if place is None:
        raise refused("not_found")
    if place.status != "active":
        raise refused("forbidden", "Only who has the entry in the inbox can take its lock.")
    draft = open_draft(context, entry)
    require_holder(context, entry, draft, definition)
    held = draft.head.lock
    until: float | None = context.now + (command.ttl or LOCK_SECONDS_DEFAULT)
    if held is None:
        taken = Lock(
            by=(context.actor,), since=context.now, fence=draft.head.fence + 1, until=until
        )
    else:
        # What a step's action holds without an end is not shortened by renewing it.
        taken = replace(held, until=None if held.until is None else until)
    apply(draft, LockSet(taken, "command", context.now))
    result: dict[str, Any] = {"fence": taken.fence}
    if taken.until is not None:
        result["until"] = rfc3339(taken.until)
    return finish(context, draft, result)


def unlock(
    context: Context, definition: CompiledDefinition, entry: Entry, command: UnlockEntry
) -> Decision | None:
    """Give the mutex back; None when it is free already. An administrator frees any."""
    if entry.place_of(context.actor) is None and not context.admin:
        raise refused("not_found")
    draft = open_draft(context, entry)
    if not context.admin:
        require_holder(context, entry, draft, definition)
    require_fence(draft, command.fence)
    held = draft.head.lock
    if held is None:
        return finish(context, draft, {}) if draft.facts else None
    left = tuple(user for user in held.by if user != context.actor)
    if context.actor not in held.by or not left:
        apply(draft, LockSet(None, "command", context.now))
    else:
        apply(draft, LockSet(replace(held, by=left), "command", context.now))
    return finish(context, draft, {})


def expire(context: Context, entry: Entry) -> Decision | None:
    """Free a mutex whose lease is over; None when there is none."""
    held = entry.head.lock
    if held is None or not expired(held, context.now):
        return None
    draft = Draft(entry)
    apply(draft, LockSet(None, "expired", context.now))
    return finish(context, draft, {})
