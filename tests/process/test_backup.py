"""A backup of a running server, and a server that begins with it."""

import asyncio
import os
from pathlib import Path

from .following import demo_client, fresh_inbox
from .server import ServerProcess, run, step, write_folder

ONE = {"start": step("New", "given groups [racers]", {"Again": "start"}, template="One")}


async def test_what_was_committed_is_in_a_backup_and_comes_back(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", ["ann"], {"one": ONE})
    (folder / "directory.json").write_text(
        '{"users": [{"id": "ann", "name": "Ann", "groups": ["racers"], "roles": ["admin"]}]}'
    )
    db, file = tmp_path / "a.db", tmp_path / "kept.db"
    serve = ("demo", folder, "--db", db, "--port", "0")
    with ServerProcess(*serve) as server:
        async with demo_client(server.url, "ann") as ann:
            await ann.start("one")
            asked = ("backup", file, "--url", server.url, "--token", "demo:ann")
            # Commands go on while it is made.
            done, *_ = await asyncio.gather(
                asyncio.to_thread(run, *asked), *(ann.start("one") for _ in range(20))
            )
            before = ann.mirror.position
        assert done[0] == 0, done
        assert file.exists()
        assert not [name for name in os.listdir(tmp_path) if name.endswith((".part", ".backup"))]
        twice = run(*serve)
        assert (twice[0], twice[2]) == (
            1,
            f"lockstep: The database {db} is served by another process.\n",
        )
        code, _, errors = run("restore", file, "--db", db, "--force")
        assert (code, "served by another process" in errors) == (1, True)
        server.terminate()
    assert run("restore", file, "--db", db)[0] == 1
    assert run("restore", file, "--db", db, "--force")[0] == 0
    assert len([name for name in os.listdir(tmp_path) if name.startswith("a.db.before-")]) == 1
    with ServerProcess(*serve) as server:
        inbox = await fresh_inbox(server.url, "ann")
        assert 1 <= len(inbox) <= 21
        async with demo_client(server.url, "ann") as ann:
            assert before is not None
            assert ann.mirror.position is not None
            assert ann.mirror.position.epoch != before.epoch


def test_what_is_no_backup_restores_nothing(tmp_path: Path) -> None:
    (tmp_path / "wrong").write_bytes(b"no database" * 1000)
    code, _, errors = run("restore", tmp_path / "wrong", "--db", tmp_path / "a.db")
    assert code == 1
    assert errors.count("\n") == 1
    assert not (tmp_path / "a.db").exists()
