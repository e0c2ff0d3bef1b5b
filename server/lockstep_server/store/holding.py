"""Who has a database: one process at a time, by a lock that ends with it."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from .interface import StoreFailed


class InUse(StoreFailed):
    """Another process has the database open to write."""


class Hold:
    """A database held for this process alone, until ``release`` or the end of the process.

    The lock (flock) is on a file of its own, ``F-lock``: closing any handle of the database
    itself would take SQLite's own locks away. The system lets it go when the process ends, however
    that comes; the file stays, since taking it away would let two processes hold two of them.
    """

    def __init__(self, database: str | Path) -> None:
        """Take it. Raises ``InUse``, or ``StoreFailed`` when there is no place for it."""
        # By its real name, so that a link to the database is the same database.
        self._path = f"{os.path.realpath(database)}-lock"
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as failure:
            raise StoreFailed(
                f"The database {database} cannot be opened: {self._path}: {failure.strerror}."
            ) from failure
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            who = os.pread(self._file, 20, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise InUse(
                f"The database {database} is in use by another server"
                f"{f' (process {who})' if who else ''}: stop that one, or name another file."
            ) from failure
        with suppress(OSError):  # only for the text above
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others have it."""
        with suppress(OSError):
            os.ftruncate(self._file, 0)
        os.close(self._file)
