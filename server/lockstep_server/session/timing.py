"""What a session does because time passes: nothing here knows the time by itself."""

from enum import Enum

from .rules import AUTH_SOON_SECONDS, Rules


class State(Enum):
    """Where a connection is on its way."""

    AWAITING_HELLO = "awaiting hello"
    SIGNING_IN = "signing in"
    SYNCING = "syncing"
    LIVE = "live"
    CLOSED = "closed"


class Due(Enum):
    """What is due; the first two end the session."""

    SILENT = "no hello came"
    EXPIRED = "the token expired"
    AUTH_SOON = "the token expires soon"
    HEARTBEAT = "nothing was sent for a heartbeat"


class Timing:
    """The times of one session. ``sent``: when something was last sent; all are Unix seconds."""

    def __init__(self, rules: Rules, now: float) -> None:
        self.sent = now
        self._opened = now
        self._rules = rules
        self._expires: float | None = None
        self._warned = False

    def renew(self, expires: float | None) -> None:
        """The session's token is good until ``expires`` (None: for ever)."""
        self._expires, self._warned = expires, False

    def left(self, now: float) -> float:
        """Seconds until the token expires."""
        return float("inf") if self._expires is None else self._expires - now

    def deadline(self, state: State) -> float | None:
        """When something is due next, or could be; None: never again."""
        if state is State.CLOSED:
            return None
        if state is State.AWAITING_HELLO:
            return self._opened + self._rules.hello_timeout
        heartbeat = self.sent + self._rules.heartbeat
        if self._expires is None:
            return heartbeat
        warns = state is State.LIVE and not self._warned
        return min(heartbeat, self._expires - (AUTH_SOON_SECONDS if warns else 0.0))

    def due(self, state: State, now: float) -> list[Due]:
        """What is due now. Each thing is said once: asking means that it is done."""
        if state is State.CLOSED:
            return []
        if state is State.AWAITING_HELLO:
            silent = now - self._opened >= self._rules.hello_timeout
            return [Due.SILENT] if silent else []
        if self.left(now) <= 0:
            return [Due.EXPIRED]
        due: list[Due] = []
        live = state is State.LIVE
        if live and not self._warned and self.left(now) <= AUTH_SOON_SECONDS:
            self._warned = True
            due.append(Due.AUTH_SOON)
        if now - self.sent >= self._rules.heartbeat:
            self.sent = now
            if live:
                due.append(Due.HEARTBEAT)
        return due
