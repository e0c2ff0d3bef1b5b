"""Whether others should be sent here: all that stands against it, and not the first thing only."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from lockstep_server.runtime.loop_watch import LoopWatch
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.budget import Budget

LITTLE_DISK_BYTES = 64 * 1024 * 1024
"""With less room for the store a server is about to take nothing more."""

NEARLY_ALL = 0.9
"""From this share of `buffered_bytes` on, readers who come are about to be sent away."""


class Reason(msgspec.Struct, frozen=True):
    """One thing that stands against it: a word for programs, and a sentence."""

    reason: str
    message: str


class Readiness:
    """Looks at the parts of a server. ``file`` is the store's, None: all is kept in memory."""

    def __init__(
        self,
        runtime: Runtime,
        watch: LoopWatch,
        budget: Budget,
        file: Path | None,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._runtime = runtime
        self._watch = watch
        self._budget = budget
        self._file = file
        self._free = free

    async def reasons(self) -> list[Reason]:
        """What stands against sending anybody here now; nothing: it is ready."""
        found = []
        why_not = self._runtime.ready()
        if why_not is not None:
            found.append(Reason("closed", why_not))
        elif (failing := await self._runtime.condition.store_failure()) is not None:
            found.append(Reason("store", f"The store takes nothing: {failing}"))
        free = await self._free_bytes()
        if free is not None and free < LITTLE_DISK_BYTES:
            found.append(Reason("disk", f"The disk is nearly full: {free} bytes are free."))
        if (seconds := self._watch.long_stall()) > 0:
            text = f"The event loop was busy with one thing for {seconds:.1f} s just now."
            found.append(Reason("loop", text))
        used, limit = self._budget.used, self._budget.limit
        if used > limit * NEARLY_ALL:
            text = f"Slow readers fill the memory that is for them: {used} of {limit} bytes."
            found.append(Reason("readers", text))
        return found

    async def _free_bytes(self) -> int | None:
        """None: there is no disk, or it cannot be asked. It may be slow to say, as a remote one."""
        if self._file is None:
            return None
        try:
            return await asyncio.to_thread(self._free, self._file.absolute().parent)
        except OSError:
            return None
