"""SIGTERM with work on its way: nothing more is taken, what was taken is answered, and it ends."""

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from lockstep_server.runtime.clock import new_id

from .server import ServerProcess, step, write_folder

PATIENCE = 10
ONE_STEP = {"start": step("New", "given groups [racers]", {"Again": "start"}, template="One")}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


@pytest.fixture
def server(tmp_path: Path, database: Path) -> Iterator[ServerProcess]:
    folder = write_folder(tmp_path / "demo", ["ann", "bob"], {"one": ONE_STEP})
    with ServerProcess("demo", folder, "--db", database, "--port", "0") as server:
        yield server


@contextmanager
def disk_held(database: Path) -> Iterator[None]:
    """Nobody else can write to the database meanwhile: a command that changes something waits."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def socket(server: ServerProcess) -> connect:
    return connect(f"{server.url.replace('http', 'ws')}/v1/ws", proxy=None)


async def signed_in(talk: ClientConnection) -> None:
    await talk.send(json.dumps({"type": "hello", "token": "demo:ann"}))
    await hear(talk, "snapshot")


async def hear(talk: ClientConnection, type: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            heard = json.loads(await talk.recv())
            for message in heard if isinstance(heard, list) else [heard]:
                if message["type"] == type:
                    return message  # type: ignore[no-any-return]


def start() -> dict[str, Any]:
    return {"type": "start", "id": new_id(), "workflow": "one"}


async def test_what_is_on_its_way_is_answered_and_nothing_more_is_taken(
    server: ServerProcess, database: Path
) -> None:
    async with socket(server) as talk, httpx.AsyncClient(base_url=server.url) as http:
        await signed_in(talk)
        assert (await http.get("/readyz")).status_code == 200
        with disk_held(database):
            first, late = start(), start()
            await talk.send(json.dumps(first))
            await talk.send('{"type":"ping"}')
            await hear(talk, "pong")  # so the command is on its way
            server.process.send_signal(signal.SIGTERM)
            while (ready := await http.get("/readyz")).status_code == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert (ready.status_code, ready.json()["code"]) == (503, "unavailable")
            goaway = await hear(talk, "goaway")
            assert (goaway["code"], goaway["after_ms"] > 0) == (1012, True)
            await talk.send(json.dumps(late))
            no = await hear(talk, "refusal")
            assert (no["id"], no["code"], no["class"]) == (late["id"], "unavailable", "retry")
            assert (await http.get("/readyz")).status_code == 503
        assert (await hear(talk, "reply"))["id"] == first["id"]
        with pytest.raises(ConnectionClosed) as ended:
            await hear(talk, "nothing")
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1012
    assert await asyncio.to_thread(server.wait) == 0, server.errors
    assert not any("Traceback" in line for line in server.errors)


async def test_it_ends_in_time_whatever_holds_it_up(server: ServerProcess, database: Path) -> None:
    async with socket(server) as talk:
        await signed_in(talk)
        # One who reads nothing and answers no goodbye, and a disk that does not write.
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.port))
        writer.write(
            b"GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        with disk_held(database):
            for _ in range(5):
                await talk.send(json.dumps(start()))
            await talk.send('{"type":"ping"}')
            await hear(talk, "pong")
            begun = time.monotonic()
            assert await asyncio.to_thread(server.terminate) == 0, server.errors
            assert time.monotonic() - begun < 10
        writer.close()


async def test_a_second_signal_ends_it_in_the_middle_of_the_drain(
    server: ServerProcess, database: Path
) -> None:
    async with socket(server) as talk:
        await signed_in(talk)
        with disk_held(database):
            await talk.send(json.dumps(start()))
            await talk.send('{"type":"ping"}')
            await hear(talk, "pong")
            server.process.send_signal(signal.SIGTERM)
            await hear(talk, "goaway")
            begun = time.monotonic()
            server.process.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(server.wait) == 128 + signal.SIGINT
            assert time.monotonic() - begun < 2
