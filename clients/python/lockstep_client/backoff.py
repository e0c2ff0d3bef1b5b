"""How long to wait before connecting again."""

from collections.abc import Callable

FIRST = 0.25
"""Seconds that the first wait is at most."""
LONGEST = 30.0
"""Seconds that any wait is at most."""


def delay(attempt: int, random: Callable[[], float], first: float = FIRST) -> float:
    """Seconds before the try after ``attempt`` failed ones (from 0); ``random`` gives [0, 1).

    The whole wait is drawn at random ("full jitter"), so that the clients of a server that
    restarted do not all come back in the same instant.
    """
    return random() * min(LONGEST, first * 2.0 ** min(attempt, 16))
