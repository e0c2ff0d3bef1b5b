"""Whether the other side is still there, judged by what it says and when. Pure."""

from typing import Literal

Verdict = Literal["alive", "ask", "dead"]

UNTIL_WELCOME = 10.0
"""Seconds within which the first frame has to come."""


class Pulse:
    """One connection's signs of life; all times are seconds of one clock.

    A connection may be dead in one direction only. What the server does not say in two
    heartbeats shows the one; a command that has no answer for a heartbeat is followed by a
    ``ping``, whose missing ``pong`` shows the other.
    """

    def __init__(self, now: float, heartbeat: float | None = None) -> None:
        self.heartbeat = heartbeat
        self._heard = now
        self._answered = now
        self._asked: float | None = None

    def heard(self, now: float, *, answer: bool) -> None:
        """A frame came; ``answer``: with the answer to something that was sent."""
        self._heard = now
        if answer:
            self._answered = now
            self._asked = None

    def verdict(self, now: float, waiting: int) -> Verdict:
        """What to do, with so many commands under way. ``ask``: send a ``ping``, once."""
        if self.heartbeat is None:
            return "dead" if now - self._heard > UNTIL_WELCOME else "alive"
        if now - self._heard > 2 * self.heartbeat:
            return "dead"
        if self._asked is not None:
            return "dead" if now - self._asked > 2 * self.heartbeat else "alive"
        if not waiting:
            self._answered = now
        elif now - self._answered > self.heartbeat:
            self._asked = now
            return "ask"
        return "alive"
