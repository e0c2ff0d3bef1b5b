"""What is read, each in one transaction: whole commits only."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from lockstep_server.engine.rooms import PREFIX
from lockstep_server.engine.state import ChatMessage, Guest, Head, Place, StoredEntry

from .interface import (
    Answer,
    Inbox,
    InboxItem,
    JournalEvent,
    StoredDefinition,
    Versions,
)
from .writing import last_n, unique_answer

_head = msgspec.json.Decoder(Head).decode
_place = msgspec.json.Decoder(Place).decode
_guest = msgspec.json.Decoder(Guest).decode
_message = msgspec.json.Decoder(ChatMessage).decode

NEWEST = 2**62
"""Above every number of a change or a message."""


def read_entry(connection: sqlite3.Connection, id: str) -> StoredEntry | None:
    """An entry whole."""
    found = connection.execute("SELECT head FROM entries WHERE id = ?", (id,)).fetchone()
    if found is None:
        return None
    places = connection.execute("SELECT place, body FROM places WHERE entry = ?", (id,))
    members = connection.execute("SELECT user, place FROM recipients WHERE entry = ?", (id,))
    guests = connection.execute("SELECT user, body FROM guests WHERE entry = ?", (id,))
    return StoredEntry(
        head=_head(found[0]),
        places={no: _place(body) for no, body in places},
        members=dict(members.fetchall()),
        guests={user: _guest(body) for user, body in guests},
    )


_ITEM = """
    SELECT e.head, p.body, g.body, e.n, coalesce(m.seen_visit, 0), coalesce(m.read_m, 0)
    FROM entries e
    LEFT JOIN recipients r ON r.entry = e.id AND r.user = :user
    LEFT JOIN places p ON p.entry = e.id AND p.place = r.place
    LEFT JOIN guests g ON g.entry = e.id AND g.user = :user
    LEFT JOIN marks m ON m.entry = e.id AND m.user = :user
"""


def read_item(connection: sqlite3.Connection, user: str, entry: str) -> InboxItem | None:
    """One user's side of one entry."""
    row = connection.execute(_ITEM + "WHERE e.id = :entry", {"user": user, "entry": entry})
    found = row.fetchone()
    return None if found is None or found[1] is found[2] is None else _item(found)


def _item(row: Sequence[Any]) -> InboxItem:
    head, place, guest, n, seen, read = row
    return InboxItem(
        head=_head(head),
        place=None if place is None else _place(place),
        guest=None if guest is None else _guest(guest),
        n=n,
        seen_visit=seen,
        read_m=read,
    )


def read_inbox(connection: sqlite3.Connection, user: str, since: int | None) -> Inbox:
    """Active items and guest items of live entries, newest change first, and what left."""
    named = {"user": user, "since": -1 if since is None else since}
    mine = (
        "e.id IN (SELECT entry FROM recipients WHERE user = :user "
        "UNION SELECT entry FROM guests WHERE user = :user) AND e.n > :since"
    )
    here = "(p.active IS 1 OR (p.place IS NULL AND g.user IS NOT NULL AND e.live > 0))"
    rows = connection.execute(f"{_ITEM} WHERE {mine} AND {here} ORDER BY e.n DESC, e.id", named)
    items = [_item(row) for row in rows]
    left: list[str] = []
    if since is not None:
        gone = connection.execute(
            "SELECT e.id FROM entries e "
            "LEFT JOIN recipients r ON r.entry = e.id AND r.user = :user "
            "LEFT JOIN places p ON p.entry = e.id AND p.place = r.place "
            "LEFT JOIN guests g ON g.entry = e.id AND g.user = :user "
            f"WHERE {mine} AND NOT {here} ORDER BY e.n DESC, e.id",
            named,
        )
        left = [id for (id,) in gone]
    return Inbox(n=last_n(connection), items=items, left=left)


def read_versions(connection: sqlite3.Connection, user: str) -> Versions:
    """What a client has that misses nothing, from columns alone."""
    rows = connection.execute(
        "SELECT e.id, max(e.shared_version, p.version) FROM recipients r "
        "JOIN places p ON p.entry = r.entry AND p.place = r.place AND p.active "
        "JOIN entries e ON e.id = r.entry WHERE r.user = :user "
        "UNION ALL SELECT e.id, e.shared_version FROM guests g "
        "JOIN entries e ON e.id = g.entry AND e.live > 0 WHERE g.user = :user AND NOT EXISTS "
        "(SELECT 1 FROM recipients WHERE entry = g.entry AND user = :user) "
        "AND substr(g.entry, 1, length(:rooms)) <> :rooms",
        {"user": user, "rooms": PREFIX},
    )
    return Versions(n=last_n(connection), versions=dict(rows.fetchall()))


def read_people(connection: sqlite3.Connection, entry: str, after: str, limit: int) -> list[str]:
    """Recipients by id, those after ``after``."""
    rows = connection.execute(
        "SELECT user FROM recipients WHERE entry = ? AND user > ? ORDER BY user LIMIT ?",
        (entry, after, limit),
    )
    return [user for (user,) in rows]


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


def read_definitions(connection: sqlite3.Connection) -> list[StoredDefinition]:
    """The newest version of each workflow."""
    rows = connection.execute(
        "SELECT name, version, hash, body, at FROM definitions d WHERE version = "
        "(SELECT max(version) FROM definitions WHERE name = d.name) ORDER BY name"
    )
    return [StoredDefinition(*row) for row in rows]


def read_definition(
    connection: sqlite3.Connection, name: str, version: int | None
) -> StoredDefinition | None:
    """One version of a workflow; the newest unless named."""
    row = connection.execute(
        "SELECT name, version, hash, body, at FROM definitions "
        "WHERE name = ? AND version = coalesce(?, version) ORDER BY version DESC LIMIT 1",
        (name, version),
    ).fetchone()
    return None if row is None else StoredDefinition(*row)
