"""Effects that wait, what became of them, and the incidents that they left."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from .effects import (
    RUNS_KEPT,
    EffectEnd,
    EffectState,
    EffectWrite,
    IncidentWrite,
    ScriptRun,
    StoredEffect,
    StoredIncident,
    together,
)

Row = tuple[Any, ...]

INSERT_EFFECT = (
    "INSERT INTO effects (id, n, seq, entry, kind, body, channel) VALUES (?,?,?,?,?,?,?)"
)
NEWEST = 2**62
"""Above every number of a change."""
FOLLOWING = 1_000
"""Places in the order of a change's effects that are kept for what follows from each of them."""
_effect = msgspec.json.Decoder(EffectWrite).decode

_SPAN = "WHERE {0} = ? OR ({0} >= ? AND {0} < ?)"
_ENDED = "SELECT effect, ok, at, tries, text FROM outcomes " + _SPAN.format("effect")
_PENDING = "SELECT id, due, tries, coalesce(error, '') FROM effects " + _SPAN.format("id")


def effect_row(n: int, seq: int, effect: EffectWrite) -> Row:
    """An effect of change ``n`` as a row."""
    at = seq * FOLLOWING
    return (effect.id, n, at, effect.entry, effect.kind, effect.body, effect.channel)


def incident_row(n: int, at: float, made: IncidentWrite) -> Row:
    """An incident of change ``n`` as a row."""
    effect = None if made.effect is None else msgspec.json.encode(made.effect)
    return (made.id, n, made.entry, at, made.text, made.pointer, effect)


def end_effects(connection: sqlite3.Connection, ended: Iterable[EffectEnd]) -> None:
    """Take effects out of the queue and keep what became of them."""
    rows = [(e.id, e.entry, e.kind, e.at, e.tries, e.ok, e.text) for e in ended]
    connection.executemany("DELETE FROM effects WHERE id = ?", [row[:1] for row in rows])
    connection.executemany("REPLACE INTO outcomes VALUES (?,?,?,?,?,?,?)", rows)


def count_starts(connection: sqlite3.Connection, starts: Iterable[tuple[str, int]]) -> None:
    """Add to the numbers of entries that chains of triggers have started."""
    connection.executemany(
        "INSERT INTO chains VALUES (?,?) "
        "ON CONFLICT (root) DO UPDATE SET starts = starts + excluded.starts",
        starts,
    )


def run_row(n: int, at: float, run: ScriptRun) -> Row:
    """The run of a script that change ``n`` tells of as a row."""
    return (run.script, n, at, run.entry, msgspec.json.encode(run))


def keep_runs(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Keep runs of scripts, and of each script no more than the newest."""
    connection.executemany("INSERT INTO script_runs VALUES (?,?,?,?,?)", rows)
    connection.executemany(
        "DELETE FROM script_runs WHERE script = ?1 AND n <= (SELECT n FROM script_runs "
        "WHERE script = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)",
        [(script, RUNS_KEPT) for script in {row[0] for row in rows}],
    )


def write_ended(
    connection: sqlite3.Connection, ended: Sequence[EffectEnd], follow: Sequence[EffectWrite]
) -> None:
    """End effects and put what follows into the queue, behind those of the same change."""
    connection.execute("BEGIN IMMEDIATE")
    for place, effect in enumerate(follow, 1):
        parent = effect.id.rpartition(":")[0]
        connection.execute(
            "INSERT OR IGNORE INTO effects (id, n, seq, entry, kind, body, channel) "
            "SELECT ?, n, seq + ?, ?, ?, ?, ? FROM effects WHERE id = ? "
            "AND NOT EXISTS (SELECT 1 FROM outcomes WHERE effect = ?)",
            (
                effect.id,
                min(place, FOLLOWING - 1),
                effect.entry,
                effect.kind,
                effect.body,
                effect.channel,
                parent,
                effect.id,
            ),
        )
    end_effects(connection, ended)
    connection.execute("COMMIT")


def read_effects(connection: sqlite3.Connection) -> list[StoredEffect]:
    """Effects that are not done, in the order of their changes."""
    rows = connection.execute(
        "SELECT id, n, entry, kind, body, channel, tries, due FROM effects ORDER BY n, seq, id"
    )
    return [StoredEffect(*row) for row in rows]


def read_states(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, EffectState]:
    """What has become of effects."""
    found: dict[str, EffectState] = {}
    for id in ids:
        # With what follows from it, whose ids are `ID:…`: a colon comes right before a semicolon.
        span = (id, f"{id}:", f"{id};")
        states = {
            of: EffectState("done" if ok else "failed", at, tries, text)
            for of, ok, at, tries, text in connection.execute(_ENDED, span)
        }
        # One that is tried again after it was given up is pending.
        states |= {
            of: EffectState("pending", due, tries, error)
            for of, due, tries, error in connection.execute(_PENDING, span)
        }
        if states:
            found[id] = together(states.pop(id, None), states.values())
    return found


_INCIDENT = (
    "SELECT i.id, i.n, i.entry, coalesce(json_extract(CAST(e.head AS TEXT), '$.title'), ''), "
    "i.at, i.text, i.pointer, i.effect FROM incidents i LEFT JOIN entries e ON e.id = i.entry "
)


def count_incidents(connection: sqlite3.Connection) -> int:
    """How many are open."""
    count: int = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    return count


def read_incidents(
    connection: sqlite3.Connection, entry: str | None, before: int | None, limit: int
) -> list[StoredIncident]:
    """Open incidents, newest first, down to the end of a change."""
    wanted = "(:entry IS NULL OR i.entry = :entry) AND i.n < :before"
    page = f"SELECT i.n FROM incidents i WHERE {wanted} ORDER BY i.n DESC LIMIT :limit"
    rows = connection.execute(
        f"{_INCIDENT} WHERE {wanted} AND i.n >= (SELECT min(n) FROM ({page})) "
        "ORDER BY i.n DESC, i.id DESC",
        {"entry": entry, "before": NEWEST if before is None else before, "limit": limit},
    )
    return [_incident(row) for row in rows]


def read_incident(connection: sqlite3.Connection, id: str) -> StoredIncident | None:
    """One open incident."""
    row = connection.execute(f"{_INCIDENT} WHERE i.id = ?", (id,)).fetchone()
    return None if row is None else _incident(row)


def read_started(connection: sqlite3.Connection, root: str) -> int:
    """How many entries a chain of triggers has started."""
    row = connection.execute("SELECT starts FROM chains WHERE root = ?", (root,)).fetchone()
    return 0 if row is None else int(row[0])


def read_in_use(connection: sqlite3.Connection, workflow: str) -> bool:
    """Whether any entry was started with a workflow."""
    found = connection.execute("SELECT 1 FROM entries WHERE workflow = ? LIMIT 1", (workflow,))
    return found.fetchone() is not None


def _incident(row: Sequence[Any]) -> StoredIncident:
    id, n, entry, title, at, text, pointer, effect = row
    abandoned = None if effect is None else _effect(effect)
    return StoredIncident(id, n, entry, title, at, text, pointer, abandoned)
