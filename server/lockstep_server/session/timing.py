"""What a session does because time passes: nothing here knows the time by itself."""

from enum import Enum
from zlib import crc32

from lockstep_protocol import closes
from lockstep_protocol.limits import DIGEST_SECONDS
from lockstep_protocol.pushes import AuthSoon, PositionPush

from .doing import Close, Digest, Do, Write
from .lane import Lane
from .rules import AUTH_SOON_SECONDS, DIGEST_AGAIN_SECONDS, Rules


class State(Enum):
    """Where a connection is on its way."""

    AWAITING_HELLO = "awaiting hello"
    SIGNING_IN = "signing in"
    SYNCING = "syncing"
    LIVE = "live"
    CLOSED = "closed"


class Timing:
    """The times of one session, all in Unix seconds; its lane says when something was last sent."""

    __slots__ = (
        "_digest", "_expires", "_lane", "_opened", "_rules", "_warned",
    )  # fmt: skip

    def __init__(self, rules: Rules, lane: Lane, now: float) -> None:
        self._lane = lane
        self._opened = now
        self._rules = rules
        self._expires: float | None = None
        self._warned = False
        self._digest: float | None = None

    def went_live(self, session: str, now: float) -> None:
        """The client is up to date: from now on it is to compare what it has now and then."""
        # Each session has its own second of the minute, so that not all of them ask at once.
        self._digest = now + DIGEST_SECONDS + crc32(session.encode()) % DIGEST_SECONDS

    def digested(self, now: float, *, sent: bool) -> None:
        """A digest was sent, or could not be because it would not have been exact."""
        self._digest = now + (DIGEST_SECONDS if sent else DIGEST_AGAIN_SECONDS)

    def renew(self, expires: float | None) -> None:
        """The session's token is good until ``expires`` (None: for ever)."""
        self._expires, self._warned = expires, False

    def deadline(self, state: State) -> float | None:
        """When something is due next, or could be; None: never again."""
        if state is State.CLOSED:
            return None
        if state is State.AWAITING_HELLO:
            return self._opened + self._rules.hello_timeout
        next_ones = [self._lane.sent + self._rules.heartbeat]
        if self._expires is not None:
            warns = state is State.LIVE and not self._warned
            next_ones.append(self._expires - (AUTH_SOON_SECONDS if warns else 0.0))
        if self._digest is not None:
            next_ones.append(self._digest)
        return min(next_ones)

    def due(self, state: State, now: float, reached: int) -> list[Do]:
        """What is to be done now; a ``Close`` is all of it. Asking means that it is done.

        ``reached``: the number of the last change that everybody was told of.
        """
        if state is State.CLOSED:
            return []
        if state is State.AWAITING_HELLO:
            silent = now - self._opened >= self._rules.hello_timeout
            return [Close(closes.SILENT)] if silent else []
        left = self._expires - now if self._expires is not None else float("inf")
        if left <= 0:
            return [Close(closes.TOKEN_EXPIRED)]
        due: list[Do] = []
        live = state is State.LIVE
        if live and not self._warned and left <= AUTH_SOON_SECONDS:
            self._warned = True
            due.append(Write((AuthSoon(seconds=round(left, 3)),)))
        if self._digest is not None and now >= self._digest:
            self._digest = None
            due.append(Digest())
        if now - self._lane.sent >= self._rules.heartbeat:
            self._lane.sent = now
            if live:
                due.append(Write((PositionPush(n=reached),)))
        return due
