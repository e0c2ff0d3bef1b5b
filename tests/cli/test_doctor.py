"""`lockstep doctor`: each finding with its state, and exit 1 for errors alone."""

import asyncio
import json
import os
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from lockstep_server.cli import main
from lockstep_server.store.sqlite import SqliteStore

SECRET = {"LOCKSTEP_JWT_SECRET": "a secret that is long enough to sign with"}


def states(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, dict[str, str]]:
    found = CliRunner().invoke(main, ["doctor", "--json", *arguments], env=env or SECRET)
    return found.exit_code, {one["about"]: one["state"] for one in json.loads(found.stdout)}


async def _make(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.close()


def test_a_sound_database_has_no_errors(tmp_path: Path) -> None:
    asyncio.run(_make(tmp_path / "a.db"))
    code, found = states("--db", str(tmp_path / "a.db"))
    assert code == 0
    assert found["database"] == found["settings"] == found["incidents"] == "ok"


def test_damage_and_settings_that_no_server_starts_with_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    asyncio.run(_make(path))
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 3] = b"\xff" * 4096 * 2
    path.write_bytes(content)
    code, found = states("--db", str(path), env={"LOCKSTEP_JWT_SECRET": "short"})
    assert code == 1
    assert found["database"] == found["settings"] == "error"


def test_a_server_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    code, found = states("--db", str(tmp_path / "a.db"), "--url", "http://127.0.0.1:1")
    assert (code, found["server"], found["database"]) == (1, "error", "warning")


def test_a_database_of_a_newer_program_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    asyncio.run(_make(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    code, found = states("--db", str(path))
    assert (code, found["database"]) == (1, "error")


def test_what_waits_too_long_and_a_log_that_grew_are_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    asyncio.run(_make(path))
    old = time.time() - 7200
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO journal VALUES (1, 0, 'e', ?, 'ann', 'x', '[]')", (old,))
        connection.execute(
            "INSERT INTO effects (id, n, seq, entry, kind, body) "
            "VALUES ('a', 1, 0, 'e', 'mail', '{}')"
        )
        connection.execute("INSERT INTO incidents VALUES ('i', 1, 'e', ?, 'x', '', NULL)", (old,))
    with Path(f"{path}-wal").open("wb") as log:
        log.truncate(300 * 1024 * 1024)
    code, found = states("--db", str(path))
    assert code == 0
    assert found["log of the database"] == found["effects"] == found["incidents"] == "warning"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert states("--db", str(tmp_path / "a.db"))[1]["disk"] == "error"


def test_a_port_that_another_program_has_is_an_error(tmp_path: Path) -> None:
    db = ("--db", str(tmp_path / "a.db"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = str(other.getsockname()[1])
        assert states(*db, "--port", port)[1]["port"] == "ok"
        other.listen()
        other.settimeout(0)
        code, found = states(*db, "--port", port)
    assert (code, found["port"]) == (1, "error")
