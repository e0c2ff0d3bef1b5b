"""What a commit costs does not grow with what is stored already."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from lockstep_server.store import queue, reading
from lockstep_server.store.schema import migrate
from lockstep_server.store.writing import last_n, write_batch
from tests.store.build import answer, change, entry


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made)
        yield made


def test_no_statement_of_a_commit_reads_a_whole_table(connection: sqlite3.Connection) -> None:
    said: list[str] = []
    connection.set_trace_callback(said.append)
    write_batch(
        connection,
        [
            change(entry(f"e{number}"), answer=answer(f"c{number}"), unique=f"key {number}")
            for number in range(100)
        ],
    )
    connection.set_trace_callback(None)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
    plans = plans_of(connection, said)
    assert any(step.startswith("SEARCH answers USING PRIMARY KEY") for step in plans), plans
    assert not [step for step in plans if step.startswith("SCAN") and step.split()[1] in tables]


def test_no_statement_at_start_reads_what_grows_with_the_entries(
    connection: sqlite3.Connection,
) -> None:
    """Leases and ties are found by indexes that hold nothing else."""
    said: list[str] = []
    connection.set_trace_callback(said.append)
    migrate(connection)
    last_n(connection)
    reading.read_leases(connection)
    reading.read_tied(connection)
    reading.read_records(connection, "user")
    reading.read_definitions(connection)
    queue.read_effects(connection)
    connection.set_trace_callback(None)
    steps = plans_of(connection, said)
    assert "SEARCH entries USING COVERING INDEX entries_lease (lock_until>?)" in steps
    grown = ("entries", "places", "recipients", "journal", "messages", "answers", "uniques")
    assert [step for step in steps if step.startswith("SCAN") and step.split()[1] in grown] == [
        "SCAN entries USING COVERING INDEX entries_tied"
    ]


def plans_of(connection: sqlite3.Connection, said: list[str]) -> list[str]:
    """How SQLite carries out these statements."""
    skipped = ("BEGIN", "COMMIT", "PRAGMA")
    return [
        step
        for statement in said
        if not statement.startswith(skipped)
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
