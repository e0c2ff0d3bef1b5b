"""Who waits for an entry's mutex, and who gets it when it becomes free."""

from .apply import apply
from .context import Chain, Context, Effect
from .entry import Draft
from .facts import EffectRequested, LockSet, WaitEnded
from .state import Lock

GRANTED = "The lock is yours now."
"""What somebody is told who waited for it."""


def place_in_line(draft: Draft, user: str) -> int | None:
    """Where ``user`` stands among those who wait, from 1; None: waits for nothing."""
    for place, waiter in enumerate(draft.head.waiting, 1):
        if waiter.user == user:
            return place
    return None


def settle(context: Context, draft: Draft) -> None:
    """What holds at the end of every change: a free mutex has nobody who waits for it.

    The first who waits gets it. Who has no active item any more does not wait, and nobody holds
    or waits for an entry without an active item.
    """
    now = context.now
    if draft.head.live == 0:
        if draft.head.lock is not None:
            apply(draft, LockSet(None, "ended", now))
        if draft.head.waiting:
            users = tuple(waiter.user for waiter in draft.head.waiting)
            apply(draft, WaitEnded(users, "ended", now))
        return
    away = tuple(waiter.user for waiter in draft.head.waiting if not _active(draft, waiter.user))
    if away:
        apply(draft, WaitEnded(away, "retired", now))
    head = draft.head
    if head.lock is None and head.waiting:
        first = head.waiting[0]
        taken = Lock(
            by=(first.user,),
            since=now,
            fence=head.fence + 1,
            until=now + first.ttl,
            ttl=first.ttl,
            tied=first.user if first.tied else None,
        )
        apply(draft, LockSet(taken, "granted", now))
        tell(context, draft, (first.user,), GRANTED)


def tell(context: Context, draft: Draft, users: tuple[str, ...], body: str) -> None:
    """Have ``users`` notified of something about the entry's mutex."""
    id, head = context.new_id(), draft.head
    told = {"users": sorted(users), "title": head.title, "body": body, "entry": head.id}
    draft.effects.append(Effect(id, "notify", told, Chain(id, 1)))
    apply(draft, EffectRequested(id, "notify", body, True))


def _active(draft: Draft, user: str) -> bool:
    place = draft.place_of(user)
    return place is not None and place.status == "active"
