"""The mutex by command: take, renew, wait for it, ask for it, give it back; and how it ends."""

from typing import Any

from msgspec.structs import replace

from lockstep_protocol.commands import AskForLock, LockEntry, UnlockEntry
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.limits import LOCK_SECONDS_DEFAULT, LOCK_WAITERS
from lockstep_protocol.refusals import refused

from .apply import apply
from .context import Context
from .decision import (
    Decision,
    expired,
    finish,
    name_of,
    open_draft,
    require_fence,
    require_holder,
)
from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .facts import LockAsked, LockAwaited, LockSet, WaitEnded
from .state import Lock, Waiter
from .waiting import place_in_line, tell

CLOCK_SLACK = 1.0
"""Seconds by which a clock may be put right without a lease being counted anew."""


def lock(
    context: Context, definition: CompiledDefinition, entry: Entry, command: LockEntry
) -> Decision:
    """Take the mutex for a lease, or renew it: the fence grows with each new grant only.

    While others hold it: get in line for it, if the command says so.
    """
    _require_active(context, entry, "can take its lock")
    draft = open_draft(context, entry)
    held = draft.head.lock
    ttl = command.ttl or LOCK_SECONDS_DEFAULT
    if command.wait and held is not None and context.actor not in held.by:
        return _wait(context, draft, ttl)
    require_holder(context, entry, draft, definition)
    until = context.now + ttl
    if held is None:
        taken = Lock(
            by=(context.actor,),
            since=context.now,
            fence=draft.head.fence + 1,
            until=until,
            ttl=ttl,
            tied=context.actor if context.session else None,
        )
    else:
        # What is renewed over a door that has no session needs none from then on.
        untied = held.tied == context.actor and not context.session
        taken = replace(held, tied=None if untied else held.tied)
        if held.until is not None:
            # What a step's action holds without an end is not shortened by renewing it.
            taken = replace(taken, until=until, ttl=ttl)
    apply(draft, LockSet(taken, "command", context.now))
    result: dict[str, Any] = {"fence": taken.fence}
    if taken.until is not None:
        result["until"] = rfc3339(taken.until)
    return finish(context, draft, result)


def _wait(context: Context, draft: Draft, ttl: float) -> Decision:
    """Join the line, or keep the place in it."""
    place, waiting = place_in_line(draft, context.actor), draft.head.waiting
    if place is None and len(waiting) >= LOCK_WAITERS:
        raise refused(
            "locked",
            f"{LOCK_WAITERS} users wait for this entry already.",
            details={"by": list(draft.head.lock.by) if draft.head.lock else []},
        )
    since = context.now if place is None else waiting[place - 1].since
    waiter = Waiter(context.actor, since, ttl, context.session)
    if place is None or waiter != waiting[place - 1]:
        apply(draft, LockAwaited(waiter))
    return finish(context, draft, {"waiting": place or len(waiting) + 1})


def unlock(
    context: Context, definition: CompiledDefinition, entry: Entry, command: UnlockEntry
) -> Decision | None:
    """Give the mutex back or leave the line; None when there is nothing to give.

    An administrator who does not hold it frees it from all who do, and they are told why; one who
    waits for it does so only with a reason.
    """
    actor = context.actor
    if entry.place_of(actor) is None and not context.admin:
        raise refused("not_found")
    draft = open_draft(context, entry)
    require_fence(context, entry, draft, definition, command.fence)
    held = draft.head.lock
    text = command.reason or ""
    if held is None:
        return finish(context, draft, {}) if draft.facts else None
    if actor in held.by:
        apply(draft, LockSet(held.without(actor), "command", context.now, text))
    elif place_in_line(draft, actor) and not (context.admin and text):
        apply(draft, WaitEnded((actor,), "left", context.now))
    elif context.admin:
        apply(draft, LockSet(None, "freed", context.now, text))
        freed = f"{name_of(context, actor)} has taken the lock from you"
        _tell_holders(context, draft, held, f"{freed}: {text}" if text else f"{freed}.")
    else:
        require_holder(context, entry, draft, definition)
    return finish(context, draft, {})


def ask(
    context: Context, definition: CompiledDefinition, entry: Entry, command: AskForLock
) -> Decision | None:
    """Ask the holders for the mutex; None when the actor has asked these holders before."""
    _require_active(context, entry, "can ask for its lock")
    draft = open_draft(context, entry)
    held, actor = draft.head.lock, context.actor
    if held is None:
        raise refused("forbidden", "Nobody holds this entry: there is nobody to ask.")
    if actor in held.by:
        raise refused("forbidden", "You hold this entry yourself.")
    if actor in held.asked:
        return finish(context, draft, {}) if draft.facts else None
    if len(held.asked) >= LOCK_WAITERS:
        text = f"{LOCK_WAITERS} users have asked for this entry already."
        raise refused("locked", text, details={"by": list(held.by)})
    apply(draft, LockAsked(actor, context.now))
    asks = f"{name_of(context, actor)} asks you for the lock"
    _tell_holders(context, draft, held, f"{asks}: {command.body}" if command.body else f"{asks}.")
    return finish(context, draft, {})


def expire(context: Context, entry: Entry) -> Decision | None:
    """Free a mutex whose lease is over; None when there is none.

    A lease of which more is left than was ever given counts from now: the clock was set back.
    """
    held, now = entry.head.lock, context.now
    if held is None or held.until is None:
        return None
    draft = Draft(entry)
    if expired(held, now):
        apply(draft, LockSet(None, "expired", now))
    elif held.ttl is not None and held.until - now > held.ttl + CLOCK_SLACK:
        apply(draft, LockSet(replace(held, until=now + held.ttl), "clock", now))
    else:
        return None
    return finish(context, draft, {})


def drop(context: Context, entry: Entry, user: str) -> Decision | None:
    """End what is tied to the sessions of ``user``, who has none any more; None: nothing is."""
    draft = open_draft(context, entry)
    held, waiting = draft.head.lock, draft.head.waiting
    if held is not None and held.tied == user:
        apply(draft, LockSet(held.without(user), "dropped", context.now))
    if any(waiter.user == user and waiter.tied for waiter in waiting):
        apply(draft, WaitEnded((user,), "dropped", context.now))
    return finish(context, draft, {}) if draft.facts else None


def _require_active(context: Context, entry: Entry, what: str) -> None:
    place = entry.place_of(context.actor)
    if place is None:
        raise refused("not_found")
    if place.status != "active":
        raise refused("forbidden", f"Only who has the entry in the inbox {what}.")


def _tell_holders(context: Context, draft: Draft, held: Lock, body: str) -> None:
    """Those holders who take part in the entry: a step's action may name others."""
    users = tuple(user for user in held.by if draft.where(user) is not None)
    if users:
        tell(context, draft, users, body)
