"""Commands that have no answer yet: in order, bounded, tried again when that helps. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from lockstep_protocol.commands import Command
from lockstep_protocol.limits import COMMANDS_IN_FLIGHT

from .errors import TooManyPending

WAITING_AT_MOST = 1_000
"""Commands of the user that may wait here, those under way included."""


class Patience(msgspec.Struct, frozen=True):
    """When a refused command is tried again by itself, in seconds.

    Refusals of the class ``retry``, and those that name a time to wait (``after_ms``), are; the
    rest, a lock that somebody else holds among them, is for the user to decide.
    """

    tries: int = 6
    """How often at most, the first time included; then the refusal is the answer."""
    first: float = 0.25
    longest: float = 10.0

    def wait(self, refusal: dict[str, Any], tries: int) -> float | None:
        """Seconds until the next try after so many; None: the refusal is the answer."""
        if tries >= self.tries:
            return None
        after = (refusal.get("details") or {}).get("after_ms")
        backoff = min(self.longest, self.first * 2.0 ** (tries - 1))
        if isinstance(after, int | float):
            return min(self.longest, max(after / 1000, 0.0) + (backoff if tries > 1 else 0.0))
        return backoff if refusal.get("class") == "retry" else None


class _Waiting:
    def __init__(self, command: Command, mending: bool) -> None:
        self.command = command
        self.mending = mending
        self.under_way = False
        self.tries = 0
        self.not_before = 0.0


class Pending:
    """The commands of one session that were not answered, oldest first.

    ``limit``: how many may be under way at once; the server tells it. What is over waits here.
    """

    def __init__(self, patience: Patience, at_most: int) -> None:
        self.limit = COMMANDS_IN_FLIGHT
        self._patience = patience
        self._at_most = at_most
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Command]:
        return iter([each.command for each in self._waiting.values()])

    def __contains__(self, id: str) -> bool:
        return id in self._waiting

    @property
    def under_way(self) -> int:
        """How many were sent and not answered."""
        return sum(each.under_way for each in self._waiting.values())

    def add(self, command: Command, *, mending: bool = False) -> None:
        """Take a command. ``mending``: the client's own, which overtakes and is always taken.

        Raises ``TooManyPending``.
        """
        if not mending and len(self._waiting) >= self._at_most:
            raise TooManyPending(self._at_most)
        self._waiting[command.id] = _Waiting(command, mending)

    def release(self, now: float) -> list[Command]:
        """What is to be sent now, in order; it counts as under way from here on."""
        free = self.limit - self.under_way
        released = []
        for waiting in self._in_order():
            if free <= 0:
                break
            if waiting.under_way:
                continue
            if waiting.not_before > now:
                # What was given later does not overtake it.
                if waiting.mending:
                    continue
                break
            waiting.under_way = True
            waiting.tries += 1
            released.append(waiting.command)
            free -= 1
        return released

    def due(self) -> float | None:
        """When the next one that was refused is to be sent again."""
        times = [
            each.not_before
            for each in self._waiting.values()
            if not each.under_way and each.not_before
        ]
        return min(times, default=None)

    def answered(self, id: str) -> Command | None:
        """Its answer came; None: nobody waits for one (it is a repeated answer)."""
        waiting = self._waiting.pop(id, None)
        return waiting.command if waiting is not None else None

    def refused(self, id: str, refusal: dict[str, Any], now: float) -> bool:
        """Whether the command goes on waiting, to be sent again; otherwise it is answered."""
        waiting = self._waiting.get(id)
        if waiting is None:
            return False
        wait = self._patience.wait(refusal, max(waiting.tries, 1))
        if wait is None:
            return False
        waiting.under_way = False
        waiting.not_before = now + wait
        return True

    def dropped(self) -> None:
        """The connection is gone: what was under way is to be sent again on the next one."""
        for waiting in self._waiting.values():
            if waiting.under_way:
                waiting.under_way = False
                # That it was lost on the way is no try that failed.
                waiting.tries -= 1

    def _in_order(self) -> list[_Waiting]:
        return sorted(self._waiting.values(), key=lambda waiting: not waiting.mending)
