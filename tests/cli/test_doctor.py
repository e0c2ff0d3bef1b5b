"""`lockstep doctor`: each finding with its state, and exit 1 for errors alone."""

import asyncio
import json
from pathlib import Path

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
