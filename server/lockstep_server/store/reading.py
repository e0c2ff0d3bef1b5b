"""What is read, each in one transaction: whole commits only."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from lockstep_server.engine.state import ChatMessage, Guest, Head, Place, StoredEntry

from .change import Answer
from .interface import JournalEvent, Publication, StoredDefinition
from .writing import unique_answer

_head = msgspec.json.Decoder(Head).decode
_place = msgspec.json.Decoder(Place).decode
_guest = msgspec.json.Decoder(Guest).decode
_message = msgspec.json.Decoder(ChatMessage).decode
_users = msgspec.json.Decoder(list[str]).decode

NEWEST = 2**62
"""Above every number of a change or a message."""


def read_entry(connection: sqlite3.Connection, id: str) -> StoredEntry | None:
    """An entry whole."""
    found = connection.execute("SELECT head FROM entries WHERE id = ?", (id,)).fetchone()
    if found is None:
        return None
    places = connection.execute("SELECT place, body FROM places WHERE entry = ?", (id,))
    # One row a place: to make an object of each of 10,000 rows would hold up everybody's commands.
    together = connection.execute(
        "SELECT place, json_group_array(user) FROM recipients WHERE entry = ? GROUP BY place", (id,)
    )
    members: dict[str, int] = {}
    for no, users in together:
        members |= dict.fromkeys(_users(users), no)
    guests = connection.execute("SELECT user, body FROM guests WHERE entry = ?", (id,))
    return StoredEntry(
        head=_head(found[0]),
        places={no: _place(body) for no, body in places},
        members=members,
        guests={user: _guest(body) for user, body in guests},
    )


def read_people(
    connection: sqlite3.Connection, entry: str, after: str, limit: int
) -> list[tuple[str, Place]]:
    """Recipients by id, those after ``after``, each with where they stand."""
    rows = connection.execute(
        "SELECT user, place FROM recipients WHERE entry = ? AND user > ? ORDER BY user LIMIT ?",
        (entry, after, limit),
    ).fetchall()
    places = connection.execute("SELECT place, body FROM places WHERE entry = ?", (entry,))
    stands = {no: _place(body) for no, body in places}
    return [(user, stands[no]) for user, no in rows]


def read_answer(connection: sqlite3.Connection, actor: str, id: str) -> tuple[Answer, int] | None:
    """The stored answer to a command."""
    row = connection.execute(
        "SELECT digest, result, n FROM answers WHERE actor = ? AND id = ?", (actor, id)
    ).fetchone()
    return None if row is None else (Answer(actor, id, row[0], row[1]), row[2])


def read_unique(connection: sqlite3.Connection, key: str) -> tuple[Answer | None, int] | None:
    """What took a unique key."""
    row = connection.execute(
        "SELECT n, actor, id, digest, result FROM uniques WHERE key = ?", (key,)
    ).fetchone()
    return None if row is None else (unique_answer(row[1:]), row[0])


def read_history(
    connection: sqlite3.Connection, entry: str, before: int | None, limit: int
) -> list[JournalEvent]:
    """An entry's changes, newest first."""
    rows = connection.execute(
        "SELECT n, at, by, cause, event FROM journal "
        "WHERE entry = ? AND n < ? ORDER BY n DESC LIMIT ?",
        (entry, NEWEST if before is None else before, limit),
    )
    return [JournalEvent(*row) for row in rows]


def read_history_after(
    connection: sqlite3.Connection, entry: str, after: int, limit: int
) -> list[JournalEvent]:
    """An entry's changes, oldest first."""
    rows = connection.execute(
        "SELECT n, at, by, cause, event FROM journal WHERE entry = ? AND n > ? ORDER BY n LIMIT ?",
        (entry, after, limit),
    )
    return [JournalEvent(*row) for row in rows]


def read_messages(
    connection: sqlite3.Connection, entry: str, before: int | None, limit: int
) -> list[ChatMessage]:
    """A conversation, newest first."""
    rows = connection.execute(
        "SELECT body FROM messages WHERE entry = ? AND m < ? ORDER BY m DESC LIMIT ?",
        (entry, NEWEST if before is None else before, limit),
    )
    return [_message(body) for (body,) in rows]


def read_records(connection: sqlite3.Connection, kind: str) -> dict[str, bytes]:
    """All records of a kind."""
    return dict(connection.execute("SELECT id, body FROM records WHERE kind = ?", (kind,)))


def read_record(connection: sqlite3.Connection, kind: str, id: str) -> bytes | None:
    """One record."""
    row = connection.execute(
        "SELECT body FROM records WHERE kind = ? AND id = ?", (kind, id)
    ).fetchone()
    return None if row is None else row[0]


def read_leases(connection: sqlite3.Connection) -> list[tuple[str, float]]:
    """The entries whose lock has a lease, with its end."""
    return connection.execute(
        "SELECT id, lock_until FROM entries WHERE lock_until IS NOT NULL"
    ).fetchall()


def read_size(connection: sqlite3.Connection) -> dict[str, Any]:
    """How many rows the tables have that grow."""
    tables = ("entries", "places", "recipients", "journal", "effects", "answers")
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
    }


def read_messages_named(
    connection: sqlite3.Connection, entry: str, numbers: Sequence[int]
) -> dict[int, ChatMessage]:
    """Some messages of a conversation."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f"SELECT m, body FROM messages WHERE entry = ? AND m IN ({marks})", (entry, *numbers)
    )
    return {m: _message(body) for m, body in rows}


def read_read_marks(
    connection: sqlite3.Connection, entry: str, limit: int
) -> list[tuple[str, int]]:
    """Who has read how far, the furthest first."""
    return connection.execute(
        "SELECT user, read_m FROM marks WHERE entry = ? AND read_m > 0 "
        "ORDER BY read_m DESC, user LIMIT ?",
        (entry, limit),
    ).fetchall()


def read_definitions(connection: sqlite3.Connection) -> list[StoredDefinition]:
    """The newest version of each workflow."""
    rows = connection.execute(
        "SELECT name, version, hash, body, at, by FROM definitions d WHERE version = "
        "(SELECT max(version) FROM definitions WHERE name = d.name) ORDER BY name"
    )
    return [StoredDefinition(*row) for row in rows]


def read_definition(
    connection: sqlite3.Connection, name: str, version: int | None
) -> StoredDefinition | None:
    """One version of a workflow; the newest unless named."""
    row = connection.execute(
        "SELECT name, version, hash, body, at, by FROM definitions "
        "WHERE name = ? AND version = coalesce(?, version) ORDER BY version DESC LIMIT 1",
        (name, version),
    ).fetchone()
    return None if row is None else StoredDefinition(*row)


def read_publications(connection: sqlite3.Connection, name: str) -> list[Publication]:
    """Every version of a workflow, the newest first."""
    rows = connection.execute(
        "SELECT version, hash, at, by, warnings FROM definitions "
        "WHERE name = ? ORDER BY version DESC",
        (name,),
    )
    return [Publication(*row) for row in rows]


def read_tied(connection: sqlite3.Connection) -> list[tuple[str, tuple[str, ...]]]:
    """Entries with what ends with the sessions of users, and which users."""
    rows = connection.execute("SELECT id, tied FROM entries WHERE tied IS NOT NULL")
    return [(id, msgspec.json.decode(tied, type=tuple[str, ...])) for id, tied in rows]
