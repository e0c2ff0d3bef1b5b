"""When sessions that are sent away come back: each at its own time, at a pace that can be met."""

from .rules import COME_BACK_MS

RETURNS_PER_SECOND = 500
"""Sessions that are told to come back within one second, with room for others who come."""

FARTHEST_SECONDS = 60.0
"""Beyond it the slots begin from the front again: so many come back more densely."""


class Slots:
    """Hands out times to come back, one after the other."""

    def __init__(self, per_second: float = RETURNS_PER_SECOND) -> None:
        self._step = 1.0 / per_second
        self._next = 0.0

    def take(self, now: float) -> int:
        """Milliseconds from ``now`` (seconds) until the slot of one more session."""
        # A clock that was set back must not send anybody far away: slots begin anew then.
        begun = self._next - now
        wait = begun if 0.0 < begun <= FARTHEST_SECONDS else 0.0
        self._next = now + wait + self._step
        return COME_BACK_MS + round(wait * 1000)
