"""Typing passes: how often it is told, and nothing of it is kept."""

from collections import OrderedDict

TYPING_SECONDS = 1.0
"""How often a user's typing in one conversation is passed on at most."""
TYPING_KEPT = 10_000
"""Who typed where just now is remembered of so many; forgetting one tells a little more."""


class Typists:
    """Who typed where a moment ago. Times are handed in, in seconds."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], float] = OrderedDict()

    def may(self, user: str, conversation: str, now: float) -> bool:
        """Whether typing is to be passed on now; asking means that it is."""
        key = (user, conversation)
        last = self._last.get(key)
        # A clock that was set back holds nobody up.
        if last is not None and 0 <= now - last < TYPING_SECONDS:
            return False
        self._last[key] = now
        self._last.move_to_end(key)
        while self._last and (len(self._last) > TYPING_KEPT or self._over(now)):
            self._last.popitem(last=False)
        return True

    def _over(self, now: float) -> bool:
        return now - next(iter(self._last.values())) >= TYPING_SECONDS

    def __len__(self) -> int:
        return len(self._last)
