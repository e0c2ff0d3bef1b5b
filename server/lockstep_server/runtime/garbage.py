"""Keeping Python's collector from looking at everything that thousands of sessions hold.

What survives a full collection is put where the collector does not look again (``gc.freeze``), so
that each costs what was made since the last, and no more. Nearly all that ends is freed at once,
since a connection that is over leaves no cycles. Should something be left behind all the same, the
number of kept objects tells, and then all of them are looked at once.
"""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

LOOK_SECONDS = 60.0
"""Between two looks at how much is kept."""

YOUNG = 10_000
"""So many new objects let the collector look at the young ones: with Python's 700 it would look
many times at those of a command before it is durable, and find nothing."""

OBJECTS_A_SESSION = 250
"""More than a session is made of: what is kept beyond twice that may be garbage."""


class Garbage:
    """The collector of this process; ``sessions`` says how many there are."""

    def __init__(self, sessions: Callable[[], int]) -> None:
        self._sessions = sessions
        self._floor = 0
        self._before = gc.get_threshold()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """What is there now is there to stay: modules, definitions, the directory."""
        gc.collect()
        gc.freeze()
        self._floor = gc.get_freeze_count()
        gc.set_threshold(YOUNG, *self._before[1:])
        gc.callbacks.append(self._collected)
        self._plan()

    def stop(self) -> None:
        """Leave the collector as it was."""
        if self._timer is not None:
            self._timer.cancel()
        gc.callbacks.remove(self._collected)
        gc.set_threshold(*self._before)
        gc.unfreeze()

    def look(self) -> bool:
        """Look at everything if too much is kept; whether that was so."""
        allowed = 2 * (self._floor + self._sessions() * OBJECTS_A_SESSION)
        if gc.get_freeze_count() <= allowed:
            return False
        gc.unfreeze()
        gc.collect()  # its end freezes again
        self._floor = max(self._floor, gc.get_freeze_count())
        return True

    def _plan(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self.look()
        self._plan()

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "stop" and info["generation"] == 2:
            gc.freeze()
