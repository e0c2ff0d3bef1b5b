"""sqlite3 alone: ``python sqlite_rows.py DATABASE ROWS`` writes what ``ROWS`` holds, a pickled list
of commits, each a list of statements with their rows. Prints the seconds that it took."""

import pickle
import sqlite3
import sys
import time
from pathlib import Path

database, rows = sys.argv[1:]
commits: list[list[tuple[str, list[tuple[object, ...]]]]] = pickle.loads(Path(rows).read_bytes())
connection = sqlite3.connect(database, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
begun = time.perf_counter()
for commit in commits:
    connection.execute("BEGIN IMMEDIATE")
    for statement, many in commit:
        connection.executemany(statement, many)
    connection.execute("COMMIT")
print(time.perf_counter() - begun)
connection.close()  # which empties the log
