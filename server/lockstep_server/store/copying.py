"""Copies of a database: made while it is served, checked, and put in the place of another."""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from .interface import StoreFailed
from .schema import MIGRATIONS


class Facts(msgspec.Struct, frozen=True):
    """What a database says of itself. ``bytes``: the size of its file."""

    version: int
    epoch: str
    n: int
    bytes: int


@contextmanager
def served_alone(path: str | Path) -> Iterator[None]:
    """The database is this process's own until the end of the ``with``.

    Raises ``StoreFailed`` when another one serves or restores it. The lock is the system's, on a
    file beside the database, and ends with the process however that ends.
    """
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        reason = f"The database {path} cannot be opened: {failure.strerror}"
        raise StoreFailed(reason) from failure
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreFailed(f"The database {path} is served by another process.") from None
        yield
    finally:
        os.close(handle)


def copy(source: str | Path, target: str | Path) -> Facts:
    """A checked copy of ``source`` as of one moment, at ``target``, which must not be there.

    It is read beside whoever writes: nobody waits for it but the log, which grows meanwhile.
    """
    if not Path(source).is_file():
        raise StoreFailed(f"There is no database {source}.")
    try:
        with closing(sqlite3.connect(source, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise StoreFailed(f"{source} could not be copied: {error}") from error
    facts = verify(target)
    _sync(target)
    return facts


def verify(path: str | Path) -> Facts:
    """Read all of a database. Raises ``StoreFailed`` that says what is wrong with it."""
    try:
        with closing(
            sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        ) as file:
            found = file.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise StoreFailed(f"{path} is damaged: {found}")
            version = file.execute("PRAGMA user_version").fetchone()[0]
            if not 0 < version <= len(MIGRATIONS):
                raise StoreFailed(f"{path} has version {version}, which this program cannot read.")
            epoch = file.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0]
            n = file.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise StoreFailed(f"{path} is no database of Lockstep: {error}") from error
    return Facts(version, epoch, n, Path(path).stat().st_size)


def restore(file: str | Path, path: str | Path, stamp: str) -> Facts:
    """Put a copy of ``file`` at ``path`` with an epoch of its own; what was there is kept.

    The old one goes to ``PATH.before-STAMP``. Clients come back with a position of the old epoch
    and are shown everything anew. Raises ``StoreFailed``.
    """
    with served_alone(path):
        new = Path(f"{path}.restoring")
        new.unlink(missing_ok=True)
        copy(file, new)
        with closing(sqlite3.connect(new)) as connection, connection:
            epoch = secrets.token_hex(8)
            connection.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (epoch,))
        facts = verify(new)
        _sync(new)
        for suffix in ("-wal", "-shm", ""):
            if Path(f"{path}{suffix}").exists():
                Path(f"{path}{suffix}").rename(f"{path}.before-{stamp}{suffix}")
        new.rename(path)
        _sync(Path(path).absolute().parent)
        return facts


def _sync(path: str | Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
