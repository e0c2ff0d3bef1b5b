"""How a server starts, does not start, and stops."""

import asyncio
import json
import signal
from pathlib import Path

import httpx
import pytest

from lockstep_client import ConnectionEnded, Other

from .following import PATIENCE, demo_client
from .server import ServerProcess, run, step, write_folder

ONE_STEP = {"start": step("New", "given groups [racers]", {"Again": "start"}, template="One")}
SECRET = {"LOCKSTEP_JWT_SECRET": "a secret that is long enough to sign with"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "demo", ["ann", "bob"], {"one": ONE_STEP})


def test_a_demo_prints_a_link_for_each_user_and_its_address_on_a_line(folder: Path) -> None:
    with ServerProcess("demo", folder, "--port", "0") as server:
        assert f"listening on {server.url}\n" in server.said
        assert server.url.startswith("http://127.0.0.1:")
        for user in ("ann", "bob"):
            assert any(line.endswith(f"{server.url}/#token=demo:{user}\n") for line in server.said)
        assert httpx.get(f"{server.url}/readyz").status_code == 200


async def test_sigterm_sends_clients_away_and_ends_with_0(folder: Path) -> None:
    with ServerProcess("demo", folder, "--port", "0") as server:
        async with demo_client(server.url, "ann") as client:
            changes = client.changes()
            code = await asyncio.to_thread(server.terminate)
            assert code == 0, server.errors
            async with asyncio.timeout(PATIENCE):
                goaway = await anext(changes)
            assert isinstance(goaway, Other)
            assert (goaway.message["type"], goaway.message["code"]) == ("goaway", 1012)
    assert not any("Traceback" in line for line in server.errors)


async def test_a_second_signal_does_not_wait(folder: Path) -> None:
    with ServerProcess("demo", folder, "--port", "0") as server:
        # A connection that never answers a close holds up the draining.
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.port))
        writer.write(
            b"GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        server.process.send_signal(signal.SIGTERM)
        await reader.read(1)  # it has begun to close
        server.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.wait) == 128 + signal.SIGTERM
        writer.close()


def test_a_port_in_use_is_one_sentence(folder: Path) -> None:
    with ServerProcess("demo", folder, "--port", "0") as server:
        code, output, errors = run("demo", folder, "--port", server.port)
    assert (code, output) == (1, "")
    assert errors == (
        f"lockstep: Port {server.port} on 127.0.0.1 is in use already; name another one with "
        "--port (0 picks a free one).\n"
    )


def test_without_a_way_to_sign_in_nothing_is_served(tmp_path: Path) -> None:
    code, output, errors = run("serve", "--db", tmp_path / "x.db", "--port", "0")
    assert (code, output) == (1, "")
    assert errors.startswith("lockstep: Nobody could sign in: set jwt_secret")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("content", [b"this is no database" * 100, None])
def test_an_unusable_database_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    database = tmp_path / "wrong.db"
    if content is None:
        database = tmp_path / "no" / "such" / "folder" / "x.db"
    else:
        database.write_bytes(content)
    code, output, errors = run("serve", "--db", database, "--port", "0", env=SECRET)
    assert (code, output) == (1, "")
    assert errors.startswith(f"lockstep: The database {database} cannot be ")
    assert errors.count("\n") == 1


def test_a_definition_with_errors_stops_the_demo_with_its_findings(folder: Path) -> None:
    wrong = {"start": step("New", "$sink", {"Go": "nowhere"})}
    (folder / "wrong.json").write_text(json.dumps(wrong))
    code, output, errors = run("demo", folder, "--port", "0")
    assert (code, output) == (1, "")
    assert f"{folder / 'wrong.json'}: error " in errors
    assert "at /start/step/paths/0/step (1:" in errors


def test_a_second_start_on_a_database_publishes_only_what_changed(folder: Path) -> None:
    database = folder.parent / "kept.db"
    headers = {"Authorization": "Bearer demo:ann"}
    serve = ("demo", folder, "--db", database, "--port", "0")
    with ServerProcess(*serve):
        pass
    two = {**ONE_STEP, "end": step("End", "$all", {}, status="retired")}
    two["start"] = step("New", "given groups [racers]", {"End": "end"}, template="Two")
    (folder / "two.json").write_text(json.dumps(two))
    with ServerProcess(*serve) as server:
        assert versions(server.url, headers) == {"one": 1, "two": 1}
    (folder / "one.json").write_text(json.dumps(two))
    with ServerProcess(*serve) as server:
        assert versions(server.url, headers) == {"one": 2, "two": 1}


def versions(url: str, headers: dict[str, str]) -> dict[str, int]:
    read = httpx.get(f"{url}/v1/workflows", headers=headers).json()["workflows"]
    return {workflow["name"]: workflow["version"] for workflow in read}


async def test_a_wrong_token_ends_the_client_with_the_reason(folder: Path) -> None:
    with ServerProcess("demo", folder, "--port", "0") as server:
        with pytest.raises(ConnectionEnded, match="nobody") as ended:
            async with demo_client(server.url, "nobody"):
                pass
        assert ended.value.code == 4100
