"""One session's part in presence, and those who look at one entry."""

from itertools import islice

from lockstep_protocol.pushes import Presences

from .hub import Sink

PRESENCE_CIRCLE = 50
"""An entry of more people makes nobody known to anybody; so many lookers are told of each other."""

Seen = tuple[Presences, str | None]
"""The state of somebody, and the entry that is looked at."""

NOWHERE: dict[Presences, Seen] = {
    "online": ("online", None),
    "away": ("away", None),
    "offline": ("offline", None),
}
"""One object for all who are told so: most of what is kept of whom somebody was told is this."""


class Visit:
    """A session, or what is left of one that is just gone (``left``: since when)."""

    __slots__ = (
        "__weakref__", "away", "dirty", "entry", "heard", "idle", "left", "members", "sink", "told",
        "watched",
    )  # fmt: skip

    def __init__(self, sink: Sink, now: float) -> None:
        self.sink = sink
        self.heard = now
        self.idle = self.away = False
        self.left: float | None = None
        self.entry: str | None = None
        self.members: frozenset[str] | None = None
        self.watched = 0
        self.told: dict[str, Seen] = {}
        self.dirty: set[str] | None = None


class Circle:
    """Those who look at an entry, first come first, and its ``members`` if they are few."""

    __slots__ = ("lookers", "members")

    def __init__(self, members: frozenset[str] | None) -> None:
        self.members = members
        self.lookers: dict[str, None] = {}

    def seated(self) -> list[str]:
        """The lookers who are told of each other, however many take part."""
        return list(islice(self.lookers, PRESENCE_CIRCLE))

    def shows(self, looker: str, other: str) -> bool:
        """Whether ``other`` may know that ``looker`` looks at the entry."""
        if self.members is not None:
            return other in self.members
        seats = self.seated()
        return looker in seats and other in seats
