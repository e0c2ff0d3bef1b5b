"""Copies of the store's own file while it is in use: one at a time, and given up when it closes."""

import asyncio
import secrets
import shutil
import sqlite3
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import IO

from . import copying
from .interface import StoreFailed


class Copier:
    """Makes copies of the file ``path``, beside it."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._connection: sqlite3.Connection | None = None
        self._work: asyncio.Task[IO[bytes]] | None = None

    @property
    def busy(self) -> bool:
        """Whether a copy is being made: until then the log cannot be emptied."""
        return self._work is not None and not self._work.done()

    async def copy(self) -> IO[bytes]:
        """A copy as a file without a name. Raises ``StoreFailed``."""
        if self.busy:
            raise StoreFailed("A copy is being made already.")
        self._require_room()
        self._connection = copying.reading(self._path)
        target = self._path.with_name(f"{self._path.name}-copy-{secrets.token_hex(8)}")
        making = asyncio.to_thread(_make, self._connection, target)
        self._work = asyncio.create_task(making)
        try:
            return await asyncio.shield(self._work)
        except asyncio.CancelledError:
            # Nobody wants it any more.
            self._work.add_done_callback(_drop)
            self._interrupt()
            raise

    async def close(self) -> None:
        """Give up what is being made."""
        self._interrupt()
        if self._work is not None:
            await asyncio.gather(self._work, return_exceptions=True)

    def clear(self) -> None:
        """Take away what a process that was killed left behind. Nobody else has the file then."""
        for left in self._path.parent.glob(f"{escape(self._path.name)}-copy-*"):
            left.unlink(missing_ok=True)

    def _interrupt(self) -> None:
        if self.busy and self._connection is not None:
            with suppress(sqlite3.ProgrammingError):  # closed just now
                self._connection.interrupt()

    def _require_room(self) -> None:
        """Filling the disk would stop the commits."""
        needed = sum(
            file.stat().st_size for file in (self._path, Path(f"{self._path}-wal")) if file.exists()
        )
        free = shutil.disk_usage(self._path.absolute().parent).free
        if free < needed:
            raise StoreFailed(
                f"There is no room for a copy beside {self._path}: {needed} bytes are needed, "
                f"{free} are free."
            )


def _make(connection: sqlite3.Connection, target: Path) -> IO[bytes]:
    try:
        copying.copy(connection, target)
        made = target.open("rb")
    except OSError as error:
        raise StoreFailed(f"The copy {target} cannot be read: {error}.") from error
    finally:
        # Without a name it is gone when it is closed, however the process ends.
        target.unlink(missing_ok=True)
    return made


def _drop(work: "asyncio.Task[IO[bytes]]") -> None:
    if not work.cancelled() and work.exception() is None:
        work.result().close()
