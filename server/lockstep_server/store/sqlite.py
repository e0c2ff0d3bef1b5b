"""The store in one SQLite file: one writer, readers that never wait for it.

The write-ahead log is checkpointed on the writer's own connection: SQLite before 3.51.3 may corrupt
a file when one connection checkpoints while another commits. For the same reason no two processes
have one file open to write (``holding.py``).
"""

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

import aiosqlite

from lockstep_server.engine.state import ChatMessage, Place, StoredEntry

from . import inboxes, queue, reading, writing
from .change import Answer, Change, Outcome
from .checkpoints import Checkpoints, bring_in, checkpoint
from .copier import Copier
from .effects import EffectEnd, EffectState, EffectWrite, StoredEffect, StoredIncident
from .gathering import Gathered, together
from .holding import Hold
from .interface import (
    Inbox,
    InboxItem,
    JournalEvent,
    Mark,
    Opening,
    Position,
    Publication,
    StoredDefinition,
    StoreFailed,
    Versions,
)
from .schema import migrate
from .surveying import Surveying, Surveys

T = TypeVar("T")

BUSY_MS = 5000
"""How long a statement waits for another process's lock on the file."""


class SqliteStore(Surveying):
    """A store in the file ``path``. ``synchronous``: FULL survives power loss, NORMAL a crash."""

    def __init__(self, path: str | Path, synchronous: str = "FULL") -> None:
        assert synchronous in ("FULL", "NORMAL"), "synchronous is FULL or NORMAL"
        self._path = str(path)
        self._synchronous = synchronous
        self._writer: aiosqlite.Connection | None = None
        self._reader: aiosqlite.Connection | None = None
        self._reads: Gathered | None = None
        self._hold: Hold | None = None
        self._checkpoints = Checkpoints(Path(f"{self._path}-wal"), self._bring_in, self._empty_log)
        self._copier = Copier(self._path)
        self._surveys = Surveys(self._connect)

    async def open(self) -> Position:
        """Make or migrate the file. Raises ``StoreFailed`` with a text for the operator."""
        try:
            self._hold = Hold(self._path)
            self._copier.clear()
            self._writer = await self._connect()
            await self._run(self._writer, migrate)
            reader = self._reader = await self._connect()
            self._reads = Gathered(lambda reads: self._run(reader, together, reads))
            epoch, n = await self._run(self._writer, _position)
        except BaseException:
            await self.close()
            raise
        return Position(epoch, n)

    async def close(self) -> None:
        """Checkpoint and close; closing twice is harmless."""
        await self._checkpoints.close()
        await self._copier.close()
        writer, reader, reads = self._writer, self._reader, self._reads
        self._writer = self._reader = self._reads = None
        if reads is not None:
            await reads.settled()
        await self._surveys.close()
        if reader is not None:
            await reader.close()
        if writer is not None:
            with suppress(StoreFailed):  # the log stays then, and the next open reads it
                await self._run(writer, checkpoint)
            await writer.close()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    async def commit(self, batch: Sequence[Change]) -> list[Outcome]:
        """One transaction, in one hop to the writer's thread."""
        outcomes = await self._write(writing.write_batch, batch)
        self._checkpoints.plan()
        return outcomes

    async def entry(self, id: str) -> StoredEntry | None:
        return await self._read(reading.read_entry, id)

    async def item(self, user: str, entry: str) -> InboxItem | None:
        return next(iter(await self.items(user, [entry])), None)

    async def inbox(self, user: str, since: int | None = None) -> Inbox:
        return await self._read(inboxes.read_inbox, user, since)

    async def opening(self, user: str, since: int | None, first: int) -> Opening:
        return await self._read(inboxes.read_opening, user, since, first)

    async def items(self, user: str, entries: Sequence[str]) -> list[InboxItem]:
        return await self._read(inboxes.read_items, user, entries)

    async def said(
        self, entries: Sequence[str], since: int, until: int, limit: int
    ) -> dict[str, list[ChatMessage]]:
        return await self._read(inboxes.read_said, entries, since, until, limit)

    async def marked(self, user: str, since: int) -> list[str]:
        return await self._read(inboxes.read_marked, user, since)

    async def versions(self, user: str) -> Versions:
        return await self._read(inboxes.read_versions, user)

    async def retired(self, user: str, before: str | None, limit: int) -> list[InboxItem]:
        return await self._read(inboxes.read_retired, user, before, limit)

    async def people(
        self, entry: str, after: str = "", limit: int = 500
    ) -> list[tuple[str, Place]]:
        return await self._read(reading.read_people, entry, after, limit)

    async def answer(self, actor: str, id: str) -> tuple[Answer, int] | None:
        return await self._read(reading.read_answer, actor, id)

    async def by_unique(self, key: str) -> tuple[Answer | None, int] | None:
        return await self._read(reading.read_unique, key)

    async def history(self, entry: str, before: int | None, limit: int) -> list[JournalEvent]:
        return await self._read(reading.read_history, entry, before, limit)

    async def history_after(self, entry: str, after: int, limit: int) -> list[JournalEvent]:
        return await self._read(reading.read_history_after, entry, after, limit)

    async def messages(self, entry: str, before: int | None, limit: int) -> list[ChatMessage]:
        return await self._read(reading.read_messages, entry, before, limit)

    async def messages_named(self, entry: str, numbers: Sequence[int]) -> dict[int, ChatMessage]:
        return await self._read(reading.read_messages_named, entry, numbers)

    async def contacts(self, user: str, circle: int, entries: int, limit: int) -> list[str]:
        return await self._read(inboxes.read_contacts, user, circle, entries, limit)

    async def read_marks(self, entry: str, limit: int) -> list[tuple[str, int]]:
        return await self._read(reading.read_read_marks, entry, limit)

    async def records(self, kind: str) -> dict[str, bytes]:
        return await self._read(reading.read_records, kind)

    async def record(self, kind: str, id: str) -> bytes | None:
        return await self._read(reading.read_record, kind, id)

    async def definitions(self) -> list[StoredDefinition]:
        return await self._read(reading.read_definitions)

    async def definition(self, name: str, version: int | None = None) -> StoredDefinition | None:
        return await self._read(reading.read_definition, name, version)

    async def publications(self, name: str) -> list[Publication]:
        return await self._read(reading.read_publications, name)

    async def pending_effects(self) -> list[StoredEffect]:
        return await self._read(queue.read_effects)

    async def effects_ended(
        self, ended: Sequence[EffectEnd], follow: Sequence[EffectWrite] = ()
    ) -> None:
        await self._write(queue.write_ended, ended, follow)
        self._checkpoints.plan()

    async def effect_states(self, ids: Sequence[str]) -> dict[str, EffectState]:
        return await self._read(queue.read_states, ids)

    async def probe(self) -> None:
        await self._change(
            "INSERT OR REPLACE INTO meta VALUES ('probe', ?)", [(secrets.token_hex(8),)]
        )

    async def open_incidents(self) -> int:
        return await self._read(queue.count_incidents)

    async def incidents(
        self, entry: str | None, before: int | None, limit: int
    ) -> list[StoredIncident]:
        return await self._read(queue.read_incidents, entry, before, limit)

    async def incident(self, id: str) -> StoredIncident | None:
        return await self._read(queue.read_incident, id)

    async def started(self, root: str) -> int:
        return await self._read(queue.read_started, root)

    async def in_use(self, workflow: str) -> bool:
        return await self._read(queue.read_in_use, workflow)

    async def effect_retry(self, id: str, tries: int, due: float, error: str) -> None:
        await self._change(
            "UPDATE effects SET tries = ?, due = ?, error = ? WHERE id = ?",
            [(tries, due, error, id)],
        )

    async def tied(self) -> list[tuple[str, tuple[str, ...]]]:
        return await self._read(reading.read_tied)

    async def locks_until(self) -> list[tuple[str, float]]:
        return await self._read(reading.read_leases)

    async def mark(self, marks: Sequence[Mark]) -> None:
        await self._write(writing.write_marks, marks)
        self._checkpoints.plan()

    async def forget_answers(self, before: float) -> int:
        return await self._change("DELETE FROM answers WHERE at < ?", [(before,)])

    async def size(self) -> dict[str, Any]:
        return await self._read(reading.read_size)

    async def copy(self) -> IO[bytes]:
        if self._writer is None:
            raise StoreFailed("The store is closed.")
        return await self._copier.copy()

    async def _change(self, statement: str, rows: list[tuple[Any, ...]]) -> int:
        def write(connection: sqlite3.Connection) -> int:
            changed = connection.executemany(statement, rows).rowcount
            connection.commit()
            return changed

        return await self._write(write)

    async def _connect(self) -> aiosqlite.Connection:
        connecting = aiosqlite.connect(self._path, isolation_level=None)
        try:
            connection = await connecting
        except sqlite3.Error as error:
            # Its thread still has a word to say to this loop, which may be about to close.
            await asyncio.to_thread(connecting._thread.join)  # noqa: SLF001
            raise StoreFailed(f"The database {self._path} cannot be opened: {error}") from error
        try:
            for pragma in (
                f"busy_timeout = {BUSY_MS}",
                "journal_mode = WAL",
                f"synchronous = {self._synchronous}",
                "wal_autocheckpoint = 0",
            ):
                await connection.execute_fetchall(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            await connection.close()
            raise StoreFailed(f"The database {self._path} cannot be used: {error}") from error
        return connection

    async def _write(self, work: Callable[..., T], *args: Any) -> T:
        if self._writer is None:
            raise StoreFailed("The store is closed.")
        return await self._run(self._writer, _atomic, work, *args)

    async def _read(self, work: Callable[..., T], *args: Any) -> T:
        if self._reads is None:
            raise StoreFailed("The store is closed.")
        return await self._reads.read(work, *args)

    async def _survey(self, work: Callable[..., T], *args: Any) -> T:
        if self._reads is None:
            raise StoreFailed("The store is closed.")
        return await self._surveys.look(self._run, work, *args)

    async def _run(self, connection: aiosqlite.Connection, work: Callable[..., T], *args: Any) -> T:
        # aiosqlite runs whole functions on its thread by this method only: one hop for a commit,
        # where its public methods would take one for each statement.
        try:
            hop, thread_connection = connection._execute, connection._conn  # noqa: SLF001
            result: T = await hop(work, thread_connection, *args)  # type: ignore[no-untyped-call]
        except sqlite3.Error as error:
            raise StoreFailed(f"{type(error).__name__}: {error}") from error
        return result

    async def _bring_in(self) -> bool:
        if self._writer is not None:
            await self._run(self._writer, bring_in)
        return False  # the log is as long as before

    async def _empty_log(self) -> bool:
        if self._writer is None:
            return True
        # Some read for long: waiting for them would hold up the commits for nothing.
        long = self._copier.busy or self._surveys.busy
        return not long and await self._run(self._writer, checkpoint)


def _atomic(connection: sqlite3.Connection, work: Callable[..., T], *args: Any) -> T:
    """Leave nothing half done behind, whatever ``work`` ran into."""
    try:
        return work(connection, *args)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _position(connection: sqlite3.Connection) -> tuple[str, int]:
    (epoch,) = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    return epoch, writing.last_n(connection)
