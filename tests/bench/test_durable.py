"""sqlite3 alone writes what Lockstep stored, and nothing else."""

import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from . import durable
from .choosers import VIEWERS
from .durable import A_COMMIT, SQLITE_ROWS, changes_of, program, rows_of
from .standing import furnish

TABLES = ("journal", "entries", "places", "recipients", "answers")


def stored(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


async def test_the_yardstick_stores_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "A_COMMIT", 4)
    furnished, ours, copy, alone = (tmp_path / f"{name}.db" for name in "abcd")
    await furnish(furnished, VIEWERS, VIEWERS, 3)
    for database in (ours, copy, alone):
        shutil.copy(furnished, database)
    commits = rows_of(copy, await changes_of(ours, 10))
    assert len(commits) == 3, f"four commands a commit, as otherwise {A_COMMIT}"
    rows = tmp_path / "rows"
    rows.write_bytes(pickle.dumps(commits))
    await program(str(SQLITE_ROWS), str(alone), str(rows))
    assert stored(alone) == stored(ours)
    assert stored(alone) != stored(furnished)
