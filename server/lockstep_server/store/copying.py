"""Copies of a database, and whether a file is a sound one.

A copy is made by VACUUM INTO on a connection of its own: one read transaction, which no commit
waits for and none restarts (SQLite's backup interface begins again whenever somebody else writes).
That connection may only read, so it never checkpoints: SQLite before 3.51.3 may corrupt a file
when one connection checkpoints while another commits.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from .interface import StoreFailed
from .schema import MIGRATIONS

NEWEST = len(MIGRATIONS)
"""The schema version that this program writes."""

FAULTS = 20
"""Faults of a file that are told at most."""


class Contents(msgspec.Struct, frozen=True):
    """What a database file holds: its schema version, lineage, entries and last change."""

    version: int
    epoch: str
    entries: int
    n: int


def reading(path: str | Path) -> sqlite3.Connection:
    """A connection that never writes to the file, nor checkpoints it. Raises ``StoreFailed``."""
    where = Path(path).absolute()
    if not where.is_file():
        raise StoreFailed(f"There is no file {path}.")
    try:
        return sqlite3.connect(
            f"{where.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise StoreFailed(f"{path} cannot be opened: {error}.") from error


def copy(connection: sqlite3.Connection, target: str | Path, *, durable: bool = False) -> None:
    """Write all that ``connection`` reads, as it is now, to ``target``; it is closed then.

    ``target`` is empty or not there. Raises ``StoreFailed``; what it holds then is of no use.
    """
    try:
        with closing(connection):
            connection.execute("VACUUM INTO ?", (str(target),))
        if durable:
            sync(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreFailed(f"The copy {target} could not be made: {error}.") from error


def contents(path: str | Path) -> Contents:
    """What the file holds. Raises ``StoreFailed`` when it is no database of Lockstep."""
    try:
        with closing(reading(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (epoch,) = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
            (entries,) = connection.execute("SELECT count(*) FROM entries").fetchone()
            (n,) = connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StoreFailed(f"{path} is no sound database of Lockstep: {error}.") from error
    return Contents(version, epoch, entries, n)


def faults(path: str | Path) -> list[str]:
    """What SQLite finds wrong with the file, all pages and indexes read; empty: nothing."""
    try:
        with closing(reading(path)) as connection:
            found = connection.execute(f"PRAGMA integrity_check({FAULTS})").fetchall()
    except sqlite3.Error as error:
        return [str(error)]
    return [text for (text,) in found if text != "ok"]


def checked(path: str | Path) -> Contents:
    """What a sound file holds. Raises ``StoreFailed`` with what is wrong with it."""
    found = faults(path)
    if found:
        raise StoreFailed(f"{path} is damaged: {found[0]}")
    return contents(path)


def sync(path: str | Path) -> None:
    """Make a file, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
