"""``lock`` and ``unlock``: take and free the entry's mutex."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from lockstep_protocol.definition import Action
from lockstep_server.engine.facts import LockSet
from lockstep_server.engine.scopes.resolve import All, parse_scope
from lockstep_server.engine.state import Lock

from .arguments import argument, failed

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def lock(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """For everybody (``$all`` or no scope): the activating user holds it. Else the scope does."""
    ttl = argument(action, "ttl")
    if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int | float) or ttl <= 0):
        raise failed(f"{pointer}/args", f"ttl is a number of seconds above 0, not {ttl!r}.")
    if _everybody(action):
        holders: tuple[str, ...] = (activation.source,)
    else:
        holders = tuple(sorted(activation.users(action.scope) or ()))
        if not holders:
            raise failed(f"{pointer}/scope", f"Nobody is in the scope {action.scope!r}.")
    now, head = activation.context.now, activation.draft.head
    held = head.lock
    until = None if ttl is None else now + ttl
    if held is not None and held.by == holders:
        # Taking a lock one holds renews it: the fence stays.
        taken = replace(held, until=until, ttl=ttl, tied=None)
    else:
        taken = Lock(by=holders, since=now, fence=head.fence + 1, until=until, ttl=ttl)
    activation.apply(LockSet(taken, "action", now))


def unlock(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """For everybody: it is free. For other scopes: those users may act too."""
    head, now = activation.draft.head, activation.context.now
    if head.lock is None:
        return
    if _everybody(action):
        activation.apply(LockSet(None, "action", now))
        return
    holders = set(head.lock.by)
    holders.update(activation.users(action.scope) or ())
    if len(holders) > len(head.lock.by):
        activation.apply(LockSet(replace(head.lock, by=tuple(sorted(holders))), "action", now))


def _everybody(action: Action) -> bool:
    return action.scope is None or isinstance(parse_scope(action.scope), All)
