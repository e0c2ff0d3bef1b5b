"""How a session is brought up to date: its inbox part by part, then what was pushed meanwhile.

What is pushed while the inbox is read and sent waits behind it, in order. When that is more than
may wait, it is let go, and what it did is read once more: a client that is slow comes forward with
each round, and no memory is needed for it.
"""

from collections import deque

from lockstep_protocol.commands import Resume
from lockstep_protocol.entry import Profile, rfc3339
from lockstep_protocol.pushes import ServerMessage, Welcome

from .catching_up import Part, frame
from .outbox import Ready
from .rules import HELD_SIGNALS, Rules


class Syncing:
    """One session on its way to being live, from ``since`` (None: from nothing) to ``n``.

    ``position`` is what the client has; ``reached`` the last change that everybody was told of.
    """

    def __init__(
        self, subprotocol: str, rules: Rules, position: Resume | None, reached: int
    ) -> None:
        known = position is not None and position.epoch == rules.epoch and position.n <= reached
        self.since = position.n if position is not None and known else None
        self.n = 0
        self.overflowed = False
        """Whether changes were let go, so that it takes another round."""
        self._welcomed = False
        self._subprotocol = subprotocol
        self._rules = rules
        self._changes: list[tuple[int, Ready]] = []
        self._bytes = 0
        # What is no change matters less: of more than may wait, the newest are kept.
        self._signals: deque[Ready] = deque(maxlen=HELD_SIGNALS)

    def hold(self, n: int | None, pushed: Ready) -> None:
        """Keep what is pushed until the client is up to date."""
        if n is None:
            self._signals.append(pushed)
        elif not self.overflowed:
            self._bytes += len(pushed.payload(self._subprotocol))
            self._changes.append((n, pushed))
            full = len(self._changes) > self._rules.held_frames
            if full or self._bytes > self._rules.held_bytes:
                self.overflowed = True
                self._changes.clear()

    def found(self, n: int, session: str, profile: Profile, now: float) -> Welcome | None:
        """The inbox is read as of ``n``; the first time the client is welcomed."""
        self.n = n
        if self._welcomed:
            return None
        self._welcomed = True
        rules = self._rules
        return Welcome(
            session=session,
            user=profile,
            epoch=rules.epoch,
            # Not further than what the client has, so that a drop before the rest loses nothing.
            n=n if self.since is None else self.since,
            resumed=self.since is not None,
            time=rfc3339(now),
            heartbeat=rules.heartbeat,
            limits=rules.told,
            server=rules.server,
        )

    def frame(self, part: Part) -> tuple[ServerMessage, ...]:
        """What the client is sent of its inbox next."""
        assert part.n == self.n, "all parts of a round are of one position"
        return frame(part, self.since)

    def go_on(self) -> None:
        """The client has all up to ``n``: the next round begins there, and holds all again."""
        self.since, self.overflowed, self._bytes = self.n, False, 0

    def held(self) -> list[tuple[int | None, Ready]]:
        """All that waits, changes first: a mark of an entry is no use before the entry."""
        return [*self._changes, *((None, each) for each in self._signals)]
