"""The tables, and how an older file becomes a newer one: forward only."""

import secrets
import sqlite3

from .interface import StoreFailed

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE journal (
        n INTEGER NOT NULL, seq INTEGER NOT NULL, entry TEXT,
        at REAL NOT NULL, by TEXT NOT NULL, cause TEXT NOT NULL, event BLOB NOT NULL,
        PRIMARY KEY (n, seq)) WITHOUT ROWID;
    CREATE INDEX journal_entry ON journal (entry, n) WHERE entry IS NOT NULL;
    CREATE TABLE entries (
        id TEXT PRIMARY KEY, n INTEGER NOT NULL, live INTEGER NOT NULL,
        lock_until REAL, head BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX entries_lease ON entries (lock_until) WHERE lock_until IS NOT NULL;
    CREATE TABLE places (
        entry TEXT NOT NULL, place INTEGER NOT NULL, active INTEGER NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY (entry, place)) WITHOUT ROWID;
    CREATE TABLE recipients (
        entry TEXT NOT NULL, user TEXT NOT NULL, place INTEGER NOT NULL,
        PRIMARY KEY (entry, user)) WITHOUT ROWID;
    CREATE INDEX recipients_user ON recipients (user, entry, place);
    CREATE TABLE guests (
        entry TEXT NOT NULL, user TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (entry, user)) WITHOUT ROWID;
    CREATE INDEX guests_user ON guests (user, entry);
    CREATE TABLE messages (
        entry TEXT NOT NULL, m INTEGER NOT NULL, n INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (entry, m)) WITHOUT ROWID;
    CREATE TABLE answers (
        actor TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL, at REAL NOT NULL,
        digest BLOB NOT NULL, result BLOB NOT NULL, PRIMARY KEY (actor, id)) WITHOUT ROWID;
    CREATE INDEX answers_at ON answers (at);
    CREATE TABLE uniques (
        key TEXT PRIMARY KEY, n INTEGER NOT NULL,
        actor TEXT, id TEXT, digest BLOB, result BLOB) WITHOUT ROWID;
    CREATE TABLE effects (
        id TEXT PRIMARY KEY, n INTEGER NOT NULL, seq INTEGER NOT NULL, entry TEXT,
        kind TEXT NOT NULL, body BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        due REAL NOT NULL DEFAULT 0, error TEXT) WITHOUT ROWID;
    CREATE INDEX effects_order ON effects (n, seq);
    CREATE TABLE records (
        kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE TABLE definitions (
        name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL,
        at REAL NOT NULL, body BLOB NOT NULL, PRIMARY KEY (name, version)) WITHOUT ROWID;
    CREATE TABLE marks (
        user TEXT NOT NULL, entry TEXT NOT NULL, seen_visit INTEGER NOT NULL,
        read_m INTEGER NOT NULL, PRIMARY KEY (user, entry)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE entries ADD COLUMN workflow TEXT NOT NULL DEFAULT '';
    UPDATE entries SET workflow = json_extract(CAST(head AS TEXT), '$.workflow');
    CREATE INDEX entries_workflow ON entries (workflow);
    ALTER TABLE effects ADD COLUMN channel TEXT NOT NULL DEFAULT '';
    CREATE TABLE outcomes (
        effect TEXT PRIMARY KEY, entry TEXT NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL,
        tries INTEGER NOT NULL, ok INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE incidents (
        id TEXT PRIMARY KEY, n INTEGER NOT NULL, entry TEXT NOT NULL, at REAL NOT NULL,
        text TEXT NOT NULL, pointer TEXT NOT NULL, effect BLOB) WITHOUT ROWID;
    CREATE INDEX incidents_order ON incidents (n);
    CREATE INDEX incidents_entry ON incidents (entry, n);
    CREATE TABLE chains (root TEXT PRIMARY KEY, starts INTEGER NOT NULL) WITHOUT ROWID;
    """,
    # What is read of many entries at once stands before the head, which may be long.
    """
    CREATE TABLE entries_with_versions (
        id TEXT PRIMARY KEY, n INTEGER NOT NULL, live INTEGER NOT NULL, lock_until REAL,
        workflow TEXT NOT NULL, shared_version INTEGER NOT NULL, head BLOB NOT NULL) WITHOUT ROWID;
    INSERT INTO entries_with_versions SELECT id, n, live, lock_until, workflow,
        coalesce(json_extract(CAST(head AS TEXT), '$.shared_version'), 0), head FROM entries;
    DROP TABLE entries;
    ALTER TABLE entries_with_versions RENAME TO entries;
    CREATE INDEX entries_lease ON entries (lock_until) WHERE lock_until IS NOT NULL;
    CREATE INDEX entries_workflow ON entries (workflow);
    CREATE INDEX entries_n ON entries (n);
    ALTER TABLE places ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    UPDATE places SET version = json_extract(CAST(body AS TEXT), '$.version');
    CREATE INDEX messages_n ON messages (entry, n);
    ALTER TABLE marks ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
    UPDATE marks SET n = (SELECT coalesce(max(n), 0) FROM journal);
    CREATE INDEX marks_n ON marks (user, n);
    """,
    # Whose sessions an entry's lock waits for: all that is read of it at start is in the index.
    """
    ALTER TABLE entries ADD COLUMN tied TEXT;
    CREATE INDEX entries_tied ON entries (id, tied) WHERE tied IS NOT NULL;
    """,
    """
    CREATE INDEX marks_entry ON marks (entry, read_m);
    """,
    # Who published a version was in the journal only.
    """
    ALTER TABLE definitions ADD COLUMN by TEXT NOT NULL DEFAULT '';
    ALTER TABLE definitions ADD COLUMN warnings INTEGER;
    UPDATE definitions SET by = found.by FROM
        (SELECT at, by FROM journal WHERE entry IS NULL AND cause = 'publish') AS found
        WHERE found.at = definitions.at;
    """,
    # What stands at a step, and since when, is in an index of what is under way.
    """
    ALTER TABLE places ADD COLUMN workflow TEXT NOT NULL DEFAULT '';
    ALTER TABLE places ADD COLUMN workflow_version INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE places ADD COLUMN step TEXT NOT NULL DEFAULT '';
    ALTER TABLE places ADD COLUMN at REAL NOT NULL DEFAULT 0;
    UPDATE places SET step = json_extract(CAST(body AS TEXT), '$.step'),
        at = json_extract(CAST(body AS TEXT), '$.at'), workflow = found.workflow,
        workflow_version = coalesce(found.version, 0) FROM
        (SELECT id, workflow, json_extract(CAST(head AS TEXT), '$.workflow_version') AS version
            FROM entries) AS found WHERE found.id = places.entry;
    CREATE INDEX places_running ON places (active, workflow, workflow_version, step, at)
        WHERE active = 1;
    ALTER TABLE entries ADD COLUMN locked REAL;
    UPDATE entries SET locked = json_extract(CAST(head AS TEXT), '$.lock.since');
    CREATE INDEX entries_locked ON entries (locked) WHERE locked IS NOT NULL;
    CREATE TABLE script_runs (
        script TEXT NOT NULL, n INTEGER NOT NULL, at REAL NOT NULL, entry TEXT NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY (script, n)) WITHOUT ROWID;
    """,
)
"""One script a version. Never change one that was released: add the next."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest version; a file of a newer program is refused."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    newest = len(MIGRATIONS)
    if version > newest:
        raise StoreFailed(
            f"The database has version {version}, this program knows versions up to {newest}: "
            "run the program that made it, or a newer one."
        )
    for number in range(version, newest):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('epoch', ?)", (secrets.token_hex(8),))
    connection.commit()
