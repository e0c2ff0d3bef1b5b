"""An inbox that is much larger than anybody's should be."""

from lockstep_server.engine.state import Head, Place
from lockstep_server.store.change import Change, EntryWrite


def crowded(user: str, entries: int, at: float, data_bytes: int = 500) -> Change:
    """The change that gives ``user`` so many entries of the workflow ``call`` at once."""
    data = {"who": "Dana", "text": "x" * data_bytes}
    writes = []
    for number in range(entries):
        head = Head(
            id=f"e{number}",
            workflow="call",
            workflow_version=1,
            title=f"Entry {number}",
            starter=user,
            sink=None,
            created_at=at,
            shared_at=at,
            change=1,
            shared_version=1,
            recipient_count=1,
            first_recipients=(user,),
            live=1,
            data=data,
        )
        place = Place("start", 1, "active", "New", user, at, 1)
        writes.append(EntryWrite(head, b"[]", {1: place}, {user: 1}))
    return Change(at=at, by=user, cause="start", entries=tuple(writes))
