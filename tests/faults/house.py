"""The server under test: a real process over SQLite that dies and comes back at the same port."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jwt

from tests.process.server import clean_environment

SECRET = "the secret of the fault tests, long enough"
START_SECONDS = 30.0
HEARTBEAT = 0.5
SETTINGS = {
    "JWT_SECRET": SECRET,
    "HEARTBEAT": str(HEARTBEAT),
    "COMMANDS_PER_SECOND": "2000",
    "COMMANDS_BURST": "4000",
    "COMMANDS_IN_FLIGHT": "4",
    "LOG_LEVEL": "warning",
}


def token(user: str, *groups: str, seconds: float = 3600.0, admin: bool = False) -> str:
    """A token of ``user`` that ends after so many seconds."""
    claims: dict[str, Any] = {"sub": user, "exp": time.time() + seconds, "groups": list(groups)}
    return jwt.encode(claims | ({"roles": ["admin"]} if admin else {}), SECRET)


class House:
    """A server process, one life after the other."""

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self.lives = 0
        self.db = folder / "faults.db"
        self.errors = folder / "errors.txt"
        self._ready = asyncio.Event()
        self._ended: asyncio.Future[int] | None = None
        self._pid = 0
        self._restarting: asyncio.Task[None] | None = None
        self._nursery: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Load the server and let it live."""
        self.port = await _free_port()
        serve = ("serve", "--port", str(self.port), "--db", str(self.db))
        env = clean_environment() | {f"LOCKSTEP_{name}": each for name, each in SETTINGS.items()}
        with self.errors.open("wb") as errors:
            self._nursery = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.nursery", *serve,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env,
            )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        await self._live()

    async def close(self) -> None:
        """End it by SIGTERM, as an operator does."""
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        if self._ended is not None and not self._ended.done():
            os.kill(self._pid, signal.SIGTERM)
            async with asyncio.timeout(START_SECONDS):
                await self._ended
        self._nursery.stdin.close()
        await self._nursery.wait()
        if self._reading is not None:
            await self._reading

    async def restart(self, how: signal.Signals) -> None:
        """End it and let it live again; those who ask at the same time share one restart."""
        if self._restarting is None or self._restarting.done():
            self._restarting = asyncio.create_task(self._restart(how))
        await asyncio.shield(self._restarting)

    async def _restart(self, how: signal.Signals) -> None:
        assert self._ended is not None
        os.kill(self._pid, how)
        async with asyncio.timeout(START_SECONDS):
            code = await self._ended
        if how == signal.SIGTERM:
            assert code == 0, f"SIGTERM ended the server with {code}: {self.errors.read_text()}"
        await self._live()

    async def _live(self) -> None:
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._ended = asyncio.get_running_loop().create_future()
        self._ready.clear()
        self._nursery.stdin.write(b"live\n")
        async with asyncio.timeout(START_SECONDS):
            await self._ready.wait()
        assert not self._ended.done(), f"the server does not live: {self.errors.read_text()}"
        self.lives += 1

    async def _read(self) -> None:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        async for line in self._nursery.stdout:
            match line.decode().split():
                case ["pid", pid]:
                    self._pid = int(pid)
                case ["listening", "on", _]:
                    self._ready.set()
                case ["ended", code] if self._ended is not None:
                    self._ended.set_result(int(code))
                    self._ready.set()

    async def ask(
        self, method: str, url_path: str, token: str, body: Any = None
    ) -> tuple[int, Any]:
        """One request, given again while the server is away: status and JSON."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    return await self._ask(method, url_path, token, body)
                except OSError:
                    await asyncio.sleep(0.02)

    async def _ask(self, method: str, url_path: str, token: str, body: Any) -> tuple[int, Any]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            sent = b"" if body is None else json.dumps(body).encode()
            writer.write(
                f"{method} {url_path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Authorization: Bearer {token}\r\nContent-Length: {len(sent)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + sent
            )
            head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
            try:
                status = int(head.split()[1])
                return status, None if status == 204 else json.loads(answer)
            except (IndexError, ValueError):
                raise OSError("the answer broke off") from None
        finally:
            writer.close()

    def read(self, query: str, *values: Any) -> list[Any]:
        """What stands in the database now."""
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
