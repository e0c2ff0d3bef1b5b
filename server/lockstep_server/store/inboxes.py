"""What is read of a user's inbox: which entries, how they are now, what was said and marked."""

import sqlite3
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from lockstep_server.engine.rooms import PREFIX
from lockstep_server.engine.state import ChatMessage, Guest, Head, Place

from .interface import Inbox, InboxItem, Opening, Versions
from .writing import last_n

_Value = TypeVar("_Value")

KEPT = 256
"""Heads, and as many places, that are kept as they were read, for others of the same entry."""
KEPT_BYTES = 4 * 1024
"""The longest of them."""


def _keeping(decode: Callable[[bytes], _Value]) -> Callable[[bytes], _Value]:
    """The same bytes are the same value, one object: a team that comes back reads one inbox."""
    kept = lru_cache(KEPT)(decode)
    return lambda body: kept(body) if len(body) <= KEPT_BYTES else decode(body)


_head = _keeping(msgspec.json.Decoder(Head).decode)
_place = _keeping(msgspec.json.Decoder(Place).decode)
_guest = msgspec.json.Decoder(Guest).decode
_message = msgspec.json.Decoder(ChatMessage).decode

_SIDES = """
    LEFT JOIN recipients r ON r.entry = e.id AND r.user = :user
    LEFT JOIN places p ON p.entry = r.entry AND p.place = r.place
    LEFT JOIN guests g ON g.entry = e.id AND g.user = :user
"""
_HERE = "(CASE WHEN r.user IS NULL THEN e.live > 0 ELSE p.active END)"
_ENTRIES = """
    SELECT entry FROM recipients WHERE user = :user
    UNION ALL SELECT entry FROM guests WHERE user = :user
"""

_OF_USER = f"""
    SELECT e.id, {_HERE} FROM (SELECT entry FROM recipients WHERE user = :user
        UNION SELECT entry FROM guests WHERE user = :user) mine
    CROSS JOIN entries e ON e.id = mine.entry {_SIDES}
    WHERE e.n > :since ORDER BY e.n DESC, e.id
"""
"""Goes through the entries of the user. (CROSS JOIN: in this order.)"""

_OF_CHANGES = f"""
    SELECT e.id, {_HERE} FROM entries e INDEXED BY entries_n {_SIDES}
    WHERE e.n > :since AND (r.user IS NOT NULL OR g.user IS NOT NULL) ORDER BY e.n DESC, e.id
"""
"""Goes through the entries that changed."""


def read_inbox(connection: sqlite3.Connection, user: str, since: int | None) -> Inbox:
    """Which entries are in the inbox, or changed after ``since``, and what left."""
    n = last_n(connection)
    named = {"user": user, "since": -1 if since is None else since}
    statement = _OF_USER
    if since is not None and _more_than(connection, user, n - since):
        statement = _OF_CHANGES
    rows = connection.execute(statement, named).fetchall()
    left = [id for id, here in rows if not here] if since is not None else []
    return Inbox(n=n, here=[id for id, here in rows if here], left=left)


def read_opening(
    connection: sqlite3.Connection, user: str, since: int | None, first: int
) -> Opening:
    """An inbox, its first entries, and where marks moved."""
    found = read_inbox(connection, user, since)
    items = read_items(connection, user, [*found.here, *found.left][:first])
    return Opening(found, items, read_marked(connection, user, found.n if since is None else since))


def _more_than(connection: sqlite3.Connection, user: str, changes: int) -> bool:
    """Whether the user has more entries than there are changes; costs the smaller of both."""
    (mine,) = connection.execute(
        f"SELECT count(*) FROM ({_ENTRIES} LIMIT :enough)",
        {"user": user, "enough": max(0, changes) + 1},
    ).fetchone()
    return bool(mine > changes)


_ITEMS = f"""
    SELECT e.id, e.head, p.body, g.body, e.n, coalesce(m.seen_visit, 0), coalesce(m.read_m, 0)
    FROM json_each(:entries) wanted CROSS JOIN entries e ON e.id = wanted.value
    {_SIDES} LEFT JOIN marks m ON m.entry = e.id AND m.user = :user
    WHERE r.user IS NOT NULL OR g.user IS NOT NULL
"""


def read_items(
    connection: sqlite3.Connection, user: str, entries: Sequence[str]
) -> list[InboxItem]:
    """One user's side of some entries."""
    if not entries:
        return []
    # One statement for all: each would let go of the interpreter, and wait for it, by itself.
    named = {"user": user, "entries": msgspec.json.encode(entries).decode()}
    rows = {id: row for id, *row in connection.execute(_ITEMS, named).fetchall()}
    return [_item(rows[id]) for id in entries if id in rows]


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


_RETIRED = """
    SELECT e.head, p.body, NULL, e.n, coalesce(m.seen_visit, 0), coalesce(m.read_m, 0)
    FROM recipients r CROSS JOIN places p ON p.entry = r.entry AND p.place = r.place
    CROSS JOIN entries e ON e.id = r.entry LEFT JOIN marks m ON m.entry = e.id AND m.user = :user
    WHERE r.user = :user AND r.entry < :before AND NOT p.active ORDER BY r.entry DESC LIMIT :limit
"""
"""In the order of ``recipients_user``, so it ends with the page. (CROSS JOIN: in this order.)"""
_LAST = chr(0x10FFFF)


def read_retired(
    connection: sqlite3.Connection, user: str, before: str | None, limit: int
) -> list[InboxItem]:
    """A page of the user's retired items; costs the page, and the active ones in between."""
    named = {"user": user, "before": before or _LAST, "limit": limit}
    return [_item(row) for row in connection.execute(_RETIRED, named).fetchall()]


def read_said(
    connection: sqlite3.Connection, entries: Sequence[str], since: int, until: int, limit: int
) -> dict[str, list[ChatMessage]]:
    """What was said in some conversations, the newest of each, oldest first."""
    found = {}
    for entry in entries:
        rows = connection.execute(
            "SELECT body FROM (SELECT m, body FROM messages WHERE entry = ? AND n > ? AND n <= ? "
            "ORDER BY n DESC, m DESC LIMIT ?) ORDER BY m",
            (entry, since, until, limit),
        ).fetchall()
        if rows:
            found[entry] = [_message(body) for (body,) in rows]
    return found


def read_marked(connection: sqlite3.Connection, user: str, since: int) -> list[str]:
    """Where the user's marks moved lately."""
    rows = connection.execute(
        "SELECT entry FROM marks WHERE user = ? AND n >= ? ORDER BY entry", (user, since)
    )
    return [entry for (entry,) in rows]


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


def read_contacts(
    connection: sqlite3.Connection, user: str, circle: int, entries: int, limit: int
) -> list[str]:
    """Who takes part in the same small entries; counting stops where one is too large."""
    rows = connection.execute(
        "WITH mine AS (SELECT id FROM entries WHERE live > 0 AND id IN ("
        "SELECT entry FROM recipients WHERE user = :user "
        "UNION SELECT entry FROM guests WHERE user = :user) ORDER BY n DESC, id LIMIT :entries), "
        "small AS (SELECT id FROM mine WHERE "
        "(SELECT count(*) FROM (SELECT 1 FROM recipients WHERE entry = mine.id LIMIT :over)) "
        "<= :circle AND "
        "(SELECT count(*) FROM (SELECT 1 FROM guests WHERE entry = mine.id LIMIT :over)) "
        "<= :circle) "
        "SELECT user FROM recipients WHERE entry IN small AND user <> :user "
        "UNION SELECT user FROM guests WHERE entry IN small AND user <> :user "
        "ORDER BY user LIMIT :limit",
        {"user": user, "circle": circle, "over": circle + 1, "entries": entries, "limit": limit},
    )
    # Many users have the same contacts, and each id is to be in memory once.
    return [sys.intern(id) for (id,) in rows]
