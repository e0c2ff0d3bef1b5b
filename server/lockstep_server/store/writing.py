"""The one transaction of a commit: every row of every change of a batch, in a few statements."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from .change import Answer, Change, Committed, Duplicate, EntryWrite, Outcome
from .effects import EffectEnd
from .interface import Mark
from .queue import (
    INSERT_EFFECT,
    count_starts,
    effect_row,
    end_effects,
    incident_row,
    keep_runs,
    run_row,
)

Row = tuple[Any, ...]
encode = msgspec.json.encode

KEYS_AT_ONCE = 400
"""Keys looked up by one statement: below SQLite's bound on variables."""


def write_batch(connection: sqlite3.Connection, batch: Sequence[Change]) -> list[Outcome]:
    """Store ``batch`` in one transaction; who calls it rolls back what was raised in it."""
    connection.execute("BEGIN IMMEDIATE")
    outcomes = _write(connection, batch)
    connection.execute("COMMIT")
    return outcomes


def last_n(connection: sqlite3.Connection) -> int:
    """The number of the last change; 0 before the first."""
    (n,) = connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()
    return int(n)


def _write(connection: sqlite3.Connection, batch: Sequence[Change]) -> list[Outcome]:
    answers, uniques = _taken(connection, batch)
    n = last_n(connection)
    rows = _Rows()
    outcomes: list[Outcome] = []
    for change in batch:
        key = (change.answer.actor, change.answer.id) if change.answer else None
        if key is not None and key in answers:
            outcomes.append(Duplicate(*answers[key]))
            continue
        if change.unique is not None and change.unique in uniques:
            outcomes.append(Duplicate(*uniques[change.unique]))
            continue
        n += 1
        if key is not None:
            answers[key] = (change.answer, n)
        if change.unique is not None:
            uniques[change.unique] = (change.answer, n)
        rows.add(n, change)
        outcomes.append(Committed(n))
    rows.write(connection)
    return outcomes


_First = tuple[Answer | None, int]


def _taken(
    connection: sqlite3.Connection, batch: Sequence[Change]
) -> tuple[dict[tuple[str, str], _First], dict[str, _First]]:
    """The answers and unique keys of the batch that are stored already."""
    keys = [(c.answer.actor, c.answer.id) for c in batch if c.answer is not None]
    answers: dict[tuple[str, str], _First] = {}
    for part in _parts(keys):
        marks = ",".join(["(?,?)"] * len(part))
        # A join in this order: for `(actor, id) IN (VALUES …)` SQLite reads every answer there is.
        for actor, id, n, digest, result in connection.execute(
            f"WITH wanted (who, what) AS (VALUES {marks}) "
            "SELECT actor, id, n, digest, result "
            "FROM wanted CROSS JOIN answers ON actor = who AND id = what",
            [value for key in part for value in key],
        ):
            answers[actor, id] = (Answer(actor, id, digest, result), n)
    wanted = [change.unique for change in batch if change.unique is not None]
    uniques: dict[str, _First] = {}
    for names in _parts(wanted):
        marks = ",".join("?" * len(names))
        for key, n, *first in connection.execute(
            f"SELECT key, n, actor, id, digest, result FROM uniques WHERE key IN ({marks})",
            names,
        ):
            uniques[key] = (unique_answer(first), n)
    return answers, uniques


def unique_answer(first: Sequence[Any]) -> Answer | None:
    """The answer stored with a unique key, if a command took it."""
    return Answer(*first) if first[0] is not None else None


def _parts(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), KEYS_AT_ONCE):
        yield items[start : start + KEYS_AT_ONCE]


class _Rows:
    """The rows of a batch by table; of several changes to one row the last one counts."""

    def __init__(self) -> None:
        self.journal: list[Row] = []
        self.entries: dict[str, Row] = {}
        self.places: dict[tuple[str, int], Row | None] = {}
        self.recipients: dict[tuple[str, str], Row] = {}
        self.guests: list[Row] = []
        self.messages: dict[tuple[str, int], Row] = {}
        self.answers: list[Row] = []
        self.uniques: list[Row] = []
        self.effects: list[Row] = []
        self.records: dict[tuple[str, str], bytes | None] = {}
        self.definitions: list[Row] = []
        self.dropped: list[Row] = []
        self.ended: list[EffectEnd] = []
        self.incidents: list[Row] = []
        self.closed: list[Row] = []
        self.starts: list[tuple[str, int]] = []
        self.runs: list[Row] = []

    def add(self, n: int, change: Change) -> None:
        for seq, write in enumerate(change.entries):
            self._add_entry(n, seq, change, write)
        if not change.entries:
            self.journal.append((n, 0, None, change.at, change.by, change.cause, b"[]"))
        answer = change.answer
        if answer is not None:
            self.answers.append(
                (answer.actor, answer.id, n, change.at, answer.digest, answer.result)
            )
        if change.unique is not None:
            first = (
                (answer.actor, answer.id, answer.digest, answer.result) if answer else (None,) * 4
            )
            self.uniques.append((change.unique, n, *first))
        self.effects += [effect_row(n, seq, each) for seq, each in enumerate(change.effects)]
        self.ended += change.ended
        self.incidents += [incident_row(n, change.at, each) for each in change.incidents]
        self.closed += [(id,) for id in change.closed]
        if change.starts is not None:
            self.starts.append(change.starts)
        if change.run is not None:
            self.runs.append(run_row(n, change.at, change.run))
        for record in change.records:
            self.records[record.kind, record.id] = record.body
        for made in change.definitions:
            row = (made.name, made.version, made.hash, change.at, made.body)
            self.definitions.append((*row, change.by, made.warnings))
        self.dropped += [(name,) for name in change.dropped]

    def _add_entry(self, n: int, seq: int, change: Change, write: EntryWrite) -> None:
        head = write.head
        until = head.lock.until if head.lock is not None else None
        self.journal.append((n, seq, head.id, change.at, change.by, change.cause, write.event))
        self.entries[head.id] = (
            head.id,
            n,
            head.live,
            until,
            head.workflow,
            head.shared_version,
            encode(head),
            encode(head.tied).decode() if head.tied else None,
            None if head.lock is None else head.lock.since,
        )
        of = (head.workflow, head.workflow_version)
        for no, place in write.places.items():
            active = place is not None and place.status == "active"
            self.places[head.id, no] = (
                None
                if place is None
                else (head.id, no, active, encode(place), place.version, *of, place.step, place.at)
            )
        for user, no in write.placed.items():
            self.recipients[head.id, user] = (head.id, user, no)
        self.guests += [(head.id, guest.user, encode(guest)) for guest in write.guests]
        for said in write.messages:
            self.messages[head.id, said.m] = (head.id, said.m, n, encode(said))

    def write(self, connection: sqlite3.Connection) -> None:
        def many(statement: str, rows: Collection[Row]) -> None:
            if rows:  # most tables have none: even preparing a statement costs something
                connection.executemany(statement, rows)

        many("INSERT INTO journal VALUES (?,?,?,?,?,?,?)", self.journal)
        many("REPLACE INTO entries VALUES (?,?,?,?,?,?,?,?,?)", self.entries.values())
        many(
            "REPLACE INTO places VALUES (?,?,?,?,?,?,?,?,?)",
            [row for row in self.places.values() if row is not None],
        )
        gone = [key for key, row in self.places.items() if row is None]
        many("DELETE FROM places WHERE entry = ? AND place = ?", gone)
        many("REPLACE INTO recipients VALUES (?,?,?)", self.recipients.values())
        many("REPLACE INTO guests VALUES (?,?,?)", self.guests)
        many("REPLACE INTO messages VALUES (?,?,?,?)", self.messages.values())
        many("INSERT INTO answers VALUES (?,?,?,?,?,?)", self.answers)
        many("INSERT INTO uniques VALUES (?,?,?,?,?,?)", self.uniques)
        if self.ended:
            end_effects(connection, self.ended)
        many(INSERT_EFFECT, self.effects)
        many("INSERT INTO incidents VALUES (?,?,?,?,?,?,?)", self.incidents)
        many("DELETE FROM incidents WHERE id = ?", self.closed)
        if self.runs:
            keep_runs(connection, self.runs)
        if self.starts:
            count_starts(connection, self.starts)
        kept = [(*key, body) for key, body in self.records.items() if body is not None]
        many("REPLACE INTO records VALUES (?,?,?)", kept)
        dropped = [key for key, body in self.records.items() if body is None]
        many("DELETE FROM records WHERE kind = ? AND id = ?", dropped)
        many("DELETE FROM definitions WHERE name = ?", self.dropped)
        many("INSERT INTO definitions VALUES (?,?,?,?,?,?,?)", self.definitions)


def write_marks(connection: sqlite3.Connection, marks: Sequence[Mark]) -> None:
    """Keep marks, with the position at which each was given; they only move forward."""
    n = last_n(connection)
    connection.executemany(
        "INSERT INTO marks VALUES (?,?,?,?,?) ON CONFLICT (user, entry) DO UPDATE SET "
        "seen_visit = max(seen_visit, excluded.seen_visit), "
        "read_m = max(read_m, excluded.read_m), n = excluded.n",
        [(mark.user, mark.entry, mark.seen_visit, mark.read_m, n) for mark in marks],
    )
    connection.commit()
