"""Who is shown an entry again after it had left the inbox: it comes as unseen and unread to all.

What is told of a change is the same for many, and so knows nobody's marks. Those who had marks in
the entry before hear of them right after it.
"""

from collections.abc import Set

from lockstep_server.hub.hub import Hub
from lockstep_server.store.interface import Mark, Store

from .changes import Drafted
from .inboxes import mark_of


def returning(part: Drafted, connected: Set[str]) -> set[str]:
    """Those of ``connected`` who were part of the entry, had it not, and have it again.

    To be asked before the entry absorbs its draft; the cost follows the connected and the moved.
    """
    base, draft = part.base, part.draft
    if base is None:
        return set()
    back: set[str] = set()
    for no, place in draft.changed.items():
        old = base.places.get(no)
        if old is not None and old.status != "active" and place and place.status == "active":
            back |= (base.members.get(no, set()) & connected) - draft.moved.keys()
    for user in draft.moved.keys() & connected:
        before = base.place_of(user)
        away = before.status != "active" if before else user in base.guests and not base.head.live
        if away and draft.place(draft.moved[user]).status == "active":
            back.add(user)
    if draft.head.live and not base.head.live:
        back |= (base.guests.keys() & connected) - base.where.keys()
    return back


async def remind(store: Store, hub: Hub, entry: str, users: Set[str]) -> None:
    """Tell each of ``users`` the own marks of ``entry``."""
    marks = []
    for user in sorted(users):
        for item in await store.items(user, [entry]):
            mark = mark_of(user, item)
            if mark.m is not None or mark.seen:
                marks.append(mark)
    if marks:
        # Given anew, so that whoever loses the connection now finds them when coming back.
        await store.mark([Mark(mark.user, entry) for mark in marks])
    for mark in marks:
        hub.tell([mark.user], mark)
