"""Copies of a server at work, a server made from one, and one server to a file."""

import asyncio
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import httpx
import pytest

from lockstep_client import Client
from lockstep_server.store.copying import checked
from lockstep_server.store.sqlite import SqliteStore

from .following import demo_client, enter_all, fresh_inbox, until
from .server import COMMAND, ServerProcess, clean_environment, run, step, write_folder
from .test_kill import all_messages

WORKFLOW = {
    "start": step("New", "given groups [racers]", {"Again": "start"}, template="One"),
}
BOSS = "demo:boss"
MANY_BYTES = 20_000_000
FAST = {"LOCKSTEP_COMMANDS_PER_SECOND": "10000", "LOCKSTEP_COMMANDS_BURST": "10000"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_folder(tmp_path / "demo", ["ann", "bob"], {"one": WORKFLOW})
    directory = (made / "directory.json").read_text()
    boss = '{"id": "boss", "name": "Boss", "groups": [], "roles": ["admin"]}, '
    (made / "directory.json").write_text(directory.replace('"users": [', '"users": [' + boss))
    return made


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


@pytest.fixture
def server(folder: Path, database: Path) -> Iterator[ServerProcess]:
    with ServerProcess("demo", folder, "--db", database, "--port", "0") as server:
        yield server


def backup(server: ServerProcess, file: Path, *more: str) -> tuple[int, str, str]:
    return run("backup", file, "--url", server.url, "--token", BOSS, *more)


async def test_a_server_goes_on_from_a_copy_that_was_made_while_it_worked(
    folder: Path, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with AsyncExitStack() as stack:
        with ServerProcess("demo", folder, "--db", database, "--port", "0", env=FAST) as server:
            clients = await enter_all(stack, server.url, ["ann", "bob"])
            [entry] = await clients["ann"].start("one")
            before = await clients["ann"].say(entry, "before")
            copying = asyncio.create_task(asyncio.to_thread(backup, server, copy))
            while not copying.done():
                await clients["bob"].say(entry, "during")
            code, told, errors = await copying
            assert (code, errors) == (0, "")
            assert "1 entries" in told
            await clients["ann"].say(entry, "after")
            epoch = clients["ann"].mirror.position.epoch  # type: ignore[union-attr]
            port = server.port
            assert server.terminate() == 0
        code, told, errors = run("restore", copy, "--db", database)
        assert code == 1
        assert "--force" in errors
        code, told, errors = run("restore", copy, "--db", database, "--force")
        assert (code, errors) == (0, "")
        [kept] = named(tmp_path, "kept.db.before-*")
        assert str(kept) in told
        assert checked(kept).epoch == epoch
        assert checked(kept).n > checked(database).n == checked(copy).n
        with ServerProcess("demo", folder, "--db", database, "--port", port) as server:
            for user, client in clients.items():
                await until(client, lambda c=client: anew(c, epoch))  # type: ignore[misc]
                assert client.entries == await fresh_inbox(server.url, user)
            async with demo_client(server.url, "bob") as new:
                said = await all_messages(new, entry)
                bodies = [message["body"] for message in said.values()]
                assert "before" in bodies
                assert "after" not in bodies
                assert set(bodies) <= {"before", "during"}
            assert before == 1
            assert await clients["ann"].say(entry, "on") == max(said) + 1


def named(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


def anew(client: Client, epoch: str) -> bool:
    position = client.mirror.position
    return client.mirror.synced and position is not None and position.epoch != epoch


def test_whose_copy_it_is_and_where_it_goes(server: ServerProcess, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert "admin" in run("backup", copy, "--url", server.url, "--token", "demo:ann")[2]
    assert not copy.exists()
    assert backup(server, copy)[0] == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    written = copy.read_bytes()
    code, _, errors = backup(server, copy)
    assert (code, "--force" in errors) == (1, True)
    assert copy.read_bytes() == written
    assert backup(server, copy, "--force")[0] == 0
    assert not list(tmp_path.glob("*.part"))


def test_a_file_is_copied_beside_its_server_and_without_one(
    server: ServerProcess, database: Path, tmp_path: Path
) -> None:
    assert run("backup", tmp_path / "1.db", "--db", database)[0] == 0
    # A change right before the end is in the log and not yet in the file, which is quiet no second.
    boss = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {BOSS}"})
    with boss:
        assert boss.put("/v1/users/new", json={"name": "New"}).status_code == 201
    server.kill()
    assert Path(f"{database}-wal").stat().st_size > 0
    assert run("backup", tmp_path / "2.db", "--db", database)[0] == 0
    assert checked(tmp_path / "2.db") == checked(database)
    assert checked(tmp_path / "2.db").n == checked(tmp_path / "1.db").n + 1
    assert "There is no file" in run("backup", tmp_path / "3.db", "--db", tmp_path / "no.db")[2]


def test_a_served_file_is_served_once_and_not_restored(
    server: ServerProcess, folder: Path, database: Path, tmp_path: Path
) -> None:
    assert backup(server, tmp_path / "copy.db")[0] == 0
    code, _, errors = run("restore", tmp_path / "copy.db", "--db", database, "--force")
    assert (code, "in use by another server" in errors) == (1, True)
    code, _, errors = run("demo", folder, "--db", database, "--port", "0")
    assert (code, f"process {server.process.pid}" in errors) == (1, True)
    assert "Traceback" not in errors
    assert httpx.get(f"{server.url}/readyz").status_code == 200
    server.kill()
    assert run("restore", tmp_path / "copy.db", "--db", database, "--force")[0] == 0


def test_what_is_no_copy_replaces_nothing(server: ServerProcess, database: Path) -> None:
    server.kill()
    damaged = database.with_name("damaged.db")
    assert run("backup", damaged, "--db", database)[0] == 0
    whole = bytearray(damaged.read_bytes())
    for at in range(len(whole) // 2, len(whole) // 2 + 8192):
        whole[at] ^= 0xFF
    damaged.write_bytes(whole)
    before = checked(database)
    code, _, errors = run("restore", damaged, "--db", database, "--force")
    assert (code, "damaged" in errors) == (1, True)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    code, _, errors = run("restore", database, "--db", database.with_name("new.db"))
    assert (code, "newer" in errors) == (1, True)
    assert not database.with_name("new.db").exists()
    assert checked(database).n == before.n


async def made(database: Path) -> None:
    store = SqliteStore(database)
    await store.open()
    await store.close()


@pytest.mark.parametrize("victim", ["command", "server"])
def test_a_kill_leaves_no_half_copy(
    folder: Path, database: Path, tmp_path: Path, victim: str
) -> None:
    serve = ("demo", folder, "--db", database, "--port", "0")
    asyncio.run(made(database))
    with closing(sqlite3.connect(database)) as connection, connection:
        large = (b"x" * MANY_BYTES,)
        connection.execute("INSERT INTO records VALUES ('ballast', '1', ?)", large)
    with ServerProcess(*serve) as server:
        copy = tmp_path / "copy.db"
        part = tmp_path / "copy.db.part"
        command = subprocess.Popen(
            [*COMMAND, "backup", copy, "--url", server.url, "--token", BOSS],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=clean_environment(),
        )
        patience = time.monotonic() + 30
        while not part.exists() or part.stat().st_size == 0:
            assert time.monotonic() < patience
        # It is on its way: what is stopped now ends in the middle of it.
        command.send_signal(signal.SIGSTOP)
        assert part.stat().st_size < MANY_BYTES
        (command if victim == "command" else server.process).kill()
        command.send_signal(signal.SIGCONT)
        _, errors = command.communicate(timeout=30)
        assert command.returncode != 0
        assert not copy.exists()
        if victim == "server":
            assert b"cannot be reached" in errors
            assert not part.exists()
    asyncio.run(made(database))  # what opens it next clears up
    assert run("backup", copy, "--db", database)[0] == 0
    assert checked(copy) == checked(database)
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob("*-copy-*"))


def test_what_is_no_backup_makes_no_database(tmp_path: Path) -> None:
    (tmp_path / "wrong").write_bytes(b"no database" * 1000)
    code, _, errors = run("restore", tmp_path / "wrong", "--db", tmp_path / "a.db")
    assert (code, errors.count("\n")) == (1, 1)
    assert not (tmp_path / "a.db").exists()


def test_a_doctor_finds_a_server_at_work_in_order(server: ServerProcess, database: Path) -> None:
    asked = ("doctor", "--db", database, "--port", server.port)
    code, told, errors = run(*asked, "--token", BOSS, env={"LOCKSTEP_DEMO": "1"})
    assert (code, errors) == (0, "")
    for line in (
        "ok       server:",
        "ok       clock:",
        "ok       sessions: 0",
        "ok       database:",
    ):
        assert line in told
    code, told, _ = run(*asked, "--token", "demo:ann", env={"LOCKSTEP_DEMO": "1"})
    assert (code, "warning  sessions:" in told) == (0, True)
