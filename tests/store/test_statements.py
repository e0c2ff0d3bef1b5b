"""What a commit costs does not grow with what is stored already."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from lockstep_server.store.schema import migrate
from lockstep_server.store.writing import write_batch
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
    plans = [
        step
        for statement in said
        if statement not in ("BEGIN IMMEDIATE", "COMMIT")
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert any(step.startswith("SEARCH answers USING PRIMARY KEY") for step in plans), plans
    assert not [step for step in plans if step.startswith("SCAN") and step.split()[1] in tables]
