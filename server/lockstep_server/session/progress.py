"""Whether a reader takes anything."""


class Progress:
    """Sees from time to time how much has left and how much waits. Times are seconds."""

    def __init__(self, now: float) -> None:
        self._left = 0
        self._moved = now

    def stuck(self, left: int, waiting: int, now: float) -> float:
        """For how long nothing has left although something waits.

        ``left``: bytes that have gone out so far; ``waiting``: those that have not.
        """
        if waiting == 0 or left > self._left:
            self._left = left
            self._moved = now
        # A clock that was set back accuses nobody.
        self._moved = min(self._moved, now)
        return now - self._moved
