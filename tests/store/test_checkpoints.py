"""The write-ahead log, while there are commits and once there are none."""

from pathlib import Path

import pytest

from lockstep_server.store import checkpoints
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry
from tests.web.serving import until

COMMITS = 60
EVENT = b'"' + b"x" * 100_000 + b'"'


async def test_commits_do_not_make_the_log_longer_and_quiet_empties_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "OFTEN_SECONDS", 0.0)
    log = tmp_path / "x.db-wal"
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    await store.open()
    for number in range(COMMITS):
        await store.commit([change(entry(f"e{number}", event=EVENT))])
    longest = log.stat().st_size
    await until(lambda: log.stat().st_size == 0)
    await store.close()
    assert 0 < longest < COMMITS * len(EVENT) / 4
